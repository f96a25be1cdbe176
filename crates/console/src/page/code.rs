//! `/sign-in/code`: what some are asked for after their password: a passkey (`/sign-in/passkey`), or
//! a code.

use askama::Template;
use axum::Form;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use gatelog_auth::passkey::{Assertion, PasskeyError};
use gatelog_auth::{AuthError, Browser, HalfOpen, SecondFactors, SessionToken, SignedIn};
use serde::Deserialize;

use super::passkeys::{Question, not_accepted};
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
    factors: SecondFactors,
    /// What a device is asked for, if the reader has a passkey that may be used here.
    passkey: Option<Question>,
    /// Why it may not, if they have one.
    no_passkey: Option<String>,
    error: Option<String>,
}

/// What is typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CodeForm {
    code: String,
    next: String,
}

/// What a device answers.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PasskeyForm {
    credential: String,
    client_data: String,
    authenticator_data: String,
    signature: String,
    user_handle: String,
    next: String,
}

/// How somebody proves that it is them.
#[derive(Debug)]
enum Proof {
    Code(String),
    Passkey(PasskeyForm),
}

/// `GET /sign-in/code`
pub(crate) async fn show(visitor: Visitor, headers: HeaderMap) -> Response {
    let next = links::local(visitor.parameters.get("next")).to_owned();
    let held = held(&visitor, &headers);
    visitor.answer_bare(move |visitor| html(page(visitor, &held, &next)?)).await
}

/// `POST /sign-in/code`
pub(crate) async fn submit(
    visitor: Visitor,
    headers: HeaderMap,
    Form(form): Form<CodeForm>,
) -> Response {
    let held = held(&visitor, &headers);
    let answer =
        move |visitor: &Visitor| go_on(visitor, &held, &form.next, &Proof::Code(form.code));
    visitor.answer_bare(answer).await
}

/// `POST /sign-in/passkey`
pub(crate) async fn submit_passkey(
    visitor: Visitor,
    headers: HeaderMap,
    Form(mut form): Form<PasskeyForm>,
) -> Response {
    let held = held(&visitor, &headers);
    let next = std::mem::take(&mut form.next);
    let answer = move |visitor: &Visitor| go_on(visitor, &held, &next, &Proof::Passkey(form));
    visitor.answer_bare(answer).await
}

/// What the browser holds of a sign-in that waits.
fn held(visitor: &Visitor, headers: &HeaderMap) -> String {
    let options = &visitor.console.options;
    options.secret_of_request(SecretCookie::Code, headers).unwrap_or_default().to_owned()
}

/// The page for whoever waits with what the browser holds.
fn page(visitor: &Visitor, held: &str, next: &str) -> Result<Page, Problem> {
    let service = &visitor.console.service;
    let (authenticator, now) = (service.authenticator(), service.now());
    let ended = || Problem::SignedOut { next: next.to_owned() };
    let HalfOpen { user, factors } = authenticator.half_open(held, now)?.ok_or_else(ended)?;
    let (texts, has_passkey) = (visitor.frame.texts, factors.passkeys > 0);
    let party = visitor.relying_party().filter(|_| has_passkey);
    let no_passkey =
        (has_passkey && party.is_none()).then(|| (texts.passkeys.no_name)(&visitor.origin));
    let ask = |party| -> Result<Question, Problem> {
        let challenge = service.environment().random()?;
        let asked = authenticator.begin_sign_in_with_passkey(held, challenge, now)?;
        Ok(Question::new(asked, &party, texts))
    };
    let passkey = party.map(ask).transpose()?;
    let frame = BareFrame { here: links::sign_in_code(next), ..visitor.frame.clone() };
    let next = next.to_owned();
    Ok(Page { frame, user, next, factors, passkey, no_passkey, error: None })
}

/// Opens the session, or says what was wrong.
fn go_on(visitor: &Visitor, held: &str, next: &str, proof: &Proof) -> Result<Response, Problem> {
    let next = links::local(Some(next));
    match open(visitor, held, proof) {
        Ok((token, signed_in)) => {
            let console = &visitor.console;
            let answer = welcome(console, &token, &signed_in, next.to_owned());
            Ok(with_cookie(answer, console.options.to_ended_cookie(SecretCookie::Code)))
        }
        Err(Problem::Auth(AuthError::SessionEnded)) => {
            Ok(Redirect::to(&links::sign_in(next)).into_response())
        }
        Err(problem) => refuse(page(visitor, held, next)?, problem),
    }
}

fn open(visitor: &Visitor, held: &str, proof: &Proof) -> Result<(SessionToken, SignedIn), Problem> {
    let service = &visitor.console.service;
    let (authenticator, now) = (service.authenticator(), service.now());
    let token = service.environment().random()?;
    let browser = Browser { token, ..visitor.browser.clone() };
    Ok(match proof {
        Proof::Code(code) => authenticator.sign_in_with_code(held, code, browser, now)?,
        Proof::Passkey(form) => {
            let party = visitor.relying_party();
            let party = party.ok_or(AuthError::from(PasskeyError::WrongOrigin))?;
            let assertion = Assertion {
                credential: &form.credential,
                client_data: &form.client_data,
                authenticator_data: &form.authenticator_data,
                signature: &form.signature,
                user_handle: &form.user_handle,
            };
            authenticator.sign_in_with_passkey(held, (&party, &assertion), browser, now)?
        }
    })
}

fn refuse(page: Page, problem: Problem) -> Result<Response, Problem> {
    let Some((status, text)) = refusal(&problem, page.frame.texts) else { return Err(problem) };
    let page = Page { error: Some(text), ..page }.render()?;
    let mut response = (status, Html(page)).into_response();
    if let Problem::Auth(AuthError::TooManyAttempts { retry_after_seconds }) = problem {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after_seconds));
    }
    Ok(response)
}

/// Why no session was opened, if the reader can help it.
fn refusal(problem: &Problem, texts: &Texts) -> Option<(StatusCode, String)> {
    let Problem::Auth(error) = problem else { return None };
    let words = &texts.second_factor;
    match error {
        AuthError::WrongCode => Some((StatusCode::UNAUTHORIZED, words.wrong_code.to_owned())),
        AuthError::Passkey(error) => {
            Some((StatusCode::UNAUTHORIZED, not_accepted(*error, texts).to_owned()))
        }
        AuthError::TooManyAttempts { retry_after_seconds } => {
            let minutes = retry_after_seconds.div_ceil(60).to_string();
            Some((StatusCode::TOO_MANY_REQUESTS, (words.too_many_attempts)(&minutes)))
        }
        _ => None,
    }
}
