//! `gatelog tail`: events as they arrive, across a restart of the server.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, ChildStdout, Stdio};

use serde_json::Value;

use crate::support::{Folder, Server};

/// A running `gatelog tail`. Killed when dropped.
struct Tail {
    process: Child,
    lines: BufReader<ChildStdout>,
    notes: BufReader<ChildStderr>,
}

impl Tail {
    fn start(folder: &Folder, options: &str) -> Self {
        let mut command = folder.command(&format!("tail --utc {options}"));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        let notes = BufReader::new(process.stderr.take().unwrap());
        Self { process, lines, notes }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }

    fn id(&mut self) -> String {
        let event: Value = serde_json::from_str(&self.line()).unwrap();
        event["id"].as_str().unwrap().to_owned()
    }

    fn note(&mut self) -> String {
        let mut note = String::new();
        self.notes.read_line(&mut note).unwrap();
        note
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn event(id: &str, outcome: &str) -> String {
    format!(
        r#"{{"id":"{id}","type":"login","outcome":"{outcome}","time":"2024-05-01T00:00:00Z","actor":{{"name":"Ada\u001b[2J"}}}}"#
    )
}

#[test]
fn no_event_is_missed_or_shown_twice_across_a_restart() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let key = folder.key("--tenant default --scope admin");
    let client = server.client(&key);
    assert_eq!(client.post("/v1/events", event("old", "failure")).status, 200);
    let place = format!("--url {} --token {key}", server.address);
    let question = "outcome=\"failure\"";
    let mut tail = Tail::start(&folder, &format!("{place} --json --since 2024-01-01 {question}"));
    assert_eq!(tail.id(), "old");
    for (id, outcome) in [("1", "failure"), ("2", "success"), ("3", "failure")] {
        assert_eq!(client.post("/v1/events", event(id, outcome)).status, 200);
    }
    assert_eq!([tail.id(), tail.id()], ["1", "3"]);

    let address = server.address.trim_start_matches("http://").to_owned();
    assert_eq!(server.terminate().code, Some(0));
    let server = Server::start_on(&folder, &address);
    let client = server.client(&key);
    for id in ["4", "5"] {
        assert_eq!(client.post("/v1/events", event(id, "failure")).status, 200);
    }
    assert_eq!([tail.id(), tail.id()], ["4", "5"]);
    assert!(tail.note().contains("connecting again"));
}

#[test]
fn a_line_is_for_people() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let key = folder.key("--tenant default --scope admin");
    assert_eq!(server.client(&key).post("/v1/events", event("1", "failure")).status, 200);
    let place = format!("--url {} --token {key}", server.address);
    let mut tail = Tail::start(&folder, &format!("{place} --since 2024-01-01"));
    assert_eq!(tail.line(), "2024-05-01 00:00:00  Login  failure  Ada\\u{1b}[2J\n");
}

#[test]
fn what_cannot_be_followed_is_explained() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let key = folder.key("--tenant default --scope ingest");
    let url = &server.address;
    for (options, expected) in [
        (
            "--data data".to_owned(),
            "error: events are followed at a running server: give --url and --token; to a data \
             directory that no server holds nothing is added",
        ),
        (
            format!("--url {url} --token {key}"),
            "error: this needs the scope `read`, and the credential has `ingest`",
        ),
    ] {
        assert_eq!(folder.run(&format!("tail {options}")).refused(), expected);
    }
    let nobody = folder.run("tail --url http://127.0.0.1:1 --token x");
    assert!(nobody.refused().starts_with("error: cannot reach http://127.0.0.1:1: "));
}
