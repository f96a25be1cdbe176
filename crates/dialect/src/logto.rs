//! Logto's Management API as far as it reads audit logs (core 1.42 and later, observed at commit
//! 1fbc55441f).
//!
//! | asked for | answered |
//! |---|---|
//! | `GET /api/logs` | rows, newest first, equal times by arrival |
//! | `page`, `page_size` | as there: decimals, hexadecimal, `1.5`; at most 100 rows |
//! | `userId`, `applicationId`, `logKey` | exact; empty means any |
//! | `start_time`, `end_time` | Unix milliseconds, both inclusive, as there to the microsecond |
//! | `enableCap` | a total past 10,000 is reported as 10,001 and capped, as there |
//! | `Total-Number`, `Total-Number-Is-Capped`, `Link` | as there; `Link` without `/api`, as there |
//! | `GET /api/logs/:id` | one row, whatever its key |
//! | `GET /api/hooks/:id/recent-logs` | the runs of a webhook, of the last 24 hours unless a time is given |
//! | `HEAD`, `OPTIONS` | as there |
//! | `ETag`, `If-None-Match` | strong, 304 |
//! | compression | gzip from 1 KiB on |
//! | `POST /oidc/token` | an access token for a client (`gatelog client create --dialect logto`), by `client_credentials` in form, JSON or Basic, with `resource` and the scope `all` |
//! | `Authorization: Bearer` | such a token; a token that a configured Logto signed; an API key with the scope `read` (an operator's key picks the tenant with `Gatelog-Tenant`) |
//! | CORS | for the configured origins of Logto's Console |
//! | events of other systems | as rows with the key that Logto would have given them, where there is one |
//! | errors | the same codes and English messages, checked in the same order |
//!
//! Other paths under `/api` are 404, other methods 405 or 501, all as text. What differs from
//! recorded answers on purpose stands in `tests/fixtures/differences.json`, each with its reason.
//! Besides: where a page would begin before the first row, Logto fails with 500 and we answer
//! `guard.invalid_pagination`; where an offset is too large for it, our page is empty; an id of
//! more than 252 bytes is not found by `userId` and `applicationId`.
//!
//! Modules in reading order:
//!
//! - `parameters`: a query string as Node reads it and writes it again.
//! - `number`: text to number as JavaScript does it.
//! - `pagination`: `page`, `page_size` and `Link`.
//! - `question`: parameters to a question for the ledger.
//! - `row`: a stored event as a row.
//! - `caller`: who is asking; `token`: how a client gets a token.
//! - `cors`: pages of other origins.
//! - `refusal`: error bodies.
//! - `answer`: what goes over the wire.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, HOST, LINK};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::Response;
use axum::routing::{any, post};
use gatelog_api::blocking::blocking;
use gatelog_auth::Issuers;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::{PageStart, StoredEvent};
use gatelog_service::{Reading, Service};

use self::answer::{Form, text};
use self::parameters::{Parameters, decode_segment};
use self::question::{List, Question};
use self::refusal::Refusal;
use crate::caller::Caller;

mod answer;
mod caller;
mod cors;
mod number;
mod pagination;
mod parameters;
mod question;
mod refusal;
mod row;
mod token;

/// The largest total that is told to who asks with `enableCap`.
const CAPPED_TOTAL_MAX: u64 = 10_000;

const TOTAL_NUMBER: HeaderName = HeaderName::from_static("total-number");
const TOTAL_NUMBER_IS_CAPPED: HeaderName = HeaderName::from_static("total-number-is-capped");
const ALLOWED_METHODS: HeaderValue = HeaderValue::from_static("HEAD, GET");

/// What is set up for this dialect.
#[derive(Debug)]
pub struct Settings {
    /// Logtos whose access tokens are accepted.
    pub issuers: Issuers,
    /// The origins of their Consoles.
    pub console_origins: Vec<HeaderValue>,
}

/// The dialect over a data directory.
#[derive(Debug)]
struct Logto {
    service: Arc<Service>,
    settings: Settings,
}

