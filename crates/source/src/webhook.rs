//! Requests that other systems send here, to records.
//!
//! This module answers "is this request from whom it says, and which records does it bring?". It
//! does no I/O: whoever has the route reads the body (decompressed, at most [`BODY_BYTES_MAX`]),
//! asks [`Receive::receive`], keeps what it delivers, and answers only then: [`Answer::once_kept`].
//!
//! A sender is believed by a secret and nothing else. Secrets are compared in constant time, and
//! several of them count, so that one can be replaced while both sides still know the old one.
//!
//! Modules in reading order:
//!
//! - [`credential`]: who may send: signed bodies, tokens in a header.
//! - `json`: a body as one record of one line, or the place where it is broken.
//! - [`logto`], [`authgear`]: signed webhooks of these products.
//! - [`mapped`]: anything that a mapping file reads: Auth0, Okta, Keycloak, others.

use gatelog_event::source::Format;
use http::{HeaderMap, Method, StatusCode};

use crate::delivery::{Delivery, NotKept};

pub mod authgear;
pub mod credential;
pub mod logto;
pub mod mapped;

pub(crate) mod json;

/// Largest body after decompression, in bytes: more than any product sends at once. It is read before
/// it is known who sends it, so it is far less than that of `POST /v1/events`.
pub const BODY_BYTES_MAX: usize = 8 << 20;

/// After how many seconds a sender is asked to try again: when too much was waiting, when the
/// ledger takes nothing, and when the server is being restarted.
const BUSY_SECONDS: u32 = 1;
const REFUSED_SECONDS: u32 = 30;
const STOPPING_SECONDS: u32 = 5;

/// A request whose body is here as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// The method.
    pub method: &'r Method,
    /// The headers.
    pub headers: &'r HeaderMap,
    /// The body, decompressed; signatures are over exactly these bytes.
    pub body: &'r [u8],
}

/// What came with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// Records, and what to answer when they are kept.
    Delivery(Delivery, Answer),
    /// Nothing to keep, only to answer.
    Answer(Answer),
}

/// Why a request is not taken. Nothing of it is kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refusal {
    /// 400, 401, 405 or 413, or 500 for what is our own fault.
    pub status: StatusCode,
    /// For whoever set the sender up: what is wrong and what to do. No secrets.
    pub reason: String,
}

/// What the sender is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The body, which is JSON; may be empty.
    pub body: Vec<u8>,
    /// `Retry-After`, in seconds.
    pub retry_after_seconds: Option<u32>,
}

/// Takes the requests of one source.
///
/// Mapping files run on a thread that is waited for, and take seconds at the worst: call it where
/// blocking is allowed.
pub trait Receive: Send + Sync {
    /// Checks who sends, and reads what came.
    ///
    /// # Errors
    /// [`Refusal`].
    fn receive(&self, request: &Request<'_>) -> Result<Received, Refusal>;

    /// Reads a record of the quarantine again, perhaps mended; `None` if it is nothing but a record
    /// of the format that was delivered.
    fn read_again(&self, _record: &[u8]) -> Option<Delivery> {
        None
    }
}

impl Answer {
    /// The body of an answer with this status.
    pub fn new(status: StatusCode, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into(), retry_after_seconds: None }
    }

    /// What a sender is told once it is known whether its records are durable. What is not kept is
    /// always 503: senders that try again at all do so for 5xx, and few for 429.
    pub fn once_kept(self, kept: &Result<(), NotKept>) -> Self {
        let Err(not_kept) = kept else { return self };
        let retry_after_seconds = Some(match not_kept {
            NotKept::Busy => BUSY_SECONDS,
            NotKept::Refused(_) => REFUSED_SECONDS,
            NotKept::Stopping => STOPPING_SECONDS,
        });
        Self { status: StatusCode::SERVICE_UNAVAILABLE, body: Vec::new(), retry_after_seconds }
    }
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, reason: impl Into<String>) -> Self {
        Self { status, reason: reason.into() }
    }

    pub(crate) fn bad_request(reason: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, reason)
    }

    pub(crate) fn unauthorized(reason: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, reason)
    }
}

/// What is delivered when `record` is read again: what it gives, or itself with what is wrong.
pub(crate) fn again(format: Format, record: &[u8], read: Result<Delivery, Refusal>) -> Delivery {
    read.unwrap_or_else(|refusal| {
        let mut delivery = Delivery::new(format);
        delivery.push_broken(record, refusal.reason);
        delivery
    })
}

/// A body that may come: posted, not too large.
///
/// # Errors
/// 405 or 413.
pub(crate) fn check_posted(request: &Request<'_>) -> Result<(), Refusal> {
    if request.method != Method::POST {
        let reason = format!("events are sent here with POST, not with {}", request.method);
        return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, reason));
    }
    if request.body.len() > BODY_BYTES_MAX {
        let reason = format!("the body has more than {BODY_BYTES_MAX} bytes; send less at once");
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, reason));
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
