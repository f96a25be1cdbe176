//! `POST /v1/events`, and what becomes of every line.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::{Client, Folder, Server};

/// Largest body after decompression, in bytes.
const BODY_BYTES_MAX: usize = 64 << 20;

fn server(folder: &Folder) -> (Server, Client) {
    let server = Server::start(folder);
    let client = server.client(&folder.key("--tenant default --scope admin"));
    (server, client)
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn zstd(text: &[u8]) -> Vec<u8> {
    zstd::encode_all(text, 1).unwrap()
}

#[test]
fn a_body_of_too_many_records_is_cut_and_says_so() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope admin"));
    let body = "{\"type\":\"t\",\"id\":\"1\",\"time\":0}\n".repeat(100_002);
    let answer = client.post("/v1/events", body);
    assert_eq!(answer.counts(), [1, 99_999, 0, 2]);
    let expected = "100001:1: a body may have 100000 records; send the rest in another";
    assert_eq!(answer.rejected().first().map(String::as_str), Some(expected));
}

/// A sender that says that every line is a record is not second-guessed.
#[test]
fn lines_that_say_so_are_lines() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope admin"));
    let body = "[1]\n{\"type\":\"t\"}\n";
    let lines = [("content-type", "application/x-ndjson; charset=utf-8")];
    let answer = client.send("POST", "/v1/events", &lines, body);
    assert_eq!(answer.counts(), [1, 0, 0, 1]);
    assert_eq!(client.post("/v1/events", body).status, 400, "otherwise it is a broken array");
}

#[test]
fn a_body_may_have_many_forms() {
    let folder = Folder::new();
    let (_server, client) = server(&folder);
    let counts = |target: &str, encoding: &str, body: Vec<u8>| {
        client.send("POST", target, &[("content-encoding", encoding)], body).counts()
    };
    let row = r#"{"id":"row","key":"Interaction.SignIn.Submit","createdAt":1700000000000,"payload":{"result":"Success"}}"#;
    let signed_out = r#"{"id":"0a5a","type":"user.signed_out","payload":{},"context":{"timestamp":1700000000,"user_id":"u"}}"#;
    let operation = r#"{"id":"role","time":"2026-11-20T16:53:55.538Z","level":"error","event_type":"101","message":"Create Role"}"#;
    let two_members =
        [gzip(b"{\"id\":\"g1\",\"type\":\"t\"}\n"), gzip(b"{\"id\":\"g2\",\"type\":\"t\"}")];
    let bodies = [
        ("/v1/events", "", b"{\"id\":\"one\",\"type\":\"t\"}".to_vec(), 1),
        ("/v1/events", "identity", b"{\n  \"id\": \"pretty\",\n  \"type\": \"t\"\n}\n".to_vec(), 1),
        (
            "/v1/events",
            "",
            b"[{\"id\":\"a1\",\"type\":\"t\"},\n {\"id\":\"a2\",\"type\":\"t\"}]".to_vec(),
            2,
        ),
        ("/v1/events", "", b"[]".to_vec(), 0),
        (
            "/v1/events?format=native",
            "",
            b"\n{\"id\":\"n1\",\"type\":\"t\"}\r\n\r\n{\"id\":\"n2\",\"type\":\"t\"}".to_vec(),
            2,
        ),
        ("/v1/events", "gzip", two_members.concat(), 2),
        ("/v1/events", "zstd", zstd(b"[{\"id\":\"z1\",\"type\":\"t\"}]"), 1),
        ("/v1/events?format=logto", "", row.into(), 1),
        ("/v1/events?format=authgear", "", signed_out.into(), 1),
        ("/v1/events?format=plusauth", "", operation.into(), 1),
    ];
    for (target, encoding, body, accepted) in bodies {
        let text = String::from_utf8_lossy(&body).into_owned();
        assert_eq!(counts(target, encoding, body), [accepted, 0, 0, 0], "{text}");
    }
    let mut ids = client.get("/v1/events").ids();
    ids.sort();
    assert_eq!(
        ids,
        ["0a5a", "a1", "a2", "g1", "g2", "n1", "n2", "one", "pretty", "role", "row", "z1"]
    );
    let row = client.get("/v1/events/row").json();
    assert_eq!((&row["source"], &row["action"]), (&"logto".into(), &"login".into()));
    let signed_out = client.get("/v1/events/0a5a").json();
    assert_eq!(
        (&signed_out["type"], &signed_out["actor"]["id"]),
        (&"USER_SIGNED_OUT".into(), &"u".into())
    );
    let operation = client.get("/v1/events/role").json();
    assert_eq!((&operation["outcome"], &operation["level"]), (&"failure".into(), &"error".into()));
    assert_eq!(operation["target"]["name"], "Create Role");
}

