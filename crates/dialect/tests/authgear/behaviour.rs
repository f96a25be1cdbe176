//! What is promised, case by case.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use gatelog_event::source::Format;
use gatelog_service::DueReads;
use serde_json::{Value, json};

use crate::support::{ADDRESS, Server, base64, example, fixture, global_id, server_with_examples};

/// Rows of the examples, newest first.
const ALL: [&str; 6] = [
    "00000000000a6001",
    "00000000000a5a60",
    "00000000000a5a5b",
    "00000000000a5a58",
    "000000000009a200",
    "0000000000091f01",
];

/// One event in Authgear's form.
fn event(id: &str, event_type: &str, timestamp: i64, context: &Value) -> String {
    let mut event = json!({
        "id": id, "seq": 1, "type": event_type, "payload": {},
        "context": { "timestamp": timestamp, "user_id": null, "triggered_by": "user" },
    });
    for (name, value) in context.as_object().unwrap() {
        event["context"][name] = value.clone();
    }
    event.to_string() + "\n"
}

#[test]
fn arguments_and_the_rows_they_find() {
    let server = server_with_examples();
    let reader = server.reader();
    let ada = global_id("User", "00000000-0000-0000-0000-000000000001");
    let grace = global_id("User", "7a1d1f2e-0b53-4f6c-9f9e-2b8f3c1d4e5f");
    let portal = global_id("User", "d5f0a2b4-1111-4222-8333-944455566677");
    let cases: [(&str, &[usize]); 31] = [
        ("", &[0, 1, 2, 3, 4, 5]),
        ("(sortDirection: ASC)", &[5, 4, 3, 2, 1, 0]),
        ("(first: 2)", &[0, 1]),
        ("(first: 0)", &[]),
        ("(first: -1)", &[0, 1, 2, 3, 4, 5]),
        ("(first: 2, after: \"\")", &[0, 1]),
        ("(first: 2, after: \"b2Zmc2V0OjE\")", &[2, 3]),
        ("(after: \"b2Zmc2V0OjM\")", &[4, 5]),
        ("(after: \"b2Zmc2V0Ojk5\")", &[]),
        ("(after: \"b2Zmc2V0OjA\", before: \"b2Zmc2V0OjU\", last: 2)", &[3, 4]),
        ("(after: \"b2Zmc2V0OjU\", before: \"b2Zmc2V0OjA\")", &[]),
        ("(activityTypes: [])", &[0, 1, 2, 3, 4, 5]),
        ("(activityTypes: SMS_SENT)", &[3]),
        ("(activityTypes: [SMS_SENT, USER_CREATED])", &[3, 5]),
        ("(activityTypes: [USER_DELETED])", &[]),
        (&format!("(userIDs: [\"{ada}\"])"), &[1, 2]),
        (&format!("(userIDs: \"{grace}\")"), &[0, 4, 5]),
        (&format!("(userIDs: [\"{grace}\", \"{ada}\"])"), &[0, 1, 2, 4, 5]),
        (&format!("(userIDs: [\"{portal}\"])"), &[]),
        ("(userIDs: [])", &[0, 1, 2, 3, 4, 5]),
        ("(userIDs: null)", &[0, 1, 2, 3, 4, 5]),
        ("(phoneNumbers: [\"+85298765432\"])", &[3]),
        ("(emailAddresses: [\"+85298765432\"])", &[3]),
        ("(phoneNumbers: [\"85298765432\"])", &[]),
        ("(phoneNumbers: [\"+15550001111\"])", &[]),
        (&format!("(userIDs: [\"{ada}\"], phoneNumbers: [\"+85298765432\"])"), &[1, 2, 3]),
        (&format!("(userIDs: [\"{ada}\"], activityTypes: [USER_AUTHENTICATED])"), &[1]),
        ("(rangeFrom: \"2026-07-27T10:42:36Z\")", &[0, 1]),
        ("(rangeTo: \"2026-07-27T10:42:36Z\")", &[2, 3, 4, 5]),
        ("(rangeTo: \"2026-07-27T10:42:36.000001Z\")", &[1, 2, 3, 4, 5]),
        // An offset counts: it is 10:42:20Z.
        (
            "(rangeFrom: \"2026-07-27T18:42:20+08:00\", rangeTo: \"2026-07-27T18:42:36+08:00\")",
            &[2],
        ),
    ];
    for (arguments, expected) in cases {
        let expected: Vec<&str> = expected.iter().map(|at| ALL[*at]).collect();
        assert_eq!(reader.ids(arguments), expected, "{arguments}");
    }
}

