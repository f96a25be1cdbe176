//! Error bodies: `{"code","data"?,"details"?,"message"}`, in English.

use axum::http::StatusCode;
use gatelog_auth::jwt::{ClaimProblem, Claims, JwtError};
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
    /// A token that somebody else signed does not hold here; with what it says, where that is why.
    #[error("Unauthorized. Please check credentials and its scope.")]
    TokenNotAccepted(Box<(JwtError, Option<Claims>)>),
    /// A token that somebody else signed does not say who has it.
    #[error("Missing `sub` in JWT.")]
    SubjectMissing,
    /// The scope of a token that somebody else signed is no text but of this JSON type.
    #[error("Unauthorized. Please check credentials and its scope.")]
    ScopeOfAnotherType(&'static str),
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
            | Self::UnknownToken
            | Self::TokenNotAccepted(_)
            | Self::SubjectMissing
            | Self::ScopeOfAnotherType(_) => StatusCode::UNAUTHORIZED,
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

    /// What the ledger says of a credential that is refused; `None` for other refusals.
    pub(super) fn error_code(&self) -> Option<&'static str> {
        match self {
            Self::MalformedToken => Some("malformed_token"),
            Self::UnknownToken | Self::TokenNotAccepted(_) | Self::SubjectMissing => {
                Some("unknown_token")
            }
            Self::Forbidden | Self::ScopeOfAnotherType(_) => Some("forbidden"),
            _ => None,
        }
    }

    fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::AuthorizationMissing => "auth.authorization_header_missing",
            Self::AuthorizationTypeNotSupported => "auth.authorization_token_type_not_supported",
            Self::MalformedToken
            | Self::UnknownToken
            | Self::TokenNotAccepted(_)
            | Self::ScopeOfAnotherType(_) => "auth.unauthorized",
            Self::SubjectMissing => "auth.jwt_sub_missing",
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
            Self::MalformedToken => token_data(&JwtError::Malformed, None),
            Self::UnknownToken => token_data(&JwtError::WrongSignature, None),
            Self::TokenNotAccepted(why) => token_data(&why.0, why.1.as_ref()),
            Self::ScopeOfAnotherType(found) => {
                json!({ "issues": [issue(None, found)], "name": "ZodError" })
            }
            Self::Repeated(names) => {
                let issues = names.iter().map(|name| issue(Some(name), "array"));
                json!({ "issues": issues.collect::<Vec<_>>(), "name": "ZodError" })
            }
            _ => return None,
        })
    }

    fn details(&self) -> Option<String> {
        let line = |name: &str, found: &str| {
            format!(
                "Error in key path \"{name}\": (invalid_type) Expected string but received {found}."
            )
        };
        match self {
            Self::ScopeOfAnotherType(found) => Some(line("", found)),
            Self::Repeated(names) => {
                let lines = names.iter().map(|name| line(name, "array"));
                Some(lines.collect::<Vec<_>>().join("\n"))
            }
            _ => None,
        }
    }
}

/// What Logto's checker (`zod`) says of a value, or of a member of one, that is no text.
fn issue(name: Option<&str>, found: &str) -> Value {
    json!({
        "code": "invalid_type",
        "expected": "string",
        "received": found,
        "path": Vec::from_iter(name),
        "message": format!("Expected string, received {found}"),
    })
}

/// What Logto's library (`jose`) says of a token.
fn token_data(error: &JwtError, claims: Option<&Claims>) -> Value {
    let (code, name) = match error {
        JwtError::Malformed => ("ERR_JWS_INVALID", "JWSInvalid"),
        JwtError::NotSupported => ("ERR_JOSE_NOT_SUPPORTED", "JOSENotSupported"),
        JwtError::NoMatchingKey => ("ERR_JWKS_NO_MATCHING_KEY", "JWKSNoMatchingKey"),
        JwtError::SeveralMatchingKeys => {
            ("ERR_JWKS_MULTIPLE_MATCHING_KEYS", "JWKSMultipleMatchingKeys")
        }
        JwtError::WrongSignature => {
            ("ERR_JWS_SIGNATURE_VERIFICATION_FAILED", "JWSSignatureVerificationFailed")
        }
        JwtError::MalformedClaims => ("ERR_JWT_INVALID", "JWTInvalid"),
        JwtError::Claim { .. } => ("ERR_JWT_CLAIM_VALIDATION_FAILED", "JWTClaimValidationFailed"),
        JwtError::Expired => ("ERR_JWT_EXPIRED", "JWTExpired"),
    };
    let (claim, reason) = match error {
        JwtError::Claim { claim, problem: ClaimProblem::Missing } => (*claim, "missing"),
        JwtError::Claim { claim, problem: ClaimProblem::Invalid } => (*claim, "invalid"),
        JwtError::Claim { claim, problem: ClaimProblem::Different } => (*claim, "check_failed"),
        JwtError::Expired => ("exp", "check_failed"),
        _ => return json!({ "code": code, "name": name }),
    };
    let payload = claims.map(Claims::members);
    json!({ "code": code, "name": name, "claim": claim, "reason": reason, "payload": payload })
}
