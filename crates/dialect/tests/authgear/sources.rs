//! Events of other sources, as Authgear would have told of them.

use gatelog_event::catalogue::{catalogue, counterpart};
use gatelog_event::fields::Outcome;
use gatelog_event::source::{Format, Source};
use serde_json::{Value, json};

use crate::support::{Reader, Server, example, global_id};

const FIELDS: &str = "id createdAt activityType ipAddress userAgent clientID user { id } data";

fn rows(server: &Server, arguments: &str) -> Vec<Value> {
    let query =
        format!("{{ auditLogs{arguments} {{ totalCount edges {{ node {{ {FIELDS} }} }} }} }}");
    let data = server.reader().data(&query);
    let edges = data["auditLogs"]["edges"].as_array().unwrap();
    assert_eq!(data["auditLogs"]["totalCount"], edges.len());
    edges.iter().map(|edge| edge["node"].clone()).collect()
}

fn fed_by_logto() -> Server {
    let server = Server::start();
    let row = |id: &str, key: &str, millis: i64, payload: Value| {
        let created_at = 1_785_148_900_000 + millis;
        json!({ "tenantId": "default", "id": id, "key": key, "payload": payload, "createdAt": created_at })
            .to_string()
            + "\n"
    };
    let payload = |key: &str, result: &str| {
        json!({
            "key": key, "result": result, "userId": "ada12345", "applicationId": "app1",
            "sessionId": "s1", "ip": "203.0.113.9", "userAgent": "curl/8",
        })
    };
    let (signed_in, password) =
        ("Interaction.SignIn.Submit", "Interaction.SignIn.Verification.Password.Submit");
    let rows = [
        row("logto1", signed_in, 999, payload(signed_in, "Success")),
        row("logto2", password, 2_000, payload(password, "Error")),
        // Authgear has no word for the right password, nor for leaving the page.
        row("logto3", password, 3_000, payload(password, "Success")),
        row("logto4", "Interaction.End", 4_000, payload("Interaction.End", "Success")),
    ];
    server.keep("default", Format::Logto, &rows.concat());
    server
}

#[test]
fn a_tenant_fed_by_logto() {
    let server = fed_by_logto();
    let user = json!({ "id": global_id("User", "ada12345") });
    let rows_found = rows(&server, "");
    assert_eq!(rows_found.len(), 2);
    let expected = json!({
        "id": global_id("AuditLog", "logto1"),
        "createdAt": "2026-07-27T10:41:40Z",
        "activityType": "USER_AUTHENTICATED",
        "ipAddress": "203.0.113.9", "userAgent": "curl/8", "clientID": "app1", "user": user,
        "data": {
            "id": "logto1", "type": "user.authenticated",
            "payload": { "user": { "id": "ada12345" }, "session": { "id": "s1" } },
            "context": {
                "timestamp": 1_785_148_900, "user_id": "ada12345", "triggered_by": "user",
                "audit_context": {}, "preferred_languages": [], "language": "",
                "geo_location_code": null, "ip_address": "203.0.113.9", "user_agent": "curl/8",
                "client_id": "app1",
            },
        },
    });
    assert_eq!(rows_found[1], expected);
    assert_eq!(rows_found[0]["activityType"], "AUTHENTICATION_PRIMARY_PASSWORD_FAILED");
    let of_ada = format!("(userIDs: [\"{}\"])", global_id("User", "ada12345"));
    assert_eq!(rows(&server, &of_ada).len(), 2);
    let failed = "(activityTypes: [AUTHENTICATION_PRIMARY_PASSWORD_FAILED])";
    assert_eq!(rows(&server, failed)[0]["id"], global_id("AuditLog", "logto2"));
    let of_the_application = format!("(userIDs: [\"{}\"])", global_id("User", "app1"));
    assert_eq!(rows(&server, &of_the_application), [Value::Null; 0]);
}

#[test]
fn every_event_that_has_a_counterpart_is_a_row_of_its_type() {
    let server = Server::start();
    let mut expected = Vec::new();
    for source in [Source::Native, Source::Logto, Source::PlusAuth] {
        for event_type in catalogue(source).event_types() {
            for outcome in Outcome::ALL {
                let id = format!("{source}-{}-{}", event_type.key, outcome.name());
                let event = json!({
                    "id": id, "source": source.name(), "type": event_type.key,
                    "outcome": outcome.name(), "time": "2026-07-27T10:00:00Z",
                });
                server.keep("default", Format::Native, &event.to_string());
                expected.push((id, counterpart(source, event_type.key, outcome, Source::Authgear)));
            }
        }
    }
    let shown = expected.iter().filter(|(_, key)| key.is_some()).count();
    assert!(shown > 50, "{shown}");
    let reader = server.reader();
    // So many nodes may be asked for at once.
    for some in expected.chunks(100) {
        let ids: Vec<String> = some.iter().map(|(id, _)| global_id("AuditLog", id)).collect();
        let query =
            format!("{{ nodes(ids: {}) {{ ... on AuditLog {{ activityType }} }} }}", json!(ids));
        let nodes = reader.data(&query)["nodes"].clone();
        for ((id, key), node) in some.iter().zip(nodes.as_array().unwrap()) {
            assert_eq!(node["activityType"].as_str(), *key, "{id}");
        }
    }
    let total = reader.data("{ auditLogs(first: 0) { totalCount } }");
    assert_eq!(total["auditLogs"]["totalCount"], shown);
}

