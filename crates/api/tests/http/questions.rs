//! `q`, times and fields mean the same everywhere, and what is wrong with them is pointed at.

use gatelog_event::source::Source;
use serde_json::json;

use crate::support::Server;

const EVENTS: [&str; 4] = [
    r#"{"id":"a","type":"login","outcome":"success","time":"2026-11-19T10:00:00Z","actor":{"id":"u1","name":"Ada"},"data":{"n":1}}"#,
    r#"{"id":"b","type":"login","outcome":"failure","time":"2026-11-20T10:00:00Z","actor":{"identifier":"hunter2"}}"#,
    r#"{"id":"c","source":"logto","type":"Interaction.Create","time":"2026-11-20T14:00:00Z","ip":"203.0.113.7"}"#,
    r#"{"id":"d","type":"logout","time":"2026-11-20T14:29:00Z","actor":{"id":"u1"}}"#,
];

/// Questions as parameters, and the events they are about, oldest first.
const QUESTIONS: [(&str, &str); 12] = [
    ("", "abcd"),
    ("q=", "abcd"),
    ("q=outcome+%3D+%22failure%22", "b"),
    ("q=NOT+actor.id+%3D+%22u1%22", "bc"),
    ("q=actor.id+%3D+%22u1%22&type=login", "a"),
    // A name is asked of the directory, so that it finds events without it.
    ("q=actor.name+%3D+%22Ada%22", "ad"),
    // Kept as a hash only.
    ("q=actor.identifier+%3D+%22hunter2%22", "b"),
    ("q=data.n+%3D+1", "a"),
    ("q=ip+%3D+%22203.0.113.0/24%22", "c"),
    ("from=now-30m", "cd"),
    ("from=now/d&to=2026-11-20T14:00:00Z", "b"),
    ("from=2026-11-20&to=now-1m+45s", "bcd"),
];

#[test]
fn every_route_answers_the_same_question() {
    let server = Server::with(&EVENTS);
    for (question, expected) in QUESTIONS {
        let page = server.get(&format!("/v1/events?order=asc&{question}"));
        assert_eq!(page.ids(), expected, "{question}");
        let polled = server.get(&format!("/v1/events?order=seq&{question}"));
        assert_eq!(polled.ids(), expected, "{question}");
        let count = json!(expected.len());
        let counted = server.get(&format!("/v1/stats/count?{question}"));
        assert_eq!(counted.json(), json!({ "count": count }), "{question}");
        let facets = server.get(&format!("/v1/stats/facets?fields=id&{question}")).json();
        assert_eq!(facets["summary"]["id"]["distinct"], count, "{question}");
        let histogram = server.get(&format!("/v1/stats/histogram?{question}")).json();
        let buckets = histogram["buckets"].as_array().unwrap();
        let sum: u64 = buckets.iter().map(|bucket| bucket["count"].as_u64().unwrap()).sum();
        assert_eq!(json!(sum), count, "{question}");
        assert_eq!(server.get(&format!("/v1/explain?{question}")).json()["total"], count);
        let exported = server.get(&format!("/v1/export?{question}"));
        assert_eq!(exported.text().lines().count(), expected.len(), "{question}");
    }
}

#[test]
fn a_key_bound_to_a_source_asks_about_its_events_only() {
    let server = Server::with(&EVENTS);
    let key = format!("Bearer {}", server.new_key(Some(Source::Logto)));
    let key = [("authorization", &*key)];
    assert_eq!(server.get_with("/v1/events", &key).ids(), "c");
    assert_eq!(server.get_with("/v1/events?order=seq", &key).ids(), "c");
    assert_eq!(server.get_with("/v1/stats/count", &key).json(), json!({ "count": 1 }));
    assert_eq!(server.get_with("/v1/export", &key).text().lines().count(), 1);
    let facets = server.get_with("/v1/stats/facets?fields=type", &key).json();
    assert_eq!(facets["summary"]["type"]["distinct"], 1);
}

#[test]
fn what_is_wrong_is_pointed_at() {
    let server = Server::start();
    let problem = server.get("/v1/stats/count?q=outcome+%3D+%22failure%22%0AAND+user+%3D+%22u1%22");
    let problem = problem.refusal();
    assert_eq!(problem["status"], 400);
    let error = &problem["errors"][0];
    let place = json!({
        "parameter": "q", "line": 2, "column": 5, "start": 24, "end": 28,
        "suggestion": "actor.id", "message": error["message"],
    });
    assert_eq!(*error, place);
    let detail = format!("`q`, line 2, column 5: {}", error["message"].as_str().unwrap());
    assert_eq!(problem["detail"], detail);

    let problem = server.get("/v1/events?from=now-7x").refusal();
    let error = &problem["errors"][0];
    assert_eq!((&error["parameter"], &error["column"]), (&json!("from"), &json!(6)));
    assert_eq!((&error["start"], &error["end"]), (&json!(5), &json!(6)));
    assert_eq!(error["suggestion"], json!(null));
}

#[test]
fn every_route_refuses_what_it_does_not_know() {
    let server = Server::start();
    let routes =
        ["events", "stats/count", "stats/histogram", "stats/facets", "explain", "export", "tail"];
    for route in routes {
        for wrong in ["colour=red", "q=(", "from=soon", "q=a&q=b"] {
            server.get(&format!("/v1/{route}?{wrong}")).refusal();
        }
        let unknown = server.get_with(&format!("/v1/{route}"), &[("authorization", "Bearer x")]);
        assert_eq!(unknown.status, 401, "{route}");
    }
}

#[test]
fn a_field_of_the_address_means_what_it_means_in_a_query() {
    let server = Server::with(&[
        r#"{"id":"a","type":"login","outcome":"failure","time":1,"ip":"2001:db8::1"}"#,
        r#"{"id":"b","type":"login","outcome":"success","time":2,"ip":"192.0.2.1"}"#,
        r#"{"id":"c","type":"login","outcome":"success","time":3,"ip":"203.0.113.7"}"#,
        r#"{"id":"d","type":"login","outcome":"success","time":4,"session":"\"x\" OR \\%\u0001"}"#,
    ]);
    for (field, value, expected) in [
        ("ip", "2001:DB8::1", "a"),
        ("ip", "::ffff:192.0.2.1", "b"),
        ("ip", "203.0.113.0/24", "c"),
        ("level", "warning", "a"),
        ("session", "%22x%22+OR+%5C%25%01", "d"),
        ("session", "null", ""),
    ] {
        let answer = server.get(&format!("/v1/events?{field}={value}"));
        assert_eq!(answer.ids(), expected, "{field}={value}");
    }
    let either = server.get("/v1/events?order=asc&ip=2001:DB8::1&ip=203.0.113.0/24&type=login");
    assert_eq!(either.ids(), "ac");
    for (wrong, expected) in [
        ("outcome=fail", "`outcome`: unknown outcome `fail`, did you mean `failure`?"),
        (
            "ip=203.0.113.0/33&ip=203.0.113.7",
            "`ip`: `203.0.113.0/33` is no network; write one as 203.0.113.0/24",
        ),
    ] {
        let problem = server.get(&format!("/v1/events?{wrong}")).refusal();
        assert_eq!(problem["detail"], expected);
    }
    let many = "&id=x".repeat(257);
    let problem = server.get(&format!("/v1/events?{many}")).refusal();
    assert!(problem["detail"].as_str().unwrap().contains("256"), "{problem}");
}
