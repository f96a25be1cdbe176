//! What went wrong, as `application/problem+json` (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gatelog_auth::{AuthError, Denied};
use gatelog_ledger::Error as LedgerError;
use gatelog_query::pql::Diagnostic;
use gatelog_service::{Error as ServiceError, Unresolved};
use serde::Serialize;

use crate::blocking::Panicked;

/// An error answer. `detail` says what is wrong and what to do.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    place: Option<(u64, u64)>,
    faults: Vec<Fault>,
    retry_after_seconds: Option<u64>,
}

#[derive(Serialize)]
struct WireProblem<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u64>,
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    errors: &'a [Fault],
}

/// Something that is wrong with the text of a parameter.
#[derive(Debug, Serialize)]
struct Fault {
    /// The parameter whose text it is.
    parameter: &'static str,
    message: String,
    /// From 1.
    line: usize,
    /// In characters, from 1.
    column: usize,
    /// The first byte of the text (UTF-8) that is wrong.
    start: usize,
    /// The byte after the last that is wrong.
    end: usize,
    /// What to write instead of those bytes.
    suggestion: Option<String>,
}

impl Problem {
    /// A problem with this status.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let (place, faults, retry_after_seconds) = (None, Vec::new(), None);
        Self { status, detail: detail.into(), place, faults, retry_after_seconds }
    }

    /// 400.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 404.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// 405.
    pub fn method_not_allowed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, detail)
    }

    /// 429, to be asked again in a second.
    pub(crate) fn too_many(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, detail).retry_after(1)
    }

    /// The same problem, at a line and character of the body.
    #[must_use]
    pub fn at(self, line: u64, column: u64) -> Self {
        Self { place: Some((line, column)), ..self }
    }

    /// 400 for the text of a parameter, with everything that is wrong with it.
    pub(crate) fn in_text(parameter: &'static str, diagnostics: &[Diagnostic]) -> Self {
        let fault = |diagnostic: &Diagnostic| Fault {
            parameter,
            message: diagnostic.mistake.to_string(),
            line: diagnostic.line,
            column: diagnostic.column,
            start: diagnostic.span.start,
            end: diagnostic.span.end,
            suggestion: diagnostic.suggestion.clone(),
        };
        let first = diagnostics.first().map(Diagnostic::to_string).unwrap_or_default();
        let faults = diagnostics.iter().map(fault).collect();
        Self { faults, ..Self::bad_request(format!("`{parameter}`, {first}")) }
    }

    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// What is wrong and what to do, with the place in the body where there is one.
    pub(crate) fn sentence(&self) -> String {
        let place = self.place.map(|(line, column)| format!("line {line}, column {column}: "));
        place.unwrap_or_default() + &self.detail
    }

    /// When to ask again, in seconds.
    pub(crate) fn retry_after_seconds(&self) -> Option<u64> {
        self.retry_after_seconds
    }

    fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after_seconds: Some(seconds), ..self }
    }

    /// What went wrong inside is logged, not told: it may name files and other people's data.
    pub(crate) fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "an internal error; the server's log says more",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (line, column) = self.place.unzip();
        let body = serde_json::to_vec(&WireProblem {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            line,
            column,
            errors: &self.faults,
        });
        let mut response = (self.status, body.unwrap_or_default()).into_response();
        let headers = response.headers_mut();
        let content_type = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, content_type);
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The answer to a request whose handler panicked; the panic was logged with its place.
pub fn after_panic(_panic: Box<dyn std::any::Any + Send>) -> Response {
    Problem::from(Panicked).into_response()
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        let detail = error.to_string();
        match error {
            AuthError::MalformedKey
            | AuthError::UnknownKey
            | AuthError::RevokedKey(_)
            | AuthError::UnknownClient
            | AuthError::WrongSecret
            | AuthError::UnknownToken
            | AuthError::WrongPassword
            | AuthError::WrongCode
            | AuthError::Passkey(_)
            | AuthError::SessionEnded => Self::new(StatusCode::UNAUTHORIZED, detail),
            AuthError::TooManyAttempts { retry_after_seconds } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, detail).retry_after(retry_after_seconds)
            }
            AuthError::NoRole | AuthError::UserDisabled | AuthError::PersonalDataDenied => {
                Self::new(StatusCode::FORBIDDEN, detail)
            }
            AuthError::TooManyTokens => Self::new(StatusCode::TOO_MANY_REQUESTS, detail),
            AuthError::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE, detail).retry_after(1),
            AuthError::ReasonNeeded
            | AuthError::PasswordTooShort
            | AuthError::PasswordTooLong
            | AuthError::PasswordAlreadyChosen
            | AuthError::PasswordNotChosen
            | AuthError::PasskeyName => Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail),
            AuthError::Meta(_) | AuthError::PasswordHash(_) => Self::internal(&detail),
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        Self::new(StatusCode::FORBIDDEN, denied.to_string())
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Ledger(error) => error.into(),
            ServiceError::UnknownTenant(_) => Self::not_found(error.to_string()),
            ServiceError::Meta(_) | ServiceError::OwnAudit(_) | ServiceError::Open { .. } => {
                Self::internal(&error)
            }
        }
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        let detail = error.to_string();
        match error {
            LedgerError::Busy => Self::new(StatusCode::TOO_MANY_REQUESTS, detail).retry_after(1),
            LedgerError::DiskFull { .. } => {
                let detail = "the server's disk is full; nothing of this request was kept, \
                              send it again when there is room";
                tracing::error!(%error, "events are refused");
                Self::new(StatusCode::INSUFFICIENT_STORAGE, detail).retry_after(10)
            }
            LedgerError::ReadOnly { .. } => {
                let detail = "the ledger is read-only since a write to disk failed; nothing of \
                              this request was kept, send it again after a restart";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, detail).retry_after(30)
            }
            LedgerError::Closed => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "the server is stopping").retry_after(5)
            }
            LedgerError::TooBroad { .. } | LedgerError::TooManyValues { .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
            }
            LedgerError::Io { .. }
            | LedgerError::Corrupt { .. }
            | LedgerError::NewerFormat { .. }
            | LedgerError::InUse { .. } => Self::internal(&detail),
        }
    }
}

impl From<Unresolved> for Problem {
    fn from(error: Unresolved) -> Self {
        match error {
            Unresolved::TooManyNamed { .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
            }
            Unresolved::Meta(error) => Self::from(ServiceError::from(error)),
        }
    }
}

impl From<Panicked> for Problem {
    fn from(_panicked: Panicked) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "an internal error; the server's log says more",
        )
    }
}
