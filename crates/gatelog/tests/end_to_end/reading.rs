//! `GET /v1/events` and `/v1/events/{id}`.

use serde_json::{Value, json};

use crate::support::{Client, Folder, Server};

/// Events on the first of May 2024, one in each hour from midnight on. Ids are letters.
const EVENTS: [&str; 5] = [
    r#"{"id":"a","source":"logto","type":"Interaction.SignIn.Submit","outcome":"success","time":"2024-05-01T00:00:00Z","actor":{"id":"u1","identifier":"ada@acme.example"},"application":{"id":"shop"},"ip":"203.0.113.7","session":"s1","interaction":"i1"}"#,
    r#"{"id":"b","source":"logto","type":"Interaction.SignIn.Submit","outcome":"failure","time":"2024-05-01T01:00:00Z","actor":{"identifier":"hunter2"},"application":{"id":"shop"},"ip":"::ffff:203.0.113.7","error":{"code":"session.invalid_credentials","message":"no"},"interaction":"i2"}"#,
    r#"{"id":"c","source":"logto","type":"TriggerHook.User.Created","outcome":"success","time":"2024-05-01T02:00:00Z","target":{"kind":"user","id":"u2"},"organization":"acme"}"#,
    r#"{"id":"d","type":"login","outcome":"success","time":"2024-05-01T03:00:00Z","actor":{"id":"u2"},"application":{"id":"desk"},"session":"s2"}"#,
    r#"{"id":"e","type":"login","outcome":"failure","time":"2024-05-01T04:00:00Z","actor":{"id":"u1"},"ip":"not an address"}"#,
];

fn server_with(folder: &Folder, body: &str) -> (Server, Client) {
    let server = Server::start(folder);
    let client = server.client(&folder.key("--tenant default --scope admin"));
    assert_eq!(client.post("/v1/events", body).json()["rejected_total"], 0);
    (server, client)
}

#[test]
fn every_field_filters() {
    let folder = Folder::new();
    let (_server, client) = server_with(&folder, &EVENTS.join("\n"));
    let cases = [
        ("", "edcba"),
        ("id=c", "c"),
        ("source=logto", "cba"),
        ("source=native", "ed"),
        ("type=login", "ed"),
        ("type=Interaction.SignIn.Submit", "ba"),
        ("action=login", "edba"),
        ("outcome=failure", "eb"),
        ("outcome=success", "dca"),
        ("level=warn", "eb"),
        ("section=Sign+in", "edba"),
        ("tab=admin", "c"),
        ("actor.id=u1", "ea"),
        ("actor.identifier=ada%40acme.example", "a"),
        // Masked, because it may be a password; found all the same.
        ("actor.identifier=hunter2", "b"),
        ("application.id=shop", "ba"),
        ("organization=acme", "c"),
        ("ip=203.0.113.7", "ba"),
        ("ip=not+an+address", "e"),
        ("error.code=session.invalid_credentials", "b"),
        ("target.id=u2", "c"),
        ("session=s2", "d"),
        ("interaction=i1", "a"),
        // All of different fields, any of one field.
        ("outcome=success&actor.id=u2", "d"),
        ("actor.id=u1&actor.id=u2", "eda"),
        ("actor.id=u1&actor.id=u2&outcome=failure", "e"),
        ("actor.id=U1", ""),
        ("actor.id=", ""),
        ("type=nothing", ""),
        // From is inclusive, to is exclusive.
        ("from=2024-05-01T01:00:00Z&to=2024-05-01T03:00:00Z", "cb"),
        ("from=2024-05-01T05:00:00%2B02:00", "ed"),
        ("to=2024-05-01T00:00:00.000001Z", "a"),
        ("from=2024-05-01T03:00:00Z&to=2024-05-01T01:00:00Z", ""),
        ("order=asc", "abcde"),
        ("order=asc&outcome=failure", "be"),
        ("order=desc&limit=2", "ed"),
        ("limit=2&offset=1", "dc"),
        ("order=asc&limit=2&offset=4", "e"),
        ("offset=5", ""),
        ("offset=18446744073709551615", ""),
    ];
    for (query, expected) in cases {
        assert_eq!(client.get(&format!("/v1/events?{query}")).ids().concat(), expected, "{query}");
    }
}

