//! Logto's Management API as far as it reads audit logs (core 1.42 and later, observed at commit
//! 1fbc55441f).
//!
//! | asked for | answered |
//! |---|---|
//! | `GET /api/logs` | rows of the source `logto`, newest first, equal times by arrival |
//! | `page`, `page_size` | as there: decimals, hexadecimal, `1.5`; at most 100 rows |
//! | `userId`, `applicationId`, `logKey` | exact; empty means any |
//! | `start_time`, `end_time` | Unix milliseconds, both inclusive, as there to the microsecond |
//! | `enableCap` | a total past 10,000 is reported as 10,001 and capped, as there |
//! | `Total-Number`, `Total-Number-Is-Capped`, `Link` | as there; `Link` without `/api`, as there |
//! | `GET /api/logs/:id` | one row, whatever its key |
//! | `HEAD`, `OPTIONS` | as there |
//! | `ETag`, `If-None-Match` | strong, 304 |
//! | compression | gzip from 1 KiB on |
//! | `Authorization: Bearer` | an API key with the scope `read`; an operator's key picks the tenant with `Gatelog-Tenant` |
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
//! - `caller`: who is asking.
//! - `refusal`: error bodies.
//! - `answer`: what goes over the wire.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, HOST, LINK};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::Response;
use axum::routing::any;
use gatelog_api::blocking::blocking;
use gatelog_ledger::{PageStart, StoredEvent};
use gatelog_service::{Reading, Service, Tenant};

use self::answer::{Form, text};
use self::parameters::{Parameters, decode_segment};
use self::question::Question;
use self::refusal::Refusal;
use crate::caller::Caller;

mod answer;
mod caller;
mod number;
mod pagination;
mod parameters;
mod question;
mod refusal;
mod row;

/// The largest total that is told to who asks with `enableCap`.
const CAPPED_TOTAL_MAX: u64 = 10_000;

const TOTAL_NUMBER: HeaderName = HeaderName::from_static("total-number");
const TOTAL_NUMBER_IS_CAPPED: HeaderName = HeaderName::from_static("total-number-is-capped");
const ALLOWED_METHODS: HeaderValue = HeaderValue::from_static("HEAD, GET");

/// What a path leads to.
enum Place {
    /// `/api/logs`
    Logs,
    /// `/api/logs/:id`, with the id
    Log(String),
}

/// Everything below `/api`, which must be free for it.
pub fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route("/api", any(answer))
        .route("/api/", any(answer))
        .route("/api/{*path}", any(answer))
        .with_state(service)
}

async fn answer(State(service): State<Arc<Service>>, request: Request) -> Response {
    let (parts, _body) = request.into_parts();
    let Some(place) = place(parts.uri.path()) else {
        return text(StatusCode::NOT_FOUND, "Not Found");
    };
    let mut response = match parts.method {
        Method::GET | Method::HEAD => return read(&service, place, parts).await,
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
    let path = path.strip_suffix('/').unwrap_or(path);
    let (name, id) = match path.split_once('/') {
        Some((name, id)) => (name, Some(id)),
        None => (path, None),
    };
    match id {
        _ if !name.eq_ignore_ascii_case("logs") => None,
        None => Some(Place::Logs),
        Some(id) if id.is_empty() || id.contains('/') => None,
        Some(id) => Some(Place::Log(decode_segment(id))),
    }
}

async fn read(service: &Arc<Service>, place: Place, parts: Parts) -> Response {
    let Caller { principal, tenant } = match caller::reader(service, &parts.headers).await {
        Ok(reader) => reader,
        Err(refusal) => return Form::new(&parts.method, &parts.headers).refused(&refusal),
    };
    let answered = blocking(move || {
        let form = Form::new(&parts.method, &parts.headers);
        let parameters = Parameters::parse(parts.uri.query().unwrap_or_default());
        let found = match place {
            Place::Logs => {
                let asked = parameters.pairs();
                let reading = tenant.begin_read(&principal, "GET /api/logs", asked);
                logs(&tenant, &reading, &parts, &parameters, form)
            }
            Place::Log(id) => {
                let asked = [("id", id.as_str())];
                let reading = tenant.begin_read(&principal, "GET /api/logs/{id}", asked);
                log(&tenant, &reading, id, form)
            }
        };
        found.unwrap_or_else(|refusal| form.refused(&refusal))
    });
    answered.await.unwrap_or_else(|_panicked| {
        Form::new(&Method::GET, &HeaderMap::new()).refused(&Refusal::Internal)
    })
}

/// `GET /api/logs`
fn logs(
    tenant: &Tenant,
    reading: &Reading,
    parts: &Parts,
    parameters: &Parameters,
    form: Form<'_>,
) -> Result<Response, Refusal> {
    let Question { query, page, is_capped } = Question::read(parameters)?;
    let start = PageStart::Offset(page.offset());
    let found = tenant.ledger().page(&query, start, page.size()).map_err(|error| failed(&error))?;
    reading.returned(found.events.len());

    let is_capped = is_capped && found.total > CAPPED_TOTAL_MAX;
    let told = if is_capped { CAPPED_TOTAL_MAX + 1 } else { found.total };
    let mut headers = vec![(TOTAL_NUMBER, HeaderValue::from(told))];
    if is_capped {
        headers.push((TOTAL_NUMBER_IS_CAPPED, HeaderValue::from_static("true")));
    }
    let end = (!is_capped).then_some(found.total);
    let links = page.links(&address(parts), parameters, end);
    headers.extend(links.iter().filter_map(|link| Some((LINK, HeaderValue::from_str(link).ok()?))));
    Ok(form.found(headers, rows(tenant, &found.events)?))
}

/// `GET /api/logs/:id`
fn log(
    tenant: &Tenant,
    reading: &Reading,
    id: String,
    form: Form<'_>,
) -> Result<Response, Refusal> {
    let found = tenant.ledger().page(&question::by_id(&id), PageStart::First, 1);
    let found = found.map_err(|error| failed(&error))?;
    let event = found.events.first().ok_or(Refusal::NoSuchLog(id))?;
    reading.returned(1);
    let mut body = Vec::new();
    row::write(event, tenant.name(), &mut body).map_err(|error| failed(&error))?;
    Ok(form.found([], body))
}

/// The rows as a JSON array.
fn rows(tenant: &Tenant, events: &[StoredEvent]) -> Result<Vec<u8>, Refusal> {
    let mut body = vec![b'['];
    for (position, event) in events.iter().enumerate() {
        if position > 0 {
            body.push(b',');
        }
        row::write(event, tenant.name(), &mut body).map_err(|error| failed(&error))?;
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
