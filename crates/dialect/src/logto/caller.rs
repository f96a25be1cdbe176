//! Who is asking: the `Authorization` header as Logto reads it.
//!
//! A token is one of ours (an API key, or what [`super::token`] gave), or one that a configured
//! Logto signed, such as its Console's.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use gatelog_api::authentication::{TENANT_HEADER, note_principal};
use gatelog_auth::NotAccepted;
use gatelog_auth::issuers::Accepted;
use gatelog_event::source::Source;
use gatelog_event::tenant::TenantName;
use gatelog_service::Reader;
use serde_json::Value;

use super::Logto;
use super::refusal::Refusal;
use super::token::SCOPE_ALL;
use crate::caller::{Asked, Caller, Refused, admit, caller, refuse};

/// Who may read rows, and whose.
///
/// # Errors
/// [`Refusal`], of the kinds about authorization and tenants.
pub(super) async fn reader(
    logto: &Logto,
    headers: &HeaderMap,
    route: &'static str,
) -> Result<Caller, Refusal> {
    let token = token(headers)?;
    let requested = requested_tenant(headers)?;
    let asked = Asked { source: Source::Logto, route, tenant: requested.as_ref() };
    if !is_signed(&token) || logto.settings.issuers.is_empty() {
        return Ok(caller(&logto.service, &token, SCOPE_ALL, asked).await?);
    }
    let accepted = logto.settings.issuers.accept(&token, logto.service.now()).await;
    let accepted =
        accepted.map_err(Refusal::from).and_then(|accepted| granted(&accepted).map(|()| accepted));
    match accepted {
        Ok(Accepted { principal, .. }) => {
            note_principal(&principal);
            Ok(admit(&logto.service, principal, asked).await?)
        }
        Err(refusal) => {
            if let Some(error_code) = refusal.error_code() {
                refuse(&logto.service, None, Reader::unknown(), route, error_code).await;
            }
            Err(refusal)
        }
    }
}

/// Whether a text looks like a JSON Web Token: none of our own has a full stop.
fn is_signed(token: &str) -> bool {
    token.contains('.')
}

/// Whether a token is for everything.
fn granted(accepted: &Accepted) -> Result<(), Refusal> {
    match accepted.claims.get("scope") {
        Some(Value::String(scope)) if scope.split(' ').any(|word| word == SCOPE_ALL) => Ok(()),
        None | Some(Value::String(_)) => Err(Refusal::Forbidden),
        Some(other) => Err(Refusal::ScopeOfAnotherType(type_name(other))),
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// What follows `Bearer` and one more character, whichever it is. The first header counts.
fn token(headers: &HeaderMap) -> Result<String, Refusal> {
    let value = headers.get(AUTHORIZATION).map(|value| value.as_bytes()).unwrap_or_default();
    if value.is_empty() {
        return Err(Refusal::AuthorizationMissing);
    }
    let rest = value.strip_prefix(b"Bearer").ok_or(Refusal::AuthorizationTypeNotSupported)?;
    Ok(String::from_utf8_lossy(rest.get(1..).unwrap_or_default()).into_owned())
}

/// A name that no tenant can have disagrees with every credential.
fn requested_tenant(headers: &HeaderMap) -> Result<Option<TenantName>, Refusal> {
    let Some(value) = headers.get(TENANT_HEADER) else { return Ok(None) };
    let name = value.to_str().ok().and_then(|name| name.parse().ok());
    name.map(Some).ok_or(Refusal::Forbidden)
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::MalformedToken => Self::MalformedToken,
            Refused::UnknownToken => Self::UnknownToken,
            Refused::Forbidden | Refused::OtherTenant => Self::Forbidden,
            Refused::NoSuchTenant(name) => Self::NoSuchTenant(name.to_string()),
            Refused::Failed => Self::Internal,
        }
    }
}

impl From<NotAccepted> for Refusal {
    fn from(refused: NotAccepted) -> Self {
        match refused {
            NotAccepted::Token(error, claims) => Self::TokenNotAccepted(Box::new((error, claims))),
            NotAccepted::SubjectMissing => Self::SubjectMissing,
            NotAccepted::KeysUnavailable => Self::Internal,
        }
    }
}
