//! Who is asking: the `Authorization` header as Authgear reads it.
//!
//! A token is an API key of ours, or one that was signed with a project's key for its Admin API,
//! such as its portal's.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use gatelog_api::authentication::{TENANT_HEADER, note_principal};
use gatelog_event::source::Source;
use gatelog_service::Reader;

use super::Shared;
use super::listing::ROUTE;
use crate::caller::{Asked, Caller, Refused, admit, caller, refuse};

/// What an access token of ours has to be granted: Authgear has no such tokens yet.
const ANY_SCOPE: &str = "";

/// Who may read events, and whose. Authgear says nothing of why somebody may not.
///
/// # Errors
/// [`Refused`].
pub(super) async fn reader(shared: &Shared, headers: &HeaderMap) -> Result<Caller, Refused> {
    let service = &shared.service;
    let token = token(headers).ok_or(Refused::MalformedToken)?;
    let requested = headers.get(TENANT_HEADER).map(|name| name.to_str().ok()?.parse().ok());
    let requested = requested.map(|name| name.ok_or(Refused::Forbidden)).transpose()?;
    let asked = Asked { source: Source::Authgear, route: ROUTE, tenant: requested.as_ref() };
    // None of our own tokens has a full stop.
    if !token.contains('.') {
        return caller(service, token, ANY_SCOPE, asked).await;
    }
    match shared.projects.holder(token, service.now()) {
        Ok(principal) => {
            note_principal(&principal);
            admit(service, principal, asked).await
        }
        Err(error) => {
            tracing::debug!(%error, "a token is not accepted");
            refuse(service, None, Reader::unknown(), ROUTE, "unknown_token").await;
            Err(Refused::UnknownToken)
        }
    }
}

/// The bearer token. The scheme may be written in any case.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
