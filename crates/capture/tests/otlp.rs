//! Logs of OpenTelemetry, as Google's encoder writes them (`data/otlp/make.py`), and damaged.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking; clippy knows that of test functions only"
)]

use gatelog_capture::otlp::{Encoding, Logs, Place};
use gatelog_event::intake::Intake;
use gatelog_event::limits::BATCH_RECORDS_MAX;
use gatelog_event::redact::{FingerprintKey, NothingKnown};
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;

const PROTOBUF: &[u8] = include_bytes!("data/otlp/logs.pb");
const JSON: &str = include_str!("data/otlp/logs.json");
const EVENTS: &str = include_str!("data/otlp/events.ndjson");

fn read(encoding: Encoding, body: &[u8]) -> Logs {
    Logs::read(encoding, body).unwrap()
}

fn lines(logs: &Logs) -> &str {
    std::str::from_utf8(logs.lines()).unwrap()
}

/// A request in JSON with these log records.
fn request(records: &str) -> String {
    format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{records}]}}]}}]}}"#)
}

#[test]
fn both_encodings_give_the_same_events() {
    let logs = read(Encoding::Protobuf, PROTOBUF);
    assert_eq!(lines(&logs), EVENTS);
    let no_event = Place { resource: 0, scope: 1, record: 0 };
    let reason = "it names no event: set the record's event_name, or the attribute event.name";
    assert_eq!(logs.refused(), [(no_event, reason.to_owned())]);
    assert_eq!(logs.place(3), Place { resource: 1, scope: 0, record: 0 });
    assert_eq!(read(Encoding::Json, JSON.as_bytes()), logs);
}

#[test]
fn every_event_is_taken_in_without_its_secrets() {
    let key = FingerprintKey::new([7; 32]);
    let intake = Intake {
        format: Format::Native,
        key: &key,
        known: &NothingKnown,
        received: UnixMicros::EPOCH,
    };
    let kept: Vec<String> = EVENTS
        .lines()
        .map(|line| {
            String::from_utf8(intake.accept(line.as_bytes()).unwrap().record.into()).unwrap()
        })
        .collect();
    assert!(kept[0].contains("ada@acme.example"), "{}", kept[0]);
    assert!(!kept[0].contains("Basic YWRh"), "a header with a password: {}", kept[0]);
    assert!(!kept[1].contains("correct horse"), "typed where the name belongs: {}", kept[1]);
}

#[test]
fn what_is_cut_anywhere_is_refused_as_a_whole_or_not_at_all() {
    let whole = read(Encoding::Protobuf, PROTOBUF);
    for length in 0..PROTOBUF.len() {
        match Logs::read(Encoding::Protobuf, &PROTOBUF[..length]) {
            // A cut between two resources leaves a request with fewer of them.
            Ok(logs) => assert!(whole.lines().starts_with(logs.lines()), "{length}"),
            Err(error) => assert!(error.offset <= length, "{error}"),
        }
    }
    for length in 0..JSON.trim_end().len() {
        Logs::read(Encoding::Json, &JSON.as_bytes()[..length]).unwrap_err();
    }
}

#[test]
fn a_record_that_cannot_be_read_spoils_nothing_but_itself() {
    let good = r#"{"eventName":"a","timeUnixNano":1795184971000000000}"#;
    for (broken, reason) in [
        ("7", "a log record is an object"),
        (r#"{"eventName":5}"#, "`eventName` is text"),
        (r#"{"timeUnixNano":"soon"}"#, "`timeUnixNano` is a number of its range"),
        (r#"{"traceId":"5b8"}"#, "`traceId` is bytes in hexadecimal digits"),
        (r#"{"attributes":{}}"#, "`attributes` is an array"),
        (r#"{"body":{"boolValue":"yes"}}"#, "`boolValue` is true or false"),
        (r#"{"body":{"bytesValue":"*"}}"#, "`bytesValue` is bytes in base64"),
    ] {
        let logs = read(Encoding::Json, request(&format!("{good},{broken},{good}")).as_bytes());
        assert_eq!(lines(&logs).lines().count(), 2, "{broken}");
        assert_eq!(logs.refused(), [(Place { record: 1, ..Place::default() }, reason.to_owned())]);
    }
    // resource_logs { scope_logs { log_records: a text that is not UTF-8, then one with a name } }
    let body = b"\x0a\x0c\x12\x0a\x12\x03\x1a\x01\xff\x12\x03\x62\x01a";
    let logs = read(Encoding::Protobuf, body);
    assert_eq!(lines(&logs), "{\"type\":\"a\"}\n");
    assert_eq!(logs.refused().len(), 1);
}

#[test]
fn what_is_no_request_is_refused_with_its_place() {
    for (body, offset, reason) in [
        ("", 0, "the body is not JSON: expected a JSON value, found the end of the text"),
        ("[]", 0, "an ExportLogsServiceRequest is an object"),
        (r#"{"resourceLogs":{}}"#, 16, "`resourceLogs` is an array"),
        (r#"{"resourceLogs":[1]}"#, 17, "each of `resourceLogs` is an object"),
    ] {
        let error = Logs::read(Encoding::Json, body.as_bytes()).unwrap_err();
        assert_eq!((error.offset, &*error.reason), (offset, reason), "{body}");
    }
    let error = Logs::read(Encoding::Protobuf, b"\x0a\x7f").unwrap_err();
    let expected = "not an ExportLogsServiceRequest in protobuf, byte 2: a field is longer than \
                    what it stands in";
    assert_eq!(error.reason, expected);
    assert_eq!(read(Encoding::Protobuf, b""), Logs::default(), "a request without logs is one");
}

#[test]
fn what_is_not_known_and_null_say_nothing() {
    let logs = read(
        Encoding::Json,
        request(
            r#"{"event_name":"old","eventName":null,"colour":["red"],"body":null,"attributes":[
              {"key":"event.name","value":{"stringValue":"first"}},
              {"key":"event.name","value":{"stringValue":"last","newValue":{}}},
              {"key":"empty","value":{}}, {"key":"none"}]}"#,
        )
        .as_bytes(),
    );
    let expected = "{\"type\":\"last\",\"data\":{\"attributes\":{\"event.name\":\"first\",\
                    \"event.name\":\"last\",\"empty\":null,\"none\":null}}}\n";
    assert_eq!(lines(&logs), expected);
}

#[test]
fn a_request_has_so_many_records() {
    // resource_logs { scope_logs { log_records { event_name: "a" } ... } }
    let field = |tag: u8, inside: &[u8]| {
        let mut field = vec![tag];
        let mut length = inside.len();
        while length >= 0x80 {
            field.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
            length >>= 7;
        }
        field.push(u8::try_from(length).unwrap());
        [&field, inside].concat()
    };
    let records = b"\x12\x03\x62\x01a".repeat(BATCH_RECORDS_MAX + 2);
    let logs = read(Encoding::Protobuf, &field(0x0a, &field(0x12, &records)));
    assert_eq!(lines(&logs).lines().count(), BATCH_RECORDS_MAX);
    assert_eq!(logs.refused_total(), 2);
    assert!(logs.refused()[0].1.starts_with("a request may have 100000 log records"));
}
