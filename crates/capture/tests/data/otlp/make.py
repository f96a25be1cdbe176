"""Makes logs.pb and logs.json, the same request in both encodings of OTLP.

    pip install opentelemetry-proto==1.45.2 && python make.py

The bytes are those of Google's encoder, so the tests do not compare our reading with our own writing.
"""

import base64
import json

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import (
    AnyValue,
    ArrayValue,
    InstrumentationScope,
    KeyValue,
    KeyValueList,
)
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

TIME = 1795184971123456789


def value(it):
    if isinstance(it, bool):
        return AnyValue(bool_value=it)
    if isinstance(it, str):
        return AnyValue(string_value=it)
    if isinstance(it, int):
        return AnyValue(int_value=it)
    if isinstance(it, float):
        return AnyValue(double_value=it)
    if isinstance(it, bytes):
        return AnyValue(bytes_value=it)
    if isinstance(it, list):
        return AnyValue(array_value=ArrayValue(values=[value(item) for item in it]))
    if isinstance(it, dict):
        return AnyValue(kvlist_value=KeyValueList(values=members(it)))
    return AnyValue()


def members(attributes):
    return [KeyValue(key=key, value=value(it)) for key, it in attributes.items()]


LOGIN = LogRecord(
    time_unix_nano=TIME,
    observed_time_unix_nano=TIME + 1,
    severity_number=9,
    severity_text="INFO",
    event_name="login",
    body=value({"step": 2, "factors": ["password", "totp"], "remembered": True}),
    attributes=members(
        {
            "log.record.uid": "01JD3ZK6XN",
            "event.outcome": "success",
            "enduser.id": "7m2kq9x4t1zb",
            "user.email": "ada@acme.example",
            "user.full_name": "Ada",
            "client.address": "203.0.113.24",
            "user_agent.original": "Mozilla/5.0",
            "session.id": "s-1",
            "organization.id": "acme",
            "login.attempt": 9007199254740993,
            "risk.score": 0.25,
            "risk.limit": float("inf"),
            "device.key": b"\x00\xff\x10",
            "nothing": None,
            "http.request.header.authorization": ["Basic YWRhOmh1bnRlcjI="],
        }
    ),
    dropped_attributes_count=1,
    flags=1,
    trace_id=bytes.fromhex("5b8aa5a2d2c872e8321cf37308d69df2"),
    span_id=bytes.fromhex("051581bf3cb55c13"),
)

# Somebody typed the password where the name belongs.
FAILED_LOGIN = LogRecord(
    observed_time_unix_nano=TIME,
    severity_number=17,
    attributes=members(
        {
            "event.name": "login",
            "user.name": "correct horse",
            "client_id": "shop",
            "error.type": "invalid_credentials",
            "exception.message": "no match",
        }
    ),
)

NO_EVENT = LogRecord(time_unix_nano=TIME, body=value("listening on port 80"))

REQUEST = ExportLogsServiceRequest(
    resource_logs=[
        ResourceLogs(
            resource=Resource(attributes=members({"service.name": "accounts", "host.name": "a1"})),
            schema_url="https://opentelemetry.io/schemas/1.40.0",
            scope_logs=[
                ScopeLogs(
                    scope=InstrumentationScope(name="sign-in", version="1.2"),
                    log_records=[LOGIN, FAILED_LOGIN],
                ),
                ScopeLogs(log_records=[NO_EVENT]),
            ],
        ),
        ResourceLogs(scope_logs=[ScopeLogs(log_records=[LogRecord(event_name="logout")])]),
    ]
)


def as_otlp(it):
    """The JSON of protobuf as that of OTLP: ids in hexadecimal, enumerations as numbers."""
    if isinstance(it, list):
        return [as_otlp(item) for item in it]
    if not isinstance(it, dict):
        return it
    result = {key: as_otlp(item) for key, item in it.items()}
    for key in ("traceId", "spanId"):
        if key in result:
            result[key] = base64.b64decode(result[key]).hex()
    return result


with open("logs.pb", "wb") as file:
    file.write(REQUEST.SerializeToString())
with open("logs.json", "w") as file:
    json.dump(as_otlp(MessageToDict(REQUEST, use_integers_for_enums=True)), file, indent=2)
    file.write("\n")
