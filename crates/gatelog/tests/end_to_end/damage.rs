//! Data directories of newer versions, and with a byte that is not what was written.

use crate::support::{Folder, Server};

pub(crate) const MANIFEST: &str = "data/tenants/default/manifest";
pub(crate) const LOG: &str = "data/wal/0000000000000001.wal";

/// Of log files that are found at a start, so many stay as they are; one more, and all are sealed.
const LOG_FILES_MAX: usize = 16;

/// Events that have been sealed into one segment: as many as it takes imports.
pub(crate) const SEALED_EVENTS: usize = LOG_FILES_MAX + 1;

/// A folder whose data directory holds these events in its log.
pub(crate) fn with_log(events: usize) -> Folder {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope ingest"));
    for number in 0..events {
        client.post("/v1/events", format!("{{\"id\":\"{number}\",\"type\":\"t\"}}")).json();
    }
    server.terminate().succeeded();
    folder
}

/// A folder whose data directory holds [`SEALED_EVENTS`] events in a segment.
pub(crate) fn with_segment() -> Folder {
    with_segment_of(|number| format!("{{\"id\":\"{number}\",\"type\":\"t\"}}"))
}

/// A folder whose data directory holds [`SEALED_EVENTS`] imports in a segment.
fn with_segment_of(body: impl Fn(usize) -> String) -> Folder {
    let folder = Folder::new();
    // Each import begins a log file.
    for number in 0..SEALED_EVENTS {
        folder.run_with_input("import --data data", body(number).as_bytes()).succeeded();
    }
    Server::start(&folder).terminate().succeeded();
    folder
}

/// Names of the files in a directory.
pub(crate) fn files(folder: &Folder, directory: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path(directory)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Flips bits of one byte.
pub(crate) fn change(folder: &Folder, file: &str, offset: usize, bits: u8) {
    let path = folder.path(file);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[offset] ^= bits;
    std::fs::write(&path, bytes).unwrap();
}

/// Changes a byte, starts a server, which must refuse, and changes the byte back.
fn refusal(folder: &Folder, file: &str, offset: usize, bits: u8) -> String {
    change(folder, file, offset, bits);
    let ended = folder.run("serve --data data --listen 127.0.0.1:0");
    change(folder, file, offset, bits);
    ended.refused().trim_start_matches("error: ").to_owned()
}

#[test]
fn a_newer_version_is_refused_by_the_file_that_says_so() {
    let folder = with_segment();
    let newer = |file: &str, found: u8, known: u8| {
        format!(
            "{file} was written by a newer Gatelog (format {found}, this one knows up to {known}); \
             upgrade Gatelog to open it"
        )
    };
    // The version stands behind eight bytes of magic.
    assert_eq!(refusal(&folder, "data/format", 8, 3), newer("data/format", 2, 1));
    assert_eq!(refusal(&folder, MANIFEST, 8, 1), newer(MANIFEST, 3, 2));
    // In SQLite's header, the last byte of the schema's version: 11 becomes 27.
    let expected = "this data directory was written by a newer Gatelog: schema 27, this one knows \
                    11; upgrade Gatelog";
    assert_eq!(refusal(&folder, "data/meta.db", 63, 16), expected);
    let log = with_log(1);
    assert_eq!(refusal(&log, LOG, 8, 3), newer(LOG, 2, 1));
    // As it was, it opens, and everything is there.
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope read"));
    assert_eq!(client.every_event().len(), SEALED_EVENTS);
}

#[test]
fn a_damaged_file_is_refused_with_its_place() {
    let folder = with_segment();
    let not_its_kind = |file: &str| {
        format!("{file} is damaged at byte 0: this is not the kind of file its name says")
    };
    assert_eq!(refusal(&folder, "data/format", 2, 1), not_its_kind("data/format"));
    assert_eq!(refusal(&folder, MANIFEST, 2, 1), not_its_kind(MANIFEST));
    let checksum = format!("{MANIFEST} is damaged at byte 16: the checksum differs");
    for offset in [16, 20, 30, 40] {
        assert_eq!(refusal(&folder, MANIFEST, offset, 1), checksum, "byte {offset}");
    }
    let no_database = "cannot open data/meta.db: file is not a database";
    assert!(refusal(&folder, "data/meta.db", 3, 1).starts_with(no_database));
}

#[test]
fn a_damaged_log_is_refused_where_acknowledged_events_would_be_lost() {
    let folder = with_log(3);
    // The first group begins behind the file's header of 24 bytes.
    let expected = format!(
        "{LOG} is damaged at byte 24: a group is damaged, and later ones are whole: acknowledged \
         events would be lost; restore this file from a copy"
    );
    for offset in [24, 60, 100] {
        assert_eq!(refusal(&folder, LOG, offset, 1), expected, "byte {offset}");
    }
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope read"));
    assert_eq!(client.every_event().len(), 3);
}

#[test]
fn an_export_that_meets_damage_is_cut_off() {
    // Texts that cannot be compressed, so that most of the file are records.
    let mut state = 1_u64;
    let mut text = || {
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            format!("{state:016x}")
        };
        (0..20).map(|_| next()).collect::<String>()
    };
    let texts: Vec<String> = (0..SEALED_EVENTS * 100).map(|_| text()).collect();
    let event = |number: usize| {
        let text = &texts[number];
        format!("{{\"id\":\"{number}\",\"type\":\"t\",\"time\":{number},\"data\":\"{text}\"}}\n")
    };
    let folder = with_segment_of(|import| (import * 100..(import + 1) * 100).map(event).collect());
    let names = files(&folder, "data/tenants/default/segments");
    let segment = format!("data/tenants/default/segments/{}", names[0]);
    let size = std::fs::read(folder.path(&segment)).unwrap().len();
    change(&folder, &segment, size / 2, 1);
    let key = folder.key("--tenant default --scope read");
    let server = Server::start(&folder);
    let client = server.client(&key);
    for format in ["ndjson", "csv&fields=id,data"] {
        let answer = client.get(&format!("/v1/export?format={format}&order=asc&limit=100"));
        assert_eq!(answer.status, 200, "the first hundred are whole");
        assert!(client.is_cut(&format!("/v1/export?format={format}&order=asc")), "{format}");
    }
    // What fails before anything was sent is told as usual; Parquet has all these in one piece.
    let detail = "500: an internal error; the server's log says more";
    assert_eq!(client.get("/v1/export?format=parquet").problem(), detail);
    server.terminate().succeeded();
    change(&folder, &segment, 40, 1);
    let server = Server::start(&folder);
    let client = server.client(&key);
    assert_eq!(client.get("/v1/export?order=asc").problem(), detail);
    let log = Server::log(&folder);
    assert_eq!(log.matches("an export was cut off").count(), 2, "{log}");
    assert!(log.contains(&format!("{segment} is damaged at byte ")), "{log}");
}

