//! `GET /v1/tail` and `GET /v1/events?order=seq`: none lost, none twice, across reconnects and
//! servers that are stopped and killed.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Client, Coming, Folder, Server};

/// A client that follows, and what it has seen.
#[derive(Debug, Default)]
struct Follower {
    ids: Vec<String>,
    /// The last `id:` that came.
    last: String,
    /// What came of a block that is not whole yet.
    begun: String,
}

impl Follower {
    fn connect(&mut self, client: &Client) -> Coming {
        self.begun.clear();
        client.open("/v1/tail?type=t", &[("last-event-id", &self.last)])
    }

    /// Takes what comes until there are so many events, or the connection ends.
    fn take(&mut self, coming: &mut Coming, count: usize) {
        while self.ids.len() < count || self.last.is_empty() {
            let Some(piece) = coming.next() else { return };
            self.begun.push_str(&piece);
            while let Some((block, rest)) = self.begun.split_once("\n\n") {
                let value = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
                if let Some(data) = value("data: ") {
                    let event: Value = serde_json::from_str(data).unwrap();
                    self.ids.push(event["id"].as_str().unwrap().to_owned());
                }
                if let Some(id) = value("id: ") {
                    id.clone_into(&mut self.last);
                }
                self.begun = rest.to_owned();
            }
        }
    }
}

fn send(client: &Client, ids: std::ops::Range<usize>) {
    let event = |id| format!("{{\"id\":\"{id}\",\"type\":\"t\",\"time\":1700000000000}}\n");
    assert_eq!(client.post("/v1/events", ids.map(event).collect::<String>()).status, 200);
}

#[test]
fn a_tail_misses_nothing_and_repeats_nothing_whatever_happens() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let key = folder.key("--tenant default --scope admin");
    let client = server.client(&key);
    send(&client, 0..5);
    let mut follower = Follower::default();
    let mut coming = follower.connect(&client);
    follower.take(&mut coming, 0);
    send(&client, 5..10);
    follower.take(&mut coming, 5);
    // The connection is lost while something arrives.
    drop(coming);
    send(&client, 10..20);
    let mut coming = follower.connect(&client);
    follower.take(&mut coming, 10);
    // The server is stopped, which the tail does not hold up, ...
    send(&client, 20..30);
    server.terminate().succeeded();
    follower.take(&mut coming, usize::MAX);
    let server = Server::start(&folder);
    let client = server.client(&key);
    send(&client, 30..40);
    let mut coming = follower.connect(&client);
    follower.take(&mut coming, 20);
    // ... and killed.
    send(&client, 40..50);
    server.kill();
    follower.take(&mut coming, usize::MAX);
    let server = Server::start(&folder);
    let client = server.client(&key);
    let mut coming = follower.connect(&client);
    send(&client, 50..60);
    follower.take(&mut coming, 55);
    let expected: Vec<String> = (5..60).map(|id| id.to_string()).collect();
    assert_eq!(follower.ids, expected);
}

#[test]
fn a_poll_goes_on_after_a_restart() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let key = folder.key("--tenant default --scope admin");
    let client = server.client(&key);
    send(&client, 0..7);
    let page = client.get("/v1/events?order=seq&type=t&limit=5");
    let mut seen = page.ids();
    let next = page.json()["next"].as_str().unwrap().to_owned();
    server.kill();
    let server = Server::start(&folder);
    let client = server.client(&key);
    send(&client, 7..9);
    let page = client.get(&format!("/v1/events?order=seq&type=t&cursor={next}"));
    seen.extend(page.ids());
    assert_eq!(seen, (0..9).map(|id| id.to_string()).collect::<Vec<_>>());
    let watermark = page.json()["watermark"].as_u64().unwrap();
    let sequences = page.json()["events"].as_array().unwrap().clone();
    assert!(sequences.iter().all(|event| event["seq"].as_u64().unwrap() <= watermark));
}

#[test]
fn an_export_goes_on_after_a_server_that_was_killed() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let key = folder.key("--tenant default --scope admin");
    let client = server.client(&key);
    for batch in 0..20 {
        send(&client, batch * 1_000..(batch + 1) * 1_000);
    }
    let mut coming = client.open("/v1/export?cursors=true", &[]);
    assert_eq!(coming.header("gatelog-total"), "20000");
    let mut text = coming.next().unwrap();
    server.kill();
    while let Some(piece) = coming.next() {
        text.push_str(&piece);
    }
    assert!(coming.is_cut(), "half an export must not end like a whole one");
    // The last line may be half a line.
    let whole = text.rfind('\n').unwrap();
    let read = |text: &str| -> Vec<Value> {
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let begun = read(&text[..whole]);
    assert!(begun.len() < 20_000);
    let cursor = begun.last().unwrap()["cursor"].as_str().unwrap();
    let server = Server::start(&folder);
    let client = server.client(&key);
    let rest = client.get(&format!("/v1/export?cursors=true&cursor={cursor}"));
    let rest = read(&rest.text);
    let id = |event: &Value| event["id"].as_str().unwrap().to_owned();
    let ids: Vec<String> = begun.iter().chain(&rest).map(id).collect();
    assert_eq!(ids.len(), 20_000);
    assert_eq!(ids.into_iter().collect::<BTreeSet<_>>().len(), 20_000);
}
