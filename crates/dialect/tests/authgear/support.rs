//! Somebody who asks, and the events of the examples.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use gatelog_auth::jwt::{Algorithm, KeySet};
use gatelog_auth::{Access, Scope};
use gatelog_dialect::authgear::{self, Project, Projects, Upstream};
use gatelog_event::source::{Format, Source};
use serde_json::{Value, json};

use crate::signer::Signer;

pub(crate) use crate::server::{Answer, Server, fixture};

/// 2026-07-27T12:00:00Z, in Unix milliseconds: after the events of the fixtures.
pub(crate) const NOW_MS: i64 = 1_785_153_600_000;

/// Where it is.
pub(crate) const ADDRESS: &str = "/_api/admin/graphql";

/// A reader of one tenant.
#[derive(Debug)]
pub(crate) struct Reader<'s> {
    pub(crate) server: &'s Server,
    pub(crate) key: String,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::over(Projects::default())
    }

    /// A server with an Authgear behind a project of the tenant `default`, and a token of the
    /// project's.
    pub(crate) fn before(upstream: &str) -> (Self, String) {
        let signer = Signer::new(Algorithm::Rs256);
        let jwks = json!({ "keys": [signer.jwk("key")] }).to_string();
        let server = Self::over(Projects::new(vec![Project {
            tenant: "default".parse().unwrap(),
            app_id: "myproject".to_owned(),
            keys: Some(KeySet::parse(&jwks).unwrap()),
            upstream: Some(Upstream::new(upstream).unwrap()),
        }]));
        let header = json!({ "alg": "RS256", "kid": "key" });
        (server, signer.sign(&header, &json!({ "aud": ["myproject"] })))
    }

    /// A server with these projects.
    pub(crate) fn over(projects: Projects) -> Self {
        Self::of(NOW_MS, |service| authgear::router(service, projects))
    }

    /// A new API key that may read `default`, but only events of one source.
    pub(crate) fn key_of(&self, source: Source) -> String {
        let tenant = Some("default".parse().unwrap());
        self.key_with(Access::new(Scope::Read, tenant, Some(source)).unwrap()).0
    }

    /// Somebody who may read the tenant `default`.
    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader { server: self, key: self.key(Scope::Read, Some("default")) }
    }
}

impl Reader<'_> {
    /// Sends a body.
    pub(crate) fn post(&self, media_type: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(ADDRESS)
            .header("Authorization", format!("Bearer {}", self.key))
            .header("Content-Type", media_type);
        self.server.ask(request.body(body.into()).unwrap())
    }

    /// The result of a document, which must have been executed.
    pub(crate) fn result(&self, query: &str, variables: &Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let answer = self.post("application/json", body);
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }

    /// The data that answers a document without errors.
    pub(crate) fn data(&self, query: &str) -> Value {
        let result = self.result(query, &Value::Null);
        assert_eq!(result.get("errors"), None, "{query}: {result}");
        result["data"].clone()
    }

    /// The raw ids of the rows that `auditLogs` with these arguments returns, in order.
    pub(crate) fn ids(&self, arguments: &str) -> Vec<String> {
        let data =
            self.data(&format!("{{ auditLogs{arguments} {{ edges {{ node {{ id }} }} }} }}"));
        let edges = data["auditLogs"]["edges"].as_array().unwrap();
        edges.iter().map(|edge| raw_id(edge["node"]["id"].as_str().unwrap())).collect()
    }
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The first line of a header, empty if there is none.
    pub(crate) fn line(&self, name: &str) -> &str {
        self.header(name).first().copied().unwrap_or_default()
    }
}

/// The six events of `authgear-events.ndjson`, by their ids.
pub(crate) fn example(id: &str) -> Value {
    let events = fixture("authgear-events.ndjson");
    let mut events = events.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    events.find(|event| event["id"] == id).unwrap()
}

/// A server that keeps the six events.
pub(crate) fn server_with_examples() -> Server {
    let server = Server::start();
    server.keep("default", Format::Authgear, &fixture("authgear-events.ndjson"));
    server
}

/// The global id of a raw id: what other tests compare with is written out.
pub(crate) fn global_id(type_name: &str, id: &str) -> String {
    base64(&format!("{type_name}:{id}"))
}

/// The raw id in a global id of an audit log.
fn raw_id(global_id: &str) -> String {
    let text = from_base64(global_id);
    text.strip_prefix("AuditLog:").unwrap().to_owned()
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Base64url without padding, digit by digit.
pub(crate) fn base64(text: &str) -> String {
    let bits: String = text.bytes().map(|byte| format!("{byte:08b}")).collect();
    let digits = bits.as_bytes().chunks(6).map(|digit| {
        let digit = format!("{:0<6}", str::from_utf8(digit).unwrap());
        char::from(ALPHABET[usize::from_str_radix(&digit, 2).unwrap()])
    });
    digits.collect()
}

fn from_base64(text: &str) -> String {
    let digit = |letter: u8| ALPHABET.iter().position(|known| *known == letter).unwrap();
    let bits: String = text.bytes().map(|letter| format!("{:06b}", digit(letter))).collect();
    let bytes = bits.as_bytes().chunks_exact(8);
    let byte = |bits: &[u8]| u8::from_str_radix(str::from_utf8(bits).unwrap(), 2).unwrap();
    String::from_utf8(bytes.map(byte).collect()).unwrap()
}
