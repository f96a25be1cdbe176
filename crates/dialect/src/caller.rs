//! Who is asking: a credential to somebody who may read a source's events.
//!
//! Where the credential stands in a request and how a refusal is worded is each product's own
//! affair. Every refusal is noted in the ledger: in that of the tenant, or where nobody can say
//! which it is, in that of `default`.

use std::sync::Arc;

use gatelog_api::authentication::{bearer, note_principal, open_tenant};
use gatelog_api::blocking::ahead_of_reads;
use gatelog_api::reader::readable;
use gatelog_auth::client::Granted;
use gatelog_auth::{AuthError, Authenticator, ClientDialect, Denied, Principal, Scope};
use gatelog_event::source::Source;
use gatelog_event::tenant::TenantName;
use gatelog_query::Filter;
use gatelog_service::{Error, Reader, Refusal, Service, Tenant};

/// What it is that a caller asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// As which product's API we answer.
    pub(crate) source: Source,
    /// Such as `GET /api/logs`.
    pub(crate) route: &'static str,
    /// The tenant that is named besides the credential.
    pub(crate) tenant: Option<&'a TenantName>,
}

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
    /// The token is right, but for another tenant than the one that was named.
    OtherTenant,
    /// An operator named a tenant that does not exist.
    NoSuchTenant(TenantName),
    /// Something failed that is not the caller's doing. It was logged.
    Failed,
}

impl Caller {
    /// `filter` as far as the caller may read.
    pub(crate) fn readable(&self, filter: Filter) -> Filter {
        readable(&self.principal, filter)
    }
}

/// Who sent `token`, one of our API keys or access tokens, if they may read what is asked for. An
/// access token has to have been granted `scope`, if that is not empty.
///
/// # Errors
/// [`Refused`].
pub(crate) async fn caller(
    service: &Arc<Service>,
    token: &str,
    scope: &str,
    asked: Asked<'_>,
) -> Result<Caller, Refused> {
    let found = match Authenticator::is_access_token(token) {
        true => holder(service, token, asked.source).await,
        false => bearer(service, token).await.map(|principal| (principal, None)),
    };
    let error = match found {
        Ok((principal, granted)) => {
            let has = |granted: String| granted.split(' ').any(|word| word == scope);
            if !scope.is_empty() && !granted.is_none_or(has) {
                let tenant = principal.access.tenant();
                refuse(service, tenant, &principal, asked.route, "forbidden").await;
                return Err(Refused::Forbidden);
            }
            return admit(service, principal, asked).await;
        }
        Err(error) => error,
    };
    let (refused, error_code) = match error {
        AuthError::MalformedKey => (Refused::MalformedToken, "malformed_token"),
        AuthError::UnknownKey | AuthError::RevokedKey(_) | AuthError::UnknownToken => {
            (Refused::UnknownToken, "unknown_token")
        }
        error => {
            tracing::error!(%error, "a credential could not be checked");
            return Err(Refused::Failed);
        }
    };
    refuse(service, None, Reader::unknown(), asked.route, error_code).await;
    Err(refused)
}

/// Lets somebody in who has proved who they are, if they may read what is asked for.
///
/// # Errors
/// [`Refused::Forbidden`], [`Refused::OtherTenant`], [`Refused::NoSuchTenant`] or
/// [`Refused::Failed`].
pub(crate) async fn admit(
    service: &Arc<Service>,
    principal: Principal,
    asked: Asked<'_>,
) -> Result<Caller, Refused> {
    let allowed = principal.authorize_source(asked.source);
    let allowed = allowed.and_then(|()| principal.authorize(Scope::Read, asked.tenant));
    let name = match allowed {
        Ok(name) => name,
        Err(denied) => {
            let tenant = principal.access.tenant();
            refuse(service, tenant, &principal, asked.route, "forbidden").await;
            return Err(match denied {
                Denied::OtherTenant { .. } => Refused::OtherTenant,
                Denied::MissingScope { .. } | Denied::OtherSource { .. } => Refused::Forbidden,
            });
        }
    };
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

/// Notes that somebody was refused for their credential when they asked for events.
pub(crate) async fn refuse(
    service: &Arc<Service>,
    tenant: Option<&TenantName>,
    reader: impl Into<Reader>,
    route: &str,
    error_code: &'static str,
) {
    let refusal = Refusal { event_type: "audit.read", error_code };
    note_refusal(service, tenant, reader, route, refusal).await;
}

/// Notes a refusal in the ledger of a tenant.
pub(crate) async fn note_refusal(
    service: &Arc<Service>,
    tenant: Option<&TenantName>,
    reader: impl Into<Reader>,
    route: &str,
    refusal: Refusal,
) {
    let name = tenant.cloned().unwrap_or_else(TenantName::default_tenant);
    match open_tenant(service, &name).await {
        Ok(Ok(tenant)) => tenant.note_refusal(reader, route, refusal),
        _ => tracing::error!(tenant = %name, ?refusal, "a refusal could not be noted"),
    }
}

/// The client with this access token, and what it was granted.
async fn holder(
    service: &Arc<Service>,
    token: &str,
    source: Source,
) -> Result<(Principal, Option<String>), AuthError> {
    let dialect = ClientDialect::ALL.into_iter().find(|dialect| dialect.source() == source);
    let dialect = dialect.ok_or(AuthError::UnknownToken)?;
    let (asked, token) = (Arc::clone(service), token.to_owned());
    let check = move || asked.authenticator().access_token(&token, dialect, asked.now());
    let Granted { principal, scope } =
        ahead_of_reads(check).await.unwrap_or(Err(AuthError::Busy))?;
    note_principal(&principal);
    Ok((principal, Some(scope)))
}