#[test]
fn a_total_counts_what_is_not_on_the_page() {
    let folder = Folder::new();
    let (_server, client) = server_with(&folder, &EVENTS.join("\n"));
    for (query, total) in
        [("limit=1", 5), ("offset=4&limit=1", 5), ("offset=9", 5), ("outcome=success&limit=1", 3)]
    {
        assert_eq!(client.get(&format!("/v1/events?{query}")).json()["total"], total, "{query}");
    }
}

#[test]
fn a_page_has_fifty_events_unless_asked_otherwise_and_a_thousand_at_most() {
    let folder = Folder::new();
    let body: String =
        (0..1_100).map(|n| format!("{{\"id\":\"{n}\",\"type\":\"t\",\"time\":{n}}}\n")).collect();
    let (_server, client) = server_with(&folder, &body);
    for (query, length) in [("", 50), ("?limit=1", 1), ("?limit=1000", 1_000)] {
        assert_eq!(client.get(&format!("/v1/events{query}")).ids().len(), length);
    }
}

#[test]
fn a_question_that_makes_no_sense_is_explained() {
    let folder = Folder::new();
    let (_server, client) = server_with(&folder, &EVENTS.join("\n"));
    let cursor = client.get("/v1/events?limit=1").json()["next"].as_str().unwrap().to_owned();
    let other_order = format!("order=asc&cursor={cursor}");
    let both = format!("cursor={cursor}&offset=1");
    let no_cursor = "400: this cursor is not one of ours for this order; start without one";
    let cases = [
        (
            "colour=red",
            "400: there is no parameter `colour`; known: order, limit, cursor, offset, q, from, to, \
             and the fields id, source, type, action, outcome, level, section, tab, \
             counterpart.logto, counterpart.authgear, counterpart.plusauth, submitter, \
             actor.id, actor.identifier, application.id, organization, ip, error.code, target.id, \
             session, interaction, user_agent, country, browser, operating_system, actor.kind, \
             actor.name, target.kind, target.identifier, target.name, application.name, \
             organization.name, request, error.message",
        ),
        ("limit=0", "400: `limit` is 1 to 1000"),
        ("limit=1001", "400: `limit` is 1 to 1000"),
        ("limit=ten", "400: `limit` must be a number, found `ten`"),
        ("limit=1&limit=1", "400: the parameter `limit` stands twice"),
        ("offset=-1", "400: `offset` must be a number, found `-1`"),
        ("order=newest", "400: `order` is `desc`, `asc` or `seq`"),
        ("cursor=x", no_cursor),
        (&other_order, no_cursor),
        (&both, "400: use either `cursor` or `offset`"),
        (
            "from=today",
            "400: `from`, line 1, column 1: this is no time: write 2026-11-20, \
             2026-11-20T14:29:31Z, or relative to now as now-7d/d",
        ),
        ("q=outcome+%3D", "400: `q`, line 1, column 9: a value is missing after `=`"),
    ];
    for (query, expected) in cases {
        assert_eq!(client.get(&format!("/v1/events?{query}")).problem(), expected, "{query}");
    }
}

#[test]
fn a_walk_with_cursors_meets_every_event_once_while_others_arrive() {
    let folder = Folder::new();
    // Five events share each second, so that the order among them matters.
    let event = |n: u32| format!("{{\"id\":\"{n}\",\"type\":\"t\",\"time\":{}}}\n", n / 5 * 1_000);
    let (_server, client) = server_with(&folder, &(0..503).map(event).collect::<String>());
    for (order, limit) in [("asc", 100), ("desc", 100), ("desc", 2)] {
        let there = client.every_event();
        let mut expected: Vec<&str> = there.iter().map(|e| e["id"].as_str().unwrap()).collect();
        if order == "desc" {
            expected.reverse();
        }
        let mut walked = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = client.get(&format!("/v1/events?order={order}&limit={limit}{cursor}"));
            walked.extend(page.ids());
            let Some(next) = page.json()["next"].as_str().map(str::to_owned) else { break };
            assert!(next.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)));
            cursor = format!("&cursor={next}");
            // One more where the walk has passed already.
            let (n, time) = (walked.len(), if order == "asc" { 0 } else { 1_000_000 });
            let late = format!("{{\"id\":\"{order}{limit}-{n}\",\"type\":\"t\",\"time\":{time}}}");
            assert_eq!(client.post("/v1/events", late).counts(), [1, 0, 0, 0]);
        }
        assert_eq!(walked, expected, "{order} {limit}");
    }
}

