//! A console over a temporary data directory, and a browser without JavaScript.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Response;
use gatelog_api::Stop;
use gatelog_auth::{Access, OneTimePassword, PersonalData, Scope};
use gatelog_console::{ConsoleOptions, router};
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::files::{OsFiles, Randomness};
use gatelog_meta::{Author, NewUser};
use gatelog_service::origin::Origins;
use gatelog_service::{Clock, DueReads, Environment, Service};
use gatelog_source::http::Reach;
use gatelog_source::kinds::Kinds;
use gatelog_source::{SealKey, Sources};
use http_body_util::BodyExt;
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// The time it is, unless the clock is put forward.
pub(crate) const NOW: &str = "2026-11-20T14:29:31Z";

/// A clock that stands still until it is put forward.
#[derive(Debug, Default)]
pub(crate) struct StoppedClock(AtomicI64);

impl StoppedClock {
    /// Puts it forward.
    pub(crate) fn forward(&self, minutes: i64) {
        self.0.fetch_add(minutes * 60_000_000, Ordering::Relaxed);
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> UnixMicros {
        let begin = UnixMicros::parse_rfc3339(NOW).unwrap();
        begin.saturating_add(self.0.load(Ordering::Relaxed))
    }
}

/// Bytes that differ from call to call: nothing here has to be secret.
#[derive(Debug, Default)]
struct Counting(AtomicU8);

impl Randomness for Counting {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}

/// Who makes all changes.
pub(crate) fn ada() -> Author {
    Author::User("ada".to_owned())
}

/// The key that secrets of sources are sealed under.
pub(crate) const SEAL_KEY: [u8; 32] = [7; 32];

/// Sources of every kind, of which none runs.
pub(crate) fn sources(service: Arc<Service>) -> Arc<Sources> {
    let kinds =
        Kinds { reach: Reach::PublicAnd(Vec::new()), read_file: |path| std::fs::read(path) };
    let key = Ok(Arc::new(SealKey::new(SEAL_KEY)));
    Sources::new(service, key, Vec::new(), Box::new(kinds))
}

pub(crate) struct House {
    pub(crate) service: Arc<Service>,
    pub(crate) clock: Arc<StoppedClock>,
    pub(crate) sources: Arc<Sources>,
    router: Router,
    /// Tells live lists to end.
    pub(crate) stopping: watch::Sender<bool>,
    _directory: TempDir,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl House {
    pub(crate) fn new() -> Self {
        Self::with(ConsoleOptions::default())
    }

    pub(crate) fn with(options: ConsoleOptions) -> Self {
        Self::with_sources(options, Sources::none)
    }

    /// A console where there can be sources; none of them runs.
    pub(crate) fn with_sources(
        options: ConsoleOptions,
        sources: impl FnOnce(Arc<Service>) -> Arc<Sources>,
    ) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Arc::new(StoppedClock::default());
        let environment = Environment {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            randomness: Arc::new(Counting::default()),
            files: Arc::new(OsFiles),
            derivation: Arc::new(Origins::new(Arc::clone(&options.places))),
        };
        let service = Arc::new(Service::open(directory.path(), environment).unwrap());
        let (stopping, stopped) = watch::channel(false);
        let sources = sources(Arc::clone(&service));
        let options = ConsoleOptions { sources: Some(Arc::clone(&sources)), ..options };
        let router = router(Arc::clone(&service), options, Stop::new(stopped));
        Self { service, clock, sources, router, stopping, _directory: directory }
    }

    /// Keeps events: one JSON object a line.
    pub(crate) async fn keep(&self, tenant: &str, format: Format, lines: &str) {
        let now = self.service.now();
        let tenant = self.service.tenant(&tenant.parse().unwrap()).unwrap();
        let prepared = tenant.prepare(format, None, lines.as_bytes(), now).unwrap();
        assert_eq!(prepared.rejected, []);
        tenant.ledger().append(prepared.events, "key_1", now).unwrap().wait().await.unwrap();
        tenant.save_names();
    }

    /// Brings what was read and changed so far into the ledger.
    pub(crate) fn record(&self) {
        tokio::task::block_in_place(|| self.service.write_audit(DueReads::All)).unwrap();
    }

    /// Creates a user who has a one-time password, and returns it.
    pub(crate) fn invite(&self, name: &str, scope: Scope, tenant: Option<&str>) -> String {
        let tenant = tenant.map(|tenant| tenant.parse().unwrap());
        let one_time = OneTimePassword::mint([7; 20]);
        let user = NewUser {
            name: name.to_owned(),
            access: Access::new(scope, tenant, None).unwrap(),
            is_analyst: false,
            personal_data: Some(PersonalData::Always),
            password: one_time.to_stored(UnixMicros::MAX),
        };
        self.service.meta().create_user(&user, &self.service.environment().change(ada())).unwrap();
        one_time.reveal().to_owned()
    }

