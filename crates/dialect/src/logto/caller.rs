//! Who is asking: the `Authorization` header as Logto reads it.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use gatelog_api::authentication::TENANT_HEADER;
use gatelog_event::source::Source;
use gatelog_event::tenant::TenantName;
use gatelog_service::Service;

use super::refusal::Refusal;
use crate::caller::{Caller, Refused, caller};

/// Who may read rows, and whose.
///
/// # Errors
/// [`Refusal`], of the kinds about authorization and tenants.
pub(super) async fn reader(service: &Arc<Service>, headers: &HeaderMap) -> Result<Caller, Refusal> {
    let token = token(headers)?;
    let requested = requested_tenant(headers)?;
    Ok(caller(service, &token, requested.as_ref(), Source::Logto).await?)
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
            Refused::Forbidden => Self::Forbidden,
            Refused::NoSuchTenant(name) => Self::NoSuchTenant(name.to_string()),
            Refused::Failed => Self::Internal,
        }
    }
}