#[test]
fn an_event_comes_back_as_it_was_sent_with_what_is_known_about_it() {
    let folder = Folder::new();
    let sent = json!({
        "id": "a/b c?é", "source": "logto", "type": "Interaction.SignIn.Submit",
        "outcome": "failure", "time": "2024-05-01T12:00:00.5+02:00",
        "actor": { "kind": "user", "id": "u1", "identifier": "ada@acme.example", "name": "Ada" },
        "target": { "kind": "user", "id": "u2" },
        "application": { "id": "shop", "name": "Shop" },
        "organization": "acme", "ip": "::ffff:203.0.113.7", "user_agent": "Mozilla/5.0",
        "session": "s", "interaction": "i", "request": "r",
        "error": { "code": "c", "message": "m" },
        "data": { "n": 1.50, "unknown": [null, "<script>"] },
    });
    let (_server, client) = server_with(&folder, &sent.to_string());
    let mut event = client.get("/v1/events/a%2Fb%20c%3F%C3%A9").json();
    assert_eq!(event, client.get("/v1/events").json()["events"][0]);

    let received = event["received"].take();
    assert!(received.as_str().is_some_and(|time| time.ends_with('Z')), "{received}");
    let submitter = event["submitter"].take();
    assert!(submitter.as_str().is_some_and(|id| id.starts_with("key_")), "{submitter}");
    // Gatelog's own audit has places in the sequence too.
    assert!(event["seq"].take().is_u64());
    let mut expected = sent;
    let known = json!({
        "seq": Value::Null, "time": "2024-05-01T10:00:00.500000Z", "ip": "203.0.113.7",
        "action": "login", "level": "warn", "title": "Submit sign-in interaction",
        "received": Value::Null, "submitter": Value::Null,
    });
    expected.as_object_mut().unwrap().extend(known.as_object().unwrap().clone());
    assert_eq!(event, expected);
}

#[test]
fn what_is_read_can_be_sent_again() {
    let folder = Folder::new();
    let (_server, client) = server_with(&folder, &EVENTS.join("\n"));
    let target = Folder::new();
    let (_other, copy) = server_with(&target, "[]");
    let events = client.every_event();
    let body: String = events.iter().map(|event| format!("{event}\n")).collect();
    assert_eq!(copy.post("/v1/events", body).counts(), [5, 0, 0, 0]);
    let comparable = |events: Vec<Value>| -> Vec<Value> {
        let without = |mut event: Value| {
            let members = event.as_object_mut().unwrap();
            // What differs: who sent it when, and what of our own audit stands before it. The
            // record itself is longer now.
            for name in ["received", "submitter", "seq", "data"] {
                members.remove(name);
            }
            event
        };
        events.into_iter().map(without).collect()
    };
    assert_eq!(comparable(copy.every_event()), comparable(events));
}

#[test]
fn a_time_far_ahead_is_kept_flagged_and_sorted_by_arrival() {
    let folder = Folder::new();
    let body = "{\"id\":\"ahead\",\"type\":\"t\",\"time\":\"9000-01-01T00:00:00Z\"}";
    let (_server, client) = server_with(&folder, body);
    assert_eq!(client.post("/v1/events", r#"{"id":"now","type":"t"}"#).status, 200);
    assert_eq!(client.get("/v1/events").ids(), ["now", "ahead"]);
    let event = client.get("/v1/events/ahead").json();
    assert_eq!(event["time"], "9000-01-01T00:00:00.000000Z");
    assert_eq!(event["time_is_ahead"], true);
    assert_eq!(client.post("/v1/events", body).counts(), [0, 1, 0, 0]);
}
