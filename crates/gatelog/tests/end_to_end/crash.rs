//! Killed and stopped under load.

use std::collections::BTreeSet;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use crate::support::{Client, Folder, Server};

/// Clients that send at the same time.
const SENDERS: usize = 4;

/// The server is ended in the middle of what follows so many acknowledged bodies.
const ACKNOWLEDGED_BODIES: usize = 1_000;

/// Ids of events, by what is known of them.
#[derive(Debug, Default)]
struct Sent {
    acknowledged: BTreeSet<String>,
    unanswered: BTreeSet<String>,
}

impl Sent {
    fn add(&mut self, other: Self) {
        self.acknowledged.extend(other.acknowledged);
        self.unanswered.extend(other.unanswered);
    }
}

fn body<'i>(ids: impl IntoIterator<Item = &'i String>) -> String {
    ids.into_iter().map(|id| format!("{{\"id\":\"{id}\",\"type\":\"t\"}}\n")).collect()
}

/// Sends numbered events, one to three a body, until a body is not acknowledged.
fn send_until_refused(client: &Client, name: &str, acknowledged: &Sender<()>) -> Sent {
    let mut sent = Sent::default();
    for number in 0.. {
        let ids: Vec<String> =
            (0..=number % 3).map(|event| format!("{name}-{number}-{event}")).collect();
        match client.try_post("/v1/events", body(&ids)) {
            Some(answer) if answer.status == 200 => {
                assert_eq!(answer.counts(), [ids.len() as u64, 0, 0, 0]);
                sent.acknowledged.extend(ids);
                // Nobody counts any more once enough is acknowledged.
                let _ = acknowledged.send(());
            }
            _ => {
                sent.unanswered.extend(ids);
                break;
            }
        }
    }
    sent
}

/// Lets many clients send, calls `end` while they do, and returns what they sent.
fn under_load(client: &Client, round: &str, end: impl FnOnce()) -> Sent {
    let (acknowledged, counted) = channel();
    thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS)
            .map(|sender| {
                let (client, acknowledged) = (client.clone(), acknowledged.clone());
                let name = format!("{round}-{sender}");
                scope.spawn(move || send_until_refused(&client, &name, &acknowledged))
            })
            .collect();
        drop(acknowledged);
        assert_eq!(counted.iter().take(ACKNOWLEDGED_BODIES).count(), ACKNOWLEDGED_BODIES);
        end();
        let mut sent = Sent::default();
        senders.into_iter().for_each(|sender| sent.add(sender.join().unwrap()));
        sent
    })
}

/// Every acknowledged event is there once, nothing else that was not sent, and the sequence, in
/// which Gatelog's own audit has its places, has no gap.
fn check(client: &Client, sent: &Sent) {
    let events = client.every_event();
    let ids: Vec<String> =
        events.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect();
    let kept: BTreeSet<String> = ids.iter().cloned().collect();
    assert_eq!(kept.len(), ids.len(), "an event is there twice");
    let lost: Vec<_> = sent.acknowledged.difference(&kept).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let invented = kept.difference(&sent.acknowledged).find(|id| !sent.unanswered.contains(*id));
    assert_eq!(invented, None, "never sent");
    let own = client.own_audit();
    let all = events.iter().chain(&own);
    let sequence: BTreeSet<u64> = all.map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(sequence, (0..(ids.len() + own.len()) as u64).collect());
}

#[test]
fn a_killed_server_keeps_what_it_acknowledged() {
    let folder = Folder::new();
    let mut sent = Sent::default();
    for round in 0..3 {
        let server = Server::start(&folder);
        let client = server.client(&folder.key("--tenant default --scope admin"));
        check(&client, &sent);
        sent.add(under_load(&client, &round.to_string(), || server.kill()));
    }
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope admin"));
    check(&client, &sent);

    // Senders that got no answer send again; then everything is there once.
    let [accepted, duplicates, conflicts, rejected] =
        client.post("/v1/events", body(&sent.unanswered)).counts();
    assert_eq!(accepted + duplicates, sent.unanswered.len() as u64);
    assert_eq!((conflicts, rejected), (0, 0));
    let again = client.post("/v1/events", body(&sent.acknowledged)).counts();
    assert_eq!(again, [0, sent.acknowledged.len() as u64, 0, 0]);
    check(&client, &sent);
    let all = sent.acknowledged.len() + sent.unanswered.len();
    assert_eq!(client.every_event().len(), all);
}

#[test]
fn a_server_killed_at_every_turn_seals_what_it_finds() {
    let folder = Folder::new();
    let mut sent = Sent::default();
    // Every life leaves a log file behind, until so many are found that they are sealed; then the
    // kill often falls into the sealing.
    for life in 0..24 {
        let server = Server::start(&folder);
        let client = server.client(&folder.key("--tenant default --scope admin"));
        check(&client, &sent);
        let ids: Vec<String> = (0..20).map(|event| format!("{life}-{event}")).collect();
        assert_eq!(client.post("/v1/events", body(&ids)).counts(), [20, 0, 0, 0]);
        sent.acknowledged.extend(ids);
        server.kill();
    }
    Server::start(&folder).terminate().succeeded();
    let segments = std::fs::read_dir(folder.path("data/tenants/default/segments")).unwrap();
    assert!(segments.count() > 0, "nothing was sealed");
    let server = Server::start(&folder);
    check(&server.client(&folder.key("--tenant default --scope admin")), &sent);
}

#[test]
fn a_server_that_is_asked_to_end_answers_what_it_has_begun() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope admin"));
    let sent = under_load(&client, "0", || {
        server.terminate().succeeded();
    });
    let server = Server::start(&folder);
    check(&server.client(&folder.key("--tenant default --scope admin")), &sent);
}
