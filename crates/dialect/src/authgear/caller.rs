//! Who is asking: the `Authorization` header as Authgear reads it.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use gatelog_api::authentication::TENANT_HEADER;
use gatelog_event::source::Source;
use gatelog_service::Service;

use super::listing::ROUTE;
use crate::caller::{Asked, Caller, Refused, caller};

/// What an access token of ours has to be granted: Authgear has no such tokens yet.
const ANY_SCOPE: &str = "";

/// Who may read events, and whose. Authgear says nothing of why somebody may not.
///
/// # Errors
/// [`Refused`].
pub(super) async fn reader(service: &Arc<Service>, headers: &HeaderMap) -> Result<Caller, Refused> {
    let token = token(headers).ok_or(Refused::MalformedToken)?;
    let requested = headers.get(TENANT_HEADER).map(|name| name.to_str().ok()?.parse().ok());
    let requested = requested.map(|name| name.ok_or(Refused::Forbidden)).transpose()?;
    let asked = Asked { source: Source::Authgear, route: ROUTE, tenant: requested.as_ref() };
    caller(service, token, ANY_SCOPE, asked).await
}

/// The bearer token. The scheme may be written in any case.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
