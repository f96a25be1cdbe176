//! `/sign-in/oidc/{name}` and back: signing in at an OpenID provider.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use gatelog_api::blocking::{Panicked, blocking};
use gatelog_auth::openid::attempt::{Attempt, Returned};
use gatelog_auth::{Browser, OpenIdError};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::sign_in::{welcome, with_cookie};
use crate::frame::BareFrame;
use crate::links;
use crate::problem::Problem;
use crate::session::SecretCookie;
use crate::visitor::Visitor;

/// A longer way back does not fit into a cookie beside the secret: it ends at the audit logs.
const NEXT_BYTES_MAX: usize = 3_000;

/// `GET /sign-in/oidc/{name}`: on to the provider.
pub(crate) async fn begin(visitor: Visitor, Path(name): Path<String>) -> Response {
    let next = links::local(visitor.parameters.get("next"));
    match leave(&visitor, &name, next).await {
        Ok(answer) => answer,
        Err(problem) => {
            problem.to_bare_page(BareFrame { here: links::sign_in(next), ..visitor.frame })
        }
    }
}

/// `GET /sign-in/oidc/{name}/callback`: back from the provider.
pub(crate) async fn callback(
    visitor: Visitor,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let options = visitor.console.options.clone();
    let answer = match arrive(&visitor, &name, &headers).await {
        Ok(answer) => answer,
        // Not this address: what came with it counts once.
        Err(problem) => {
            problem.to_bare_page(BareFrame { here: links::sign_in("/"), ..visitor.frame })
        }
    };
    with_cookie(answer, options.to_ended_cookie(SecretCookie::Provider))
}

async fn leave(visitor: &Visitor, name: &str, next: &str) -> Result<Response, Problem> {
    let console = &visitor.console;
    let service = &console.service;
    let attempt = Attempt::mint(service.environment().random()?);
    let back = redirect_uri(visitor, name);
    let address = console.options.providers.begin(name, &attempt, &back, service.now()).await?;
    let next = utf8_percent_encode(next, NON_ALPHANUMERIC).to_string();
    let next = if next.len() <= NEXT_BYTES_MAX { next } else { String::new() };
    let held = format!("{}.{next}", attempt.reveal());
    let cookie = console.options.to_cookie(SecretCookie::Provider, &held);
    Ok(with_cookie(Redirect::to(&address).into_response(), cookie))
}

async fn arrive(visitor: &Visitor, name: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let Visitor { console, parameters, .. } = visitor;
    let held = console.options.secret_of_request(SecretCookie::Provider, headers);
    let (secret, next) = held.and_then(|held| held.split_once('.')).unwrap_or_default();
    let attempt = Attempt::of_secret(secret).ok_or(OpenIdError::NotBegunHere)?;
    let next = percent_decode_str(next).decode_utf8_lossy();
    let next = links::local(Some(&next)).to_owned();
    let parameter = |name| parameters.get(name).map(str::to_owned);
    let returned = Returned {
        code: parameter("code"),
        state: parameter("state"),
        error: parameter("error"),
        issuer: parameter("iss"),
    };
    let back = redirect_uri(visitor, name);
    let (service, browser) = (console.service.clone(), visitor.browser.clone());
    let providers = &console.options.providers;
    let proven = providers.finish(name, &attempt, &returned, &back, service.now()).await?;
    let opened = blocking(move || -> Result<_, Problem> {
        let browser = Browser { token: service.environment().random()?, ..browser };
        Ok(service.authenticator().sign_in_vouched(&proven, browser, service.now())?)
    });
    let (token, signed_in) = opened.await.unwrap_or_else(|Panicked| Err(Problem::Panicked))?;
    Ok(welcome(console, &token, &signed_in, next))
}

/// Where the provider sends the browser back to. It sends it nowhere but to addresses that were
/// registered there.
fn redirect_uri(visitor: &Visitor, name: &str) -> String {
    format!("{}{}/callback", visitor.origin, links::provider(name))
}
