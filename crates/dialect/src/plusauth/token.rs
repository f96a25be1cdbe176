//! `POST /oauth2/token`: an access token for a client.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use gatelog_auth::ClientDialect;
use gatelog_auth::client::ACCESS_TOKEN_SECONDS;
use gatelog_service::Service;
use serde::Serialize;

use super::answer::{TOKEN_METHODS, preflight, refused, token};
use super::refusal::Refusal;
use crate::token_request::{TokenForm, TokenRefusal};

const ROUTE: &str = "POST /oauth2/token";

/// A longer list of scopes is no list.
const SCOPE_BYTES_MAX: usize = 1_024;

/// What a client gets.
#[derive(Serialize)]
pub(super) struct Issued {
    access_token: String,
    expires_in: u32,
    token_type: &'static str,
    scope: String,
}

/// Answers whatever is asked of `/oauth2/token`.
pub(super) async fn answer(State(service): State<Arc<Service>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let issued = match parts.method {
        Method::OPTIONS => return preflight(TOKEN_METHODS),
        Method::POST => issue(&service, &parts.headers, body).await,
        _ => Err(Refusal::MethodNotAllowed(TOKEN_METHODS)),
    };
    issued.map_or_else(|refusal| refused(&refusal), |issued| token(&issued))
}

/// PlusAuth does not say which scope reads its log, so a client is granted what it asks for, and
/// may read with it.
async fn issue(service: &Arc<Service>, headers: &HeaderMap, body: Body) -> Result<Issued, Refusal> {
    let form = TokenForm::read(headers, body).await?;
    let scope = form.get("scope").unwrap_or_default().to_owned();
    if scope.len() > SCOPE_BYTES_MAX {
        return Err(Refusal::invalid("scope", "is too long"));
    }
    let access_token = form.issue(service, ClientDialect::PlusAuth, ROUTE, scope.clone()).await?;
    Ok(Issued { access_token, expires_in: ACCESS_TOKEN_SECONDS, token_type: "Bearer", scope })
}

impl From<TokenRefusal> for Refusal {
    fn from(refusal: TokenRefusal) -> Self {
        match refusal {
            TokenRefusal::UnknownClient | TokenRefusal::WrongSecret => Self::InvalidClient,
            TokenRefusal::UnsupportedGrantType => Self::UnsupportedGrantType,
            TokenRefusal::TooManyAttempts(seconds) => Self::TooManyAttempts(seconds),
            TokenRefusal::TooManyTokens => Self::TooManyTokens,
            TokenRefusal::Failed => Self::Internal,
            TokenRefusal::Malformed
            | TokenRefusal::Repeated(_)
            | TokenRefusal::Missing(_)
            | TokenRefusal::TwoCredentials
            | TokenRefusal::NoCredentials => Self::InvalidRequest(refusal.to_string()),
        }
    }
}
