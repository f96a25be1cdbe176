//! The routes over an empty data directory, with a clock that stands still.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use futures_util::StreamExt;
use gatelog_api::blocking::scanning;
use gatelog_api::{Shared, Stop};
use gatelog_auth::{Access, ApiKey, Scope};
use gatelog_event::source::{Format, Source};
use gatelog_event::time::UnixMicros;
use gatelog_ledger::files::{OsFiles, Randomness};
use gatelog_meta::{Author, DirectoryEntry, DirectoryKind, Meta};
use gatelog_service::origin::Origins;
use gatelog_service::{Clock, Environment, Service, Tenant};
use gatelog_source::Sources;
use http_body_util::BodyExt;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tower::ServiceExt;

/// The time the server believes it is.
pub(crate) const NOW: &str = "2026-11-20T14:29:31.123456Z";

/// The API, and the data directory behind it.
#[derive(Debug)]
pub(crate) struct Server {
    router: Router,
    /// Other routes that share with it what the console does.
    next_door: Router,
    service: Arc<Service>,
    runtime: Runtime,
    stop: watch::Sender<bool>,
    key: String,
    directory: TempDir,
}

/// An answer that has come to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// An answer that is still coming.
#[derive(Debug)]
pub(crate) struct Coming<'s> {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    stream: BodyDataStream,
    runtime: &'s Runtime,
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
        let directory = tempfile::tempdir().unwrap();
        let environment = Environment {
            clock: Arc::new(StandingClock(UnixMicros::parse_rfc3339(NOW).unwrap())),
            randomness: Arc::new(SystemRandomness),
            files: Arc::new(OsFiles),
            derivation: Arc::new(Origins::default()),
        };
        let service = Arc::new(Service::open(directory.path(), environment).unwrap());
        let (stop, stopped) = watch::channel(false);
        let shared = Shared::from(Stop::new(stopped));
        let sources = Sources::none(Arc::clone(&service));
        let router = gatelog_api::router(Arc::clone(&service), shared.clone())
            .merge(gatelog_api::sources::router(Arc::clone(&service), sources));
        let next_door = gatelog_api::router(Arc::clone(&service), shared);
        // Timers run ahead whenever nothing else is left to do, so that nobody waits for them.
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build();
        let key = String::new();
        let runtime = runtime.unwrap();
        let mut server = Self { router, next_door, service, runtime, stop, key, directory };
        server.key = server.new_key(None);
        server
    }

    /// A server that keeps these events, in our own form and one in each line.
    pub(crate) fn with(events: &[&str]) -> Self {
        let server = Self::start();
        server.keep(&events.join("\n"));
        server
    }

    fn tenant(&self) -> Arc<Tenant> {
        self.service.tenant(&"default".parse().unwrap()).unwrap()
    }

    /// A key that reads, perhaps the events of one source only.
    pub(crate) fn new_key(&self, only: Option<Source>) -> String {
        self.new_key_for(Scope::Read, only)
    }

    /// The same server, asked by an administrator.
    pub(crate) fn by_administrator(mut self) -> Self {
        self.key = self.new_key_for(Scope::Admin, None);
        self
    }

    fn new_key_for(&self, scope: Scope, only: Option<Source>) -> String {
        let environment = self.service.environment();
        let key = ApiKey::mint(environment.random().unwrap(), environment.random().unwrap());
        let tenant = Some("default".parse().unwrap());
        let ada = Author::User("ada".to_owned());
        let access = Access::new(scope, tenant, only).unwrap();
        let stored = key.to_stored(access, "test".to_owned());
        self.service.meta().create_credential(&stored, &environment.change(ada)).unwrap();
        key.reveal()
    }

    /// Keeps events, all of which must be accepted.
    pub(crate) fn keep(&self, body: &str) {
        let (tenant, now) = (self.tenant(), self.service.now());
        let prepared = tenant.prepare(Format::Native, None, body.as_bytes(), now).unwrap();
        assert_eq!(prepared.rejected, []);
        let pending = tenant.ledger().append(prepared.events, "key_test", now).unwrap();
        pending.wait_blocking().unwrap();
        tenant.save_names();
    }

    /// Tells the server to end.
    pub(crate) fn stop(&self) {
        self.stop.send(true).unwrap();
    }

    /// Lets time pass.
    pub(crate) fn pass_seconds(&self, seconds: u64) {
        self.runtime.block_on(async { sleep(Duration::from_secs(seconds)).await });
    }

    /// Takes the turns of all who may read records one by one, until the result is dropped.
    pub(crate) fn take_all_scans(&self) -> mpsc::Sender<()> {
        let (end, ended) = mpsc::channel();
        let ended = Arc::new(Mutex::new(ended));
        for _ in 0..2 {
            let ended = Arc::clone(&ended);
            self.runtime.spawn(scanning(move || ended.lock().unwrap().recv().is_err()));
        }
        self.runtime.block_on(tokio::task::yield_now());
        end
    }

    /// What the routes answer that share room with these.
    pub(crate) fn status_next_door(&self, target: &str, key: &str) -> StatusCode {
        let request = Request::get(target).header("authorization", key);
        let request = request.body(Body::empty()).unwrap();
        let answer = self.next_door.clone().oneshot(request);
        self.runtime.block_on(answer).unwrap().status()
    }

    /// Begins to ask, and does not wait for the answer.
    pub(crate) fn ask(&self, target: &str) -> JoinHandle<StatusCode> {
        let authorization = format!("Bearer {}", self.key);
        let request = Request::get(target).header("authorization", authorization);
        let answer = self.router.clone().oneshot(request.body(Body::empty()).unwrap());
        self.runtime.spawn(async move { answer.await.unwrap().status() })
    }

    pub(crate) fn wait(&self, asked: JoinHandle<StatusCode>) -> StatusCode {
        self.runtime.block_on(asked).unwrap()
    }

    /// What the directory is told by somebody else than a record.
    pub(crate) fn name(&self, kind: DirectoryKind, ids: &[&str], name: &str, identifier: &str) {
        let entry = |id: &&str| DirectoryEntry {
            kind,
            id: (*id).to_owned(),
            name: name.to_owned(),
            identifier: identifier.to_owned(),
            updated: self.service.now(),
        };
        let entries: Vec<DirectoryEntry> = ids.iter().map(entry).collect();
        let meta = Meta::open(&self.directory.path().join("meta.db")).unwrap();
        meta.learn(self.tenant().name(), &entries).unwrap();
        self.service.refresh_names().unwrap();
    }

    fn respond(&self, request: Request<Body>) -> Response<Body> {
        self.runtime.block_on(self.router.clone().oneshot(request)).unwrap()
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        self.get_with(target, &[])
    }

    /// Asks with more headers; `authorization` replaces the key.
    pub(crate) fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        let Coming { status, headers, stream, runtime } = self.open(target, headers);
        let body = runtime.block_on(Body::from_stream(stream).collect()).unwrap().to_bytes();
        Answer { status, headers, body: body.to_vec() }
    }

    /// Asks with a method and nothing else.
    pub(crate) fn send(&self, method: &str, target: &str) -> Answer {
        let request = Request::builder().method(&*method.to_uppercase()).uri(target);
        let response = self.respond(request.body(Body::empty()).unwrap());
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, body: Vec::new() }
    }

    /// Asks, and leaves the body to be read piece by piece.
    pub(crate) fn open(&self, target: &str, headers: &[(&str, &str)]) -> Coming<'_> {
        let mut request = Request::get(target);
        if !headers.iter().any(|(name, _)| *name == "authorization") {
            request = request.header("authorization", format!("Bearer {}", self.key));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.respond(request.body(Body::empty()).unwrap());
        let (parts, body) = response.into_parts();
        let (status, headers) = (parts.status, parts.headers);
        Coming { status, headers, stream: body.into_data_stream(), runtime: &self.runtime }
    }
}

impl Answer {
    /// The body of an answer with the status 200.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The problem of an answer with the status 400.
    pub(crate) fn refusal(&self) -> Value {
        assert_eq!(self.status, StatusCode::BAD_REQUEST, "{}", self.text());
        assert_eq!(self.headers["content-type"], "application/problem+json");
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Ids of the events of a page, one after the other.
    pub(crate) fn ids(&self) -> String {
        let page = self.json();
        let events = page["events"].as_array().unwrap();
        events.iter().map(|event| event["id"].as_str().unwrap()).collect()
    }
}

impl Coming<'_> {
    /// The next piece of the body; `None` at its end, an error when it is cut.
    pub(crate) fn next(&mut self) -> Option<Result<String, axum::Error>> {
        let piece = self.runtime.block_on(self.stream.next())?;
        Some(piece.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap()))
    }
}
