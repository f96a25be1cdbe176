//! Who is asking, and for which tenant?
//!
//! The tenant always comes from the credential. An operator's key picks one with the header
//! `Gatelog-Tenant`; a tenant's key that names another tenant there is refused.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use gatelog_auth::{AuthError, Principal, Scope};
use gatelog_event::tenant::TenantName;
use gatelog_service::{Error, Service, Tenant};
use tracing::Span;

use crate::blocking::{Panicked, ahead_of_reads};
use crate::problem::Problem;

/// The header by which an operator picks a tenant.
pub const TENANT_HEADER: &str = "gatelog-tenant";

/// A caller who may do what was asked, and the tenant it is asked of. Whoever reads events is a
/// [`crate::reader::Reader`] instead.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who it is.
    pub principal: Principal,
    /// Whose events are meant.
    pub tenant: Arc<Tenant>,
}

impl Caller {
    /// Checks the credential of a request.
    ///
    /// # Errors
    /// 401 without a valid key, 403 without the scope or for another tenant, 404 for a tenant that
    /// does not exist.
    pub async fn authorize(
        service: &Arc<Service>,
        headers: &HeaderMap,
        needed: Scope,
    ) -> Result<Self, Problem> {
        let principal = bearer_principal(service, headers).await?;
        let tenant = principal.authorize(needed, requested_tenant(headers)?.as_ref())?;
        let tenant = open_tenant(service, &tenant).await??;
        Ok(Self { principal, tenant })
    }
}

/// Whether the credential of a request that was let in once still counts, and may still do the
/// same. May block.
pub(crate) fn still_may(service: &Service, headers: &HeaderMap, needed: Scope) -> bool {
    let principal = bearer_token(headers)
        .and_then(|token| Ok(service.authenticator().bearer(token, service.now())?));
    let requested = requested_tenant(headers);
    let is_let_in = |(principal, requested): (Principal, Option<TenantName>)| {
        principal.authorize(needed, requested.as_ref()).is_ok()
    };
    principal.and_then(|principal| Ok((principal, requested?))).is_ok_and(is_let_in)
}

/// Who sent a request, whatever they may do.
///
/// # Errors
/// 401 without a valid key.
pub async fn bearer_principal(
    service: &Arc<Service>,
    headers: &HeaderMap,
) -> Result<Principal, Problem> {
    Ok(bearer(service, bearer_token(headers)?).await?)
}

fn bearer_token(headers: &HeaderMap) -> Result<&str, Problem> {
    let unauthorized = |detail: &str| Problem::new(axum::http::StatusCode::UNAUTHORIZED, detail);
    let header = headers.get(header::AUTHORIZATION).ok_or_else(|| {
        unauthorized("send an API key: `Authorization: Bearer KEY` (gatelog token create)")
    })?;
    let (scheme, token) = header
        .to_str()
        .ok()
        .and_then(|value| value.trim().split_once(' '))
        .ok_or_else(|| unauthorized("the Authorization header must be `Bearer KEY`"))?;
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(token.trim())
    } else {
        Err(unauthorized("the Authorization header must be `Bearer KEY`"))
    }
}

/// The tenant a request names in its header.
///
/// # Errors
/// 400 for a text that cannot name a tenant.
pub fn requested_tenant(headers: &HeaderMap) -> Result<Option<TenantName>, Problem> {
    let Some(value) = headers.get(TENANT_HEADER) else { return Ok(None) };
    let name = String::from_utf8_lossy(value.as_bytes());
    let parsed: Result<TenantName, _> = name.parse();
    parsed.map(Some).map_err(|error| Problem::bad_request(format!("Gatelog-Tenant: {error}")))
}

/// The principal a bearer token stands for. A key that was verified lately costs no disk.
///
/// # Errors
/// [`AuthError`].
pub async fn bearer(service: &Arc<Service>, token: &str) -> Result<Principal, AuthError> {
    let now = service.now();
    let verified = match service.authenticator().bearer_if_verified(token, now) {
        Some(principal) => Ok(principal),
        None => {
            let (service, token) = (Arc::clone(service), token.to_owned());
            let verified =
                ahead_of_reads(move || service.authenticator().bearer(&token, now)).await;
            verified.unwrap_or(Err(AuthError::Busy))
        }
    };
    verified.inspect(note_principal)
}

/// Names the caller in the log's lines about this request.
pub fn note_principal(principal: &Principal) {
    Span::current().record("principal", &*principal.id);
}

/// Names the tenant in the log's lines about this request.
pub fn note_tenant(name: &TenantName) {
    Span::current().record("tenant", name.as_str());
}

/// A tenant, opened if it is not open yet.
///
/// # Errors
/// [`Error`], or [`Panicked`].
pub async fn open_tenant(
    service: &Arc<Service>,
    name: &TenantName,
) -> Result<Result<Arc<Tenant>, Error>, Panicked> {
    note_tenant(name);
    if let Some(tenant) = service.tenant_if_open(name) {
        return Ok(Ok(tenant));
    }
    let (service, name) = (Arc::clone(service), name.clone());
    ahead_of_reads(move || service.tenant(&name)).await
}
