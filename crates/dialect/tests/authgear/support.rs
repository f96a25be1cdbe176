//! A server over an empty data directory, with a clock that stands still.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use gatelog_auth::{Access, ApiKey, Scope};
use gatelog_dialect::authgear::{self, Project, Projects, Upstream};
use gatelog_event::source::{Format, Source};
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::files::{OsFiles, Randomness};
use gatelog_meta::Author;
use gatelog_service::{Clock, Environment, Service, Tenant};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// 2026-07-27T12:00:00Z, in Unix milliseconds: after the events of the fixtures.
pub(crate) const NOW_MS: i64 = 1_785_153_600_000;

/// Where it is.
pub(crate) const ADDRESS: &str = "/_api/admin/graphql";

/// A dialect, and the data directory behind it.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) service: Arc<Service>,
    pub(crate) runtime: Runtime,
    router: Router,
    _directory: TempDir,
}

/// An answer as it came over the wire.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A reader of one tenant.
#[derive(Debug)]
pub(crate) struct Reader<'s> {
    pub(crate) server: &'s Server,
    pub(crate) key: String,
}

#[derive(Debug)]
struct StandingClock(UnixMicros);

impl Clock for StandingClock {
    fn now(&self) -> UnixMicros {
        self.0
    }
}

#[derive(Debug)]
struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        getrandom::fill(bytes).map_err(std::io::Error::other)
    }
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::before(None)
    }

    /// A server with an Authgear behind the tenant `default`.
    pub(crate) fn before(upstream: Option<&str>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let environment = Environment {
            clock: Arc::new(StandingClock(UnixMicros::from_millis(NOW_MS).unwrap())),
            randomness: Arc::new(SystemRandomness),
            files: Arc::new(OsFiles),
        };
        let service = Arc::new(Service::open(directory.path(), environment).unwrap());
        let project = |upstream: &str| Project {
            tenant: "default".parse().unwrap(),
            app_id: "myproject".to_owned(),
            upstream: Some(Upstream::new(upstream).unwrap()),
        };
        let projects = Projects::new(upstream.into_iter().map(project).collect());
        let router = authgear::router(Arc::clone(&service), projects);
        Self { service, runtime: Runtime::new().unwrap(), router, _directory: directory }
    }

    pub(crate) fn create_tenant(&self, name: &str) {
        let author = Author::User("ada".to_owned());
        self.service.create_tenant(&name.parse().unwrap(), author).unwrap();
    }

    pub(crate) fn tenant(&self, name: &str) -> Arc<Tenant> {
        self.service.tenant(&name.parse().unwrap()).unwrap()
    }

    /// A new API key.
    pub(crate) fn key(&self, scope: Scope, tenant: Option<&str>, source: Option<Source>) -> String {
        let tenant = tenant.map(|name| name.parse::<TenantName>().unwrap());
        let access = Access::new(scope, tenant, source).unwrap();
        let environment = self.service.environment();
        let key = ApiKey::mint(environment.random().unwrap(), environment.random().unwrap());
        let change = environment.change(Author::User("ada".to_owned()));
        let stored = key.to_stored(access, "test".to_owned());
        self.service.meta().create_credential(&stored, &change).unwrap();
        key.reveal()
    }

    /// Somebody who may read the tenant `default`.
    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader { server: self, key: self.key(Scope::Read, Some("default"), None) }
    }

    /// Keeps events, all of which must be accepted.
    pub(crate) fn keep(&self, tenant: &str, format: Format, body: &str) {
        let tenant = self.tenant(tenant);
        let now = self.service.now();
        let prepared = tenant.prepare(format, None, body.as_bytes(), now).unwrap();
        assert_eq!(prepared.rejected, []);
        let pending = tenant.ledger().append(prepared.events, "key_test", now).unwrap();
        pending.wait_blocking().unwrap();
        tenant.save_names();
    }

    pub(crate) fn ask(&self, request: Request<Body>) -> Answer {
        let router = self.router.clone();
        self.runtime.block_on(async move {
            let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
            let body = body.collect().await.unwrap().to_bytes().to_vec();
            Answer { status: parts.status, headers: parts.headers, body }
        })
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

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A file of `tests/fixtures`.
pub(crate) fn fixture(name: &str) -> String {
    let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
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
