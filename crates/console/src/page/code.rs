//! `/sign-in/code`: the code that some are asked for after their password.

use askama::Template;
use axum::Form;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use gatelog_api::blocking::{Panicked, blocking};
use gatelog_auth::{AuthError, Browser, SessionToken, SignedIn};
use serde::Deserialize;

use super::sign_in::{welcome, with_cookie};
use crate::frame::BareFrame;
use crate::links;
use crate::problem::Problem;
use crate::session::SecretCookie;
use crate::texts::Texts;
use crate::visitor::{Visitor, html};

#[derive(Debug, Template)]
#[template(path = "code.html", whitespace = "minimize")]
struct Page {
    frame: BareFrame,
    user: String,
    next: String,
    error: Option<String>,
}

/// What is typed.
#[derive(Debug, Deserialize)]
pub(crate) struct CodeForm {
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

/// `GET /sign-in/code`
pub(crate) async fn show(visitor: Visitor, headers: HeaderMap) -> Response {
    let next = links::local(visitor.parameters.get("next")).to_owned();
    let (_, user) = waiting(&visitor, &headers);
    let Some(user) = user else { return Redirect::to(&links::sign_in(&next)).into_response() };
    let frame = BareFrame { here: links::sign_in_code(&next), ..visitor.frame };
    let page = Page { frame: frame.clone(), user, next, error: None };
    html(page).unwrap_or_else(|problem| problem.to_bare_page(frame))
}

/// `POST /sign-in/code`
pub(crate) async fn submit(
    visitor: Visitor,
    headers: HeaderMap,
    Form(form): Form<CodeForm>,
) -> Response {
    let next = links::local(Some(&form.next)).to_owned();
    let (half_open, user) = waiting(&visitor, &headers);
    let Some(user) = user else { return Redirect::to(&links::sign_in(&next)).into_response() };
    let browser = visitor.browser.clone();
    let (service, options) = (visitor.console.service.clone(), visitor.console.options.clone());
    let opened = blocking(move || -> Result<(SessionToken, SignedIn), Problem> {
        let browser = Browser { token: service.environment().random()?, ..browser };
        let authenticator = service.authenticator();
        Ok(authenticator.sign_in_with_code(&half_open, &form.code, browser, service.now())?)
    });
    let opened = opened.await.unwrap_or_else(|Panicked| Err(Problem::Panicked));
    let frame = BareFrame { here: links::sign_in_code(&next), ..visitor.frame };
    match opened {
        Ok((token, signed_in)) => {
            let answer = welcome(&visitor.console, &token, &signed_in, next);
            with_cookie(answer, options.to_ended_cookie(SecretCookie::Code))
        }
        Err(Problem::Auth(AuthError::SessionEnded)) => {
            Redirect::to(&links::sign_in(&next)).into_response()
        }
        Err(problem) => refuse(frame, user, next, &problem),
    }
}

fn refuse(frame: BareFrame, user: String, next: String, problem: &Problem) -> Response {
    let Some((status, text)) = refusal(problem, frame.texts) else {
        return problem.to_bare_page(frame);
    };
    let page = Page { frame: frame.clone(), user, next, error: Some(text) };
    let mut response = match page.render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(error) => return Problem::from(error).to_bare_page(frame),
    };
    if let Problem::Auth(AuthError::TooManyAttempts { retry_after_seconds }) = problem {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*retry_after_seconds));
    }
    response
}

/// What the browser holds, and who waits with it for the code to count.
fn waiting(visitor: &Visitor, headers: &HeaderMap) -> (String, Option<String>) {
    let console = &visitor.console;
    let half_open = console.options.secret_of_request(SecretCookie::Code, headers);
    let half_open = half_open.unwrap_or_default().to_owned();
    let now = console.service.now();
    let user = console.service.authenticator().half_open_user(&half_open, now);
    (half_open, user)
}

/// Why a code did not open a session, if the reader can help it.
fn refusal(problem: &Problem, texts: &Texts) -> Option<(StatusCode, String)> {
    let Problem::Auth(error) = problem else { return None };
    let texts = &texts.second_factor;
    match error {
        AuthError::WrongCode => Some((StatusCode::UNAUTHORIZED, texts.wrong_code.to_owned())),
        AuthError::TooManyAttempts { retry_after_seconds } => {
            let minutes = retry_after_seconds.div_ceil(60).to_string();
            Some((StatusCode::TOO_MANY_REQUESTS, (texts.too_many_attempts)(&minutes)))
        }
        _ => None,
    }
}
