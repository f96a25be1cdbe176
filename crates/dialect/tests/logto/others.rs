//! Events of other systems, as Logto would have told them.

use gatelog_auth::{Access, Scope};
use gatelog_event::catalogue::{catalogue, counterpart};
use gatelog_event::fields::Outcome;
use gatelog_event::source::{Format, Source};
use serde_json::{Value, json};

use crate::support::Server;

/// An event in our own form, of somebody in an application.
fn event(source: Source, event_type: &str, outcome: Outcome) -> Value {
    json!({
        "id": id(source, event_type, outcome), "source": source.name(), "type": event_type,
        "outcome": outcome.name(), "time": "2026-11-20T09:00:00.5Z",
        "actor": { "kind": "user", "id": "ada" }, "application": { "id": "app" },
        "ip": "203.0.113.24",
    })
}

fn id(source: Source, event_type: &str, outcome: Outcome) -> String {
    format!("{source}-{event_type}-{}", outcome.name())
}

#[test]
fn every_event_that_has_a_counterpart_is_a_row_under_its_key() {
    let server = Server::start();
    let mut expected = Vec::new();
    for source in [Source::Native, Source::Authgear, Source::PlusAuth] {
        for event_type in catalogue(source).event_types() {
            for outcome in Outcome::ALL {
                let event = event(source, event_type.key, outcome).to_string();
                server.keep("default", Format::Native, &event);
                let key = counterpart(source, event_type.key, outcome, Source::Logto);
                let ended = event_type.outcome(outcome);
                expected.push((id(source, event_type.key, outcome), key, ended));
            }
        }
    }
    assert!(expected.iter().filter(|(_, key, _)| key.is_some()).count() > 100);
    let reader = server.key(Scope::Read, Some("default"));
    for (id, key, ended) in &expected {
        let answer = server.get(&format!("/api/logs/{id}"), &reader, &[]);
        let Some(key) = key else {
            assert_eq!(answer.json()["code"], "entity.not_exists_with_id", "{id}");
            continue;
        };
        let result = if *ended == Outcome::Failure { "Error" } else { "Success" };
        let row = json!({
            "tenantId": "default", "id": id, "key": key,
            "payload": {
                "key": key, "result": result, "ip": "203.0.113.24", "userId": "ada",
                "applicationId": "app",
            },
            "createdAt": 1_795_165_200_500_i64,
        });
        assert_eq!(answer.json(), row, "{id}");
    }
    let keys = ["Interaction.SignIn.Submit", "Interaction.SignIn.Verification.Totp.Submit"];
    for asked in keys {
        let found = server.get(&format!("/api/logs?page_size=100&logKey={asked}"), &reader, &[]);
        let mut found = found.ids();
        found.sort_unstable();
        let is_asked = |key: &Option<&str>| *key == Some(asked);
        let mut all: Vec<&String> =
            expected.iter().filter(|(_, key, _)| is_asked(key)).map(|(id, ..)| id).collect();
        all.sort_unstable();
        assert!(!all.is_empty() && all.len() <= 100, "{asked}");
        assert!(found.iter().eq(all), "{asked}: {found:?}");
    }
    let listed = expected.iter().filter(|(_, key, _)| {
        key.is_some_and(|key| !key.starts_with("TriggerHook") && !key.starts_with("TrustedDevice"))
    });
    let total = listed.count().to_string();
    for query in ["", "?userId=ada", "?applicationId=app", "?userId=ada&applicationId=app"] {
        let answer = server.get(&format!("/api/logs{query}"), &reader, &[]);
        assert_eq!(answer.header("total-number"), [total.as_str()], "{query}");
    }
}

#[test]
fn an_application_of_another_system_is_no_user() {
    let server = Server::start();
    let mut by_app = event(Source::Authgear, "USER_AUTHENTICATED", Outcome::Success);
    by_app["actor"] = json!({ "kind": "application", "id": "app" });
    server.keep("default", Format::Native, &by_app.to_string());
    let reader = server.key(Scope::Read, Some("default"));
    let ids = |query: &str| server.get(&format!("/api/logs?{query}"), &reader, &[]).ids();
    assert_eq!(ids("userId=app"), [""; 0]);
    assert_eq!(ids("applicationId=app").len(), 1);
}

#[test]
fn a_key_that_is_bound_to_logto_sees_only_its_events() {
    let server = Server::start();
    let own = event(Source::Logto, "Interaction.SignIn.Submit", Outcome::Success);
    let other = event(Source::PlusAuth, "2001", Outcome::Success);
    server.keep("default", Format::Native, &json!([own, other]).to_string());
    let tenant = Some("default".parse().unwrap());
    let (bound, _) =
        server.key_with(Access::new(Scope::Read, tenant, Some(Source::Logto)).unwrap());
    let free = server.key(Scope::Read, Some("default"));
    assert_eq!(server.get("/api/logs", &free, &[]).ids().len(), 2);
    assert_eq!(server.get("/api/logs", &bound, &[]).ids(), [own["id"].as_str().unwrap()]);
    let hidden = server.get(&format!("/api/logs/{}", other["id"].as_str().unwrap()), &bound, &[]);
    assert_eq!(hidden.json()["code"], "entity.not_exists_with_id");
}
