//! Programs that send events with `gatelog-client`: killed and refused, and what arrives.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use gatelog_client::tower::EventLayer;
use gatelog_client::{Counts, Durability, Emitted, Emitter, Event, Outcome, Party, Trouble};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt;

use crate::support::{Folder, Server};

/// How often emitter and server are killed.
const KILLS: usize = 50;

/// Says to this test's program that it is the emitter that is killed, and of which life.
const LIFE: &str = "GATELOG_TEST_EMITTER_LIFE";
const ADDRESS: &str = "GATELOG_TEST_EMITTER_ADDRESS";
const KEY: &str = "GATELOG_TEST_EMITTER_KEY";
const SPOOL: &str = "GATELOG_TEST_EMITTER_SPOOL";

/// Enough for everything to be sent once the server is there.
const PATIENCE: Duration = Duration::from_secs(60);

fn emitter(address: &str, key: &str, folder: &Folder) -> (Emitter, Arc<Mutex<Vec<Trouble>>>) {
    let troubles = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&troubles);
    let emitter = Emitter::builder(address, key)
        .spool(folder.path("spool"))
        .on_trouble(move |trouble| told.lock().unwrap().push(trouble));
    (emitter.build().unwrap(), troubles)
}

/// Numbers that look random and follow from a seed (SplitMix64).
struct Random(u64);

impl Random {
    /// Below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// Not a test of its own: the program that [`emitter_and_server_killed_at_random`] starts and kills.
#[test]
fn emit_until_killed() {
    let Ok(life) = env::var(LIFE) else { return };
    let [address, key, spool] = [ADDRESS, KEY, SPOOL].map(|name| env::var(name).unwrap());
    let emitter = Emitter::builder(address, key)
        .spool(spool)
        .durability(Durability::Written)
        .batch_wait(Duration::from_millis(1))
        .build()
        .unwrap();
    Runtime::new().unwrap().block_on(async {
        for group in 0.. {
            let events = group % 7 + 1;
            for event in 0..events {
                emitter.emit(Event::new("t").id(format!("{life}-{group}-{event}")));
            }
            emitter.spooled().await.unwrap();
            println!("SPOOLED {group} {events}");
        }
    });
}

fn start_emitter(life: usize, address: &str, key: &str, folder: &Folder) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "emitters::emit_until_killed", "--nocapture"]);
    command.env(LIFE, life.to_string()).env(ADDRESS, address).env(KEY, key);
    command.env(SPOOL, folder.path("spool")).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Reads so many groups of what an emitter says is spooled, and kills it. The ids of the events.
fn kill_after(mut emitter: Child, life: usize, groups: u64) -> Vec<String> {
    let mut output = BufReader::new(emitter.stdout.take().unwrap());
    let mut ids = Vec::new();
    let mut read = |line: &str| {
        let Some((_, said)) = line.split_once("SPOOLED ") else { return false };
        let Some((group, events)) = said.trim_end().split_once(' ') else { return false };
        let events = 0..events.parse::<u64>().unwrap();
        ids.extend(events.map(|event| format!("{life}-{group}-{event}")));
        true
    };
    let mut line = String::new();
    let mut groups_read = 0;
    while groups_read < groups {
        line.clear();
        assert!(output.read_line(&mut line).unwrap() > 0, "the emitter ended by itself");
        groups_read += u64::from(read(&line));
    }
    emitter.kill().unwrap();
    emitter.wait().unwrap();
    // What it said before it was killed counts too; a line that is cut was not said.
    let rest: Vec<String> = output.lines().map_while(Result::ok).collect();
    let whole = rest.len().saturating_sub(1);
    rest.iter().take(whole).for_each(|line| {
        read(line);
    });
    ids
}

