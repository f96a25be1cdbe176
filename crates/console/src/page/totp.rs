//! `/account/totp`: codes from an app beside the password, turned on and off.
//!
//! Until it is turned on the secret is nowhere but on the page: the form sends it back with the first
//! code, so looking at the page changes nothing.

use askama::Template;
use axum::Form;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use gatelog_auth::second_factor::{RecoveryBytes, RecoveryCodes};
use gatelog_auth::{AuthError, SecondFactor, TotpSecret};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::drawing::Drawing;
use crate::frame::BareFrame;
use crate::links;
use crate::problem::Problem;
use crate::text::visible;
use crate::texts::Texts;
use crate::visitor::{Visitor, html};

#[derive(Debug, Template)]
#[template(path = "totp.html", whitespace = "minimize")]
struct Page {
    frame: BareFrame,
    user: String,
    next: String,
    state: State,
    error: Option<String>,
}

#[derive(Debug)]
enum State {
    /// It can be turned on with this key.
    Off { key: String, drawing: Drawing },
    /// It is on.
    On { codes_left: String },
    /// It was turned on this moment.
    TurnedOn { recovery_codes: Vec<String> },
    /// A password is to be chosen first.
    PasswordFirst,
    /// A provider takes care of it.
    Elsewhere,
}

/// The key and what the app makes of it.
#[derive(Debug, Deserialize)]
pub(crate) struct OnForm {
    #[serde(default)]
    key: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

/// The password.
#[derive(Debug, Deserialize)]
pub(crate) struct OffForm {
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// `GET /account/totp`
pub(crate) async fn show(visitor: Visitor) -> Response {
    let next = links::local(visitor.parameters.get("next")).to_owned();
    visitor.answer_bare(move |visitor| html(page(visitor, &next, None, None)?)).await
}

/// `POST /account/totp`
pub(crate) async fn turn_on(visitor: Visitor, Form(form): Form<OnForm>) -> Response {
    let answer = move |visitor: &Visitor| {
        let (key, next) = (TotpSecret::parse(&form.key), links::local(Some(&form.next)));
        match enable(visitor, key.as_ref(), &form.code) {
            Ok(Some(codes)) => {
                let state = State::TurnedOn { recovery_codes: revealed(&codes) };
                html(Page { state, ..page(visitor, next, None, None)? })
            }
            Ok(None) => Ok(Redirect::to(&links::totp(next)).into_response()),
            Err(problem) => refuse(visitor, next, key, problem),
        }
    };
    visitor.answer_bare(answer).await
}

/// `POST /account/totp/off`
pub(crate) async fn turn_off(visitor: Visitor, Form(form): Form<OffForm>) -> Response {
    let answer = move |visitor: &Visitor| {
        let service = &visitor.console.service;
        let token = visitor.token.as_deref().unwrap_or_default();
        let next = links::local(Some(&form.next));
        match service.authenticator().disable_totp(token, &form.password, service.now()) {
            Ok(()) => Ok(Redirect::to(&links::totp(next)).into_response()),
            Err(error) => refuse(visitor, next, None, error.into()),
        }
    };
    visitor.answer_bare(answer).await
}

/// Recovery codes as they stand on the one page that shows them.
pub(super) fn revealed(codes: &RecoveryCodes) -> Vec<String> {
    codes.each_ref().map(|code| code.reveal().to_owned()).into()
}

/// What recovery codes are made of.
pub(super) fn recovery_bytes(visitor: &Visitor) -> Result<RecoveryBytes, Problem> {
    let mut random = RecoveryBytes::default();
    for code in &mut random {
        *code = visitor.console.service.environment().random()?;
    }
    Ok(random)
}

/// The page as things are now; `key` is one that was shown already.
fn page(
    visitor: &Visitor,
    next: &str,
    key: Option<TotpSecret>,
    error: Option<String>,
) -> Result<Page, Problem> {
    let signed_in = visitor.signed_in()?;
    let name = &signed_in.principal.name;
    let (frame, service) = (visitor.frame.clone(), &visitor.console.service);
    let state = match service.authenticator().second_factor(&signed_in)? {
        SecondFactor::Own(factors) if factors.has_totp => {
            let texts = &frame.texts.second_factor;
            State::On { codes_left: (texts.codes_left)(&factors.recovery_codes.to_string()) }
        }
        SecondFactor::Own(_) => {
            let key = match key {
                Some(key) => key,
                None => TotpSecret::new(service.environment().random()?),
            };
            let key = key.reveal();
            State::Off { drawing: Drawing::of(&address(name, &key))?, key }
        }
        SecondFactor::PasswordFirst => State::PasswordFirst,
        SecondFactor::Elsewhere { .. } => State::Elsewhere,
    };
    let frame = BareFrame { here: links::totp(next), ..frame };
    let (user, next) = (visible(name).into_owned(), next.to_owned());
    Ok(Page { frame, user, next, state, error })
}

fn enable(
    visitor: &Visitor,
    key: Option<&TotpSecret>,
    code: &str,
) -> Result<Option<RecoveryCodes>, Problem> {
    let service = &visitor.console.service;
    let token = visitor.token.as_deref().unwrap_or_default();
    let random = recovery_bytes(visitor)?;
    let key = key.ok_or(AuthError::WrongCode)?;
    Ok(service.authenticator().enable_totp(token, key, code, random, service.now())?)
}

/// The page again, with what was wrong if the reader can help it.
fn refuse(
    visitor: &Visitor,
    next: &str,
    key: Option<TotpSecret>,
    problem: Problem,
) -> Result<Response, Problem> {
    if matches!(problem, Problem::Auth(AuthError::SessionEnded)) {
        return Err(Problem::SignedOut { next: links::totp(next) });
    }
    let (status, text) = refusal(&problem, visitor.frame.texts).ok_or(problem)?;
    let page = page(visitor, next, key, Some(text))?.render()?;
    Ok((status, Html(page)).into_response())
}

fn refusal(problem: &Problem, texts: &Texts) -> Option<(StatusCode, String)> {
    let Problem::Auth(error) = problem else { return None };
    let unprocessable = |text: &str| Some((StatusCode::UNPROCESSABLE_ENTITY, text.to_owned()));
    match error {
        AuthError::WrongCode => unprocessable(texts.second_factor.wrong_code),
        AuthError::WrongPassword => unprocessable(texts.second_factor.wrong_password),
        AuthError::PasswordNotChosen => unprocessable(texts.second_factor.password_first),
        AuthError::Meta(gatelog_meta::Error::SecondFactorExists(_)) => {
            unprocessable(texts.second_factor.is_on)
        }
        AuthError::TooManyAttempts { retry_after_seconds } => {
            let text = (texts.sign_in.too_many_attempts)(retry_after_seconds.div_ceil(60));
            Some((StatusCode::TOO_MANY_REQUESTS, text))
        }
        AuthError::Busy => Some((StatusCode::SERVICE_UNAVAILABLE, texts.sign_in.busy.to_owned())),
        _ => None,
    }
}

/// What apps read out of a QR code
/// (<https://github.com/google/google-authenticator/wiki/Key-Uri-Format>).
fn address(user: &str, key: &str) -> String {
    let user = utf8_percent_encode(user, NON_ALPHANUMERIC);
    format!("otpauth://totp/Gatelog:{user}?secret={key}&issuer=Gatelog")
}
