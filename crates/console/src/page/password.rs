//! `/account/password`: after a one-time password, a password of one's own; later, another one.

use askama::Template;
use axum::Form;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use gatelog_auth::sign_in::{PASSWORD_BYTES_MAX, PASSWORD_CHARACTERS_MIN};
use gatelog_auth::{AuthError, SecondFactor};
use serde::Deserialize;

use crate::frame::BareFrame;
use crate::links;
use crate::problem::Problem;
use crate::texts::Texts;
use crate::visitor::{Visitor, html};

#[derive(Debug, Template)]
#[template(path = "password.html", whitespace = "minimize")]
struct Page {
    frame: BareFrame,
    user: String,
    next: String,
    characters_min: usize,
    rule: String,
    /// Whether there is none yet; who has one is asked for it.
    is_first: bool,
    /// The provider at which the reader signs in, with no password here.
    provider: Option<String>,
    error: Option<String>,
}

/// What is typed.
#[derive(Debug, Deserialize)]
pub(crate) struct PasswordForm {
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    repeated: String,
    #[serde(default)]
    next: String,
}

/// `GET /account/password`
pub(crate) async fn show(visitor: Visitor) -> Response {
    let next = links::local(visitor.parameters.get("next")).to_owned();
    visitor.answer_bare(move |visitor| form(visitor, next, None).and_then(html)).await
}

/// `POST /account/password`
pub(crate) async fn submit(visitor: Visitor, Form(typed): Form<PasswordForm>) -> Response {
    let answer = move |visitor: &Visitor| {
        let next = links::local(Some(&typed.next)).to_owned();
        let Err(problem) = choose(visitor, &typed) else {
            return Ok(Redirect::to(&next).into_response());
        };
        let error = refusal(&problem, visitor.frame.texts).ok_or(problem)?;
        let page = form(visitor, next, Some(error))?.render()?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
    };
    visitor.answer_bare(answer).await
}

fn form(visitor: &Visitor, next: String, error: Option<String>) -> Result<Page, Problem> {
    let signed_in = visitor.signed_in()?;
    let authenticator = visitor.console.service.authenticator();
    let provider = match authenticator.second_factor(&signed_in)? {
        SecondFactor::Elsewhere { provider } => Some(provider),
        SecondFactor::PasswordFirst | SecondFactor::Own(_) => None,
    };
    Ok(Page {
        frame: BareFrame { here: links::choose_password(&next), ..visitor.frame.clone() },
        rule: (visitor.frame.texts.password.rule)(&PASSWORD_CHARACTERS_MIN.to_string()),
        user: signed_in.principal.name.to_string(),
        next,
        characters_min: PASSWORD_CHARACTERS_MIN,
        is_first: signed_in.must_choose_password,
        provider,
        error,
    })
}

/// Why a password was not saved, if the reader can help it.
fn refusal(problem: &Problem, texts: &Texts) -> Option<String> {
    let (sign_in, texts) = (&texts.sign_in, &texts.password);
    let error = match problem {
        Problem::NotRepeated => return Some(texts.not_same.to_owned()),
        Problem::Auth(error) => error,
        _ => return None,
    };
    match error {
        AuthError::PasswordTooShort => {
            Some((texts.too_short)(&PASSWORD_CHARACTERS_MIN.to_string()))
        }
        AuthError::PasswordTooLong => Some((texts.too_long)(&PASSWORD_BYTES_MAX.to_string())),
        AuthError::PasswordAlreadyChosen => Some(texts.has_one.to_owned()),
        AuthError::Busy => Some(texts.busy.to_owned()),
        AuthError::WrongPassword => Some(texts.wrong_current.to_owned()),
        AuthError::TooManyAttempts { retry_after_seconds } => {
            Some((sign_in.too_many_attempts)(retry_after_seconds.div_ceil(60)))
        }
        _ => None,
    }
}

fn choose(visitor: &Visitor, typed: &PasswordForm) -> Result<(), Problem> {
    if typed.password != typed.repeated {
        return Err(Problem::NotRepeated);
    }
    let service = &visitor.console.service;
    let salt = service.environment().random()?;
    let token = visitor.token.as_deref().unwrap_or_default();
    let (authenticator, password) = (service.authenticator(), &typed.password);
    let chosen = if visitor.signed_in()?.must_choose_password {
        authenticator.choose_password(token, password, salt, service.now())
    } else {
        authenticator.change_password(token, &typed.current, password, salt, service.now())
    };
    match chosen {
        Err(AuthError::SessionEnded) => Err(Problem::SignedOut { next: typed.next.clone() }),
        chosen => Ok(chosen?),
    }
}
