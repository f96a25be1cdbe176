//! A client's id and secret to an access token (RFC 6749, section 4.4): what the token endpoints of
//! all products have in common. How they word their answers is each product's own affair.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gatelog_api::blocking::ahead_of_reads;
use gatelog_auth::{AuthError, ClientDialect, TokenRequest};
use gatelog_service::{Reader, Refusal, Service};

use crate::caller::note_refusal;

/// A request for a token has a handful of short parameters.
const BODY_BYTES_MAX: usize = 16 << 10;

/// What a client sent: parameters, each once, and who it says it is.
#[derive(Clone, Debug)]
pub(crate) struct TokenForm {
    parameters: BTreeMap<String, String>,
    client: String,
    secret: String,
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenRefusal {
    /// The body is too long, or cannot be read as its content type says.
    #[error("the body is not a form, nor a JSON object of texts, of at most 16 KiB")]
    Malformed,
    /// A parameter is given twice.
    #[error("the parameter `{0}` is given more than once")]
    Repeated(String),
    /// A parameter is not there.
    #[error("the parameter `{0}` is missing")]
    Missing(&'static str),
    /// It asks for a token in another way.
    #[error("the only grant type here is client_credentials")]
    UnsupportedGrantType,
    /// It says who it is in the header and in the body.
    #[error("give the client's secret in the Authorization header or in the body, not in both")]
    TwoCredentials,
    /// It does not say who it is, or the header cannot be read.
    #[error("the client does not say who it is: send client_id and client_secret")]
    NoCredentials,
    /// There is no such client, or not any more.
    #[error("there is no such client here")]
    UnknownClient,
    /// The client has another secret.
    #[error("the client's secret is wrong")]
    WrongSecret,
    /// Too many wrong secrets for this client.
    #[error("too many failures: try again in {0} seconds")]
    TooManyAttempts(u64),
    /// The client has as many tokens as it may have.
    #[error("the client has too many tokens that still count: use one until it expires")]
    TooManyTokens,
    /// Something failed that is not the client's doing. It was logged.
    #[error("the server failed")]
    Failed,
}

impl TokenForm {
    /// Reads a request.
    ///
    /// # Errors
    /// [`TokenRefusal`], of the kinds about what was sent.
    pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Result<Self, TokenRefusal> {
        let body = axum::body::to_bytes(body, BODY_BYTES_MAX).await;
        let body = body.map_err(|_| TokenRefusal::Malformed)?;
        let mut parameters = parameters(headers, &body)?;
        match parameters.get("grant_type").map(String::as_str) {
            None | Some("") => return Err(TokenRefusal::Missing("grant_type")),
            Some("client_credentials") => {}
            Some(_) => return Err(TokenRefusal::UnsupportedGrantType),
        }
        let (client, secret) = (parameters.remove("client_id"), parameters.remove("client_secret"));
        let (client, secret) = match (headers.get(AUTHORIZATION), secret) {
            (Some(_), Some(_)) => return Err(TokenRefusal::TwoCredentials),
            (Some(header), None) => {
                let (known, secret) =
                    basic(header.as_bytes()).ok_or(TokenRefusal::NoCredentials)?;
                if client.is_some_and(|client| client != known) {
                    return Err(TokenRefusal::TwoCredentials);
                }
                (known, secret)
            }
            (None, Some(secret)) => (client.ok_or(TokenRefusal::NoCredentials)?, secret),
            (None, None) => return Err(TokenRefusal::NoCredentials),
        };
        Ok(Self { parameters, client, secret })
    }

    /// A parameter that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A token with which the client is granted `scope`. A refusal is noted in the ledger.
    ///
    /// # Errors
    /// [`TokenRefusal`], of the kinds about the client.
    pub(crate) async fn issue(
        self,
        service: &Arc<Service>,
        dialect: ClientDialect,
        route: &'static str,
        scope: String,
    ) -> Result<String, TokenRefusal> {
        let Self { client, secret, .. } = self;
        let (asked, name) = (Arc::clone(service), client.clone());
        let issued = ahead_of_reads(move || {
            let request = TokenRequest { dialect, client: &name, secret: &secret, scope: &scope };
            let Ok(token) = asked.environment().random() else { return Err(AuthError::Busy) };
            asked.authenticator().issue_token(request, token, asked.now())
        });
        let error = match issued.await.unwrap_or(Err(AuthError::Busy)) {
            Ok(token) => return Ok(token),
            Err(error) => error,
        };
        let (refusal, error_code) = match error {
            AuthError::UnknownClient => (TokenRefusal::UnknownClient, "unknown_client"),
            AuthError::WrongSecret => (TokenRefusal::WrongSecret, "wrong_secret"),
            AuthError::TooManyAttempts { retry_after_seconds } => {
                (TokenRefusal::TooManyAttempts(retry_after_seconds), "too_many_attempts")
            }
            AuthError::TooManyTokens => (TokenRefusal::TooManyTokens, "too_many_tokens"),
            error => {
                tracing::error!(%error, "a token could not be made");
                return Err(TokenRefusal::Failed);
            }
        };
        note(service, client, route, error_code).await;
        Err(refusal)
    }
}

/// Notes a refusal in the ledger of the client's tenant, if there is such a client.
async fn note(
    service: &Arc<Service>,
    client: String,
    route: &'static str,
    error_code: &'static str,
) {
    let refusal = Refusal { event_type: "token.issue", error_code };
    let asked = Arc::clone(service);
    let found = ahead_of_reads(move || asked.meta().client(&client)).await;
    match found {
        Ok(Ok(Some(client))) => {
            let tenant = client.tenant.clone();
            let principal = gatelog_auth::Principal::from(client);
            note_refusal(service, Some(&tenant), &principal, route, refusal).await;
        }
        _ => note_refusal(service, None, Reader::unknown(), route, refusal).await,
    }
}

fn parameters(headers: &HeaderMap, body: &[u8]) -> Result<BTreeMap<String, String>, TokenRefusal> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    if media_type.trim().eq_ignore_ascii_case("application/json") {
        return serde_json::from_slice(body).map_err(|_| TokenRefusal::Malformed);
    }
    let mut parameters = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(body) {
        if parameters.insert(name.clone().into_owned(), value.into_owned()).is_some() {
            return Err(TokenRefusal::Repeated(name.into_owned()));
        }
    }
    Ok(parameters)
}

/// Id and secret of `Basic`, both form-encoded before they were put together (RFC 6749, section
/// 2.3.1).
fn basic(header: &[u8]) -> Option<(String, String)> {
    let text = std::str::from_utf8(header).ok()?;
    let (scheme, encoded) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let (client, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((form_decoded(client), form_decoded(secret)))
}

fn form_decoded(text: &str) -> String {
    // A name without a value, as long as no `=` or `&` is in it.
    let escaped = text.replace('=', "%3D").replace('&', "%26");
    let mut pairs = form_urlencoded::parse(escaped.as_bytes());
    pairs.next().map_or_else(String::new, |(name, _)| name.into_owned())
}