/// What a path leads to.
enum Place {
    /// `/api/logs`
    Logs,
    /// `/api/logs/:id`, with the id
    Log(String),
    /// `/api/hooks/:id/recent-logs`, with the webhook's id
    RecentLogs(String),
}

impl Place {
    /// What asking for it is called.
    fn route(&self) -> &'static str {
        match self {
            Self::Logs => "GET /api/logs",
            Self::Log(_) => "GET /api/logs/{id}",
            Self::RecentLogs(_) => "GET /api/hooks/{id}/recent-logs",
        }
    }
}

/// Everything below `/api`, which must be free for it, and `/oidc/token`.
pub fn router(service: Arc<Service>, settings: Settings) -> Router {
    let token = post(token::answer).with_state(Arc::clone(&service));
    Router::new()
        .route("/api", any(answer))
        .route("/api/", any(answer))
        .route("/api/{*path}", any(answer))
        .with_state(Arc::new(Logto { service, settings }))
        // The official client puts the path behind a base address that may end in a slash.
        .route("/oidc/token", token.clone())
        .route("//oidc/token", token)
}

async fn answer(State(logto): State<Arc<Logto>>, request: Request) -> Response {
    let (parts, _body) = request.into_parts();
    let origin = cors::allowed_origin(&parts.headers, &logto.settings.console_origins);
    let Some(origin) = origin else { return answer_to_any(&logto, parts).await };
    if cors::is_preflight(&parts.method, &parts.headers) {
        return cors::preflight(origin, &parts.headers);
    }
    let mut response = answer_to_any(&logto, parts).await;
    cors::expose(&mut response, origin);
    response
}

async fn answer_to_any(logto: &Logto, parts: Parts) -> Response {
    let Some(place) = place(parts.uri.path()) else {
        return text(StatusCode::NOT_FOUND, "Not Found");
    };
    let mut response = match parts.method {
        Method::GET | Method::HEAD => return read(logto, place, parts).await,
        Method::OPTIONS => text(StatusCode::OK, ""),
        Method::POST | Method::PUT | Method::PATCH | Method::DELETE => {
            text(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
        }
        _ => text(StatusCode::NOT_IMPLEMENTED, "Not Implemented"),
    };
    response.headers_mut().insert(ALLOW, ALLOWED_METHODS);
    response
}

/// Names in the path count in any case, and a slash may follow.
fn place(path: &str) -> Option<Place> {
    let path = path.strip_prefix("/api/")?;
    let segments: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
    let is = |segment: &str, name| segment.eq_ignore_ascii_case(name);
    match segments[..] {
        [logs] if is(logs, "logs") => Some(Place::Logs),
        [logs, id] if is(logs, "logs") && !id.is_empty() => Some(Place::Log(decode_segment(id))),
        [hooks, id, logs] if is(hooks, "hooks") && !id.is_empty() && is(logs, "recent-logs") => {
            Some(Place::RecentLogs(decode_segment(id)))
        }
        _ => None,
    }
}

async fn read(logto: &Logto, place: Place, parts: Parts) -> Response {
    let caller = match caller::reader(logto, &parts.headers, place.route()).await {
        Ok(caller) => caller,
        Err(refusal) => return Form::new(&parts.method, &parts.headers).refused(&refusal),
    };
    let now = logto.service.now();
    let answered = blocking(move || {
        let asked = Asked::new(&caller, &place, &parts, now);
        let found = match &place {
            Place::Logs => asked.list(List::Logs),
            Place::RecentLogs(id) => asked.list(List::OfHook(id)),
            Place::Log(id) => asked.one(id),
        };
        found.unwrap_or_else(|refusal| asked.form.refused(&refusal))
    });
    answered.await.unwrap_or_else(|_panicked| {
        Form::new(&Method::GET, &HeaderMap::new()).refused(&Refusal::Internal)
    })
}

/// A request of somebody who may read.
struct Asked<'r> {
    caller: &'r Caller,
    route: &'static str,
    parts: &'r Parts,
    parameters: Parameters,
    form: Form<'r>,
    now: UnixMicros,
}

