//! `/account/passkeys/{number}`: one passkey of the reader's, and its end.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use gatelog_auth::AuthError;
use gatelog_meta::Error as MetaError;
use serde::Deserialize;

use crate::frame::BareFrame;
use crate::links;
use crate::problem::Problem;
use crate::text::Shown;
use crate::texts::Texts;
use crate::visitor::{Visitor, html};

#[derive(Debug, Template)]
#[template(path = "passkey.html", whitespace = "minimize")]
struct Page {
    frame: BareFrame,
    name: Shown,
    user: String,
    /// Whether the password alone is enough after that.
    is_last: bool,
    error: Option<String>,
}

/// The password.
#[derive(Debug, Deserialize)]
pub(crate) struct RemovalForm {
    #[serde(default)]
    password: String,
}

/// `GET /account/passkeys/{number}`
pub(crate) async fn show(Path(number): Path<String>, visitor: Visitor) -> Response {
    visitor.answer_bare(move |visitor| html(page(visitor, &number)?.1)).await
}

/// `POST /account/passkeys/{number}`
pub(crate) async fn remove(
    Path(number): Path<String>,
    visitor: Visitor,
    Form(form): Form<RemovalForm>,
) -> Response {
    let answer = move |visitor: &Visitor| {
        let (number, page) = page(visitor, &number)?;
        let service = &visitor.console.service;
        let (token, now) = (visitor.token.as_deref().unwrap_or_default(), service.now());
        match service.authenticator().remove_passkey(token, number, &form.password, now) {
            Ok(()) => Ok(Redirect::to(links::ACCOUNT).into_response()),
            Err(AuthError::Meta(MetaError::UnknownPasskey(_))) => Err(Problem::NoPage),
            Err(error) => {
                let (status, text) =
                    refusal(&error, visitor.frame.texts).ok_or(Problem::Auth(error))?;
                let page = Page { error: Some(text), ..page }.render()?;
                Ok((status, Html(page)).into_response())
            }
        }
    };
    visitor.answer_bare(answer).await
}

/// The number of a passkey of the reader's, and its page.
fn page(visitor: &Visitor, number: &str) -> Result<(i64, Page), Problem> {
    let user = visitor.signed_in()?.principal.name;
    let meta = visitor.console.service.meta();
    let number = number.parse().map_err(|_| Problem::NoPage)?;
    let passkeys = meta.passkeys(&user)?;
    let passkey = passkeys.iter().find(|passkey| passkey.number == number);
    let passkey = passkey.ok_or(Problem::NoPage)?;
    let factors = meta.second_factors(&user)?;
    let page = Page {
        frame: BareFrame { here: links::passkey(number), ..visitor.frame.clone() },
        name: Shown::new(&passkey.name, 60),
        user: user.to_string(),
        is_last: !factors.has_totp && factors.passkeys == 1,
        error: None,
    };
    Ok((number, page))
}

/// Why the passkey is still there, if the reader can help it.
fn refusal(error: &AuthError, texts: &Texts) -> Option<(StatusCode, String)> {
    match error {
        AuthError::WrongPassword => {
            let text = texts.second_factor.wrong_password.to_owned();
            Some((StatusCode::UNPROCESSABLE_ENTITY, text))
        }
        AuthError::TooManyAttempts { retry_after_seconds } => {
            let text = (texts.sign_in.too_many_attempts)(retry_after_seconds.div_ceil(60));
            Some((StatusCode::TOO_MANY_REQUESTS, text))
        }
        AuthError::Busy => Some((StatusCode::SERVICE_UNAVAILABLE, texts.sign_in.busy.to_owned())),
        _ => None,
    }
}