#[test]
fn what_is_said_of_a_page() {
    let server = server_with_examples();
    let reader = server.reader();
    let page_info = |arguments: &str| {
        let data = reader.data(&format!(
            "{{ auditLogs({arguments}) {{ totalCount edges {{ cursor }} pageInfo {{ \
             hasPreviousPage hasNextPage startCursor endCursor }} }} }}"
        ));
        let found = &data["auditLogs"];
        assert_eq!(found["totalCount"], 6, "{arguments}");
        let cursors = found["edges"].as_array().unwrap();
        let info = &found["pageInfo"];
        if let (Some(first), Some(last)) = (cursors.first(), cursors.last()) {
            assert_eq!(info["startCursor"], first["cursor"]);
            assert_eq!(info["endCursor"], last["cursor"]);
        }
        let flag = |name: &str| info[name].as_bool().unwrap();
        let cursor = |name: &str| info[name].as_str().unwrap().to_owned();
        (flag("hasPreviousPage"), flag("hasNextPage"), cursor("startCursor"), cursor("endCursor"))
    };
    let at = |offset: u32| base64(&format!("offset:{offset}"));
    let cases = [
        ("first: 4", (true, true, at(0), at(3))),
        ("first: 4, after: \"b2Zmc2V0OjM\"", (true, false, at(4), at(5))),
        // As there, a last page that is full says that there is another.
        ("first: 6", (true, true, at(0), at(5))),
        ("first: 7", (true, false, at(0), at(5))),
        ("first: 0", (true, true, String::new(), String::new())),
        ("first: 5, after: \"b2Zmc2V0Ojk5\"", (true, false, String::new(), String::new())),
        ("after: \"b2Zmc2V0OjA\", before: \"b2Zmc2V0OjI\", last: 5", (false, true, at(1), at(1))),
    ];
    for (arguments, expected) in cases {
        assert_eq!(page_info(arguments), expected, "{arguments}");
    }
}

#[test]
fn a_page_has_a_hundred_rows_at_most_and_every_row_stands_on_one_page() {
    let server = Server::start();
    let events: String = (0..250)
        .map(|number| {
            event(&format!("{number:016x}"), "user.signed_out", 1_785_000_000, &json!({}))
        })
        .collect();
    server.keep("default", Format::Authgear, &events);
    let reader = server.reader();
    assert_eq!(reader.ids("").len(), 100);
    assert_eq!(reader.ids("(first: 1000)").len(), 100);
    let pages = ["", "(after: \"b2Zmc2V0Ojk5\")", "(after: \"b2Zmc2V0OjE5OQ\")"];
    let rows: Vec<String> = pages.into_iter().flat_map(|page| reader.ids(page)).collect();
    let newest_first: Vec<String> = (0..250).rev().map(|number| format!("{number:016x}")).collect();
    assert_eq!(rows, newest_first);
    let ascending = reader.ids("(sortDirection: ASC, first: 3)");
    assert_eq!(ascending, newest_first.into_iter().rev().take(3).collect::<Vec<_>>());
}

#[test]
fn what_a_row_lacks_is_empty_or_null() {
    let server = Server::start();
    let bare = event("1", "user.profile.updated", 1_785_000_000, &json!({}));
    let empty = event("2", "authentication.blocked", 1_785_000_001, &json!({ "user_id": "" }));
    server.keep("default", Format::Authgear, &(bare + &empty));
    let query = "{ auditLogs { edges { node { \
                 activityType clientID ipAddress userAgent createdAt user { id } } } } }";
    let row = |activity_type: &str, created_at: &str| {
        json!({ "node": {
            "activityType": activity_type, "clientID": "", "ipAddress": "", "userAgent": "",
            "createdAt": created_at, "user": null,
        } })
    };
    let expected = json!([
        row("AUTHENTICATION_BLOCKED", "2026-07-25T17:20:01Z"),
        row("USER_PROFILE_UPDATED", "2026-07-25T17:20:00Z"),
    ]);
    assert_eq!(server.reader().data(query)["auditLogs"]["edges"], expected);
}

