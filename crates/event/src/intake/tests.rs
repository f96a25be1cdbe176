//! Intake: what is refused, derived, masked and learned.

use proptest::prelude::*;

use super::*;
use crate::fields::IndexedField;
use crate::redact::{NothingKnown, identifier_marker, is_marker};

fn key() -> FingerprintKey {
    FingerprintKey::new([5; 32])
}

fn accept_as(format: Format, record: &[u8]) -> Result<AcceptedEvent, Rejection> {
    let received = UnixMicros::from_millis(1_000).expect("a time");
    Intake { format, key: &key(), known: &NothingKnown, received }.accept(record)
}

fn accept(record: &str) -> AcceptedEvent {
    accept_as(Format::Native, record.as_bytes()).expect(record)
}

fn rejection(record: &[u8]) -> (usize, String) {
    let rejection = accept_as(Format::Native, record).expect_err("not an event");
    (rejection.offset, rejection.reason)
}

#[test]
fn what_is_not_an_event_is_refused_with_place_and_reason() {
    let large = vec![b' '; RECORD_BYTES_MAX * 2];
    let cases: &[(&[u8], usize, &str)] = &[
        (&large, 0, "record is 2097152 bytes long, at most 1048576 are kept"),
        (b"{\"type\":\"a\xff\"}", 10, "not valid UTF-8"),
        (b"{\"type\":\"a\0\"}", 10, "control character in a string, write it as \\u00XX"),
        (b"{\"type\":\"a\"", 11, "the text ends inside an array or object"),
        (b"\0", 0, "expected a JSON value"),
        (b" {\"id\":1}", 1, "the event has no `type`"),
    ];
    for (record, offset, reason) in cases {
        assert_eq!(rejection(record), (*offset, (*reason).to_owned()));
    }
}

