//! `/account/password`: after a one-time password, a password of one's own.

use askama::Template;
use axum::Form;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use gatelog_api::blocking::{Panicked, blocking};
use gatelog_auth::AuthError;
use gatelog_auth::sign_in::PASSWORD_CHARACTERS_MIN;
use serde::Deserialize;

use crate::frame::BareFrame;
use crate::links;
use crate::problem::Problem;
use crate::visitor::{Visitor, html};

#[derive(Debug, Template)]
#[template(path = "password.html", whitespace = "minimize")]
struct Page {
    frame: BareFrame,
    user: String,
    next: String,
    characters_min: usize,
    /// Whether there is a choice; a chosen password is not changed here.
    can_choose: bool,
    error: Option<String>,
}

/// What is typed.
#[derive(Debug, Deserialize)]
pub(crate) struct PasswordForm {
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
    answer(visitor, move |visitor| form(visitor, next, None).and_then(html)).await
}

/// `POST /account/password`
pub(crate) async fn submit(visitor: Visitor, Form(typed): Form<PasswordForm>) -> Response {
    answer(visitor, move |visitor| {
        let next = links::local(Some(&typed.next)).to_owned();
        let error = match choose(visitor, &typed) {
            Ok(()) => return Ok(Redirect::to(&next).into_response()),
            Err(Problem::Auth(
                error @ (AuthError::PasswordTooShort
                | AuthError::PasswordTooLong
                | AuthError::PasswordAlreadyChosen
                | AuthError::Busy),
            )) => format!("Not saved: {error}."),
            Err(Problem::Auth(AuthError::WrongPassword)) => {
                "Not saved: the two passwords are not the same.".to_owned()
            }
            Err(problem) => return Err(problem),
        };
        let page = form(visitor, next, Some(error))?.render()?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
    })
    .await
}

async fn answer(
    visitor: Visitor,
    work: impl FnOnce(&Visitor) -> Result<Response, Problem> + Send + 'static,
) -> Response {
    let theme = visitor.theme;
    let answer = blocking(move || work(&visitor)).await;
    let answer = answer.unwrap_or_else(|Panicked| Err(Problem::Panicked));
    answer.unwrap_or_else(|problem| problem.to_bare_page(theme))
}

fn form(visitor: &Visitor, next: String, error: Option<String>) -> Result<Page, Problem> {
    let signed_in = visitor.signed_in()?;
    Ok(Page {
        frame: visitor.bare_frame(),
        user: signed_in.principal.name.to_string(),
        next,
        characters_min: PASSWORD_CHARACTERS_MIN,
        can_choose: signed_in.must_choose_password,
        error,
    })
}

fn choose(visitor: &Visitor, typed: &PasswordForm) -> Result<(), Problem> {
    if typed.password != typed.repeated {
        return Err(AuthError::WrongPassword.into());
    }
    let service = &visitor.console.service;
    let salt = service.environment().random()?;
    let token = visitor.token.as_deref().unwrap_or_default();
    let chosen =
        service.authenticator().choose_password(token, &typed.password, salt, service.now());
    match chosen {
        Err(AuthError::SessionEnded) => Err(Problem::SignedOut { next: typed.next.clone() }),
        chosen => Ok(chosen?),
    }
}