#[test]
fn types_that_the_schema_does_not_know_are_left_out() {
    let server = Server::start();
    let unknown = event("1", "identity.username.verified", 1_785_000_000, &json!({}));
    let known = event("2", "user.created", 1_785_000_000, &json!({}));
    server.keep("default", Format::Authgear, &(unknown + &known));
    let reader = server.reader();
    let data = reader.data("{ auditLogs { totalCount edges { node { activityType } } } }");
    let expected =
        json!({ "totalCount": 1, "edges": [{ "node": { "activityType": "USER_CREATED" } }] });
    assert_eq!(data["auditLogs"], expected);
    let (unknown, known) = (global_id("AuditLog", "1"), global_id("AuditLog", "2"));
    let query = format!("{{ nodes(ids: [\"{unknown}\", \"{known}\"]) {{ id }} }}");
    assert_eq!(reader.data(&query), json!({ "nodes": [null, { "id": known }] }));
    // Our own API has them.
    assert!(server.tenant("default").ledger().get("1").unwrap().is_some());
}

#[test]
fn only_ids_of_audit_logs_are_found() {
    let server = server_with_examples();
    let reader = server.reader();
    let id = "00000000000a5a60";
    for (global_id, is_found) in [
        (global_id("AuditLog", id), true),
        (global_id("User", "00000000-0000-0000-0000-000000000001"), false),
        (global_id("FraudProtectionDecisionRecord", id), false),
        (global_id("auditlog", id), false),
        (format!("{}=", global_id("AuditLog", id)), false),
        (id.to_owned(), false),
        (String::new(), false),
    ] {
        let data = reader.data(&format!("{{ node(id: \"{global_id}\") {{ __typename id }} }}"));
        let expected = json!({ "__typename": "AuditLog", "id": global_id });
        let expected = if is_found { expected } else { Value::Null };
        assert_eq!(data["node"], expected, "{global_id}");
    }
}

#[test]
fn numbers_of_any_size_come_back_as_they_were_written() {
    let server = Server::start();
    let mut record = example("00000000000a5a60").to_string();
    let large =
        "\"seq\":9223372036854775807,\"ratio\":0.10,\"huge\":123456789012345678901234567890";
    record = record.replace("\"seq\":678496", large);
    server.keep("default", Format::Authgear, &record);
    let answer =
        server.reader().post("application/graphql", "{ auditLogs { edges { node { data } } } }");
    assert!(answer.text().contains(large), "{}", answer.text());
}

#[test]
fn secrets_stay_hidden() {
    let server = Server::start();
    let mut record = example("00000000000a5a60");
    record["payload"]["password"] = json!("correct horse");
    server.keep("default", Format::Authgear, &record.to_string());
    let data = server.reader().data("{ auditLogs { edges { node { data } } } }");
    record["payload"]["password"] = json!("[redacted:password]");
    assert_eq!(data["auditLogs"]["edges"][0]["node"]["data"], record);
}

#[test]
fn rows_of_the_table_and_nodes_show_the_event_they_hold() {
    let server = Server::start();
    let inner = example("00000000000a5a60");
    let row = json!({
        "id": "00000000000a5a60", "app_id": "myproject", "created_at": "2026-07-27 10:42:36",
        "user_id": "00000000-0000-0000-0000-000000000001", "activity_type": "user.authenticated",
        "data": inner,
    });
    server.keep("default", Format::Authgear, &row.to_string());
    let data = server.reader().data("{ auditLogs { edges { node { data } } } }");
    assert_eq!(data["auditLogs"]["edges"][0]["node"]["data"], inner);
}

#[test]
fn names_come_from_the_directory() {
    let server = Server::start();
    let mut named = example("00000000000a5a60");
    named["payload"]["user"]["standard_attributes"]["name"] = json!("Ada Lovelace");
    server.keep("default", Format::Authgear, &named.to_string());
    let data = server.reader().data(
        "{ auditLogs { edges { node { user { __typename formattedName endUserAccountID } } } } }",
    );
    let expected = json!({
        "__typename": "User", "formattedName": "Ada Lovelace", "endUserAccountID": "ada@example.com",
    });
    assert_eq!(data["auditLogs"]["edges"][0]["node"]["user"], expected);
}