#[test]
fn rows_of_others_are_found_by_their_ids() {
    let server = fed_by_logto();
    let found = |id: &str| {
        let id = global_id("AuditLog", id);
        server
            .reader()
            .data(&format!("{{ node(id: \"{id}\") {{ id ... on AuditLog {{ activityType }} }} }}"))
            ["node"]["activityType"]
            .clone()
    };
    assert_eq!(found("logto1"), "USER_AUTHENTICATED");
    assert_eq!(found("logto3"), Value::Null);
    assert_eq!(found("logto9"), Value::Null);
}

#[test]
fn a_key_that_is_bound_to_authgears_events_sees_no_others() {
    let server = fed_by_logto();
    server.keep("default", Format::Authgear, &example("00000000000a5a60").to_string());
    let key = server.key_of(Source::Authgear);
    let bound = Reader { server: &server, key };
    let query = "{ auditLogs { totalCount edges { node { user { id endUserAccountID } } } } }";
    let user = json!({
        "id": global_id("User", "00000000-0000-0000-0000-000000000001"),
        "endUserAccountID": null,
    });
    let expected = json!({ "totalCount": 1, "edges": [{ "node": { "user": user } }] });
    assert_eq!(bound.data(query)["auditLogs"], expected);
    let id = global_id("AuditLog", "logto1");
    let node = format!("{{ node(id: \"{id}\") {{ id }} }}");
    assert_eq!(bound.data(&node)["node"], Value::Null);
    assert_eq!(server.reader().data(&node)["node"]["id"], id);
}

#[test]
fn a_tenant_fed_by_plusauth() {
    let server = Server::start();
    let entry = |event_type: &str, details: Value| {
        json!({
            "time": "2026-07-27T10:41:40.250Z", "level": "info", "event_type": event_type,
            "message": "", "user_id": "pa-user", "client_address": "::ffff:198.51.100.7",
            "client_id": "pa-client", "details": details,
        })
        .to_string()
            + "\n"
    };
    let entries = [
        entry("2001", json!({})),
        entry("4001", json!({ "identifier": "grace@example.com" })),
        entry("2434", json!({ "to": "ada@example.com" })),
        entry("2444", json!({ "to": "+85298765432" })),
        entry("2300", json!({})),
    ];
    server.keep("default", Format::PlusAuth, &entries.concat());
    let types: Vec<Value> = rows(&server, "(sortDirection: ASC)")
        .iter()
        .map(|row| row["activityType"].clone())
        .collect();
    let expected =
        ["USER_AUTHENTICATED", "AUTHENTICATION_IDENTITY_LOGIN_ID_FAILED", "EMAIL_SENT", "SMS_SENT"];
    assert_eq!(types, expected);
    for (arguments, activity_type, recipient) in [
        ("(emailAddresses: [\"ada@example.com\"])", "EMAIL_SENT", "ada@example.com"),
        ("(phoneNumbers: [\"+85298765432\"])", "SMS_SENT", "+85298765432"),
    ] {
        let found = rows(&server, arguments);
        assert_eq!(found.len(), 1, "{arguments}");
        assert_eq!(found[0]["activityType"], activity_type);
        assert_eq!(found[0]["ipAddress"], "198.51.100.7");
        assert_eq!(found[0]["data"]["payload"]["recipient"], recipient);
        assert_eq!(found[0]["data"]["context"]["timestamp"], 1_785_148_900);
    }
}

#[test]
fn events_of_authgear_in_our_own_form() {
    let server = Server::start();
    let whole = example("00000000000a5a58");
    let events = [
        json!({ "id": "a", "source": "authgear", "type": "SMS_SENT", "time": "2026-07-27T10:00:01Z",
                "data": whole }),
        json!({ "id": "b", "source": "authgear", "type": "user.created", "time": "2026-07-27T10:00:02Z",
                "actor": { "id": "u1" } }),
        json!({ "id": "c:d", "source": "authgear", "type": "email.sent", "time": "2026-07-27T10:00:03Z",
                "target": { "kind": "recipient", "id": "ada@example.com" } }),
        json!({ "id": "e", "type": "user.disable", "outcome": "success", "time": "2026-07-27T10:00:04Z",
                "actor": { "kind": "admin", "id": "boss" }, "target": { "kind": "user", "id": "u1" } }),
    ];
    let body: String = events.iter().map(|event| event.to_string() + "\n").collect();
    server.keep("default", Format::Native, &body);
    let reader = server.reader();
    assert_eq!(reader.ids("(sortDirection: ASC)"), ["a", "b", "c:d", "e"]);
    assert_eq!(reader.ids("(activityTypes: [USER_CREATED])"), ["b"]);
    assert_eq!(reader.ids("(emailAddresses: [\"ada@example.com\"])"), ["c:d"]);
    assert_eq!(reader.ids("(phoneNumbers: [\"+85298765432\"])"), ["a"]);
    let user = |id: &str| format!("(userIDs: [\"{}\"])", global_id("User", id));
    assert_eq!(reader.ids(&user("u1")), ["e", "b"]);
    assert_eq!(reader.ids(&user("boss")), [""; 0]);
    let found = rows(&server, "(sortDirection: ASC)");
    assert_eq!(found[0]["data"], whole);
    assert_eq!(found[1]["data"]["type"], "user.created");
    assert_eq!(found[3]["activityType"], "USER_DISABLED");
    assert_eq!(found[3]["data"]["context"]["triggered_by"], "admin_api");
}
