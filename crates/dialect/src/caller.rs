//! Who is asking: a token to somebody who may read a source's events.
//!
//! Where the token stands in a request and how a refusal is worded is each product's own affair.

use std::sync::Arc;

use gatelog_api::authentication::{bearer, open_tenant};
use gatelog_auth::{AuthError, Principal, Scope};
use gatelog_event::source::Source;
use gatelog_event::tenant::TenantName;
use gatelog_service::{Error, Service, Tenant};

/// Somebody who may read, and whose events.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// Who it is.
    pub(crate) principal: Principal,
    /// Whose events are meant.
    pub(crate) tenant: Arc<Tenant>,
}

/// Why a caller may not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The text has not the shape of a token.
    MalformedToken,
    /// The token is none of ours, or does not count any more.
    UnknownToken,
    /// The token is right, but not for reading these events.
    Forbidden,
    /// An operator named a tenant that does not exist.
    NoSuchTenant(TenantName),
    /// Something failed that is not the caller's doing. It was logged.
    Failed,
}

/// Who sent `token`, if they may read events as `source` shows them. An operator says which tenant
/// is meant: `requested`.
///
/// # Errors
/// [`Refused`].
pub(crate) async fn caller(
    service: &Arc<Service>,
    token: &str,
    requested: Option<&TenantName>,
    source: Source,
) -> Result<Caller, Refused> {
    let principal = bearer(service, token).await.map_err(|error| match error {
        AuthError::MalformedKey => Refused::MalformedToken,
        AuthError::UnknownKey | AuthError::RevokedKey(_) => Refused::UnknownToken,
        error => {
            tracing::error!(%error, "a key could not be checked");
            Refused::Failed
        }
    })?;
    principal.authorize_source(source).map_err(|_| Refused::Forbidden)?;
    let name = principal.authorize(Scope::Read, requested).map_err(|_| Refused::Forbidden)?;
    match open_tenant(service, &name).await {
        Ok(Ok(tenant)) => Ok(Caller { principal, tenant }),
        Ok(Err(Error::UnknownTenant(name))) => Err(Refused::NoSuchTenant(name)),
        Ok(Err(error)) => {
            tracing::error!(tenant = %name, %error, "a tenant could not be opened");
            Err(Refused::Failed)
        }
        Err(_panicked) => Err(Refused::Failed),
    }
}
