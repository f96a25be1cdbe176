//! What goes over the wire: the page, errors, and what browsers ask before they ask.
//!
//! Any origin may read. A token travels in a header that a page must set itself, and no cookie is
//! ever looked at, so a foreign page gets nothing that its user did not give it.

use axum::body::Body;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ALLOW, CACHE_CONTROL, CONTENT_TYPE,
    RETRY_AFTER, WWW_AUTHENTICATE,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use gatelog_ledger::StoredEvent;
use serde::Serialize;

use super::chart::{Chart, Stacked};
use super::parameters::Page;
use super::refusal::Refusal;
use super::row;
use super::token::Issued;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// How the log can be asked for.
pub(super) const READ_METHODS: &str = "GET, HEAD, OPTIONS";

/// How a token can be asked for.
pub(super) const TOKEN_METHODS: &str = "POST, OPTIONS";

/// What PlusAuth's client may use anywhere in its API, not only here.
const CORS_METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PATCH, DELETE");
const CORS_HEADERS: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, X-Requested-With, X-PlusAuth-Version, X-PlusAuth-Tenant, \
     Gatelog-Tenant",
);

/// For how long a browser need not ask again, in seconds: two hours, the most that Chromium takes.
const CORS_AGE_SECONDS: HeaderValue = HeaderValue::from_static("7200");

/// When to ask again after a refusal for want of room, in seconds.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("1");

/// What follows the rows.
#[derive(Serialize)]
struct Counts<'p> {
    total: u64,
    length: usize,
    limit: usize,
    offset: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stacked: Option<&'p [Stacked]>,
}

/// The answer 200 with a page of rows.
///
/// # Errors
/// [`Refusal::Internal`] when a record cannot be shown.
pub(super) fn page(
    events: &[StoredEvent],
    total: u64,
    page: Page,
    chart: Option<&Chart>,
) -> Result<Response, Refusal> {
    let mut body = b"{\"logs\":[".to_vec();
    for (position, event) in events.iter().enumerate() {
        if position > 0 {
            body.push(b',');
        }
        row::write(event, &mut body)?;
    }
    let Page { limit, number: offset } = page;
    let interval = chart.map(|chart| chart.interval_ms);
    let stacked = chart.map(|chart| chart.stacked.as_slice());
    let counts = Counts { total, length: events.len(), limit, offset, interval, stacked };
    // Numbers and strings under fixed names: there is nothing that could fail.
    let counts = serde_json::to_vec(&counts).unwrap_or_default();
    body.extend_from_slice(b"],");
    body.extend_from_slice(counts.strip_prefix(b"{").unwrap_or_default());
    Ok(json(StatusCode::OK, body))
}

/// The answer 200 with a token, which nobody may keep on the way.
pub(super) fn token(issued: &Issued) -> Response {
    // Strings and a number under fixed names: there is nothing that could fail.
    let mut response = json(StatusCode::OK, serde_json::to_vec(issued).unwrap_or_default());
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The answer to a request that is refused.
pub(super) fn refused(refusal: &Refusal) -> Response {
    let mut response = json(refusal.status(), refusal.body());
    if let Refusal::MethodNotAllowed(methods) = refusal {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    }
    let header: Option<(HeaderName, HeaderValue)> = match refusal.status() {
        StatusCode::UNAUTHORIZED => Some((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
        StatusCode::TOO_MANY_REQUESTS => {
            let seconds = match refusal {
                Refusal::TooManyAttempts(seconds) => HeaderValue::from(*seconds),
                _ => RETRY_AFTER_SECONDS,
            };
            Some((RETRY_AFTER, seconds))
        }
        _ => None,
    };
    response.headers_mut().extend(header);
    response
}

/// The answer to `OPTIONS` where these methods are allowed. It needs no credential: browsers send
/// none with it.
pub(super) fn preflight(methods: &'static str) -> Response {
    let mut response = open_to_any_origin(StatusCode::NO_CONTENT, Body::empty());
    response.headers_mut().extend([
        (ALLOW, HeaderValue::from_static(methods)),
        (ACCESS_CONTROL_ALLOW_METHODS, CORS_METHODS),
        (ACCESS_CONTROL_ALLOW_HEADERS, CORS_HEADERS),
        (ACCESS_CONTROL_MAX_AGE, CORS_AGE_SECONDS),
    ]);
    response
}

fn json(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = open_to_any_origin(status, Body::from(body));
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

fn open_to_any_origin(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().extend([
        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Retry-After")),
    ]);
    response
}
