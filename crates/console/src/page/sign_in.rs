//! `/sign-in` and `/sign-out`

use askama::Template;
use axum::Form;
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use gatelog_api::blocking::{Panicked, blocking};
use gatelog_auth::{AuthError, Browser, Opened, SessionToken, SignedIn};
use serde::Deserialize;

use crate::Console;
use crate::frame::BareFrame;
use crate::links;
use crate::problem::Problem;
use crate::session::SecretCookie;
use crate::visitor::{Visitor, html};

#[derive(Debug, Template)]
#[template(path = "sign_in.html", whitespace = "minimize")]
struct Page {
    frame: BareFrame,
    user: String,
    next: String,
    /// Where people may sign in beside here.
    providers: Vec<String>,
    error: Option<String>,
}

/// What is typed.
#[derive(Debug, Deserialize)]
pub(crate) struct SignInForm {
    #[serde(default)]
    user: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// `GET /sign-in`: the form; whoever is signed in already goes on.
pub(crate) async fn show(visitor: Visitor) -> Response {
    let next = links::local(visitor.parameters.get("next")).to_owned();
    let frame = BareFrame { here: links::sign_in(&next), ..visitor.frame.clone() };
    let providers = providers(&visitor.console);
    if visitor.token.is_some() {
        let signed_in = blocking(move || visitor.signed_in().is_ok()).await;
        if signed_in.unwrap_or(false) {
            return Redirect::to(&next).into_response();
        }
    }
    let page = Page { frame: frame.clone(), user: String::new(), next, providers, error: None };
    html(page).unwrap_or_else(|problem| problem.to_bare_page(frame))
}

/// `POST /sign-in`
pub(crate) async fn submit(visitor: Visitor, Form(form): Form<SignInForm>) -> Response {
    let next = links::local(Some(&form.next)).to_owned();
    let browser = visitor.browser.clone();
    let frame = BareFrame { here: links::sign_in(&next), ..visitor.frame };
    let (console, user, password) = (visitor.console.clone(), form.user.clone(), form.password);
    let answer = blocking(move || sign_in(&console, user.trim(), &password, browser)).await;
    let answer = answer.unwrap_or_else(|Panicked| Err(Problem::Panicked));
    match answer {
        Ok(Opened::Session(token, signed_in)) => {
            welcome(&visitor.console, &token, &signed_in, next)
        }
        Ok(Opened::SecondFactorNeeded(token)) => {
            let cookie = visitor.console.options.to_cookie(SecretCookie::Code, token.reveal());
            with_cookie(Redirect::to(&links::sign_in_code(&next)).into_response(), cookie)
        }
        Err(Problem::Auth(error)) => {
            refuse(frame, providers(&visitor.console), form.user, next, &error)
        }
        Err(problem) => problem.to_bare_page(frame),
    }
}

/// `POST /sign-out`
pub(crate) async fn sign_out(visitor: Visitor) -> Response {
    let cookie = visitor.console.options.to_ended_cookie(SecretCookie::Session);
    if let Some(token) = visitor.token {
        let service = visitor.console.service;
        let ended = blocking(move || service.authenticator().sign_out(&token)).await;
        if let Ok(Err(error)) = ended {
            // The browser forgets the session in any case; then it ends by not being seen.
            tracing::error!(%error, "a session could not be ended");
        }
    }
    with_cookie(Redirect::to("/sign-in").into_response(), cookie)
}

/// Leads somebody who has a session now to where they wanted to go.
pub(super) fn welcome(
    console: &Console,
    token: &SessionToken,
    signed_in: &SignedIn,
    next: String,
) -> Response {
    let next = if signed_in.must_choose_password { links::choose_password(&next) } else { next };
    let cookie = console.options.to_cookie(SecretCookie::Session, token.reveal());
    with_cookie(Redirect::to(&next).into_response(), cookie)
}

/// Adds a cookie to an answer.
pub(super) fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn sign_in(
    console: &Console,
    user: &str,
    password: &str,
    browser: Browser,
) -> Result<Opened, Problem> {
    let service = &console.service;
    let browser = Browser { token: service.environment().random()?, ..browser };
    Ok(service.authenticator().sign_in(user, password, browser, service.now())?)
}

/// What the providers are called.
fn providers(console: &Console) -> Vec<String> {
    console.options.providers.names().map(str::to_owned).collect()
}

fn refuse(
    frame: BareFrame,
    providers: Vec<String>,
    user: String,
    next: String,
    error: &AuthError,
) -> Response {
    let texts = &frame.texts.sign_in;
    let (status, text, retry_after) = match error {
        AuthError::WrongPassword => (StatusCode::UNAUTHORIZED, texts.wrong.to_owned(), None),
        AuthError::TooManyAttempts { retry_after_seconds } => (
            StatusCode::TOO_MANY_REQUESTS,
            (texts.too_many_attempts)(retry_after_seconds.div_ceil(60)),
            Some(HeaderValue::from(*retry_after_seconds)),
        ),
        AuthError::Busy => (
            StatusCode::SERVICE_UNAVAILABLE,
            texts.busy.to_owned(),
            Some(HeaderValue::from_static("5")),
        ),
        error => {
            tracing::error!(%error, "signing in failed");
            (StatusCode::INTERNAL_SERVER_ERROR, texts.broken.to_owned(), None)
        }
    };
    let page = Page { frame: frame.clone(), user, next, providers, error: Some(text) };
    let mut response = match page.render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(error) => return Problem::from(error).to_bare_page(frame),
    };
    if let Some(retry_after) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, retry_after);
    }
    response
}
