//! `POST /v1/logs`: logs of OpenTelemetry, in the bytes of its own encoder.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Folder, Server};

const PROTOBUF: &[u8] = include_bytes!("../../../capture/tests/data/otlp/logs.pb");
const JSON: &str = include_str!("../../../capture/tests/data/otlp/logs.json");

const NO_EVENT: &str = "resource_logs[0].scope_logs[1].log_records[0]: it names no event: set the \
                        record's event_name, or the attribute event.name";

fn server(folder: &Folder) -> (Server, Client) {
    let server = Server::start(folder);
    let client = server.client(&folder.key("--tenant default --scope admin"));
    (server, client)
}

fn send(client: &Client, content_type: &str, body: impl Into<Vec<u8>>) -> Answer {
    client.send("POST", "/v1/logs", &[("content-type", content_type)], body)
}

/// A field of protobuf with a length; a length of two bytes at most.
fn field(tag: u8, inside: &[u8]) -> Vec<u8> {
    let length = inside.len();
    let (low, high) = (u8::try_from(length % 128).unwrap(), u8::try_from(length / 128).unwrap());
    let length = if high == 0 { vec![low] } else { vec![low | 0x80, high] };
    [vec![tag << 3 | 2], length, inside.to_vec()].concat()
}

#[test]
fn records_become_events_and_the_rest_is_told_in_the_same_encoding() {
    let folder = Folder::new();
    let (_server, client) = server(&folder);
    let answer = send(&client, "application/x-protobuf", PROTOBUF);
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/x-protobuf"));
    let partial = [vec![0x08, 1], field(2, NO_EVENT.as_bytes())].concat();
    assert_eq!(answer.body, field(1, &partial));

    let found = client.get("/v1/events?actor.id=7m2kq9x4t1zb").json();
    assert_eq!(found["total"], 1);
    let event = &found["events"][0];
    assert_eq!(event["type"], "login");
    assert_eq!((&event["id"], &event["outcome"]), (&json!("01JD3ZK6XN"), &json!("success")));
    assert_eq!(event["data"]["attributes"]["login.attempt"], 9_007_199_254_740_993_u64);
    let everything = client.get("/v1/events").text;
    assert!(!everything.contains("correct horse") && !everything.contains("Basic YWRh"));

    // A sender that got no answer sends the same again, perhaps otherwise encoded and compressed.
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(JSON.as_bytes()).unwrap();
    let headers = [("content-type", "application/json"), ("content-encoding", "gzip")];
    let answer = client.send("POST", "/v1/logs", &headers, gzip.finish().unwrap());
    let expected =
        json!({ "partialSuccess": { "rejectedLogRecords": "1", "errorMessage": NO_EVENT } });
    assert_eq!(answer.json(), expected);
    assert_eq!(client.get("/v1/events").json()["total"], 3, "the same again is kept once");

    let metrics = client.get("/metrics").text;
    let refused = "{format=\"native\",reason=\"not_an_event\"} 2";
    assert!(metrics.lines().any(|line| line.ends_with(refused)), "{metrics}");
}

#[test]
fn without_anything_to_say_an_answer_is_empty() {
    let folder = Folder::new();
    let (_server, client) = server(&folder);
    assert_eq!(send(&client, "application/x-protobuf", "").body, b"");
    let logs = |records: &str| {
        format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{records}]}}]}}]}}"#)
    };
    let one = r#"{"eventName":"a","timeUnixNano":"1","attributes":[{"key":"event.id","value":{"stringValue":"1"}}]}"#;
    let json = "application/json; charset=utf-8";
    assert_eq!(send(&client, json, logs(one)).json(), json!({}));
    let other = send(&client, json, logs(&one.replace("\"a\"", "\"b\""))).json();
    let partial = &other["partialSuccess"];
    assert_eq!(partial["rejectedLogRecords"], "0", "{other}");
    let warning = "1 log records have the id of an event with other content; the first is kept";
    assert_eq!(partial["errorMessage"], warning);

    let many = ["{}"; 30].join(",");
    let many = send(&client, json, logs(&many)).json();
    let message = many["partialSuccess"]["errorMessage"].as_str().unwrap();
    assert!(message.ends_with("; and 10 more"), "{message}");
}

#[test]
fn refusals_are_status_messages_in_the_encoding_of_the_request() {
    let folder = Folder::new();
    let (server, client) = server(&folder);
    let reader = server.client(&folder.key("--tenant default --scope read"));
    let json = "application/json";
    for (client, content_type, body, status, code, message) in [
        (
            &client,
            json,
            "{\n\"resourceLogs\":1}",
            400,
            3,
            "line 2, column 16: `resourceLogs` is an array",
        ),
        (&client, json, "", 400, 3, "line 1, column 1: the body is not JSON"),
        (&server.client(""), json, "{}", 401, 16, "send an API key"),
        (&reader, json, "{}", 403, 7, "this needs the scope `ingest`"),
        (&client, "text/plain", "{}", 415, 3, "logs come as `application/x-protobuf`"),
    ] {
        let answer = send(client, content_type, body);
        assert_eq!((answer.status, answer.header("content-type")), (status, json), "{answer:?}");
        let status: Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(status["code"], code);
        assert!(status["message"].as_str().unwrap().starts_with(message), "{status}");
    }
    let answer = send(&client, "application/x-protobuf", "\x0a\x7f");
    assert_eq!((answer.status, answer.header("content-type")), (400, "application/x-protobuf"));
    let message = "not an ExportLogsServiceRequest in protobuf, byte 2: a field is longer than \
                   what it stands in";
    assert_eq!(answer.body, [vec![0x08, 3], field(2, message.as_bytes())].concat());

    let headers = [("content-type", json), ("content-encoding", "br")];
    assert_eq!(client.send("POST", "/v1/logs", &headers, "{}").status, 415);
    let too_large = vec![b' '; (64 << 20) + 1];
    let answer = send(&client, json, too_large);
    assert_eq!((answer.status, answer.header("content-type")), (413, json));
}

#[test]
fn a_key_for_one_source_sends_no_events_of_another() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope ingest --source logto"));
    let answer = send(&client, "application/json", JSON).json();
    let partial = &answer["partialSuccess"];
    assert_eq!(partial["rejectedLogRecords"], "4");
    let message = partial["errorMessage"].as_str().unwrap();
    let expected = "resource_logs[0].scope_logs[0].log_records[0]: this key may send events of the \
                    source `logto` only, not `native`; ";
    assert!(message.starts_with(expected), "{message}");
}
