//! Error bodies: `{"error","error_description","status"}`, with PlusAuth's names.
//!
//! One of its names is never used: a browser's client takes `xhr_request` for an order to go to
//! another address.

use axum::http::StatusCode;
use gatelog_ledger::Error as LedgerError;
use gatelog_service::Unresolved;
use serde::Serialize;

/// Why a request is not answered with rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// There is no credential.
    #[error("send an access token or an API key: Authorization: Bearer TOKEN")]
    MissingToken,
    /// The credential is not a bearer token.
    #[error("the Authorization header must be: Bearer TOKEN")]
    InvalidAuthorizationScheme,
    /// Nobody has this token, or nobody has it any more.
    #[error("this token is not known here, or no longer counts")]
    UnauthorizedUser,
    /// The credential is good for something else.
    #[error("this needs the scope `read`, of all sources or of `plusauth`")]
    MissingScope,
    /// A header names another tenant than the credential's.
    #[error("the credential belongs to another tenant than the one this request names")]
    OtherTenant,
    /// The operator named a tenant that does not exist.
    #[error("there is no tenant `{0}`")]
    NoSuchTenant(String),
    /// A parameter is wrong.
    #[error("{0}")]
    InvalidRequest(String),
    /// The path leads nowhere.
    #[error("there is nothing here; the log is at /api/v1/logs/")]
    NoSuchPlace,
    /// The method is not one for this path; these are.
    #[error("only {0} can be asked here")]
    MethodNotAllowed(&'static str),
    /// There is no such client, or its secret is another one. Which of them is not told.
    #[error("there is no such client, or its secret is wrong")]
    InvalidClient,
    /// A client asks for a token in another way.
    #[error("the only grant type here is client_credentials")]
    UnsupportedGrantType,
    /// A client sent too many wrong secrets.
    #[error("too many failures: try again in {0} seconds")]
    TooManyAttempts(u64),
    /// A client has as many tokens as it may have.
    #[error("the client has too many tokens that still count: use one until it expires")]
    TooManyTokens,
    /// Too many questions wait that need every record read.
    #[error(
        "many questions wait that need every record read; ask again in a while, within a shorter \
         time, or for fields that are indexed"
    )]
    TooManyRequests,
    /// Something failed that is not the caller's doing. It was logged.
    #[error("something failed here; the server's log says more")]
    Internal,
}

#[derive(Serialize)]
struct Body {
    error: &'static str,
    error_description: String,
    status: u16,
}

impl Refusal {
    /// The refusal of a parameter, with what is wrong with its value.
    pub(super) fn invalid(parameter: &str, reason: &str) -> Self {
        Self::InvalidRequest(format!("`{parameter}` {reason}"))
    }

    /// The status it is answered with.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::MissingToken
            | Self::InvalidAuthorizationScheme
            | Self::UnauthorizedUser
            | Self::MissingScope
            | Self::InvalidClient => StatusCode::UNAUTHORIZED,
            Self::OtherTenant => StatusCode::FORBIDDEN,
            Self::NoSuchTenant(_) | Self::NoSuchPlace => StatusCode::NOT_FOUND,
            Self::InvalidRequest(_) | Self::UnsupportedGrantType => StatusCode::BAD_REQUEST,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooManyRequests | Self::TooManyAttempts(_) | Self::TooManyTokens => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The body it is answered with, as JSON.
    pub(super) fn body(&self) -> Vec<u8> {
        let (error, error_description) = (self.name(), self.to_string());
        let body = Body { error, error_description, status: self.status().as_u16() };
        // Strings and a number under fixed names: there is nothing that could fail.
        serde_json::to_vec(&body).unwrap_or_default()
    }

    fn name(&self) -> &'static str {
        match self {
            Self::MissingToken => "missing_token",
            Self::InvalidAuthorizationScheme => "invalid_authorization_scheme",
            Self::UnauthorizedUser | Self::OtherTenant => "unauthorized_user",
            Self::MissingScope => "missing_scope",
            Self::NoSuchTenant(_) | Self::NoSuchPlace => "entity_not_found",
            Self::InvalidRequest(_) | Self::MethodNotAllowed(_) => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::TooManyRequests | Self::TooManyAttempts(_) | Self::TooManyTokens => {
                "too_many_requests"
            }
            Self::Internal => "server_error",
        }
    }
}

impl From<LedgerError> for Refusal {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::TooBroad { .. } => Self::InvalidRequest(error.to_string()),
            error => {
                tracing::error!(%error, "rows could not be read");
                Self::Internal
            }
        }
    }
}

impl From<Unresolved> for Refusal {
    fn from(error: Unresolved) -> Self {
        match error {
            Unresolved::TooManyNamed { .. } => Self::invalid("q", &error.to_string()),
            Unresolved::Meta(error) => {
                tracing::error!(%error, "the directory could not be read");
                Self::Internal
            }
        }
    }
}