impl<'r> Asked<'r> {
    fn new(caller: &'r Caller, place: &Place, parts: &'r Parts, now: UnixMicros) -> Self {
        let parameters = Parameters::parse(parts.uri.query().unwrap_or_default());
        let form = Form::new(&parts.method, &parts.headers);
        Self { caller, route: place.route(), parts, parameters, form, now }
    }

    fn begin<'a>(&'a self, id: Option<&'a str>) -> Reading {
        let asked = id.into_iter().map(|id| ("id", id)).chain(self.parameters.pairs());
        self.caller.tenant.begin_read(&self.caller.principal, self.route, asked)
    }

    /// A page of rows, with headers that tell how many there are and where the others are.
    fn list(&self, list: List<'_>) -> Result<Response, Refusal> {
        let Question { mut query, page, is_capped } =
            Question::read(list, &self.parameters, self.now)?;
        let (id, tenant) = match list {
            List::Logs => (None, Some(self.caller.tenant.name())),
            List::OfHook(id) => (Some(id), None),
        };
        let reading = self.begin(id);
        query.filter = self.caller.readable(query.filter);
        let ledger = self.caller.tenant.ledger();
        let found = ledger.page(&query, PageStart::Offset(page.offset()), page.size());
        let found = found.map_err(|error| failed(&error))?;
        reading.returned(found.events.len());

        let is_capped = is_capped && found.total > CAPPED_TOTAL_MAX;
        let told = if is_capped { CAPPED_TOTAL_MAX + 1 } else { found.total };
        let mut headers = vec![(TOTAL_NUMBER, HeaderValue::from(told))];
        if is_capped {
            headers.push((TOTAL_NUMBER_IS_CAPPED, HeaderValue::from_static("true")));
        }
        let end = (!is_capped).then_some(found.total);
        let links = page.links(&address(self.parts), &self.parameters, end);
        let link = |link: &String| Some((LINK, HeaderValue::from_str(link).ok()?));
        headers.extend(links.iter().filter_map(link));
        Ok(self.form.found(headers, array(&found.events, tenant)?))
    }

    /// The row with this id.
    fn one(&self, id: &str) -> Result<Response, Refusal> {
        let reading = self.begin(Some(id));
        let mut query = question::by_id(id);
        query.filter = self.caller.readable(query.filter);
        let found = self.caller.tenant.ledger().page(&query, PageStart::First, 1);
        let found = found.map_err(|error| failed(&error))?;
        let event = found.events.first().ok_or_else(|| Refusal::NoSuchLog(id.to_owned()))?;
        reading.returned(1);
        let mut row = Vec::new();
        let written = row::write(event, Some(self.caller.tenant.name()), &mut row);
        written.map_err(|error| failed(&error))?;
        Ok(self.form.found([], row))
    }
}

/// The rows as a JSON array, under a tenant where one is given.
fn array(events: &[StoredEvent], tenant: Option<&TenantName>) -> Result<Vec<u8>, Refusal> {
    let mut body = vec![b'['];
    for (position, event) in events.iter().enumerate() {
        if position > 0 {
            body.push(b',');
        }
        row::write(event, tenant, &mut body).map_err(|error| failed(&error))?;
    }
    body.push(b']');
    Ok(body)
}

/// The address in `Link`: what the client called us, and the path as Logto sees it, which is
/// mounted at `/api` and does not know.
fn address(parts: &Parts) -> String {
    let Parts { uri, headers, .. } = parts;
    let scheme = uri.scheme_str().unwrap_or("http");
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = uri.authority().map(|authority| authority.as_str()).or(host).unwrap_or_default();
    format!("{scheme}://{host}{}", path_below_api(uri))
}

fn path_below_api(uri: &Uri) -> &str {
    uri.path().strip_prefix("/api").unwrap_or(uri.path())
}

fn failed(error: &dyn std::error::Error) -> Refusal {
    tracing::error!(%error, "rows could not be read");
    Refusal::Internal
}
