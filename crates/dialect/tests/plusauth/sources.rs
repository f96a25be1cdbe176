//! Events of other sources: all that have a counterpart, and nothing else, are shown as it.

use std::collections::BTreeMap;

use gatelog_auth::Scope;
use gatelog_event::catalogue::{catalogue, counterpart};
use gatelog_event::fields::Outcome;
use gatelog_event::language::Language;
use gatelog_event::source::{Format, Source};
use serde_json::{Value, json};

use crate::entries::encoded;
use crate::support::{NOW_MS, Server};

/// An event of another source, and how it must be shown: as nothing without a counterpart.
struct Sent {
    source: Source,
    event_type: &'static str,
    /// What the record says, as its mapping reads it.
    result: Outcome,
    record: Value,
}

/// What tells rows apart and what must be right about them.
type Shown = BTreeMap<String, (String, String, String)>;

fn logto() -> impl Iterator<Item = Sent> {
    let results = [("Success", Outcome::Success), ("Error", Outcome::Failure)];
    types(Source::Logto).flat_map(move |event_type| {
        results.into_iter().map(move |(stated, result)| {
            let payload = json!({ "key": event_type, "result": stated, "userId": "ada" });
            let record = json!({
                "id": format!("{event_type} {stated}"), "key": event_type, "payload": payload,
                "createdAt": NOW_MS,
            });
            Sent { source: Source::Logto, event_type, result, record }
        })
    })
}

fn authgear() -> impl Iterator<Item = Sent> {
    types(Source::Authgear).map(|event_type| {
        let failed = ["_FAILED", "_ERROR", "_BLOCKED"].iter().any(|end| event_type.ends_with(end));
        let record = json!({
            "id": event_type, "seq": 1, "type": event_type.to_lowercase(), "payload": {},
            "context": { "timestamp": NOW_MS / 1_000, "user_id": "ada" },
        });
        let record = with_stored_type(record, event_type);
        let result = if failed { Outcome::Failure } else { Outcome::Unknown };
        Sent { source: Source::Authgear, event_type, result, record }
    })
}

/// The type as Authgear stores it, which the catalogue knows too.
fn with_stored_type(mut record: Value, event_type: &str) -> Value {
    let known = catalogue(Source::Authgear).get(event_type).unwrap();
    let stored = known.aliases.iter().find(|alias| alias.contains('.'));
    record["type"] = Value::from(*stored.unwrap_or(&event_type));
    record
}

fn native() -> impl Iterator<Item = Sent> {
    types(Source::Native).flat_map(|event_type| {
        Outcome::ALL.into_iter().map(move |result| {
            let id = format!("{event_type} {}", result.name());
            let record = json!({ "id": id, "type": event_type, "outcome": result.name() });
            Sent { source: Source::Native, event_type, result, record }
        })
    })
}

fn types(source: Source) -> impl Iterator<Item = &'static str> {
    catalogue(source).event_types().iter().map(|event_type| event_type.key)
}

/// Code, level and message of every event that has a counterpart, by the event's id.
fn expected(sent: &[Sent]) -> Shown {
    let shown = sent.iter().filter_map(|sent| {
        let own = catalogue(sent.source).get(sent.event_type)?;
        let code = counterpart(sent.source, sent.event_type, sent.result, Source::PlusAuth)?;
        let level = catalogue(Source::PlusAuth).get(code)?.level(own.outcome(sent.result));
        let id = sent.record["id"].as_str()?.to_owned();
        let title = own.title(Language::English).to_owned();
        Some((id, (code.to_owned(), level.name().to_owned(), title)))
    });
    shown.collect()
}

fn shown(rows: &[Value]) -> Shown {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let shown = rows.iter().map(|row| {
        let said = (text(&row["event_type"]), text(&row["level"]), text(&row["message"]));
        (text(&row["details"]["id"]), said)
    });
    shown.collect()
}

