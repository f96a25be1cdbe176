//! Who is asking: the `Authorization` header as Logto reads it, with our API keys as tokens.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use gatelog_api::authentication::{bearer, open_tenant};
use gatelog_auth::{AuthError, Principal, Scope};
use gatelog_event::source::Source;
use gatelog_event::tenant::TenantName;
use gatelog_service::{Error, Service, Tenant};

use super::refusal::Refusal;

/// The header with which an operator picks a tenant.
const TENANT_HEADER: &str = "gatelog-tenant";

/// Who may read rows, and whose.
///
/// # Errors
/// [`Refusal`], of the kinds about authorization and tenants.
pub(super) async fn reader(
    service: &Arc<Service>,
    headers: &HeaderMap,
) -> Result<(Principal, Arc<Tenant>), Refusal> {
    let token = token(headers)?;
    let principal = bearer(service, &token).await.map_err(|error| match error {
        AuthError::MalformedKey => Refusal::MalformedToken,
        AuthError::UnknownKey | AuthError::RevokedKey(_) => Refusal::UnknownToken,
        error => {
            tracing::error!(%error, "a key could not be checked");
            Refusal::Internal
        }
    })?;
    let requested = requested_tenant(headers)?;
    principal.authorize_source(Source::Logto).map_err(|_| Refusal::Forbidden)?;
    let name =
        principal.authorize(Scope::Read, requested.as_ref()).map_err(|_| Refusal::Forbidden)?;
    match open_tenant(service, &name).await {
        Ok(Ok(tenant)) => Ok((principal, tenant)),
        Ok(Err(Error::UnknownTenant(name))) => Err(Refusal::NoSuchTenant(name.to_string())),
        Ok(Err(error)) => {
            tracing::error!(tenant = %name, %error, "a tenant could not be opened");
            Err(Refusal::Internal)
        }
        Err(_panicked) => Err(Refusal::Internal),
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
