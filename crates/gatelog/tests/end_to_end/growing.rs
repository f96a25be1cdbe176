//! `gatelog import --follow`: a file that grows, is rotated, is cut; and a follower that is killed.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Client, Ended, Folder, Server};

/// Appends to a file, as a program that writes a log.
fn append(folder: &Folder, name: &str, text: &str) {
    let mut file = OpenOptions::new().create(true).append(true).open(folder.path(name)).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

fn events(ids: std::ops::Range<usize>) -> String {
    let event = |id| format!("{{\"id\":\"{id:04}\",\"type\":\"t\",\"time\":{}}}\n", id * 1_000);
    ids.map(event).collect()
}

/// A running `gatelog import --follow`. Killed with SIGKILL when dropped.
struct Follower {
    process: Child,
}

impl Follower {
    fn start(folder: &Folder, arguments: &str) -> Self {
        let mut command = folder.command(&format!("import --follow {arguments}"));
        let process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        Self { process }
    }

    /// Ends it as Ctrl-C does.
    fn interrupt(mut self) -> Ended {
        let signal = format!("kill -INT {}", self.process.id());
        assert!(Command::new("sh").args(["-c", &signal]).status().unwrap().success());
        let (mut output, mut notes) = (String::new(), String::new());
        self.process.stdout.take().unwrap().read_to_string(&mut output).unwrap();
        self.process.stderr.take().unwrap().read_to_string(&mut notes).unwrap();
        Ended { code: self.process.wait().unwrap().code(), output, notes }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        // Both fail for a process that has ended, which is what is wanted.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A server, and the options by which a follower sends to it.
fn server(folder: &Folder) -> (Server, Client, String) {
    let server = Server::start(folder);
    let key = folder.key("--tenant default --scope admin");
    let client = server.client(&key);
    let options = format!("--url {} --token {key} --position at log.ndjson", server.address);
    (server, client, options)
}

fn wait_for(client: &Client, total: usize) {
    client.poll("/v1/events?limit=1", |page| page["total"] == total);
}

/// Nothing is lost and nothing doubled: the ids from 0 on, each once.
fn check_all(client: &Client, total: usize) {
    let found: Vec<_> =
        client.every_event().iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect();
    let expected: Vec<_> = (0..total).map(|id| format!("{id:04}")).collect();
    assert_eq!(found, expected);
}

#[test]
fn lines_are_taken_in_as_they_are_written() {
    let folder = Folder::new();
    let (_server, client, options) = server(&folder);
    let follower = Follower::start(&folder, &options);
    // The file is made later, and its last line is written in two pieces.
    append(&folder, "log.ndjson", &events(0..2_500));
    wait_for(&client, 2_500);
    let line = events(2_500..2_501);
    append(&folder, "log.ndjson", &line[..20]);
    append(&folder, "more.ndjson", "");
    append(&folder, "log.ndjson", &format!("{}\nno event\n", &line[20..]));
    wait_for(&client, 2_501);
    append(&folder, "log.ndjson", &events(2_501..2_502));
    wait_for(&client, 2_502);

    let ended = follower.interrupt();
    let summary = "2,502 accepted, 0 already here, 0 conflicts, 1 rejected\n";
    assert_eq!(ended.succeeded(), summary);
    assert!(ended.notes.contains("log.ndjson: line 2503, column 1: "), "{}", ended.notes);
    assert_eq!(folder.read("log.ndjson.rejected"), "no event\n");
    check_all(&client, 2_502);
}

#[test]
fn a_file_that_is_renamed_and_made_anew_is_read_to_its_end_first() {
    let folder = Folder::new();
    let (_server, client, options) = server(&folder);
    append(&folder, "log.ndjson", &events(0..10));
    let follower = Follower::start(&folder, &options);
    wait_for(&client, 10);
    let mut old = OpenOptions::new().append(true).open(folder.path("log.ndjson")).unwrap();
    fs::rename(folder.path("log.ndjson"), folder.path("log.ndjson.1")).unwrap();
    // Whoever writes has not changed over yet, although the new file is there.
    File::create(folder.path("log.ndjson")).unwrap();
    old.write_all(events(10..20).as_bytes()).unwrap();
    wait_for(&client, 20);
    // The last line of the old file has no end.
    old.write_all(events(20..30).trim_end().as_bytes()).unwrap();
    append(&folder, "log.ndjson", &events(30..40));
    wait_for(&client, 40);
    let ended = follower.interrupt();
    let summary = "40 accepted, 0 already here, 0 conflicts, 0 rejected\n";
    assert_eq!(ended.succeeded(), summary);
    check_all(&client, 40);
}

#[test]
fn a_file_that_is_cut_begins_anew() {
    let folder = Folder::new();
    let (_server, client, options) = server(&folder);
    append(&folder, "log.ndjson", &events(0..10));
    let follower = Follower::start(&folder, &options);
    wait_for(&client, 10);
    fs::write(folder.path("log.ndjson"), events(10..12)).unwrap();
    wait_for(&client, 12);
    // Other lines stand there at once, more than there were before.
    fs::write(folder.path("log.ndjson"), events(12..40)).unwrap();
    wait_for(&client, 40);
    let ended = follower.interrupt();
    assert!(ended.notes.contains("log.ndjson begins anew"), "{}", ended.notes);
    assert!(ended.succeeded().starts_with("40 accepted, 0 already here"), "{ended:?}");
    check_all(&client, 40);
}

#[test]
fn a_follower_that_is_killed_goes_on_where_it_was() {
    let folder = Folder::new();
    let (_server, client, options) = server(&folder);
    append(&folder, "log.ndjson", &events(0..3_000));
    let follower = Follower::start(&folder, &options);
    // Killed while it has more to read.
    client.poll("/v1/events?limit=1", |page| page["total"] != 0);
    drop(follower);
    append(&folder, "log.ndjson", &events(3_000..3_100));
    // Rotated while nobody reads.
    fs::rename(folder.path("log.ndjson"), folder.path("log.ndjson.1")).unwrap();
    append(&folder, "log.ndjson", &events(3_100..3_200));
    let follower = Follower::start(&folder, &options);
    wait_for(&client, 3_200);
    assert!(follower.interrupt().succeeded().contains(" 0 conflicts, 0 rejected"));
    check_all(&client, 3_200);

    // What was kept is not even sent again.
    append(&folder, "log.ndjson", &events(3_200..3_201));
    let follower = Follower::start(&folder, &options);
    wait_for(&client, 3_201);
    let summary = "1 accepted, 0 already here, 0 conflicts, 0 rejected\n";
    assert_eq!(follower.interrupt().succeeded(), summary);
    check_all(&client, 3_201);
}

#[test]
fn a_server_that_is_restarted_is_waited_for() {
    let folder = Folder::new();
    let (server, client, options) = server(&folder);
    append(&folder, "log.ndjson", &events(0..5));
    let follower = Follower::start(&folder, &options);
    wait_for(&client, 5);
    let address = server.address.strip_prefix("http://").unwrap().to_owned();
    server.kill();
    append(&folder, "log.ndjson", &events(5..10));
    let _server = Server::start_on(&folder, &address);
    wait_for(&client, 10);
    assert!(follower.interrupt().succeeded().contains(" 0 conflicts, 0 rejected"));
    check_all(&client, 10);
}

#[test]
fn a_mapping_and_a_data_directory_go_with_it() {
    let folder = Folder::new();
    let arguments = "--data data --mapping auth0 --json --position at log.ndjson";
    append(
        &folder,
        "log.ndjson",
        "{\"log_id\":\"l1\",\"data\":{\"type\":\"s\",\"date\":\"2024-01-15T10:30:00.000Z\"}}\n",
    );
    let follower = Follower::start(&folder, arguments);
    // Nobody else can look into the data directory: that the place was noted shows that it is kept.
    let deadline = Instant::now() + Duration::from_secs(20);
    while !folder.path("at").try_exists().unwrap() || !folder.read("at").contains("\"lines\":1") {
        assert!(Instant::now() < deadline, "nothing is noted");
        thread::park_timeout(Duration::from_millis(20));
    }
    let ended = follower.interrupt();
    assert!(ended.succeeded().contains("\"accepted\":1"), "{ended:?}");
    let asked = folder.run("query --data data --count source=\"auth0\"");
    assert_eq!(asked.succeeded().trim(), "1");
}

#[test]
fn what_cannot_be_followed_is_refused() {
    let folder = Folder::new();
    folder.write("log.gz", [0x1f, 0x8b, 8, 0]);
    folder.write("at", "{}");
    for (arguments, expected) in [
        ("--data data", "error: --follow takes one file"),
        ("--data data -", "error: --follow takes a file; standard input"),
        ("--data data log.gz", "cannot read log.gz: it is compressed"),
        ("--data data --position at log", "error: at holds no position; give another"),
    ] {
        let ended = folder.run(&format!("import --follow {arguments}"));
        assert_eq!(ended.code, Some(1), "{arguments}");
        assert!(ended.notes.contains(expected), "{arguments}: {}", ended.notes);
    }
}
