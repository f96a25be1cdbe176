//! `POST /oidc/token`, as far as it gives a client an access token for the Management API.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ORIGIN, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use gatelog_auth::ClientDialect;
use gatelog_auth::client::ACCESS_TOKEN_SECONDS;
use gatelog_service::Service;
use serde::Serialize;

use crate::token_request::{TokenForm, TokenRefusal};

/// The one scope there is: everything that the client's credential allows.
pub(super) const SCOPE_ALL: &str = "all";

const ROUTE: &str = "POST /oidc/token";

#[derive(Serialize)]
struct WireToken {
    access_token: String,
    expires_in: u32,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'static str>,
}

/// An OIDC error as Logto wraps it: with a code of its own beside the standard's members.
#[derive(Serialize)]
struct WireError {
    code: String,
    message: String,
    error: &'static str,
    error_description: String,
}

/// Why there is no token.
enum Refused {
    /// A browser's page asks, which is no place for a client's secret.
    FromBrowser,
    /// It does not say for which API, or that cannot be an API's name.
    InvalidTarget,
    Form(TokenRefusal),
}

impl From<TokenRefusal> for Refused {
    fn from(refusal: TokenRefusal) -> Self {
        Self::Form(refusal)
    }
}

/// Answers `POST /oidc/token`.
pub(super) async fn answer(State(service): State<Arc<Service>>, request: Request) -> Response {
    match issue(&service, request).await {
        Ok(token) => json(StatusCode::OK, &token),
        Err(refused) => refused.response(),
    }
}

async fn issue(service: &Arc<Service>, request: Request) -> Result<WireToken, Refused> {
    let (parts, body) = request.into_parts();
    if parts.headers.contains_key(ORIGIN) {
        return Err(Refused::FromBrowser);
    }
    let form = TokenForm::read(&parts.headers, body).await?;
    let is_api = |resource: &str| resource.contains("://");
    form.get("resource").filter(|resource| is_api(resource)).ok_or(Refused::InvalidTarget)?;
    // Scopes that do not exist are not granted, and nothing is said.
    let asked = form.get("scope").unwrap_or_default();
    let scope = asked.split(' ').any(|word| word == SCOPE_ALL).then_some(SCOPE_ALL);
    let granted = scope.unwrap_or_default().to_owned();
    let access_token = form.issue(service, ClientDialect::Logto, ROUTE, granted).await?;
    Ok(WireToken { access_token, expires_in: ACCESS_TOKEN_SECONDS, token_type: "Bearer", scope })
}

impl Refused {
    fn response(&self) -> Response {
        let (status, error) = self.status_and_error();
        let description = match self {
            Self::FromBrowser => "a client's secret does not belong into a browser".to_owned(),
            Self::InvalidTarget => "the parameter `resource` has to name an API".to_owned(),
            Self::Form(refusal) => refusal.to_string(),
        };
        let body = WireError {
            code: format!("oidc.{error}"),
            message: description.clone(),
            error,
            error_description: description,
        };
        let mut response = json(status, &body);
        if let Self::Form(TokenRefusal::TooManyAttempts(seconds)) = self {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
        }
        response
    }

    fn status_and_error(&self) -> (StatusCode, &'static str) {
        let refusal = match self {
            Self::FromBrowser => return (StatusCode::BAD_REQUEST, "invalid_request"),
            Self::InvalidTarget => return (StatusCode::BAD_REQUEST, "invalid_target"),
            Self::Form(refusal) => refusal,
        };
        match refusal {
            TokenRefusal::Malformed
            | TokenRefusal::Repeated(_)
            | TokenRefusal::Missing(_)
            | TokenRefusal::TwoCredentials
            | TokenRefusal::NoCredentials => (StatusCode::BAD_REQUEST, "invalid_request"),
            TokenRefusal::UnsupportedGrantType => {
                (StatusCode::BAD_REQUEST, "unsupported_grant_type")
            }
            TokenRefusal::UnknownClient => (StatusCode::BAD_REQUEST, "invalid_client"),
            TokenRefusal::WrongSecret => (StatusCode::UNAUTHORIZED, "invalid_client"),
            TokenRefusal::TooManyAttempts(_) | TokenRefusal::TooManyTokens => {
                (StatusCode::TOO_MANY_REQUESTS, "invalid_client")
            }
            TokenRefusal::Failed => (StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
        }
    }
}

fn json(status: StatusCode, body: &impl Serialize) -> Response {
    // Texts and numbers under fixed names: there is nothing that could fail.
    let mut response = Response::new(Body::from(serde_json::to_vec(body).unwrap_or_default()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