#[test]
fn every_event_that_has_a_counterpart_is_shown_as_it() {
    let fed: [(&str, Format, Vec<Sent>); 3] = [
        ("of-logto", Format::Logto, logto().collect()),
        ("of-authgear", Format::Authgear, authgear().collect()),
        ("of-others", Format::Native, native().collect()),
    ];
    let server = Server::start();
    for (tenant, format, sent) in fed {
        server.create_tenant(tenant);
        let lines: String = sent.iter().map(|sent| format!("{}\n", sent.record)).collect();
        server.keep(tenant, format, &lines);
        let key = server.key(Scope::Read, Some(tenant));
        let ask = |query: &str| {
            let target = format!("/api/v1/logs/?include_api=true&limit=1000&{query}");
            let answer = server.get(&target, &key, &[]);
            let rows = answer.rows();
            assert_eq!(answer.json()["total"], rows.len(), "{query}");
            shown(&rows)
        };
        let expected = expected(&sent);
        assert!(expected.len() > 30, "{tenant}");
        assert_eq!(ask(""), expected, "{tenant}");
        // What rows show is what conditions find.
        for (code, level, message) in expected.values() {
            let with = |is: &dyn Fn(&(String, String, String)) -> bool| {
                expected.clone().into_iter().filter(|(_, said)| is(said)).collect::<Shown>()
            };
            let by_code = with(&|(shown, _, _)| shown == code);
            assert_eq!(ask(&format!("operation={code}")), by_code, "{tenant}");
            assert_eq!(ask(&format!("q=event_type={code}")), by_code, "{tenant}");
            let by_level = with(&|(_, shown, _)| shown == level);
            assert_eq!(ask(&format!("type={level}")), by_level, "{tenant}");
            let asked = format!("message = \"{message}\"");
            let by_message = with(&|(_, _, shown)| shown == message);
            assert_eq!(ask(&format!("q={}", encoded(&asked))), by_message, "{tenant} {asked}");
        }
    }
}

#[test]
fn an_event_of_another_source_has_the_members_of_an_entry() {
    let server = Server::start();
    let record = json!({
        "id": "row", "key": "Interaction.SignIn.Verification.Password.Submit",
        "payload": {
            "key": "Interaction.SignIn.Verification.Password.Submit", "result": "Error",
            "userId": "7m2kq9x4t1zb", "applicationId": "qh6k", "sessionId": "s-1",
            "ip": "::ffff:203.0.113.24", "userAgent": "curl/8.5.0",
            "error": { "code": "session.invalid_credentials", "message": "Wrong." },
        },
        "createdAt": NOW_MS,
    });
    server.keep("default", Format::Logto, &record.to_string());
    let key = server.key(Scope::Read, Some("default"));
    let title = catalogue(Source::Logto).get(record["key"].as_str().unwrap()).unwrap();
    let expected = json!({
        "time": "2026-11-20T16:04:53.833Z", "level": "warn", "event_type": "4002",
        "message": title.title(Language::English), "user_id": "7m2kq9x4t1zb", "request_id": "",
        "client_address": "203.0.113.24", "client_id": "qh6k", "session_id": "s-1",
        "ua": "curl/8.5.0", "details": record,
    });
    assert_eq!(server.get("/api/v1/logs/", &key, &[]).rows(), [expected]);
    // Every member that is shown can be asked for by its name.
    for asked in [
        r#"user_id = "7m2kq9x4t1zb""#,
        r#"request_id = """#,
        r#"client_address = "203.0.113.24""#,
        r#"client_id = "qh6k" AND session_id = "s-1" AND ua = "curl/8.5.0""#,
        r#"details.payload.error.code = "session.invalid_credentials""#,
        r#"details.key ILIKE "interaction.%" AND details.id = "row" AND details.x = null"#,
        r#"amr = null AND NOT message = "" AND NOT details = null"#,
        r#"level >= "warn" AND level != "error" AND type = 4002"#,
    ] {
        let target = format!("/api/v1/logs/?q={}", encoded(asked));
        assert_eq!(server.get(&target, &key, &[]).codes(), "4002", "{asked}");
    }
}