#[test]
fn emitter_and_server_killed_at_random() {
    let seed = env::var("GATELOG_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| RandomState::new().hash_one("seed"));
    println!("seed {seed}: GATELOG_SEED={seed} runs the same again");
    let mut random = Random(seed);
    let folder = Folder::new();
    let mut server = Server::start(&folder);
    let address = server.address.clone();
    let listen = address.trim_start_matches("http://").to_owned();
    let key = folder.key("--tenant default --scope admin");
    let mut spooled = BTreeSet::new();
    for life in 0..KILLS {
        let process = start_emitter(life, &address, &key, &folder);
        let groups = random.below(100) + 1;
        if random.below(2) == 0 {
            // The server goes first, and the emitter goes on without it.
            server.kill();
            spooled.extend(kill_after(process, life, groups));
        } else {
            spooled.extend(kill_after(process, life, groups));
            server.kill();
        }
        server = Server::start_on(&folder, &listen);
    }
    let (emitter, troubles) = emitter(&address, &key, &folder);
    let runtime = Runtime::new().unwrap();
    let counts = runtime.block_on(emitter.shutdown(PATIENCE));
    assert_eq!((counts.rejected, counts.lost), (0, 0), "{troubles:?}");

    let events = server.client(&key).every_event();
    let mut ids = BTreeSet::new();
    let mut sequences = BTreeMap::<String, BTreeSet<u64>>::new();
    for event in &events {
        assert!(ids.insert(event["id"].as_str().unwrap().to_owned()), "twice: {event}");
        let producer = &event["data"]["producer"];
        let id = producer["id"].as_str().unwrap().to_owned();
        let is_new =
            sequences.entry(id).or_default().insert(producer["sequence"].as_u64().unwrap());
        assert!(is_new, "a number twice: {event}");
    }
    let lost: Vec<_> = spooled.difference(&ids).collect();
    assert!(lost.is_empty(), "spooled and lost: {lost:?}");
    // One producer in all its lives, and no gap in its numbers.
    assert_eq!(sequences.len(), 1);
    let expected: BTreeSet<u64> = (1..=events.len() as u64).collect();
    assert_eq!(sequences.into_values().next(), Some(expected));
}

#[test]
fn events_arrive_as_they_were_emitted_and_refused_ones_are_told() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let key = folder.key("--tenant default --scope admin");
    let (emitter, troubles) = emitter(&server.address, &key, &folder);
    let runtime = Runtime::new().unwrap();
    let event = Event::new("login")
        .id("e1")
        .time_ms(1_795_184_971_123)
        .outcome(Outcome::Failure)
        .actor(Party::typed("ada@acme.example"))
        .application("shop")
        .ip([203, 0, 113, 24])
        .user_agent("Mozilla/5.0")
        .request("r1")
        .error("password.wrong", "the password does not match")
        .data("attempt", 3);
    assert_eq!(emitter.emit(event), Emitted::Queued);
    assert_eq!(emitter.emit(Event::new("")), Emitted::Queued);
    runtime.block_on(emitter.flush()).unwrap();

    let kept = server.client(&key).get("/v1/events/e1").json();
    for (name, expected) in [
        ("time", json!("2026-11-20T14:29:31.123000Z")),
        ("outcome", json!("failure")),
        ("application", json!({ "id": "shop" })),
        ("ip", json!("203.0.113.24")),
        ("request", json!("r1")),
    ] {
        assert_eq!(kept[name], expected, "{name}");
    }
    assert_eq!(kept["actor"]["identifier"], "ada@acme.example");
    assert_eq!(kept["data"]["attempt"], 3);
    assert_eq!(kept["data"]["producer"]["sequence"], 1);

    let counts = runtime.block_on(emitter.shutdown(PATIENCE));
    let Counts { emitted, kept, rejected, lost, .. } = counts;
    assert_eq!((emitted, kept, rejected, lost), (2, 1, 1, 0));
    let troubles = troubles.lock().unwrap();
    let [Trouble::Rejected { event, reason }] = &troubles[..] else { panic!("{troubles:?}") };
    assert_eq!(serde_json::from_str::<Value>(event).unwrap()["data"]["producer"]["sequence"], 2);
    assert_eq!(reason, "`type` is the event type and must not be empty");
}