#[test]
fn a_damaged_segment_is_never_read_as_if_it_were_whole() {
    let folder = with_segment();
    let names = files(&folder, "data/tenants/default/segments");
    let segment = format!("data/tenants/default/segments/{}", names[0]);
    let size = std::fs::read(folder.path(&segment)).unwrap().len();
    let key = folder.key("--tenant default --scope read");
    let page = || {
        let server = Server::start(&folder);
        server.client(&key).get("/v1/events")
    };
    let whole = page();
    assert_eq!(whole.ids().len(), SEALED_EVENTS);
    let mut refused = 0;
    for offset in (0..size).step_by(size / 24) {
        change(&folder, &segment, offset, 1);
        let answer = page();
        change(&folder, &segment, offset, 1);
        if answer.status == 500 {
            refused += 1;
            let detail = "500: an internal error; the server's log says more";
            assert_eq!(answer.problem(), detail);
            let log = Server::log(&folder);
            let place = format!("a request failed error=\"{segment} is damaged at byte ");
            assert_eq!(log.matches(&place).count(), refused, "byte {offset}");
        } else {
            // Not needed for this page.
            assert_eq!(answer.text, whole.text, "byte {offset}");
        }
    }
    assert!(refused > 6, "{refused}");
}

#[test]
fn other_products_clients_are_told_of_damage_in_their_own_words() {
    let folder = with_segment_of(|number| {
        format!("{{\"id\":\"{number}\",\"type\":\"login\",\"outcome\":\"success\"}}")
    });
    let names = files(&folder, "data/tenants/default/segments");
    let segment = format!("data/tenants/default/segments/{}", names[0]);
    let key = folder.key("--tenant default --scope read");
    let size = std::fs::read(folder.path(&segment)).unwrap().len();
    (40..size / 2).for_each(|offset| change(&folder, &segment, offset, 1));
    let server = Server::start(&folder);
    let client = server.client(&key);
    const JSON: (&str, &str) = ("content-type", "application/json");
    let question = r#"{"query":"{auditLogs(first:1){totalCount}}"}"#;
    for (answer, status, said) in [
        (client.get("/api/v1/logs/"), 500, r#""error":"server_error""#),
        (client.get("/api/logs"), 500, r#"{"message":""#),
        (
            client.send("POST", "/_api/admin/graphql", &[JSON], question),
            200,
            r#""errors":[{"message""#,
        ),
    ] {
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.text.contains(said), "{answer:?}");
    }
    let log = Server::log(&folder);
    assert!(log.matches(&format!("{segment} is damaged at byte ")).count() >= 3, "{log}");
}
