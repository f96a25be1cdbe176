//! `GET /v1/events?order=seq`: nothing is missed, whenever it arrives.

use serde_json::json;

use crate::support::Server;

fn event(id: &str, time: &str) -> String {
    format!("{{\"id\":\"{id}\",\"type\":\"t\",\"time\":\"{time}\"}}")
}

#[test]
fn what_arrives_late_is_met_by_those_who_ask_again() {
    let server = Server::start();
    let nothing = server.get("/v1/events?order=seq").json();
    let first = nothing["next"].as_str().unwrap().to_owned();
    assert_eq!(nothing, json!({ "events": [], "next": first, "watermark": null, "more": false }));
    server.keep(&event("a", "2026-05-01T00:00:00Z"));
    server.keep(&event("b", "2026-05-02T00:00:00Z"));
    let some = server.get(&format!("/v1/events?order=seq&cursor={first}"));
    assert_eq!(some.ids(), "ab");
    assert_eq!(some.json()["watermark"], 1);

    // Its time is before everything there is.
    server.keep(&event("c", "2020-01-01T00:00:00Z"));
    let next = some.json()["next"].as_str().unwrap().to_owned();
    let late = server.get(&format!("/v1/events?order=seq&cursor={next}"));
    assert_eq!(late.ids(), "c");
    assert_eq!(late.json()["watermark"], 2);
    let again = server.get(&format!("/v1/events?order=seq&cursor={next}"));
    assert_eq!(again.json(), late.json(), "a cursor can be used again");
}

#[test]
fn a_watermark_moves_past_what_does_not_match() {
    let server = Server::start();
    let events: Vec<String> = (0..10).map(|n| event(&n.to_string(), "2026-05-01")).collect();
    let events = events.join("\n").replace("2026-05-01", "2026-05-01T00:00:00Z");
    server.keep(&events);
    let page = server.get("/v1/events?order=seq&q=id+IN+(%223%22,%226%22)&limit=1").json();
    assert_eq!((&page["watermark"], &page["more"]), (&json!(3), &json!(true)));
    let next = page["next"].as_str().unwrap();
    let page = server.get(&format!(
        "/v1/events?order=seq&q=id%3E%223%22+AND+id+%3C+%227%22&cursor={next}&limit=9"
    ));
    assert_eq!(page.ids(), "456");
    assert_eq!((&page.json()["watermark"], &page.json()["more"]), (&json!(9), &json!(false)));
}

#[test]
fn times_narrow_down_and_what_they_were_stays_in_the_cursor() {
    let server = Server::start();
    server.keep(&event("old", "2026-11-20T12:00:00Z"));
    server.keep(&event("new", "2026-11-20T14:00:00Z"));
    let page = server.get("/v1/events?order=seq&from=now-1h");
    assert_eq!(page.ids(), "new");
    let next = page.json()["next"].as_str().unwrap().to_owned();
    server.keep(&event("late", "2026-11-20T13:45:00Z"));
    // As it would be asked a week from now, when `now-1h` is another time.
    let page = server.get(&format!("/v1/events?order=seq&from=now%2B7d&cursor={next}"));
    assert_eq!(page.ids(), "late");
    assert_eq!(server.get("/v1/events?order=seq&to=2026-11-20T13:00:00Z").ids(), "old");
}

#[test]
fn a_cursor_of_another_order_is_refused() {
    let server = Server::with(&[r#"{"id":"a","type":"t"}"#, r#"{"id":"b","type":"t"}"#]);
    let of_pages = server.get("/v1/events?limit=1").json()["next"].as_str().unwrap().to_owned();
    let of_poll = server.get("/v1/events?order=seq").json()["next"].as_str().unwrap().to_owned();
    for target in [
        format!("/v1/events?order=seq&cursor={of_pages}"),
        format!("/v1/events?cursor={of_poll}"),
        format!("/v1/events?order=asc&cursor={of_poll}"),
        "/v1/events?order=seq&offset=3".to_owned(),
    ] {
        server.get(&target).refusal();
    }
}
