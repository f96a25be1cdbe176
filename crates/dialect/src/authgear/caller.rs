//! Who is asking: the `Authorization` header as Authgear reads it.
//!
//! A token is an API key of ours, or one that was signed with a project's key for its Admin API,
//! such as its portal's.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use gatelog_api::authentication::{TENANT_HEADER, note_principal};
use gatelog_event::source::Source;
use gatelog_service::Reader;

use super::listing::ROUTE;
use super::{Project, Shared};
use crate::caller::{Asked, Caller, Refused, admit, caller, refuse};

/// What an access token of ours has to be granted: Authgear has no such tokens yet.
const ANY_SCOPE: &str = "";

/// Somebody who may read events.
pub(super) struct Asker<'s> {
    pub(super) caller: Caller,
    /// The project whose key signed the token. Only then what is not here may be asked of its
    /// Authgear: who may read here may not change anything there.
    pub(super) project: Option<&'s Project>,
}

/// Who may read events, and whose. Authgear says nothing of why somebody may not.
///
/// # Errors
/// [`Refused`].
pub(super) async fn asker<'s>(
    shared: &'s Shared,
    headers: &HeaderMap,
) -> Result<Asker<'s>, Refused> {
    let service = &shared.service;
    let token = token(headers).ok_or(Refused::MalformedToken)?;
    let requested = headers.get(TENANT_HEADER).map(|name| name.to_str().ok()?.parse().ok());
    let requested = requested.map(|name| name.ok_or(Refused::Forbidden)).transpose()?;
    let asked = Asked { source: Source::Authgear, route: ROUTE, tenant: requested.as_ref() };
    // None of our own tokens has a full stop.
    if !token.contains('.') {
        let caller = caller(service, token, ANY_SCOPE, asked).await?;
        return Ok(Asker { caller, project: None });
    }
    match shared.projects.holder(token, service.now()) {
        Ok((project, principal)) => {
            note_principal(&principal);
            let caller = admit(service, principal, asked).await?;
            Ok(Asker { caller, project: Some(project) })
        }
        Err(error) => {
            tracing::debug!(%error, "a token is not accepted");
            refuse(service, None, Reader::unknown(), ROUTE, "unknown_token").await;
            Err(Refused::UnknownToken)
        }
    }
}

/// The bearer token. The scheme may be written in any case.
fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
