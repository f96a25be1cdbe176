//! What passes through, as if nothing stood between.

use std::io::{Read, Write};
use std::net::TcpStream;

use axum::body::{Body, Bytes};
use axum::http::Request;
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::json;
use tokio::runtime::Runtime;

use super::Recorded;

/// A connection to the proxy that has sent this.
fn sent(recorded: &Recorded, text: &str) -> TcpStream {
    let mut stream =
        TcpStream::connect(recorded.proxy.address.trim_start_matches("http://")).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    stream
}

/// Reads up to and with this text.
fn read_to(stream: &mut TcpStream, end: &str) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(end.as_bytes()) {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&text));
        text.push(byte[0]);
    }
    String::from_utf8(text).unwrap()
}

#[test]
fn a_slow_answer_arrives_piece_by_piece_with_its_trailers() {
    let recorded = Recorded::start("");
    let request = "GET /pieces HTTP/1.1\r\nhost: a\r\nte: trailers\r\nconnection: te\r\n\r\n";
    let mut stream = sent(&recorded, request);
    for number in 0..3 {
        recorded.upstream.pieces.add_permits(1);
        let text = read_to(&mut stream, &format!("piece {number}\n"));
        assert!(!text.contains(&format!("piece {}", number + 1)), "{text}");
    }
    assert!(read_to(&mut stream, "\r\n\r\n").contains("x-checksum: abc"));
    let [event] = &recorded.events(1)[..] else { panic!("one event") };
    assert_eq!(
        (&event["data"]["route"], &event["outcome"]),
        (&json!("/pieces"), &json!("success"))
    );
}

#[test]
fn an_answer_that_its_client_gave_up_is_recorded() {
    let recorded = Recorded::start("");
    let mut stream = sent(&recorded, "GET /pieces HTTP/1.1\r\nhost: a\r\n\r\n");
    recorded.upstream.pieces.add_permits(1);
    read_to(&mut stream, "piece 0\n");
    drop(stream);
    recorded.upstream.pieces.add_permits(1);
    let [event] = &recorded.events(1)[..] else { panic!("one event") };
    assert_eq!(event["data"]["cut_off"], true);
}

#[test]
fn bytes_pass_both_ways_after_an_upgrade() {
    let recorded = Recorded::start("");
    let mut stream = sent(
        &recorded,
        "GET /echo HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n",
    );
    let head = read_to(&mut stream, "\r\n\r\n").to_lowercase();
    assert!(head.starts_with("http/1.1 101") && head.contains("upgrade: websocket"), "{head}");
    for text in ["\u{1}one", "two\0three"] {
        stream.write_all(text.as_bytes()).unwrap();
        assert_eq!(read_to(&mut stream, text), text);
    }
    let [event] = &recorded.events(1)[..] else { panic!("one event") };
    assert_eq!((&event["data"]["status"], &event["outcome"]), (&json!(101), &json!("success")));
}

#[test]
fn a_large_upload_passes_and_is_asked_for() {
    let recorded = Recorded::start("");
    let bytes = 24 << 20;
    let headers = [("content-type", "application/json")];
    let answer = recorded.client().send("POST", "/upload", &headers, vec![b' '; bytes]);
    assert_eq!(answer.text, bytes.to_string());
    let mut stream = sent(
        &recorded,
        "POST /upload HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n",
    );
    assert!(read_to(&mut stream, "\r\n\r\n").starts_with("HTTP/1.1 100"));
    stream.write_all(b"four").unwrap();
    assert!(read_to(&mut stream, "\r\n\r\n4").starts_with("HTTP/1.1 200"));
    assert_eq!(recorded.events(2)[0]["data"]["body"], "too large to be recorded");
}

#[test]
fn the_upstream_sees_the_request_and_from_whom_it_is() {
    let recorded = Recorded::start("");
    let headers = [
        ("host", "id.example"),
        ("x-forwarded-for", "192.0.2.1"),
        ("connection", "x-own"),
        ("x-own", "1"),
    ];
    let seen = recorded.client().send("GET", "/seen/../seen?a=%20b", &headers, "");
    assert_eq!(seen.status, 200);
    let mut stream = sent(
        &recorded,
        "GET /seen?a=%2F&b HTTP/1.1\r\nhost: id.example\r\nx-forwarded-for: 192.0.2.1\r\n\
         connection: x-own, close\r\nx-own: 1\r\n\r\n",
    );
    let text = {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    };
    let seen: serde_json::Value =
        serde_json::from_str(text.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!(seen["target"], "/seen?a=%2F&b");
    let expected = json!({
        "host": "id.example",
        "via": "1.1 gatelog",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-host": "id.example",
        "x-forwarded-proto": "http",
    });
    assert_eq!((&seen["headers"], &seen["version"]), (&expected, &json!("HTTP/1.1")));
}

#[test]
fn http2_is_spoken_on_both_sides() {
    let recorded = Recorded::start("[record]\nupstream_http2 = true\n");
    let address = format!("{}/seen", recorded.proxy.address);
    let seen: serde_json::Value = Runtime::new().unwrap().block_on(async {
        let client = Client::builder(TokioExecutor::new()).http2_only(true).build_http::<Body>();
        let request = Request::get(address).body(Body::empty()).unwrap();
        let answer = client.request(request).await.unwrap();
        assert_eq!(answer.version(), axum::http::Version::HTTP_2);
        let body: Bytes = answer.into_body().collect().await.unwrap().to_bytes();
        serde_json::from_slice(&body).unwrap()
    });
    assert_eq!(seen["version"], "HTTP/2.0");
    assert_eq!(
        seen["headers"]["x-forwarded-host"],
        recorded.proxy.address.trim_start_matches("http://")
    );
    assert_eq!(recorded.events(1)[0]["type"], "api.read");
}

#[test]
fn an_upstream_that_is_gone_is_a_plain_problem_and_an_event() {
    let mut recorded = Recorded::start("");
    recorded.upstream = super::Upstream::start();
    let answer = recorded.client().get("/api/users/u1");
    assert_eq!(answer.problem(), "502: the API behind this proxy cannot be reached");
    let [event] = &recorded.events(1)[..] else { panic!("one event") };
    assert_eq!((&event["outcome"], &event["error"]["code"]), (&json!("failure"), &json!("502")));
}
