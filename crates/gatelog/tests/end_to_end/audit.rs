//! What was read and changed, by whom: Gatelog's own audit.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Client, Folder, Server};

/// A change is in the ledger within seconds; a busy machine may take longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Own events of one type.
fn own(client: &Client, event_type: &str) -> Vec<Value> {
    let of_type = |event: &Value| event["type"] == event_type;
    client.own_audit().into_iter().filter(of_type).collect()
}

/// Asks until there are so many own events of one type.
pub(crate) fn wait_for(client: &Client, event_type: &str, count: usize) -> Vec<Value> {
    let begun = Instant::now();
    loop {
        assert!(begun.elapsed() < PATIENCE, "{count} events `{event_type}` are not there yet");
        let found = own(client, event_type);
        if found.len() >= count {
            assert_eq!(found.len(), count, "{found:?}");
            return found;
        }
    }
}

/// The public name of a key.
fn key_id(key: &str) -> String {
    format!("key_{}", &key[3..19])
}

#[test]
fn a_read_is_recorded_without_saying_of_whom_and_shows_nowhere_else() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let key = folder.key("--tenant default --scope admin --label backup");
    let client = server.client(&key);
    let event = r#"{"id":"1","type":"login","outcome":"failure","actor":{"id":"u1"}}"#;
    assert_eq!(client.post("/v1/events", event).status, 200);
    for _ in 0..2 {
        client.get("/v1/events?actor.identifier=ada@acme.example&outcome=failure").json();
    }
    client.get("/v1/events/1").json();
    assert_eq!(client.get("/api/logs?userId=u1").status, 200);
    // Stopping writes what was read in the minute that is not over.
    server.terminate().succeeded();

    let server = Server::start(&folder);
    let client = server.client(&key);
    let reads = own(&client, "audit.read");
    let about = |route: &str| -> Vec<&Value> {
        reads.iter().filter(|read| read["target"]["id"] == route).collect()
    };
    // All within one minute, unless that ended meanwhile.
    let lists = about("GET /v1/events");
    let requests = |reads: &[&Value]| -> u64 {
        reads.iter().map(|read| read["data"]["requests"].as_u64().unwrap()).sum()
    };
    assert_eq!(requests(&lists), 2);
    assert_eq!(lists[0]["actor"]["id"], key_id(&key));
    assert_eq!(lists[0]["actor"]["name"], "backup");
    assert_eq!(lists[0]["action"], "audit.read");
    let question = lists[0]["data"]["questions"][0].as_str().unwrap();
    assert!(question.starts_with("actor.identifier = [redacted:identifier:"), "{question}");
    assert!(question.ends_with("] and outcome = failure"), "{question}");
    let one = about("GET /v1/events/{id}");
    assert_eq!((one.len(), &one[0]["data"]["events"]), (1, &Value::from(1)));
    assert_eq!(requests(&about("GET /api/logs")), 1);
    let text = client.get("/v1/events?source=gatelog").text;
    assert!(!text.contains("ada@acme") && !text.contains("u1"), "{text}");

    assert_eq!(client.get("/v1/events").ids(), ["1"]);
    assert_eq!(client.get("/v1/events?outcome=success").json()["total"], 0);
    let rows: Value = serde_json::from_str(&client.get("/api/logs").text).unwrap();
    assert!(matches!(&rows.as_array().unwrap()[..], [row] if row["id"] == "1"), "{rows}");
    let id = lists[0]["id"].as_str().unwrap();
    assert_eq!(client.get(&format!("/v1/events/{id}")).json()["type"], "audit.read");
    assert_eq!(client.get(&format!("/api/logs/{id}")).status, 404);
}

#[test]
fn a_change_by_a_command_is_recorded_beside_a_running_server() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let key = folder.key("--tenant default --scope read --label reader");
    let client = server.client(&key);
    let created = wait_for(&client, "api.create", 1).remove(0);
    let target = &created["target"];
    assert_eq!((&target["kind"], &target["name"]), (&"key".into(), &"reader".into()));
    assert_eq!(target["id"], key_id(&key));
    assert_eq!(created["data"]["scope"], "read");
    assert_eq!(created["actor"]["kind"], "operator");
    let actor = created["actor"]["id"].as_str().unwrap();
    assert!(actor.starts_with("uid:") && actor.contains('@'), "{actor}");

    let other = folder.key("--tenant default --scope ingest");
    folder.run(&format!("token revoke --data data {}", key_id(&other))).succeeded();
    assert_eq!(wait_for(&client, "api.delete", 1)[0]["target"]["id"], key_id(&other));
    // The first start made the user `admin`.
    assert_eq!(own(&client, "user.create")[0]["target"]["name"], "admin");
    // A tenant's own changes are in its own ledger.
    folder.run("tenant create --data data acme").succeeded();
    let acme = server.client(&folder.key("--tenant acme --scope read"));
    let kinds: Vec<Value> =
        wait_for(&acme, "api.create", 2).iter().map(|it| it["target"]["kind"].clone()).collect();
    assert_eq!(kinds, ["tenant", "key"]);
    assert_eq!(own(&client, "api.create").len(), 2);
}

#[test]
fn changes_outlive_a_kill_and_are_recorded_once() {
    let folder = Folder::new();
    let mut created = Vec::new();
    for _ in 0..5 {
        // Killed wherever it is: before the change is moved, in the middle, or after.
        let server = Server::start(&folder);
        created.push(key_id(&folder.key("--tenant default --scope ingest")));
        server.kill();
        created.push(key_id(&folder.key("--tenant default --scope ingest")));
    }
    let key = folder.key("--tenant default --scope read");
    created.push(key_id(&key));
    let server = Server::start(&folder);
    let recorded = wait_for(&server.client(&key), "api.create", created.len());
    let recorded: Vec<&str> =
        recorded.iter().map(|event| event["target"]["id"].as_str().unwrap()).collect();
    assert_eq!(recorded, created);
}