#[test]
fn numbers_that_were_passed_over_are_told_until_they_come() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope admin"));
    let send = |sequence: u64| {
        let data = json!({ "producer": { "id": "p1", "sequence": sequence } });
        let event = json!({ "id": sequence.to_string(), "type": "t", "data": data });
        assert_eq!(client.post("/v1/events", event.to_string()).status, 200);
    };
    let missing = || {
        let producers = client.get("/v1/producers").json();
        let [producer] = &producers["producers"].as_array().unwrap()[..] else { panic!() };
        assert_eq!((&producer["id"], &producer["first_sequence"]), (&json!("p1"), &json!(3)));
        let gaps = producer["missing"].as_array().unwrap().iter();
        let gaps = gaps.map(|gap| json!([gap["from"], gap["to"], gap["overdue"]]));
        (gaps.collect::<Vec<_>>(), producer["last_sequence"].clone())
    };
    [3, 4, 8].into_iter().for_each(send);
    assert_eq!(missing(), (vec![json!([5, 7, false])], json!(8)));
    [6, 8].into_iter().for_each(send);
    assert_eq!(missing(), (vec![json!([5, 5, false]), json!([7, 7, false])], json!(8)));
    [5, 7, 9].into_iter().for_each(send);
    assert_eq!(missing(), (Vec::new(), json!(9)));
}

#[test]
fn a_key_that_is_refused_delays_events_until_there_is_another() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let key = folder.key("--tenant default --scope admin");
    let runtime = Runtime::new().unwrap();
    let (refused, troubles) = emitter(&server.address, "gl_00_00", &folder);
    refused.emit(Event::new("t").id("e1"));
    runtime.block_on(refused.shutdown(Duration::from_millis(500)));
    let told = format!("{}", troubles.lock().unwrap()[0]);
    assert!(told.starts_with("events are delayed: 401 Unauthorized: "), "{told}");

    let (allowed, _) = emitter(&server.address, &key, &folder);
    runtime.block_on(allowed.flush()).unwrap();
    assert_eq!(server.client(&key).get("/v1/events").ids(), ["e1"]);
}

#[test]
fn the_layer_records_each_call() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let key = folder.key("--tenant default --scope admin");
    let (emitter, _) = emitter(&server.address, &key, &folder);
    let layer = EventLayer::new(emitter.clone(), |request, event| {
        let user = request.headers.get("x-user").and_then(|user| user.to_str().ok());
        user.map_or(event.clone(), |user| event.actor(Party::user(user)))
    });
    let router = Router::new()
        .route("/users/{id}", get(|| async { StatusCode::NO_CONTENT }))
        .route("/broken", get(|| async { StatusCode::BAD_GATEWAY }))
        .route_layer(layer);
    let runtime = Runtime::new().unwrap();
    for (path, expected) in [("/users/7?token=abc", 204), ("/broken", 502)] {
        let request = Request::get(path)
            .header("user-agent", "curl/8")
            .header("x-request-id", "r7")
            .header("x-user", "ada")
            .body(Body::empty())
            .unwrap();
        let answer = runtime.block_on(router.clone().oneshot(request)).unwrap();
        assert_eq!(answer.status(), expected);
    }
    runtime.block_on(emitter.flush()).unwrap();
    let events = server.client(&key).every_event();
    let told: Vec<Value> = events
        .iter()
        .map(|event| {
            let data = &event["data"];
            assert!(data["duration_ms"].is_u64() && !event.to_string().contains("abc"), "{event}");
            json!([
                event["type"],
                event["outcome"],
                event["actor"]["id"],
                event["user_agent"],
                event["request"],
                data["method"],
                data["route"],
                data["status"]
            ])
        })
        .collect();
    let expected = [
        json!(["http.request", "success", "ada", "curl/8", "r7", "GET", "/users/{id}", 204]),
        json!(["http.request", "failure", "ada", "curl/8", "r7", "GET", "/broken", 502]),
    ];
    assert_eq!(told, expected);
}
