//! Error bodies: `{"code","data"?,"details"?,"message"}`, in English.

use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

/// Why a request is not answered with rows. The messages are those of Logto's API, full stops
/// included, because clients show them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// There is no credential.
    #[error("Authorization header is missing.")]
    AuthorizationMissing,
    /// The credential is not a bearer token.
    #[error("Authorization type is not supported.")]
    AuthorizationTypeNotSupported,
    /// The bearer token does not have the shape of one.
    #[error("Unauthorized. Please check credentials and its scope.")]
    MalformedToken,
    /// Nobody has this token, or nobody has it any more.
    #[error("Unauthorized. Please check credentials and its scope.")]
    UnknownToken,
    /// The credential is good for something else.
    #[error("Forbidden. Please check your user roles and permissions.")]
    Forbidden,
    /// `page` or `page_size` is not a number above 0, or too large, or given twice.
    #[error("The request pagination value is invalid.")]
    InvalidPagination,
    /// Parameters that were given more than once.
    #[error("The request query is invalid.")]
    Repeated(Vec<&'static str>),
    /// A parameter that is not a finite number.
    #[error("The request {0} is invalid.")]
    InvalidTime(&'static str),
    /// The end comes before the start.
    #[error("`end_time` must be after `start_time`.")]
    InvalidTimeWindow,
    /// Page and page size make no whole number of rows. The message is an accident of Logto.
    #[error("Invalid input. Value list must not be empty.")]
    NotWhole,
    /// No row has this id.
    #[error("The logs with ID `{0}` does not exist.")]
    NoSuchLog(String),
    /// The operator named a tenant that does not exist. Our own: Logto has no such header.
    #[error("The tenant `{0}` does not exist.")]
    NoSuchTenant(String),
    /// Something failed that is not the caller's doing. It was logged.
    #[error("Internal server error.")]
    Internal,
}

#[derive(Serialize)]
struct Body {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<String>,
    message: String,
}

impl Refusal {
    /// The status it is answered with.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::AuthorizationMissing
            | Self::AuthorizationTypeNotSupported
            | Self::MalformedToken
            | Self::UnknownToken => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::InvalidPagination
            | Self::Repeated(_)
            | Self::InvalidTime(_)
            | Self::InvalidTimeWindow => StatusCode::BAD_REQUEST,
            Self::NotWhole => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NoSuchLog(_) | Self::NoSuchTenant(_) => StatusCode::NOT_FOUND,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The body it is answered with, as JSON.
    pub(super) fn body(&self) -> Vec<u8> {
        let (code, message) = (self.code(), self.to_string());
        let body = Body { code, data: self.data(), details: self.details(), message };
        // Strings, and objects with strings as names: there is nothing that could fail.
        serde_json::to_vec(&body).unwrap_or_default()
    }

    fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::AuthorizationMissing => "auth.authorization_header_missing",
            Self::AuthorizationTypeNotSupported => "auth.authorization_token_type_not_supported",
            Self::MalformedToken | Self::UnknownToken => "auth.unauthorized",
            Self::Forbidden => "auth.forbidden",
            Self::InvalidPagination => "guard.invalid_pagination",
            Self::Repeated(_) | Self::InvalidTime(_) => "guard.invalid_input",
            Self::InvalidTimeWindow => "log.invalid_time_window",
            Self::NotWhole => "entity.invalid_input",
            Self::NoSuchLog(_) => "entity.not_exists_with_id",
            Self::NoSuchTenant(_) => "gatelog.no_such_tenant",
            Self::Internal => return None,
        })
    }

    /// For tokens, what Logto's library would say of a text that is not a JWT, or of one that it
    /// cannot verify (names of `jose`).
    fn data(&self) -> Option<Value> {
        Some(match self {
            Self::AuthorizationTypeNotSupported => json!({ "supportedTypes": ["Bearer"] }),
            Self::MalformedToken => json!({ "code": "ERR_JWS_INVALID", "name": "JWSInvalid" }),
            Self::UnknownToken => json!({
                "code": "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
                "name": "JWSSignatureVerificationFailed",
            }),
            Self::Repeated(names) => {
                let issues: Vec<Value> = names.iter().copied().map(issue).collect();
                json!({ "issues": issues, "name": "ZodError" })
            }
            _ => return None,
        })
    }

    fn details(&self) -> Option<String> {
        let Self::Repeated(names) = self else { return None };
        let lines = names.iter().map(|name| {
            format!(
                "Error in key path \"{name}\": (invalid_type) Expected string but received array."
            )
        });
        Some(lines.collect::<Vec<_>>().join("\n"))
    }
}

/// What Logto's checker (`zod`) says of a parameter that is an array.
fn issue(name: &str) -> Value {
    json!({
        "code": "invalid_type",
        "expected": "string",
        "received": "array",
        "path": [name],
        "message": "Expected string, received array",
    })
}
