//! The protocol's answers: `ExportLogsServiceResponse` and `google.rpc.Status`, in protobuf and JSON.
//!
//! Senders send again after 429, 502, 503 and 504 only, and give up after any other error. So what
//! may be kept later is answered by one of these.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gatelog_capture::otlp::{Encoding, Place};
use prost::Message;
use serde::Serialize;
use serde_json::json;

use crate::problem::Problem;

/// Refused records that are explained. Senders write the explanation into their own logs.
const EXPLAINED_MAX: usize = 20;

/// What became of a request.
#[derive(Debug)]
pub(super) struct Outcome {
    /// Records that were refused and why, in their order; perhaps not all.
    pub(super) refused: Vec<(Place, String)>,
    /// How many were refused.
    pub(super) refused_total: u64,
    /// Records with the id of an event that is here with other content.
    pub(super) conflicts: u64,
}

#[derive(Clone, PartialEq, Message)]
struct ExportLogsServiceResponse {
    #[prost(message, optional, tag = "1")]
    partial_success: Option<PartialSuccess>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct PartialSuccess {
    #[prost(int64, tag = "1")]
    #[serde(serialize_with = "as_text")]
    rejected_log_records: i64,
    #[prost(string, tag = "2")]
    error_message: String,
}

#[derive(Clone, PartialEq, Message, Serialize)]
struct Status {
    /// A number of `google.rpc.Code`.
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

/// Numbers of 64 bits are text in the JSON of protobuf.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands members over by reference")]
fn as_text<S: serde::Serializer>(number: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

/// The answer to a request that was taken.
pub(super) fn report(encoding: Encoding, outcome: &Outcome) -> Response {
    let partial_success = outcome.partial_success();
    let body = match encoding {
        Encoding::Protobuf => ExportLogsServiceResponse { partial_success }.encode_to_vec(),
        Encoding::Json => match partial_success {
            None => b"{}".to_vec(),
            Some(partial) => json!({ "partialSuccess": partial }).to_string().into_bytes(),
        },
    };
    with_type(encoding, StatusCode::OK, body)
}

/// The answer to a request of which nothing was kept.
pub(super) fn refusal(encoding: Encoding, problem: &Problem) -> Response {
    let http = match problem.status() {
        // A disk can have room again, and 507 would make senders give up.
        StatusCode::INSUFFICIENT_STORAGE => StatusCode::SERVICE_UNAVAILABLE,
        status => status,
    };
    let status = Status { code: code(http), message: problem.sentence() };
    let body = match encoding {
        Encoding::Protobuf => status.encode_to_vec(),
        Encoding::Json => json!(status).to_string().into_bytes(),
    };
    let mut response = with_type(encoding, http, body);
    let headers = response.headers_mut();
    if http == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = problem.retry_after_seconds() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn with_type(encoding: Encoding, status: StatusCode, body: Vec<u8>) -> Response {
    let content_type = match encoding {
        Encoding::Protobuf => "application/x-protobuf",
        Encoding::Json => "application/json",
    };
    (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
}

/// The code of `google.rpc.Code` for a status.
fn code(status: StatusCode) -> i32 {
    const INVALID_ARGUMENT: i32 = 3;
    const NOT_FOUND: i32 = 5;
    const PERMISSION_DENIED: i32 = 7;
    const RESOURCE_EXHAUSTED: i32 = 8;
    const INTERNAL: i32 = 13;
    const UNAVAILABLE: i32 = 14;
    const UNAUTHENTICATED: i32 = 16;
    match status {
        StatusCode::UNAUTHORIZED => UNAUTHENTICATED,
        StatusCode::FORBIDDEN => PERMISSION_DENIED,
        StatusCode::NOT_FOUND => NOT_FOUND,
        StatusCode::TOO_MANY_REQUESTS => RESOURCE_EXHAUSTED,
        StatusCode::SERVICE_UNAVAILABLE => UNAVAILABLE,
        status if status.is_server_error() => INTERNAL,
        _ => INVALID_ARGUMENT,
    }
}

impl Outcome {
    /// `None` when there is nothing to say. Without rejected records, a message is a warning.
    fn partial_success(&self) -> Option<PartialSuccess> {
        let mut sentences: Vec<String> = self.refused.iter().take(EXPLAINED_MAX).map(one).collect();
        let explained = sentences.len() as u64;
        if self.refused_total > explained {
            sentences.push(format!("and {} more", self.refused_total - explained));
        }
        if self.conflicts > 0 {
            sentences.push(format!(
                "{} log records have the id of an event with other content; the first is kept",
                self.conflicts
            ));
        }
        let rejected_log_records = i64::try_from(self.refused_total).unwrap_or(i64::MAX);
        let error_message = sentences.join("; ");
        (!sentences.is_empty()).then_some(PartialSuccess { rejected_log_records, error_message })
    }
}

fn one((place, reason): &(Place, String)) -> String {
    format!("{place}: {reason}")
}
