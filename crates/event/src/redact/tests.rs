use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::fields::Outcome;
use crate::mapping;
use crate::source::Source;

struct OnlyAda;

impl KnownIdentifiers for OnlyAda {
    fn is_known(&self, identifier: &str) -> bool {
        identifier == "ada"
    }
}

fn redact(format: Format, fields: &Fields<'_>, record: &str) -> Option<String> {
    let key = FingerprintKey::new([3; 32]);
    let document = Document::parse(record.as_bytes()).expect("JSON");
    let redactor = Redactor { key: &key, known: &OnlyAda };
    let redacted = redactor.redact(format, &document, fields)?;
    Some(String::from_utf8(redacted).expect("UTF-8"))
}

fn native(record: &str) -> String {
    let document = Document::parse(record.as_bytes()).expect("JSON");
    let fields = mapping::map(Format::Native, &document).expect("an event");
    redact(Format::Native, &fields, record).unwrap_or_else(|| record.to_owned())
}

#[test]
fn names_reach_as_far_as_they_should() {
    let cases = [
        (r#""tokens":{"a":"x","b":["y",{"c":"z"}]}"#, 3),
        (r#""authorization":{"id":"x","scopes":["y"]}"#, 0),
        (r#""authorization":"x""#, 1),
        (r#""codes":["1",{"code":"2","note":"n"},["n"]]"#, 2),
        (r#""error":{"password":"x","inner":{"token":"y"}}"#, 0),
        (r#""error":{"a":"x"},"password":"y""#, 1),
        (r#""applicationSecret":{"name":"x"}"#, 0),
        (r#""applicationSecret":{"name":"x","value":"y"}"#, 2),
        (r#""password":1,"secret":true,"token":null,"cookie":"","otp":"***""#, 0),
    ];
    for (members, expected) in cases {
        let redacted = native(&format!(r#"{{"type":"t",{members}}}"#));
        assert_eq!(redacted.matches("[redacted:").count(), expected, "{redacted}");
    }
}

#[test]
fn the_same_token_can_be_recognised() {
    let redacted = native(
        r#"{"type":"t","refresh_token":"0123456789abcdefghij","b":{"old_token":"0123456789abcdefghij"}}"#,
    );
    let marker = redacted.split('"').nth(7).expect("a value");
    assert_eq!(redacted.matches(marker).count(), 2, "{redacted}");
}

#[test]
fn a_typed_password_is_masked_wherever_it_is_repeated() {
    let typed = |identifier: &str, outcome: &str| {
        native(&format!(
            r#"{{"type":"t","outcome":"{outcome}","actor":{{"identifier":"{identifier}"}},"data":{{"identifier":{{"value":"{identifier}"}},"outcome":"{identifier}"}}}}"#
        ))
    };
    let marker = identifier_marker(&FingerprintKey::new([3; 32]), "hunter2");
    assert!(is_marker(&marker));
    assert_eq!(typed("hunter2", "failure").matches(&marker).count(), 2);
    for harmless in ["ada", "ada@acme.example", "+49 151 1234567"] {
        assert!(!typed(harmless, "failure").contains("redacted"), "{harmless}");
    }
    assert!(!typed("hunter2", "success").contains("redacted"));
}

/// Names and values that matter to redaction, and a few that do not.
fn json() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "password",
        "client_secret",
        "code",
        "codes",
        "error",
        "identifier",
        "value",
        "payload",
        "type",
        "token",
        "name",
        "backupCodes",
        "x",
        "e\"s\\c",
    ]);
    let text = prop_oneof![
        prop::sample::select(vec![
            "eyJhbGciOiJub25lIn0.e30.c2ln",
            "-----BEGIN X-----\nMC4C\n-----END X-----\n",
            "DE",
            "https://a.example/?token=eyJhbGciOiJub25lIn0.e30.~x&code=1#y",
            "123456",
            "******",
            "otpauth://totp/a?secret=b",
            "Bearer 0123456789abcdef",
            "password",
            "ghp_://?token=a",
            "[redacted:token:0123456789abcdef]",
            "[redacted:x]",
            "$2a$10$abcdefghijklmnopqrstuv",
            "-----BEGIN eyJhbGciOiJub25lIn0.e30.c2ln",
            "invalid_grant",
            "a\tb\u{1f600}",
        ])
        .prop_map(str::to_owned),
        ".{0,12}",
    ];
    let leaf = prop_oneof![
        4 => text.prop_map(Value::from),
        1 => any::<i32>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..6).prop_map(|members| {
                Value::Object(
                    members.into_iter().map(|(name, value)| (name.into(), value)).collect(),
                )
            }),
        ]
    })
}

/// The text without the values that were replaced: what redaction must not touch.
fn untouched(document: &Document<'_>, other: &Document<'_>) -> String {
    let mut rest = String::new();
    let mut position = 0;
    for (node, twin) in document.nodes().zip(other.nodes()) {
        if node.as_str().is_some() && node.raw() != twin.raw() {
            rest.push_str(&document.text()[position..node.span().start]);
            position = node.span().end;
        }
    }
    rest + &document.text()[position..]
}

proptest! {
    #[test]
    fn redaction_replaces_strings_and_nothing_else(
        value in json(),
        is_pretty: bool,
        format in prop::sample::select(Format::ALL.to_vec()),
        event_type in prop::sample::select(vec![
            "Interaction.SignIn.Profile.Update", "PROJECT_APP_UPDATED", "PROJECT_APP_SECRET_VIEWED", "2434",
        ]),
        is_failure: bool,
    ) {
        let mut fields = Fields::new(Source::Logto, event_type.into());
        fields.result = if is_failure { Outcome::Failure } else { Outcome::Success };
        let record = if is_pretty {
            serde_json::to_string_pretty(&value).expect("JSON")
        } else {
            value.to_string()
        };
        let Some(redacted) = redact(format, &fields, &record) else { return Ok(()) };

        let before = Document::parse(record.as_bytes()).expect("JSON");
        let after = Document::parse(redacted.as_bytes()).expect("still JSON");
        let kinds = |document: &Document<'_>| -> Vec<bool> {
            document.nodes().map(|node| node.as_str().is_some()).collect()
        };
        prop_assert_eq!(kinds(&before), kinds(&after));
        prop_assert_eq!(untouched(&before, &after), untouched(&after, &before));
        prop_assert_eq!(redact(format, &fields, &redacted), None, "redacted once is redacted");
    }

    #[test]
    fn a_password_never_survives(password in "[a-z]{4}[0-9A-Z!-/]{4,20}", depth in 0_usize..4) {
        let mut inner = serde_json::json!({ "user_Password": [{ "any": password }] });
        for _ in 0..depth {
            inner = serde_json::json!([{ "data": inner }]);
        }
        let record = serde_json::json!({ "type": "t", "data": inner }).to_string();
        let written = Value::from(password.as_str()).to_string();
        prop_assert!(record.contains(&written));
        prop_assert!(!native(&record).contains(&written));
    }
}
