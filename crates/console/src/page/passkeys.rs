//! `/account/passkeys`: a new passkey beside the password.
//!
//! The page carries a challenge; the reader's device signs it, and the form that a script fills in
//! brings the answer. Those that are there already are on `/account`.
//!
//! - [`removal`]: one of them, and its end.

pub(crate) mod removal;

use askama::Template;
use axum::Form;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use gatelog_auth::passkey::{ALGORITHMS, PasskeyError, Registration};
use gatelog_auth::passkeys::{PASSKEY_NAME_CHARACTERS_MAX, PasskeyQuestion};
use gatelog_auth::second_factor::RecoveryCodes;
use gatelog_auth::{AuthError, RelyingParty, SecondFactor};
use gatelog_meta::Error as MetaError;
use gatelog_meta::passkey::PASSKEYS_MAX;
use serde::Deserialize;

use super::totp::{recovery_bytes, revealed};
use crate::frame::BareFrame;
use crate::links;
use crate::problem::Problem;
use crate::texts::Texts;
use crate::visitor::{Visitor, html};

#[derive(Debug, Template)]
#[template(path = "passkeys.html", whitespace = "minimize")]
struct Page {
    frame: BareFrame,
    next: String,
    name: String,
    characters_max: usize,
    state: State,
    error: Option<String>,
}

#[derive(Debug)]
enum State {
    /// One can be made.
    Ready { question: Question, algorithms: String },
    /// One was made this moment, the reader's first second factor.
    Made { recovery_codes: Vec<String> },
    /// Browsers use none at our address.
    NoName { explanation: String },
    /// A password is to be chosen first.
    PasswordFirst,
    /// A provider takes care of it.
    Elsewhere,
}

/// What the script on a page asks the browser for.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) challenge: String,
    /// The reader's passkeys, with spaces between.
    pub(super) credentials: String,
    pub(super) user: String,
    pub(super) user_handle: String,
    /// The host that passkeys are bound to.
    pub(super) party: String,
    /// What is said if the page was opened at another address.
    pub(super) elsewhere: String,
}

/// The answer, and what the passkey is to be called.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewForm {
    name: String,
    credential: String,
    client_data: String,
    authenticator_data: String,
    public_key: String,
    algorithm: String,
    next: String,
}

impl Question {
    pub(super) fn new(asked: PasskeyQuestion, party: &RelyingParty, texts: &Texts) -> Self {
        Self {
            challenge: asked.challenge,
            credentials: asked.credentials.join(" "),
            user: asked.user,
            user_handle: asked.user_handle,
            party: party.id().to_owned(),
            elsewhere: (texts.passkeys.elsewhere)(party.origin()),
        }
    }
}

/// `GET /account/passkeys`
pub(crate) async fn show(visitor: Visitor) -> Response {
    let next = links::local(visitor.parameters.get("next")).to_owned();
    visitor.answer_bare(move |visitor| html(page(visitor, &next, "", None)?)).await
}

/// `POST /account/passkeys`
pub(crate) async fn add(visitor: Visitor, Form(form): Form<NewForm>) -> Response {
    let answer = move |visitor: &Visitor| {
        let next = links::local(Some(&form.next));
        match keep(visitor, &form) {
            Ok(Some(codes)) => {
                let state = State::Made { recovery_codes: revealed(&codes) };
                html(made(visitor, next, state))
            }
            Ok(None) => Ok(Redirect::to(next).into_response()),
            Err(Problem::Auth(AuthError::SessionEnded)) => {
                Err(Problem::SignedOut { next: links::passkeys(next) })
            }
            Err(problem) => {
                let error = refusal(&problem, visitor.frame.texts).ok_or(problem)?;
                let page = page(visitor, next, &form.name, Some(error))?.render()?;
                Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
            }
        }
    };
    visitor.answer_bare(answer).await
}

fn page(visitor: &Visitor, next: &str, name: &str, error: Option<String>) -> Result<Page, Problem> {
    let signed_in = visitor.signed_in()?;
    let service = &visitor.console.service;
    let (authenticator, texts) = (service.authenticator(), visitor.frame.texts);
    let state = match (authenticator.second_factor(&signed_in)?, visitor.relying_party()) {
        (SecondFactor::Elsewhere { .. }, _) => State::Elsewhere,
        (SecondFactor::PasswordFirst, _) => State::PasswordFirst,
        (SecondFactor::Own(_), None) => {
            State::NoName { explanation: (texts.passkeys.no_name)(&visitor.origin) }
        }
        (SecondFactor::Own(_), Some(party)) => {
            let token = visitor.token.as_deref().unwrap_or_default();
            let challenge = service.environment().random()?;
            // Whoever came with a one-time password has one to choose before that.
            match authenticator.begin_passkey(token, challenge, service.now()) {
                Err(AuthError::PasswordNotChosen) => State::PasswordFirst,
                asked => State::Ready {
                    question: Question::new(asked?, &party, texts),
                    algorithms: ALGORITHMS.map(|number| number.to_string()).join(" "),
                },
            }
        }
    };
    Ok(Page { name: name.to_owned(), error, ..made(visitor, next, state) })
}

fn made(visitor: &Visitor, next: &str, state: State) -> Page {
    Page {
        frame: BareFrame { here: links::passkeys(next), ..visitor.frame.clone() },
        next: next.to_owned(),
        name: String::new(),
        characters_max: PASSKEY_NAME_CHARACTERS_MAX,
        state,
        error: None,
    }
}

fn keep(visitor: &Visitor, form: &NewForm) -> Result<Option<RecoveryCodes>, Problem> {
    let service = &visitor.console.service;
    let token = visitor.token.as_deref().unwrap_or_default();
    let party = visitor.relying_party().ok_or(AuthError::from(PasskeyError::WrongOrigin))?;
    let registration = Registration {
        credential: &form.credential,
        client_data: &form.client_data,
        authenticator_data: &form.authenticator_data,
        public_key: &form.public_key,
        algorithm: &form.algorithm,
    };
    let (random, made) = (recovery_bytes(visitor)?, (&party, &registration));
    Ok(service.authenticator().add_passkey(token, made, &form.name, random, service.now())?)
}

/// Why there is no new passkey, if the reader can help it.
fn refusal(problem: &Problem, texts: &Texts) -> Option<String> {
    let Problem::Auth(error) = problem else { return None };
    let words = &texts.passkeys;
    match error {
        AuthError::Passkey(error) => Some(not_accepted(*error, texts).to_owned()),
        AuthError::PasskeyName => Some((words.bad_name)(&PASSKEY_NAME_CHARACTERS_MAX.to_string())),
        AuthError::PasswordNotChosen => Some(texts.second_factor.password_first.to_owned()),
        AuthError::Meta(MetaError::PasskeyExists) => Some(words.exists.to_owned()),
        AuthError::Meta(MetaError::TooManyPasskeys(_)) => {
            Some((words.too_many)(&PASSKEYS_MAX.to_string()))
        }
        _ => None,
    }
}

/// What a reader is told of a passkey that does not count. The audit has the exact reason.
pub(super) fn not_accepted(error: PasskeyError, texts: &Texts) -> &'static str {
    match error {
        PasskeyError::ChallengeOver | PasskeyError::WrongChallenge => texts.passkeys.over,
        PasskeyError::CounterWentBack => texts.passkeys.copied,
        _ => texts.passkeys.refused,
    }
}