    /// Creates a user whose password is [`PASSWORD`].
    pub(crate) fn settle(&self, name: &str, scope: Scope, tenant: Option<&str>) {
        let one_time = self.invite(name, scope, tenant);
        let (now, auth) = (self.service.now(), self.service.authenticator());
        let random = self.service.environment().random().unwrap();
        let opened = auth.sign_in(name, &one_time, random, now).unwrap();
        let (token, _) = opened.session().unwrap();
        auth.choose_password(token.reveal(), PASSWORD, [2; 16], now).unwrap();
    }

    /// The answer as it comes, before its body has.
    pub(crate) async fn respond(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.respond(request).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// Asks for a page without being signed in.
    pub(crate) async fn get(&self, address: &str) -> Answer {
        self.send(Request::get(address).body(Body::empty()).unwrap()).await
    }

    /// Asks for a page with these cookies.
    pub(crate) async fn ask(&self, address: &str, cookie: &str) -> Answer {
        self.send(Request::get(address).header("cookie", cookie).body(Body::empty()).unwrap()).await
    }

    /// The same at a host.
    pub(crate) async fn ask_at(&self, host: &str, address: &str, cookie: &str) -> Answer {
        let request = Request::get(address).header("host", host).header("cookie", cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form as one of our own pages does.
    pub(crate) async fn post(&self, address: &str, cookie: &str, form: &str) -> Answer {
        let request = Request::post(address)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("cookie", cookie)
            .body(Body::from(form.to_owned()));
        self.send(request.unwrap()).await
    }

    /// Signs in with a form and returns a browser that has the session.
    pub(crate) async fn browser(&self, user: &str, password: &str) -> Browser<'_> {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("user", user), ("password", password)])
            .finish();
        let answer = self.post("/sign-in", "", &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        Browser { house: self, cookie }
    }
}

/// Somebody who is signed in.
pub(crate) struct Browser<'h> {
    house: &'h House,
    pub(crate) cookie: String,
}

impl Browser<'_> {
    pub(crate) async fn get(&self, address: &str) -> Answer {
        let request = Request::get(address).header("cookie", &self.cookie).body(Body::empty());
        self.house.send(request.unwrap()).await
    }

    /// A page that must be there.
    pub(crate) async fn page(&self, address: &str) -> Answer {
        let answer = self.get(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text);
        answer
    }

    /// The page that a link of `page` leads to.
    pub(crate) async fn follow(&self, page: &Answer, link: &str) -> Answer {
        if link.starts_with('/') {
            return self.page(link).await;
        }
        self.page(&self.target(page, link).await).await
    }

    /// The address that a relative link of `page` ends at.
    pub(crate) async fn target(&self, page: &Answer, link: &str) -> String {
        let answer = self.get(&format!("{}{link}", page.base())).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{link}: {}", answer.text);
        answer.header("location").to_owned()
    }

    pub(crate) async fn post(&self, address: &str, form: &str) -> Answer {
        self.house.post(address, &self.cookie, form).await
    }
}

impl Answer {
    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The exact total a list states.
    pub(crate) fn total(&self) -> u64 {
        self.between("data-total=\"", "\"").parse().unwrap()
    }

    /// How many events its table has.
    pub(crate) fn rows(&self) -> usize {
        let table = self.text.split(" id=\"events\">").nth(1);
        let table = table.and_then(|table| table.split("</table>").next());
        table.map_or(0, |table| table.matches("<tr ").count())
    }

    /// The address of the link with this id, as a browser reads it.
    pub(crate) fn link(&self, id: &str) -> String {
        let end = self.text.find(&format!("id=\"{id}\"")).unwrap();
        let tag = &self.text[self.text[..end].rfind('<').unwrap()..];
        let address = tag.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
        address.replace("&#38;", "&").replace("&amp;", "&")
    }

    /// The address that the form with this id is sent to.
    pub(crate) fn form(&self, id: &str) -> String {
        let end = self.text.find(&format!("id=\"{id}\"")).unwrap();
        let tag = &self.text[self.text[..end].rfind('<').unwrap()..];
        tag.split("action=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&")
    }

    /// What its relative links are relative to.
    pub(crate) fn base(&self) -> String {
        self.between("<base href=\"", "\"").replace("&#38;", "&")
    }

    /// What stands between two pieces of its text.
    pub(crate) fn between(&self, start: &str, end: &str) -> &str {
        let rest = &self.text[self.text.find(start).unwrap() + start.len()..];
        &rest[..rest.find(end).unwrap()]
    }
}
