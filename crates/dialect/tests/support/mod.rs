//! A server over an empty data directory, with a clock that stands still.

#![allow(dead_code, reason = "each dialect's tests use a part of it")]

use std::io::Read;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, StatusCode};
use flate2::read::GzDecoder;
use gatelog_auth::{Access, ApiKey, ClientDialect, ClientSecret, Scope};
use gatelog_dialect::{logto, plusauth};
use gatelog_event::source::Format;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::files::{OsFiles, Randomness};
use gatelog_meta::Author;
use gatelog_service::origin::Origins;
use gatelog_service::{Clock, Environment, Service, Tenant};
use http_body_util::BodyExt;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// When the recordings were made: 2026-11-20T16:04:53.833Z, in Unix milliseconds.
pub(crate) const NOW_MS: i64 = 1_795_190_693_833;

/// What clients call the server.
pub(crate) const HOST: &str = "logs.example:3001";

/// Dialects, and the data directory behind them.
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

/// Who makes all changes.
pub(crate) fn ada() -> Author {
    Author::User("ada".to_owned())
}

impl Server {
    /// A server with these Logtos, and with PlusAuth's API beside theirs.
    pub(crate) fn with(logto: logto::Settings) -> Self {
        Self::of(NOW_MS, |service| {
            let router = logto::router(Arc::clone(&service), logto);
            plusauth::beside(router, service)
        })
    }

    /// A server of these routes, at this time.
    pub(crate) fn of(now_ms: i64, routes: impl FnOnce(Arc<Service>) -> Router) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let environment = Environment {
            clock: Arc::new(StandingClock(UnixMicros::from_millis(now_ms).unwrap())),
            randomness: Arc::new(SystemRandomness),
            files: Arc::new(OsFiles),
            derivation: Arc::new(Origins::default()),
        };
        let service = Arc::new(Service::open(directory.path(), environment).unwrap());
        let router = routes(Arc::clone(&service));
        Self { service, runtime: Runtime::new().unwrap(), router, _directory: directory }
    }

    pub(crate) fn create_tenant(&self, name: &str) {
        self.service.create_tenant(&name.parse().unwrap(), ada()).unwrap();
    }

    pub(crate) fn tenant(&self, name: &str) -> Arc<Tenant> {
        self.service.tenant(&name.parse().unwrap()).unwrap()
    }

    /// A new API key, and its id.
    pub(crate) fn key_with(&self, access: Access) -> (String, String) {
        let environment = self.service.environment();
        let key = ApiKey::mint(environment.random().unwrap(), environment.random().unwrap());
        let stored = key.to_stored(access, "test".to_owned());
        self.service.meta().create_credential(&stored, &environment.change(ada())).unwrap();
        (key.reveal(), key.id().to_owned())
    }

    /// A new API key.
    pub(crate) fn key(&self, scope: Scope, tenant: Option<&str>) -> String {
        let tenant = tenant.map(|name| name.parse::<TenantName>().unwrap());
        self.key_with(Access::new(scope, tenant, None).unwrap()).0
    }

    /// A new client of the tenant `default`: id and secret.
    pub(crate) fn client(&self, dialect: ClientDialect) -> (String, String) {
        let environment = self.service.environment();
        let (id, secret) = (environment.random().unwrap(), environment.random().unwrap());
        let client = ClientSecret::mint(id, secret);
        let stored = client.to_stored(dialect, "default".parse().unwrap(), "test".to_owned());
        self.service.meta().create_client(&stored, &environment.change(ada())).unwrap();
        (client.id().to_owned(), client.reveal().to_owned())
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
            let response: Response<Body> = router.oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = body.collect().await.unwrap().to_bytes().to_vec();
            Answer { status: parts.status, headers: parts.headers, body }
        })
    }

    /// Asks for `target` with an API key and more headers.
    pub(crate) fn get(&self, target: &str, key: &str, headers: &[(&str, &str)]) -> Answer {
        let request = Request::get(target).header("Host", HOST);
        let mut request = request.header("Authorization", format!("Bearer {key}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.ask(request.body(Body::empty()).unwrap())
    }
}

impl Answer {
    /// The lines of a header.
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// A file of `tests/fixtures`, unpacked.
pub(crate) fn fixture(name: &str) -> String {
    let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(path).unwrap();
    if !name.ends_with(".gz") {
        return String::from_utf8(bytes).unwrap();
    }
    let mut text = String::new();
    GzDecoder::new(&*bytes).read_to_string(&mut text).unwrap();
    text
}

/// The JSON values of a text with one in each line. The texts hold other line ends than `\n`.
pub(crate) fn json_lines(text: &str) -> Vec<Value> {
    let lines = text.split('\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}