#[test]
fn ids_have_no_control_characters() {
    let (offset, reason) = rejection(br#"{"type":"t","id":"a\u0000b"}"#);
    assert_eq!((offset, reason.contains("control character")), (17, true), "{reason}");
    assert!(accept(r#"{"type":"t","id":"\u65e5"}"#).id.starts_with('\u{65e5}'));
}

#[test]
fn a_record_must_not_grow_past_the_limit() {
    let codes = vec!["\"1\""; 200_000].join(",");
    let (_, reason) = rejection(format!(r#"{{"type":"t","codes":[{codes}]}}"#).as_bytes());
    assert_eq!(reason, "record is 3600022 bytes long, at most 1048576 are kept");
}

/// The `e` of what looks like a token ends an escape. Without it the record would be refused, and
/// who can write such a text would have nothing recorded.
#[test]
fn an_escape_before_a_token_stays_whole() {
    let event = accept(r#"{"type":"t","user_agent":"\u00eeyJhbGciOiJub25lIn0.e30.c2ln"}"#);
    let record = String::from_utf8_lossy(&event.record);
    assert!(record.starts_with(r#"{"type":"t","user_agent":"\u00ee[redacted:jwt"#), "{record}");
}

#[test]
fn a_derived_id_follows_from_the_record_alone() {
    struct AllKnown;
    impl KnownIdentifiers for AllKnown {
        fn is_known(&self, _identifier: &str) -> bool {
            true
        }
    }
    let record = r#"{"type":"t","outcome":"failure","actor":{"identifier":"hunter2"}}"#;
    let event = accept(record);
    assert!(event.id_is_derived && event.id.len() == 32, "{}", event.id);
    assert_eq!(accept(&format!(" {record}\r\n")).id, event.id);
    assert_ne!(accept(&record.replace("hunter2", "hunter3")).id, event.id);

    let received = UnixMicros::EPOCH;
    let intake = Intake { format: Format::Native, key: &key(), known: &AllKnown, received };
    let known = intake.accept(record.as_bytes()).expect("an event");
    assert_eq!(known.id, event.id);
    assert_ne!(known.record, event.record);
}

#[test]
fn a_masked_identifier_can_be_searched() {
    let event = accept(r#"{"type":"t","outcome":"failure","actor":{"identifier":"hunter2"}}"#);
    let indexed = event.index.get(IndexedField::ActorIdentifier);
    assert_eq!(indexed, Some(&*identifier_marker(&key(), "hunter2")));
    assert!(indexed.is_some_and(is_marker));
}

/// A row sent again after its user name became known is still the row that was kept masked.
#[test]
fn an_event_of_a_known_name_says_how_it_was_kept_before() {
    struct Everyone;
    impl KnownIdentifiers for Everyone {
        fn is_known(&self, _identifier: &str) -> bool {
            true
        }
    }
    let failure = r#"{"type":"login","outcome":"failure","actor":{"identifier":"ada"},"id":"1"}"#;
    let before = accept(failure);
    let (key, received) = (key(), UnixMicros::EPOCH);
    let intake = Intake { format: Format::Native, key: &key, known: &Everyone, received };
    let after = intake.accept(failure.as_bytes()).expect("an event");
    assert_eq!(&*after.record, failure.as_bytes());
    assert_ne!(before.record, after.record);
    assert_eq!(after.record_while_unknown, Some(before.record));
    assert_eq!(before.record_while_unknown, None);
}

#[test]
fn an_event_without_a_time_has_the_time_of_arrival() {
    let event = accept(r#"{"type":"t"}"#);
    assert_eq!((event.time.millis_floor(), event.time_is_arrival), (1_000, true));
    let event = accept(r#"{"type":"t","time":7}"#);
    assert_eq!((event.time.millis_floor(), event.time_is_arrival), (7, false));
}

#[test]
fn failures_teach_no_identifiers() {
    let row = |outcome: &str| {
        accept(&format!(
            r#"{{"type":"t","outcome":"{outcome}","actor":{{"id":"u","identifier":"ada"}},"application":{{"id":"a","name":"Shop"}}}}"#
        ))
        .learned
    };
    let application = Learned {
        kind: LearnedKind::Application,
        id: "a".into(),
        name: Some("Shop".into()),
        identifier: None,
    };
    let user = Learned {
        kind: LearnedKind::User,
        id: "u".into(),
        name: None,
        identifier: Some("ada".into()),
    };
    assert_eq!(row("failure"), std::slice::from_ref(&application));
    assert_eq!(row("success"), [application, user]);
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = accept_as(Format::Native, &bytes);
        if let Ok(batch) = batch::split(&bytes) {
            for record in batch.records() {
                let offset = accept_as(Format::Logto, record.bytes).map_or_else(|no| no.offset, |_| 0);
                prop_assert!(batch.place(record, offset).line >= record.line);
            }
        }
    }

    /// Records whose members have the right names and any type.
    #[test]
    fn any_types_are_read(
        members in prop::collection::vec((
            prop::sample::select(vec![
                "type", "key", "id", "payload", "actor", "identifier", "value", "error", "time",
                "createdAt", "hookRequest", "body", "user", "interaction", "verificationRecords",
                "data", "context", "timestamp", "sessions", "standard_attributes", "event_type",
                "details", "level",
            ]),
            prop::sample::select(vec![
                "null", "1", "-1.5e9", "\"\"", "\"x\"", "[]", "[{}]", "{}", "{", "}", "[", "]",
                "\"{\\\"error\\\":1}\"", "\"\\ud800\"", "true",
            ]),
        ), 0..12),
        format in prop::sample::select(Format::ALL.to_vec()),
    ) {
        let mut record = String::from(
            "{\"key\":\"TriggerHook.User.Created\",\"type\":\"t\",\"event_type\":\"4001\"",
        );
        let mut open = vec!['}'];
        for (name, value) in members {
            record.push_str(if record.ends_with(['{', '[']) { "" } else { "," });
            if open.last() == Some(&'}') {
                record.push_str(&format!("\"{name}\":"));
            }
            match value {
                "{" | "[" => {
                    record.push_str(value);
                    open.push(if value == "{" { '}' } else { ']' });
                }
                "}" | "]" => record.push_str("null"),
                _ => record.push_str(value),
            }
        }
        record.extend(open.iter().rev());
        let event = accept_as(format, record.as_bytes());
        if let Ok(event) = event {
            let stored = AcceptedEvent::from_stored(
                format, &event.record, event.id.clone(), event.time, event.time_is_arrival,
            );
            prop_assert_eq!(stored, Ok(AcceptedEvent { learned: Vec::new(), ..event }));
        }
    }
}

#[test]
fn the_number_of_an_emitter_is_read_where_it_is_one() {
    let long = format!(r#"{{"id":"{}","sequence":1}}"#, "p".repeat(129));
    let table = [
        (r#"{"id":"p","sequence":41}"#, Some(("p", 41))),
        (r#"{"id":"p","sequence":41.0}"#, Some(("p", 41))),
        (r#"{"id":"p","sequence":0}"#, None),
        (r#"{"id":"p","sequence":-1}"#, None),
        (r#"{"id":"p","sequence":"41"}"#, None),
        (r#"{"id":"","sequence":41}"#, None),
        (r#"{"id":7,"sequence":41}"#, None),
        (r#"{"sequence":41}"#, None),
        (r#""p""#, None),
        (&long, None),
    ];
    for (producer, expected) in table {
        let event = accept(&format!(r#"{{"type":"t","data":{{"producer":{producer}}}}}"#));
        let produced = event.produced.as_ref();
        let produced = produced.map(|produced| (&*produced.producer, produced.sequence));
        assert_eq!(produced, expected, "{producer}");
    }
}
