//! Entries of PlusAuth's log, and the rows of an answer.

use axum::http::StatusCode;
use gatelog_auth::Scope;
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use serde_json::{Value, json};

use crate::support::{Answer, NOW_MS, Server};

/// A time as entries have it, so many seconds ago.
pub(crate) fn seconds_ago(seconds: i64) -> String {
    let micros = UnixMicros::from_millis(NOW_MS - seconds * 1_000).unwrap();
    format!("{:.3}", micros.timestamp())
}

/// A whole entry, so many seconds ago.
pub(crate) fn entry(seconds: i64, level: &str, event_type: &str, message: &str) -> Value {
    json!({
        "time": seconds_ago(seconds), "level": level, "event_type": event_type,
        "message": message, "user_id": "ada",
        "request_id": format!("86a946cd-08af-461b-812d-{seconds:012}"),
        "client_address": "172.30.5.130", "client_id": "shop", "session_id": "s-1",
        "ua": "Windows/10 Edge/138.0.0.0", "amr": ["pwd"], "details": {},
    })
}

/// The same entry with other members.
pub(crate) fn with(mut entry: Value, members: &Value) -> Value {
    entry.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    entry
}

/// A server that keeps these entries, and a key to read them.
pub(crate) fn server_with(entries: &[Value]) -> (Server, String) {
    let server = Server::start();
    let lines: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
    server.keep("default", Format::PlusAuth, &lines);
    let key = server.key(Scope::Read, Some("default"));
    (server, key)
}

/// The value of a parameter as JavaScript's `encodeURIComponent` writes it.
pub(crate) fn encoded(value: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
        byte if b"-_.!~*'()".contains(&byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    value.bytes().map(encode).collect()
}

impl Answer {
    /// The rows of a page, which it must be.
    pub(crate) fn rows(&self) -> Vec<Value> {
        assert_eq!(self.status, StatusCode::OK, "{}", String::from_utf8_lossy(&self.body));
        self.json()["logs"].as_array().unwrap().clone()
    }

    /// The event codes of a page, in its order, with spaces between them.
    pub(crate) fn codes(&self) -> String {
        let rows = self.rows();
        let codes: Vec<&str> = rows.iter().map(|row| row["event_type"].as_str().unwrap()).collect();
        codes.join(" ")
    }
}
