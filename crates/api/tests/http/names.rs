//! The directory: names shown and searched wherever an id appears, and for whom.

use gatelog_event::source::Source;
use gatelog_meta::DirectoryKind;
use serde_json::json;

use crate::support::Server;

const EVENTS: [&str; 6] = [
    r#"{"id":"a","type":"login","actor":{"id":"u1","name":"Ada Lovelace","identifier":"ada@acme.example"}}"#,
    r#"{"id":"b","source":"logto","type":"Interaction.Create","actor":{"id":"u1"}}"#,
    r#"{"id":"c","type":"user.disable","actor":{"id":"u2"},"target":{"kind":"user","id":"u1"}}"#,
    r#"{"id":"d","type":"login","actor":{"id":"u2"},"application":{"id":"shop"}}"#,
    r#"{"id":"e","type":"login","actor":{"id":"u2"},"organization":"org1"}"#,
    r#"{"id":"f","type":"login","actor":{"id":"u3"},"data":{"note":"a letter to Ada, Lovelace"}}"#,
];

fn server() -> Server {
    let server = Server::with(&EVENTS);
    server.name(DirectoryKind::Application, &["shop"], "Corner Shop", "");
    server.name(DirectoryKind::Organization, &["org1", "u9"], "Acme Corner", "");
    server
}

#[test]
fn words_find_events_by_the_names_of_their_ids() {
    let server = server();
    for (word, expected) in [
        ("ada", "abcf"),
        ("ADA", "abcf"),
        ("%22ada+lovelace%22", "abcf"),
        ("%22lovelace+ada%22", ""),
        ("love", ""),
        ("%22ada@acme.example%22", "abc"),
        ("corner", "de"),
        ("%22acme+corner%22", "e"),
        ("%22corner+shop%22", "d"),
        ("ada+AND+NOT+letter", "abc"),
    ] {
        let mut ids: Vec<char> =
            server.get(&format!("/v1/events?q={word}")).ids().chars().collect();
        ids.sort_unstable();
        assert_eq!(ids.into_iter().collect::<String>(), expected, "{word}");
        let mut others: Vec<char> =
            server.get(&format!("/v1/events?q=NOT+({word})")).ids().chars().collect();
        others.sort_unstable();
        let rest: String = "abcdef".chars().filter(|id| !expected.contains(*id)).collect();
        assert_eq!(others.into_iter().collect::<String>(), rest, "NOT {word}");
    }
}

#[test]
fn a_word_in_the_names_of_too_many_is_refused_and_not_cut() {
    let server = server();
    let ids: Vec<String> = (0..5_001).map(|n| format!("crowd-{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    server.name(DirectoryKind::User, &ids[..5_000], "Somebody", "");
    // As actor and as target.
    assert_eq!(server.get("/v1/stats/count?q=somebody").json(), json!({ "count": 0 }));
    server.name(DirectoryKind::User, &ids[5_000..], "Somebody", "");
    for route in ["events", "events?order=seq", "stats/count", "export", "tail", "explain"] {
        let separator = if route.contains('?') { '&' } else { '?' };
        let refused = server.get(&format!("/v1/{route}{separator}q=NOT+somebody"));
        assert_eq!(refused.status, 422, "{route}");
        let text = refused.text();
        assert!(text.contains("somebody") && text.contains("more ids than the 10000"), "{text}");
    }
}

#[test]
fn organisations_are_shown_with_their_names() {
    let server = server();
    let event = server.get("/v1/events/e").json();
    assert_eq!(event["organization"], "org1");
    assert_eq!(event["organization_name"], "Acme Corner");
    assert_eq!(server.get("/v1/events/a").json().get("organization_name"), None);
    assert_eq!(server.get("/v1/events?organization.name=Acme+Corner").ids(), "e");
    let csv = server.get("/v1/export?format=csv&organization=org1");
    let (columns, row) = csv.text().split_once("\r\n").unwrap();
    let at = columns.split(',').position(|column| column == "organization.name").unwrap();
    assert_eq!(row.split(',').nth(at), Some("Acme Corner"));
    let line = server.get("/v1/export?organization=org1");
    assert!(line.text().contains(r#""organization_name":"Acme Corner""#));
}

#[test]
fn a_key_bound_to_a_source_learns_nothing_from_others() {
    let server = server();
    let key = |source| format!("Bearer {}", server.new_key(Some(source)));
    let (logto, native) = (key(Source::Logto), key(Source::Native));
    let ids = |key: &str, question: &str| {
        let target = format!("/v1/events?{question}");
        let mut ids: Vec<char> =
            server.get_with(&target, &[("authorization", key)]).ids().chars().collect();
        ids.sort_unstable();
        ids.into_iter().collect::<String>()
    };
    // `b` has an id whose name only other records tell.
    assert_eq!(server.get("/v1/events/b").json()["actor"]["name"], "Ada Lovelace");
    for question in ["q=ada", "q=actor.name+%5E%3D+%22Ada%22", "actor.name=Ada+Lovelace"] {
        assert_eq!(ids(&logto, question), "", "{question}");
    }
    assert_eq!(ids(&logto, "q=actor.name+%3D+null"), "b");
    let facets =
        server.get_with("/v1/stats/facets?fields=actor.id", &[("authorization", &logto)]).json();
    assert_eq!(facets["facets"]["actor.id"], json!([{ "value": "u1", "count": 1 }]));
    for target in ["/v1/events/b", "/v1/export", "/v1/events", "/v1/events?order=seq"] {
        let answer = server.get_with(target, &[("authorization", &logto)]);
        assert!(answer.text().contains("u1") && !answer.text().contains("Lovelace"), "{target}");
    }
    // What its own records say it may know.
    assert_eq!(ids(&native, "actor.name=Ada+Lovelace"), "a");
    assert_eq!(ids(&native, "q=ada"), "af");
}
