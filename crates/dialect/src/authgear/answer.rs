//! What goes over the wire.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use juniper::{RuleError, Value};
use serde::Serialize;

use super::schema::leaf::Leaf;

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// A result of GraphQL.
#[derive(Serialize)]
struct Outcome<'a, E> {
    data: Option<&'a Value<Leaf>>,
    #[serde(skip_serializing_if = "<[E]>::is_empty")]
    errors: &'a [E],
}

#[derive(Serialize)]
struct Failure<'a> {
    error: FailureBody<'a>,
}

#[derive(Serialize)]
struct FailureBody<'a> {
    name: &'a str,
    reason: &'a str,
    message: &'a str,
    code: u16,
}

/// The answer to a document that was executed.
pub(super) fn executed<E: Serialize>(data: &Value<Leaf>, errors: &[E]) -> Response {
    json(StatusCode::OK, &Outcome { data: Some(data), errors })
}

/// The answer to a document that was not, with what is wrong with it.
pub(super) fn not_executed(status: StatusCode, errors: &[RuleError]) -> Response {
    json(status, &Outcome { data: None, errors })
}

/// The answer to what is no request, in the form of Authgear's other APIs.
pub(super) fn failed(status: StatusCode, (name, reason): (&str, &str), message: &str) -> Response {
    let error = FailureBody { name, reason, message, code: status.as_u16() };
    json(status, &Failure { error })
}

/// The answer to whoever may not ask.
pub(super) fn forbidden() -> Response {
    text(StatusCode::FORBIDDEN, "Forbidden")
}

/// A short text.
pub(super) fn text(status: StatusCode, text: &'static str) -> Response {
    plain(status, TEXT, Body::from(text))
}

fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => plain(status, JSON, Body::from(body)),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            text(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
        }
    }
}

fn plain(status: StatusCode, media_type: HeaderValue, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
    response
}
