//! What is promised of questions and rows, case by case.

use gatelog_auth::Scope;
use gatelog_event::source::Format;
use serde_json::{Value, json};

use crate::entries::{encoded, entry, seconds_ago, server_with, with};
use crate::support::{NOW_MS, Server};

#[test]
fn entries_go_out_as_they_came() {
    let whole = format!(
        r#"{{"b":1.50,"time":"{}","level":"debug","event_type":"2001","message":"\u00e9",
            "user_id":null,"request_id":"r","client_address":"::ffff:10.0.0.1","details":{{"z":1,"a":[ ]}} }}"#,
        seconds_ago(1)
    )
    .replace('\n', "");
    let server = Server::start();
    server.keep("default", Format::PlusAuth, &whole);
    let key = server.key(Scope::Read, Some("default"));
    let body = server.get("/api/v1/logs/", &key, &[]).body;
    let body = String::from_utf8(body).unwrap();
    let entry = whole.trim_end().strip_suffix('}').unwrap().trim_end();
    assert!(body.starts_with(&format!("{{\"logs\":[{entry}}}],\"total\":1,")), "{body}");
}

#[test]
fn what_an_entry_lacks_stands_behind_the_rest() {
    let server = Server::start();
    server.keep("default", Format::PlusAuth, r#"{"event_type":"4434","x":1}"#);
    let key = server.key(Scope::Read, Some("default"));
    let body = String::from_utf8(server.get("/api/v1/logs/", &key, &[]).body).unwrap();
    let expected = r#"{"event_type":"4434","x":1,"time":"2026-11-20T16:04:53.833Z","level":"error","message":"","user_id":"","request_id":"","client_address":"","details":{}}"#;
    assert!(body.contains(expected), "{body}");
}

#[test]
fn entries_in_our_own_form_are_made_of_what_is_known() {
    let server = Server::start();
    let event = json!({
        "id": "1", "source": "plusauth", "type": "4002", "time": "2026-11-20T09:00:00.1239Z",
        "actor": { "kind": "user", "id": "ada" }, "application": { "id": "shop" },
        "ip": "203.0.113.24", "request": "r", "outcome": "failure",
        "data": { "message": "Wrong password", "details": { "attempts": 3 } },
    });
    let unknown = json!({ "id": "2", "source": "plusauth", "type": "9999", "time": NOW_MS });
    let other = json!({ "id": "3", "type": "payroll.exported" });
    server.keep("default", Format::Native, &json!([event, unknown, other]).to_string());
    let key = server.key(Scope::Read, Some("default"));
    let expected = json!([
        {
            "time": "2026-11-20T16:04:53.833Z", "level": "info", "event_type": "9999",
            "message": "", "user_id": "", "request_id": "", "client_address": "", "details": {},
        },
        {
            "time": "2026-11-20T09:00:00.123Z", "level": "warn", "event_type": "4002",
            "message": "Wrong password", "user_id": "ada", "request_id": "r",
            "client_address": "203.0.113.24", "client_id": "shop", "details": { "attempts": 3 },
        },
    ]);
    assert_eq!(json!(server.get("/api/v1/logs/", &key, &[]).rows()), expected);
    for asked in ["message = \"Wrong password\"", "details.attempts = 3", "type = 4002"] {
        let target = format!("/api/v1/logs/?q={}", encoded(asked));
        assert_eq!(server.get(&target, &key, &[]).codes(), "4002", "{asked}");
    }
}

/// What is asked, and the codes of the entries of [`questions_about_entries`] that answer it.
const QUESTIONS: &str = r#"
type = "2001" | 2001
event_type IN "2001", "4002" | 4002 2001
event_type != "2001" | 9999 102 101 4002
event_type ^= "4" | 4002
level = "warning" | 4002
level >= "warn" | 102 4002
level = "info" | 9999 101 2001
user_id = "ada" | 9999 4002
user_id != "ada" | 102 101 2001
user_id = "grace" | 102
user_id = "client" |
user_id = "" | 101 2001
user_id = null | 101 2001
user_id ILIKE "GRA%" | 102
user_id ILIKE "cli%" |
user_id ^= "a" | 9999 4002
client_id = "client" | 102 101
client_address = "172.30.5.130" | 4002 2001
client_address = "::ffff:172.30.5.130" | 4002 2001
client_address = "172.30.0.0/16" | 4002 2001
client_address = "" | 9999 102 101
request_id = "" | 9999
message = "" | 9999 2001
message = null | 9999 2001
message ILIKE "create%user" | 101
message < "Create Uses" | 101 2001
details.attempts > 2 | 4002
details[reason = "typo" AND attempts = 3] | 4002
details.reason = null | 9999 102 101 2001
amr = "pwd" | 4002 2001
amr = null | 9999 102 101
NOT (level = "info" OR user_id = "ada") | 102
typo | 4002
time >= "now-65s" AND time < "now-50s" | 4002
outcome = "failure" AND source = "plusauth" | 102 4002
counterpart.logto = "Interaction.SignIn.Submit" | 2001
"#;

#[test]
fn questions_about_entries() {
    let operation = json!({
        "user_id": "", "client_id": "client", "client_address": "", "amr": null,
    });
    let (server, key) = server_with(&[
        with(entry(70, "info", "2001", ""), &json!({ "user_id": "" })),
        with(
            entry(60, "warn", "4002", "Wrong password"),
            &json!({ "details": { "attempts": 3, "reason": "typo" } }),
        ),
        with(entry(50, "info", "101", "Create User"), &operation),
        with(
            with(entry(40, "error", "102", "Update User"), &operation),
            &json!({ "user_id": "grace" }),
        ),
        json!({ "time": seconds_ago(30), "level": "info", "event_type": "9999", "user_id": "ada" }),
    ]);
    for line in QUESTIONS.trim().lines() {
        let (asked, codes) = line.rsplit_once(" |").unwrap();
        let target = format!("/api/v1/logs/?include_api=true&q={}", encoded(asked));
        assert_eq!(server.get(&target, &key, &[]).codes(), codes.trim(), "{asked}");
    }
}

#[test]
fn operations_are_found_by_their_names() {
    let (server, key) = server_with(&[
        entry(70, "info", "2001", ""),
        entry(60, "info", "2102", ""),
        entry(50, "warn", "4440", ""),
        entry(40, "info", "101", "Create User"),
        entry(30, "info", "102", "Assign Roles to User"),
        entry(20, "error", "101", "Create Role"),
    ]);
    server.keep("default", Format::Native, r#"{"type":"user.create","outcome":"success"}"#);
    let rows = "101 101 102 101 4440 2102 2001";
    for (query, codes) in [
        ("", rows),
        ("operation=", rows),
        ("operation=,", rows),
        ("operation=login", "2001"),
        ("operation=authorization.success", "2001"),
        ("operation=authorization.error", ""),
        ("operation=mfa.verify", "4440 2102"),
        ("operation=mfa.verify.error", "4440"),
        ("operation=create.user", "101 101"),
        ("operation=create_role", "101"),
        ("operation=assign.roles.to.user", "102"),
        ("operation=api.create.error", "101"),
        ("operation=4440,login", "4440 2001"),
        ("operation=4440&operation=login", "4440 2001"),
        ("operation=1234", ""),
        ("operation=no.such.call", ""),
    ] {
        let target = format!("/api/v1/logs/?include_api=true&{query}");
        assert_eq!(server.get(&target, &key, &[]).codes(), codes, "{query}");
    }
}

#[test]
fn calls_of_the_api_are_hidden_also_from_whoever_names_them() {
    let (server, key) =
        server_with(&[entry(2, "info", "101", "Create User"), entry(1, "info", "2001", "")]);
    for query in ["", "operation=101,2001", "q=event_type IN \"101\", \"2001\"", "type=info"] {
        let (name, value) = query.split_once('=').unwrap_or_default();
        let target = format!("/api/v1/logs/?{name}={}", encoded(value));
        let answer = server.get(&target, &key, &[]);
        assert_eq!((answer.codes().as_str(), &answer.json()["total"]), ("2001", &json!(1)));
        let shown = server.get(&format!("{target}&include_api=true"), &key, &[]);
        assert_eq!(shown.codes(), "2001 101", "{query}");
    }
}

#[test]
fn levels_are_asked_for_by_the_catalogue_and_shown_as_they_came() {
    let (server, key) = server_with(&[entry(1, "error", "4002", "")]);
    let ask = |query: &str| server.get(&format!("/api/v1/logs/?{query}"), &key, &[]);
    assert_eq!(ask("type=error").codes(), "");
    let found = ask("type=warn");
    assert_eq!(found.rows()[0]["level"], "error");
    assert_eq!(found.json()["stacked"][0]["level"], "warn");
}

#[test]
fn equal_times_are_ordered_by_arrival_newest_first() {
    let codes = ["2001", "2000", "2024"].map(|code| entry(5, "info", code, ""));
    let (server, key) = server_with(&codes);
    let event = json!({ "type": "login", "outcome": "failure", "time": seconds_ago(5) });
    server.keep("default", Format::Native, &event.to_string());
    assert_eq!(server.get("/api/v1/logs/", &key, &[]).codes(), "4000 2024 2000 2001");
}

#[test]
fn a_raw_plus_in_a_time_counts() {
    let (server, key) =
        server_with(&[entry(3_600, "info", "2001", ""), entry(1, "info", "2000", "")]);
    for (query, codes) in [
        ("from=now-2h+1h", "2000 2001"),
        ("from=now-2h%2B1h", "2000 2001"),
        ("from=now-1h+1m", "2000"),
        ("to=now-1h+1s", "2001"),
        ("to=2026-11-20T17:04:52+01:00", "2001"),
        ("from=2026-11-20T17:04:52+01:00", "2000"),
        ("from=2026-11-20||/d&to=now/h", "2001"),
        ("from=&to=", "2000 2001"),
    ] {
        let answer = server.get(&format!("/api/v1/logs/?{query}"), &key, &[]);
        assert_eq!(answer.codes(), codes, "{query}");
    }
}

#[test]
fn the_chart_spans_what_was_asked_for() {
    let (server, key) = server_with(&[
        entry(40 * 86_400, "info", "2001", ""),
        entry(86_400, "warn", "4002", ""),
        entry(86_390, "info", "2001", ""),
        entry(10, "error", "4434", ""),
    ]);
    let stacked = |query: &str| {
        let answer = server.get(&format!("/api/v1/logs/?{query}"), &key, &[]).json();
        (answer["interval"].clone(), answer["stacked"].clone())
    };
    let day = 86_400_000_i64;
    let row = |interval: &str, level: &str| json!({ "interval": format!("{interval}.000Z"), "level": level, "count": 1 });
    let (yesterday, today) = ("2026-11-19T16:00:00", "2026-11-20T16:00:00");
    let expected = json!([row(yesterday, "info"), row(yesterday, "warn"), row(today, "error")]);
    assert_eq!(stacked("from=now-25h"), (json!(day / 48), expected));
    let expected = json!([row("2026-11-20T16:04:40", "error")]);
    assert_eq!(stacked("from=now-5m"), (json!(5_000), expected));
    let days = json!([
        row("2026-10-11T00:00:00", "info"),
        row("2026-11-19T00:00:00", "info"),
        row("2026-11-19T00:00:00", "warn"),
        row("2026-11-20T00:00:00", "error"),
    ]);
    assert_eq!(stacked(""), (json!(day), days));
    // Whatever the times, there are no more than 61 buckets.
    assert_eq!(stacked("from=1970-01-01T00:00:00Z&limit=0").0, json!(365 * day));
    assert_eq!(stacked("from=0001-01-01&limit=0").0, json!(34 * 365 * day));
    assert_eq!(stacked("to=now-50d"), (Value::Null, Value::Null));
}

#[test]
fn too_many_rows_and_pages_are_no_trouble() {
    let (server, key) = server_with(&[entry(1, "info", "2001", "")]);
    for query in ["offset=18446744073709551615&limit=1000", "offset=1&limit=1000"] {
        let answer = server.get(&format!("/api/v1/logs/?{query}"), &key, &[]);
        assert_eq!((answer.codes().as_str(), &answer.json()["total"]), ("", &json!(1)), "{query}");
    }
}
