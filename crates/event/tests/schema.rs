//! The JSON Schema of the native form says of every event what the intake says.

#![expect(clippy::expect_used, reason = "a test's panic is its report")]

use gatelog_event::intake::Intake;
use gatelog_event::mapping::native::SCHEMA;
use gatelog_event::redact::{FingerprintKey, NothingKnown};
use gatelog_event::source::{Format, Source};
use gatelog_event::time::UnixMicros;
use serde_json::{Value, json};

fn schema() -> Value {
    serde_json::from_str(SCHEMA).expect("the schema is JSON")
}

fn is_taken(event: &Value) -> bool {
    let key = FingerprintKey::new([7; 32]);
    let received = UnixMicros::from_seconds(1_795_184_971).expect("a time");
    let intake = Intake { format: Format::Native, key: &key, known: &NothingKnown, received };
    intake.accept(event.to_string().as_bytes()).is_ok()
}

#[test]
fn the_schema_is_one_of_its_draft() {
    jsonschema::draft202012::meta::validate(&schema()).expect("a schema of draft 2020-12");
}

#[test]
fn schema_and_intake_agree() {
    let schema = jsonschema::draft202012::new(&schema()).expect("a schema");
    let table = [
        (true, json!({ "type": "user.login" })),
        (true, json!({ "type": "é".repeat(64), "unknown": [1, { "deep": null }] })),
        (false, json!({})),
        (false, json!([])),
        (false, json!("user.login")),
        (false, json!({ "type": "" })),
        (false, json!({ "type": null })),
        (false, json!({ "type": 7 })),
        (false, json!({ "type": "x".repeat(129) })),
        (true, json!({ "type": "t", "id": "0199f1c2-7a10-7c3e-9d55-4e6a2f1b8c3d" })),
        (true, json!({ "type": "t", "id": "" })),
        (true, json!({ "type": "t", "id": null })),
        (true, json!({ "type": "t", "id": 41 })),
        (false, json!({ "type": "t", "id": "x".repeat(129) })),
        (false, json!({ "type": "t", "id": "two\nlines" })),
        (false, json!({ "type": "t", "id": "\u{85}" })),
        (true, json!({ "type": "t", "time": null })),
        (true, json!({ "type": "t", "time": 1_795_184_971_123_i64 })),
        (true, json!({ "type": "t", "time": -62_135_596_800_000_i64 })),
        (false, json!({ "type": "t", "time": -62_135_596_800_001_i64 })),
        (true, json!({ "type": "t", "time": 253_402_207_199_999_i64 })),
        (false, json!({ "type": "t", "time": 253_402_207_200_000_i64 })),
        (true, json!({ "type": "t", "time": "2026-11-20T14:29:31.123456Z" })),
        (true, json!({ "type": "t", "time": "2026-11-20T15:29:31+01:00" })),
        (false, json!({ "type": "t", "time": "2026-11-20T14:29:31" })),
        (false, json!({ "type": "t", "time": "2026-11-20" })),
        (false, json!({ "type": "t", "time": "yesterday" })),
        (false, json!({ "type": "t", "time": "" })),
        (false, json!({ "type": "t", "time": true })),
        (false, json!({ "type": "t", "time": {} })),
        (true, json!({ "type": "t", "source": null })),
        (true, json!({ "type": "t", "source": "keycloak" })),
        (false, json!({ "type": "t", "source": "gatelog" })),
        (false, json!({ "type": "t", "source": "oktaa" })),
        (false, json!({ "type": "t", "source": 1 })),
        (true, json!({ "type": "t", "outcome": "maybe", "actor": "ada", "target": [] })),
        (true, json!({ "type": "t", "application": 1, "organization": {}, "ip": "10.0.0.1:443" })),
        (true, json!({ "type": "t", "error": "no match", "data": "anything" })),
        (true, json!({ "type": "t", "data": { "producer": { "id": "p", "sequence": 0 } } })),
    ];
    for (expected, event) in table {
        assert_eq!(is_taken(&event), expected, "the intake, of {event}");
        assert_eq!(schema.is_valid(&event), expected, "the schema, of {event}");
    }
}

#[test]
fn the_sources_are_those_that_can_be_sent() {
    let named = schema()["properties"]["source"]["enum"].clone();
    let sendable = Source::ALL.into_iter().filter(|source| *source != Source::Gatelog);
    let mut expected: Vec<Value> = sendable.map(|source| source.name().into()).collect();
    expected.push(Value::Null);
    assert_eq!(named, Value::from(expected));
}

#[test]
fn examples_are_events() {
    let schema = schema();
    let properties = schema["properties"].as_object().expect("an object");
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    for (name, property) in properties {
        for example in property["examples"].as_array().into_iter().flatten() {
            let mut event = json!({ "type": "t" });
            event[name] = example.clone();
            assert!(validator.is_valid(&event) && is_taken(&event), "{event}");
        }
    }
}
