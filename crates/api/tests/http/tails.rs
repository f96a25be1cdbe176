//! `GET /v1/tail`: every event once, whatever happens to the connection.

use serde_json::{Value, json};

use crate::support::{Coming, Server};

fn event(id: &str, kind: &str) -> String {
    format!("{{\"id\":\"{id}\",\"type\":\"{kind}\",\"time\":\"2026-05-01T00:00:00Z\"}}")
}

/// The events of a piece, each with its `id:`, and the last `id:` of the piece.
fn read(piece: &str) -> (Vec<Value>, String) {
    let (mut events, mut last) = (Vec::new(), String::new());
    for block in piece.split_terminator("\n\n") {
        for line in block.lines() {
            let (name, value) = line.split_once(": ").unwrap();
            match name {
                "id" => last = value.to_owned(),
                "data" => events.push(serde_json::from_str(value).unwrap()),
                _ => assert!(matches!(name, "" | "retry"), "{line}"),
            }
        }
    }
    (events, last)
}

fn next(coming: &mut Coming<'_>) -> (Vec<String>, String) {
    let (events, last) = read(&coming.next().unwrap().unwrap());
    (events.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect(), last)
}

#[test]
fn events_come_as_they_arrive() {
    let server = Server::with(&[&event("before", "t")]);
    let mut tail = server.open("/v1/tail", &[]);
    assert_eq!(tail.status, 200);
    assert_eq!(tail.headers["content-type"], "text/event-stream");
    assert_eq!(next(&mut tail).0, [""; 0], "nothing that was there already");
    server.keep(&event("a", "t"));
    let piece = tail.next().unwrap().unwrap();
    let events = read(&piece).0;
    assert_eq!(
        json!(events),
        json!([server.get("/v1/events?q=id+%3D+%22a%22").json()["events"][0]])
    );
    server.keep(&[event("b", "t"), event("c", "t").replace(',', ",\r")].join("\n"));
    assert_eq!(next(&mut tail).0, ["b", "c"]);
}

#[test]
fn a_client_goes_on_where_it_was() {
    let server = Server::start();
    let mut tail = server.open("/v1/tail", &[]);
    // Cut off before anything came, it still knows where it began.
    let (_, begin) = next(&mut tail);
    drop(tail);
    server.keep(&[event("a", "t"), event("b", "t"), event("c", "t")].join("\n"));
    let mut tail = server.open("/v1/tail", &[("last-event-id", &begin)]);
    next(&mut tail);
    let piece = tail.next().unwrap().unwrap();
    assert_eq!(read(&piece).0.len(), 3);
    drop(tail);
    // Cut off in the middle of a piece.
    let (first, _) = piece.split_once("\n\n").unwrap();
    let (_, behind_a) = read(&format!("{first}\n\n"));
    for (target, headers) in [
        ("/v1/tail".to_owned(), vec![("last-event-id", &*behind_a)]),
        (format!("/v1/tail?cursor={behind_a}"), vec![]),
        // What a browser sends: the address of the beginning, and where it is now.
        (format!("/v1/tail?cursor={begin}"), vec![("last-event-id", &*behind_a)]),
    ] {
        let mut tail = server.open(&target, &headers);
        next(&mut tail);
        assert_eq!(next(&mut tail).0, ["b", "c"], "{target}");
    }
    server.get_with("/v1/tail", &[("last-event-id", "nonsense")]).refusal();
}

#[test]
fn a_question_is_asked_of_everything_that_comes() {
    let server = Server::start();
    let mut tail = server.open("/v1/tail?q=type+%3D+%22x%22", &[]);
    let (_, begin) = next(&mut tail);
    server.keep(&event("a", "y"));
    server.keep(&event("b", "x"));
    server.keep(&event("c", "y"));
    let (ids, behind_b) = next(&mut tail);
    assert_eq!(ids, ["b"]);
    // What did not match is passed all the same.
    let (nothing, behind_c) = next(&mut tail);
    assert!(nothing.is_empty() && begin < behind_b && behind_b < behind_c);
}

#[test]
fn what_was_there_is_replayed_from_a_time_on() {
    let server = Server::start();
    let at =
        |id: &str, time: &str| format!("{{\"id\":\"{id}\",\"type\":\"t\",\"time\":\"{time}\"}}");
    server.keep(&at("old", "2026-11-20T10:00:00Z"));
    server.keep(&at("a", "2026-11-20T14:00:00Z"));
    server.keep(&at("b", "2026-11-20T13:50:00Z"));
    let mut tail = server.open("/v1/tail?from=now-1h", &[]);
    let (_, begin) = next(&mut tail);
    assert_eq!(next(&mut tail).0, ["a", "b"]);
    server.keep(&at("c", "2026-11-20T14:29:00Z"));
    assert_eq!(next(&mut tail).0, ["c"]);
    // Asked again later, when `now` is another time, it still begins where it began.
    let mut again = server.open("/v1/tail?from=now%2B1d", &[("last-event-id", &begin)]);
    next(&mut again);
    assert_eq!(next(&mut again).0, ["a", "b", "c"]);
}

#[test]
fn a_tail_ends_when_the_server_stops() {
    let server = Server::start();
    let mut tail = server.open("/v1/tail", &[]);
    next(&mut tail);
    server.stop();
    assert!(tail.next().is_none());
    assert!(server.open("/v1/tail", &[]).next().is_none());
}

#[test]
fn so_many_tails_are_open_at_once_and_no_more() {
    let server = Server::start();
    let keys: Vec<String> = (0..9).map(|_| format!("Bearer {}", server.new_key(None))).collect();
    let ask = |key: &str| server.open("/v1/tail", &[("authorization", key)]);
    let mut open: Vec<_> = (0..32).map(|_| ask(&keys[0])).collect();
    let mut refused = ask(&keys[0]);
    assert_eq!(refused.status, 429);
    assert_eq!(refused.headers["retry-after"], "1");
    let why = refused.next().unwrap().unwrap();
    assert!(why.contains("you have 32 streams of events under way"), "{why}");
    // That is nobody else's business.
    for key in &keys[1..8] {
        open.extend((0..32).map(|_| ask(key)));
    }
    assert!(open.iter().all(|tail| tail.status == 200));
    let mut refused = ask(&keys[8]);
    assert_eq!(refused.status, 429);
    let why = refused.next().unwrap().unwrap();
    assert!(why.contains("256 streams of events are under way"), "{why}");
    assert_eq!(server.status_next_door("/v1/tail", &keys[8]), 429, "it is the same room");
    open.pop();
    assert_eq!(ask(&keys[8]).status, 200);
}

#[test]
fn a_tail_that_nobody_reads_gives_its_place_back() {
    let server = Server::start();
    let mut unread: Vec<_> = (0..32).map(|_| server.open("/v1/tail", &[])).collect();
    assert_eq!(server.open("/v1/tail", &[]).status, 429);
    server.pass_seconds(61);
    let mut tail = server.open("/v1/tail", &[]);
    assert_eq!(tail.status, 200);
    // Not an end: whoever comes back to it must not believe that nothing happened.
    assert!(unread[0].next().unwrap().is_err());
    // Who reads may wait as long as it takes.
    next(&mut tail);
    for _ in 0..10 {
        assert_eq!(next(&mut tail).0, [""; 0]);
    }
}