#[test]
fn a_user_is_whom_the_event_is_about() {
    let server = Server::start();
    let with = |id: &str, event_type: &str, payload: Value, context: Value| {
        let mut record: Value =
            serde_json::from_str(&event(id, event_type, 1_785_000_000, &context)).unwrap();
        record["payload"] = payload;
        record.to_string() + "\n"
    };
    let admin =
        json!({ "triggered_by": "admin_api", "audit_context": { "actor_user_id": "boss" } });
    let events = [
        with("1", "user.authenticated", json!({}), json!({ "user_id": "u1" })),
        with("2", "user.disabled", json!({ "user": { "id": "u1" } }), admin.clone()),
        with(
            "3",
            "admin_api.mutation.create_role.executed",
            json!({ "role": { "key": "u1" } }),
            admin,
        ),
        with("4", "sms.sent", json!({ "recipient": "u1" }), json!({})),
        with("5", "email.sent", json!({ "recipient": "a@b.example" }), json!({ "user_id": "u1" })),
        with("6", "m2m.token.created", json!({ "client_id": "u1" }), json!({ "client_id": "u1" })),
    ];
    server.keep("default", Format::Authgear, &events.concat());
    let reader = server.reader();
    let of = |user: &str| reader.ids(&format!("(userIDs: [\"{}\"])", global_id("User", user)));
    assert_eq!(of("u1"), ["5", "2", "1"]);
    assert_eq!(of("boss"), [""; 0]);
    assert_eq!(reader.ids("(emailAddresses: [\"a@b.example\"])"), ["5"]);
    assert_eq!(reader.ids("(emailAddresses: [\"A@b.example\"])"), [""; 0]);
    let data = reader.data("{ auditLogs(sortDirection: ASC) { edges { node { user { id } } } } }");
    let edges = data["auditLogs"]["edges"].as_array().unwrap();
    let shown: Vec<bool> =
        edges.iter().map(|edge| edge["node"]["user"]["id"] == global_id("User", "u1")).collect();
    assert_eq!(shown, [true, true, false, false, true, false]);
}

#[test]
fn reads_are_recorded_without_saying_of_whom() {
    let server = server_with_examples();
    let reader = server.reader();
    let ada = global_id("User", "00000000-0000-0000-0000-000000000001");
    reader.ids(&format!("(userIDs: [\"{ada}\"], activityTypes: [USER_AUTHENTICATED])"));
    server.service.write_audit(DueReads::All).unwrap();
    let own = gatelog_query::Filter::equals(gatelog_query::Field::Source, "gatelog");
    let start = gatelog_ledger::PageStart::First;
    let page = server.tenant("default").ledger().page(&gatelog_query::Query::new(own), start, 10);
    let events = page.unwrap().events;
    let records: Vec<String> =
        events.iter().map(|event| String::from_utf8_lossy(&event.record).into_owned()).collect();
    let read = records.iter().find(|record| record.contains("POST /_api/admin/graphql")).unwrap();
    assert!(read.contains("type = USER_AUTHENTICATED"), "{read}");
    assert!(!read.contains("00000000-0000-0000-0000-000000000001"), "{read}");
    // They stay out of what they are about.
    assert_eq!(reader.ids("").len(), ALL.len());
}

#[test]
fn the_page_explains_itself_and_runs_nothing_of_others() {
    let server = Server::start();
    let get = |address: &str| server.ask(Request::get(address).body(Body::empty()).unwrap());
    let page = get(ADDRESS);
    assert_eq!(page.status, StatusCode::OK);
    let policy = page.line("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let text = page.text();
    assert!(text.contains("totalCount: Int") && text.contains("curl"));
    let scripts: Vec<&str> = text.split("<script").skip(1).collect();
    let own = r#" type="module" src="/_api/admin/graphql/page.js"></script>"#;
    assert!(matches!(scripts[..], [script] if script.starts_with(own)), "{scripts:?}");
    assert!(!text.contains("style=") && !text.contains("<style"));
    let script = get("/_api/admin/graphql/page.js");
    assert!(script.line("content-type").starts_with("text/javascript"));
    let style = get("/_api/admin/graphql/style.css");
    assert!(style.line("content-type").starts_with("text/css"));
    assert_eq!(get("//_api/admin/graphql").status, StatusCode::OK);
    let put = Request::put(ADDRESS).body(Body::empty()).unwrap();
    assert_eq!(server.ask(put).status, StatusCode::METHOD_NOT_ALLOWED);
}

#[test]
fn the_examples_of_the_page_are_answered() {
    let server = server_with_examples();
    let reader = server.reader();
    let page = server.ask(Request::get(ADDRESS).body(Body::empty()).unwrap()).text();
    let queries = page.split("--data &#39;").skip(1).chain(page.split("--data '").skip(1));
    let queries: Vec<String> =
        queries.map(|rest| rest.split_once("' \\").unwrap().0.replace("&#34;", "\"")).collect();
    assert_eq!(queries.len(), 3);
    for query in queries {
        reader.data(&query);
    }
    assert_eq!(fixture("authgear-events.ndjson").lines().count(), ALL.len());
}