#[test]
fn a_broken_line_is_named_and_the_others_are_accepted() {
    let folder = Folder::new();
    let (_server, client) = server(&folder);
    let mut lines: Vec<String> =
        (1..=100).map(|number| format!(r#"{{"id":"{number}","type":"t"}}"#)).collect();
    lines[16] = r#"{"id":"17","é":,"type":"t"}"#.to_owned();
    let answer = client.post("/v1/events", lines.join("\n"));
    assert_eq!(answer.counts(), [99, 0, 0, 1]);
    assert_eq!(answer.rejected(), ["17:16: expected a JSON value"]);
    assert_eq!(client.get("/v1/events").json()["total"], 99);
    assert_eq!(client.get("/v1/events/17").status, 404);
}

#[test]
fn a_line_that_is_no_event_is_refused_alone() {
    let folder = Folder::new();
    let (_server, client) = server(&folder);
    let time = "`time` must be unix milliseconds or an RFC 3339 time such as \
                2026-11-20T14:29:31.123Z, within the years 1 to 9999";
    let lines: [(Vec<u8>, String); 15] = [
        (
            format!(r#"{{"type":"t","data":"{}"}}"#, "x".repeat(2 << 20)).into(),
            "1: record is 2097174 bytes long, at most 1048576 are kept".into(),
        ),
        (
            format!(r#"{{"type":"{}"}}"#, "t".repeat(200)).into(),
            "9: `type` is 200 bytes long, an event type has at most 128".into(),
        ),
        (
            format!(r#"{{"type":"t","id":"{}"}}"#, "i".repeat(129)).into(),
            "18: `id` is 129 bytes long, at most 128 are kept".into(),
        ),
        (
            b"{\"type\":\"a\0b\"}".to_vec(),
            "11: control character in a string, write it as \\u00XX".into(),
        ),
        (b"\0\0".to_vec(), "1: expected a JSON value".into()),
        (br#"{"type":"t","time":"10000-01-01T00:00:00Z"}"#.to_vec(), format!("20: {time}")),
        (br#"{"type":"t","time":253402300800000}"#.to_vec(), format!("20: {time}")),
        (br#"{"type":"t","time":"yesterday"}"#.to_vec(), format!("20: {time}")),
        (b"{\"type\":\"t\",\"x\":\"\xff\"}".to_vec(), "18: not valid UTF-8".into()),
        (br#"{"type":5}"#.to_vec(), "9: `type` is the event type and must be a string".into()),
        (br#"{"id":"x"}"#.to_vec(), "1: the event has no `type`".into()),
        (b"17".to_vec(), "1: an event is a JSON object with at least `type`".into()),
        (
            br#"{"type":"t","source":"gatelog"}"#.to_vec(),
            "22: `source` cannot be `gatelog`: that is Gatelog's own audit, which nobody sends"
                .into(),
        ),
        (
            br#"{"type":"t","source":"nobody"}"#.to_vec(),
            "22: unknown source `nobody` (known: native, logto, authgear, plusauth, auth0, okta, \
             keycloak)"
                .into(),
        ),
        (
            format!(r#"{{"type":"t","x":{}{}}}"#, "[".repeat(64), "]".repeat(64)).into(),
            "80: nested more than 64 levels deep".into(),
        ),
    ];
    // Every other line is an event.
    let (mut body, mut expected) = (Vec::new(), Vec::new());
    for (number, (line, reason)) in (1..).zip(&lines) {
        body.extend_from_slice(line);
        body.extend_from_slice(format!("\n{{\"type\":\"t\",\"id\":\"{number}\"}}\n").as_bytes());
        expected.push(format!("{}:{reason}", 2 * number - 1));
    }
    let answer = client.post("/v1/events", body);
    assert_eq!(answer.rejected(), expected);
    assert_eq!(answer.counts(), [15, 0, 0, 15]);
    for number in 1..=15 {
        assert_eq!(client.get(&format!("/v1/events/{number}")).status, 200);
    }
    let row = r#"{"id":"1","key":"Interaction.End","createdAt":253402300800000}"#;
    let answer = client.post("/v1/events?format=logto", row);
    assert_eq!(answer.rejected(), [format!("1:47: {}", time.replace("time`", "createdAt`"))]);
}

#[test]
fn an_escaped_nul_byte_is_text_like_any_other() {
    let folder = Folder::new();
    let (_server, client) = server(&folder);
    let record = r#"{"id":"nul","type":"a\u0000b","time":"2024-05-01T10:00:00Z"}"#;
    assert_eq!(client.post("/v1/events", record).counts(), [1, 0, 0, 0]);
    assert_eq!(client.get("/v1/events?type=a%00b").ids(), ["nul"]);
    let event = client.get("/v1/events/nul");
    assert!(event.text.ends_with(&format!(r#""data":{record}}}"#)), "{}", event.text);
}

#[test]
fn of_many_rejected_lines_a_thousand_are_listed_and_all_are_counted() {
    let folder = Folder::new();
    let (_server, client) = server(&folder);
    let answer = client.post("/v1/events", "nothing\n".repeat(1_500));
    assert_eq!(answer.counts(), [0, 0, 0, 1_500]);
    let rejected = answer.rejected();
    assert_eq!(rejected.len(), 1_000);
    assert_eq!(rejected[999], "1000:1: expected a JSON value");
}

#[test]
fn the_same_event_is_kept_once_and_the_first_content_counts() {
    let folder = Folder::new();
    let (server, client) = server(&folder);
    let event = |kind: &str, time: &str| {
        format!("{{\"id\":\"e\",\"type\":\"{kind}\",\"time\":\"2024-05-01T{time}Z\"}}\n")
    };
    let body = [
        event("first", "10:00:00.100"),
        event("first", "10:00:00.100"),
        event("other", "10:00:00.900"),
        event("later", "10:00:01"),
    ];
    assert_eq!(client.post("/v1/events", body.concat()).counts(), [2, 1, 1, 0]);
    assert_eq!(client.post("/v1/events", body.concat()).counts(), [0, 3, 1, 0]);
    // Without an id it follows from the content, and without a time it is the same for a week.
    let anonymous = r#"{"type":"t","data":{"n":1}}"#;
    assert_eq!(client.post("/v1/events", anonymous).counts(), [1, 0, 0, 0]);
    assert_eq!(client.post("/v1/events", anonymous).counts(), [0, 1, 0, 0]);
    server.kill();

    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope admin"));
    assert_eq!(client.post("/v1/events", body.concat()).counts(), [0, 3, 1, 0]);
    assert_eq!(client.post("/v1/events", anonymous).counts(), [0, 1, 0, 0]);
    let kinds: Vec<_> = client.every_event().iter().map(|event| event["type"].clone()).collect();
    assert_eq!(kinds, ["first", "later", "t"]);
}

#[test]
fn a_body_that_cannot_be_read_is_refused_whole() {
    let folder = Folder::new();
    let (_server, client) = server(&folder);
    let event = r#"{"type":"t"}"#;
    let empty = "400: the body is empty; send an event, an array of events, or one event a line";
    let cases = [
        ("", "", "", empty),
        ("", "", " \r\n\t\n", empty),
        (
            "",
            "",
            "[{\"type\":\"t\"},\n {\"é\":}]",
            "400 at 2:7: the body is not a JSON array: expected a JSON value",
        ),
        (
            "",
            "",
            "[{\"type\":\"t\"}",
            "400 at 1:14: the body is not a JSON array: the text ends inside an array or object",
        ),
        (
            "?format=csv",
            "",
            event,
            "400: unknown format `csv` (known: native, logto, authgear, plusauth); `mapped` is \
             for any other JSON",
        ),
        ("?format=native&format=logto", "", event, "400: the parameter `format` stands twice"),
        ("?forma=native", "", event, "400: there is no parameter `forma`; known: format, mapping"),
        (
            "",
            "br",
            event,
            "415: the content encoding `br` is not known here; use gzip, zstd or none",
        ),
        ("", "gzip", event, "400: the body does not decompress: invalid gzip header"),
        ("", "zstd", event, "400: the body does not decompress: Unknown frame descriptor"),
    ];
    for (parameters, encoding, body, expected) in cases {
        let headers = [("content-encoding", encoding)];
        let answer = client.send("POST", &format!("/v1/events{parameters}"), &headers, body);
        assert_eq!(answer.problem(), expected, "{parameters} {encoding} {body}");
    }
    let cut = gzip(event.as_bytes());
    let answer = client.send("POST", "/v1/events", &[("content-encoding", "gzip")], &cut[..20]);
    assert!(answer.problem().starts_with("400: the body does not decompress: "), "{answer:?}");
    assert_eq!(client.get("/v1/events").json()["total"], 0);
}

#[test]
fn a_body_that_is_too_large_is_refused_before_it_fills_memory() {
    let folder = Folder::new();
    let (_server, client) = server(&folder);
    let mut body = vec![b' '; BODY_BYTES_MAX - 12];
    body.extend_from_slice(br#"{"type":"t"}"#);
    let post = |encoding: &str, body: Vec<u8>| {
        client.send("POST", "/v1/events", &[("content-encoding", encoding)], body)
    };
    let refused = "413: a body may have 67108864 bytes after decompression; send several";
    assert_eq!(post("gzip", gzip(&body)).rejected().len(), 1, "a record of 64 MiB in such a body");
    body.push(b' ');
    assert_eq!(post("gzip", gzip(&body)).problem(), refused);
    assert_eq!(post("zstd", zstd(&body)).problem(), refused);
    assert_eq!(post("", body).problem(), refused);
    assert_eq!(post("", br#"{"type":"t"}"#.to_vec()).counts(), [1, 0, 0, 0]);
}

#[test]
fn secrets_never_reach_the_disk() {
    let folder = Folder::new();
    let (server, client) = server(&folder);
    let record = r#"{"id":"s","type":"t","data":{"password":"correct horse","note":"plain text"}}"#;
    assert_eq!(client.post("/v1/events", record).counts(), [1, 0, 0, 0]);
    assert!(!client.get("/v1/events/s").text.contains("correct horse"));
    server.terminate().succeeded();
    let log = std::fs::read(folder.path("data/wal/0000000000000001.wal")).unwrap();
    let has = |text: &[u8]| log.windows(text.len()).any(|window| window == text);
    assert!(has(b"plain text") && !has(b"correct horse"));
}
