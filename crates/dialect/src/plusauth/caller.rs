//! Who is asking: the `Authorization` header, and the headers that name a tenant.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use gatelog_api::authentication::TENANT_HEADER;
use gatelog_event::source::Source;
use gatelog_event::tenant::TenantName;
use gatelog_service::Service;

use super::ROUTE;
use super::refusal::Refusal;
use crate::caller::{Asked, Caller, Refused, caller};

/// PlusAuth's own header for the tenant. It counts as ours does: the credential decides.
pub(super) const PLUSAUTH_TENANT_HEADER: &str = "x-plusauth-tenant";

/// PlusAuth does not say which scope reads its log, so a client's access token needs none.
const ANY_SCOPE: &str = "";

/// Who may read rows, and whose.
///
/// # Errors
/// [`Refusal`], of the kinds about authorization and tenants.
pub(super) async fn reader(service: &Arc<Service>, headers: &HeaderMap) -> Result<Caller, Refusal> {
    let token = token(headers)?;
    let requested = requested_tenant(headers)?;
    let asked = Asked { source: Source::PlusAuth, route: ROUTE, tenant: requested.as_ref() };
    Ok(caller(service, token, ANY_SCOPE, asked).await?)
}

/// What follows the scheme, whose name counts in any case (RFC 9110, section 11.1).
fn token(headers: &HeaderMap) -> Result<&str, Refusal> {
    let value = headers.get(AUTHORIZATION).ok_or(Refusal::MissingToken)?;
    let text = value.to_str().map_err(|_| Refusal::InvalidAuthorizationScheme)?.trim();
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    match token.trim() {
        _ if text.is_empty() => Err(Refusal::MissingToken),
        _ if !scheme.eq_ignore_ascii_case("bearer") => Err(Refusal::InvalidAuthorizationScheme),
        "" => Err(Refusal::MissingToken),
        token => Ok(token),
    }
}

/// The tenant that one of the headers names. A name that no tenant can have, and two different
/// ones, disagree with every credential.
fn requested_tenant(headers: &HeaderMap) -> Result<Option<TenantName>, Refusal> {
    let mut requested: Option<TenantName> = None;
    for name in [TENANT_HEADER, PLUSAUTH_TENANT_HEADER] {
        let Some(value) = headers.get(name) else { continue };
        let tenant = value.to_str().ok().and_then(|name| name.parse().ok());
        let tenant: TenantName = tenant.ok_or(Refusal::OtherTenant)?;
        if requested.replace(tenant.clone()).is_some_and(|other| other != tenant) {
            return Err(Refusal::OtherTenant);
        }
    }
    Ok(requested)
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::MalformedToken | Refused::UnknownToken => Self::UnauthorizedUser,
            Refused::OtherTenant => Self::OtherTenant,
            Refused::Forbidden => Self::MissingScope,
            Refused::NoSuchTenant(name) => Self::NoSuchTenant(name.to_string()),
            Refused::Failed => Self::Internal,
        }
    }
}
