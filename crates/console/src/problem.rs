//! What can go wrong, as a page.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use gatelog_auth::{AuthError, Denied, OpenIdError};
use gatelog_meta::personal_data::REASON_CHARACTERS_MAX;
use gatelog_query::pql::Diagnostic;

use crate::frame::{BareFrame, Frame};
use crate::links;
use crate::subject::Subject;
use crate::text::visible;
use crate::texts::{self, Texts};

/// Why there is no page as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// Nobody is signed in.
    #[error("sign in first")]
    SignedOut {
        /// Where to go after that.
        next: String,
    },
    /// There is no page at this address.
    #[error("there is no page at this address")]
    NoPage,
    /// There is no event of this id.
    #[error("there is no event `{0}`")]
    NoEvent(String),
    /// There is no user, application, address or organisation of this id.
    #[error("nothing is known of `{1}` ({0:?})")]
    NoSubject(Subject, String),
    /// No event is part of this interaction.
    #[error("there is no journey `{0}`")]
    NoJourney(String),
    /// The event names neither an interaction nor a session.
    #[error("the event `{0}` is part of no journey")]
    NoSession(String),
    /// There is no such search, or it is somebody else's.
    #[error("there is no search {0}")]
    NoSearch(String),
    /// There is no such alert in this tenant.
    #[error("there is no alert {0}")]
    NoAlert(String),
    /// What was to be kept cannot be, as the reader is told.
    #[error("not saved: {0}")]
    NotSaved(String),
    /// There is no tenant of this name.
    #[error("there is no tenant `{0}`")]
    NoTenant(String),
    /// The form was sent by a page of somebody else.
    #[error("the form was sent by a page of another site")]
    ForeignForm,
    /// The address has empty parameters, as a browser writes them; it reads better without.
    #[error("the page is at {0}")]
    Tidier(String),
    /// The query's text cannot be read: all that is wrong with it.
    #[error("the query cannot be read")]
    MalformedQuery(Vec<Diagnostic>),
    /// The question would have to read too much.
    #[error("the question is too broad")]
    TooBroad,
    /// As many people as there can be do this already.
    #[error("too many live lists, exports or long questions are under way")]
    Busy,
    /// The API, by which exports and long questions are answered, refused.
    #[error("refused with {0}")]
    Refused(StatusCode),
    /// A question that was kept is about somebody, whom the reader may not see.
    #[error("the question asks for personal data")]
    AboutSomebody,
    /// A new password was not typed the same twice.
    #[error("the new password was not repeated")]
    NotRepeated,
    /// Somebody would change what they themselves may do.
    #[error("nobody changes what they themselves may do")]
    OwnAccount,
    /// Somebody is signed in who may not see this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Signing in did not work.
    #[error(transparent)]
    Auth(#[from] gatelog_auth::AuthError),
    /// Signing in at a provider did not work.
    #[error(transparent)]
    OpenId(#[from] OpenIdError),
    /// The data directory refused.
    #[error(transparent)]
    Service(#[from] gatelog_service::Error),
    /// The ledger refused.
    #[error(transparent)]
    Ledger(#[from] gatelog_ledger::Error),
    /// `meta.db` refused.
    #[error(transparent)]
    Meta(#[from] gatelog_meta::Error),
    /// There is no randomness to be had.
    #[error("no random number: {0}")]
    Randomness(#[from] std::io::Error),
    /// A text cannot be drawn.
    #[error("no QR code: {0}")]
    Drawing(#[from] qrcode::types::QrError),
    /// A template failed.
    #[error(transparent)]
    Template(#[from] askama::Error),
    /// The work panicked; its place was logged.
    #[error("the work ended unexpectedly")]
    Panicked,
}

impl From<gatelog_service::Unresolved> for Problem {
    fn from(error: gatelog_service::Unresolved) -> Self {
        match error {
            gatelog_service::Unresolved::TooManyNamed { .. } => Self::TooBroad,
            gatelog_service::Unresolved::Meta(error) => Self::Meta(error),
        }
    }
}

impl From<gatelog_api::problem::Problem> for Problem {
    fn from(refusal: gatelog_api::problem::Problem) -> Self {
        match refusal.into_response().status() {
            StatusCode::TOO_MANY_REQUESTS => Self::Busy,
            StatusCode::UNPROCESSABLE_ENTITY => Self::TooBroad,
            status => Self::Refused(status),
        }
    }
}

/// What a reader is told.
struct Message {
    status: StatusCode,
    title: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "problem.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    message: Message,
}

#[derive(Template)]
#[template(path = "problem_bare.html", whitespace = "minimize")]
struct BarePage {
    frame: BareFrame,
    message: Message,
}

impl Problem {
    /// As a page among the others.
    pub(crate) fn to_page(&self, frame: Frame) -> Response {
        self.answer(frame.texts, |message| Page { frame, message }.render())
    }

    /// As a page for somebody who may not be signed in.
    pub(crate) fn to_bare_page(&self, frame: BareFrame) -> Response {
        self.answer(frame.texts, |message| BarePage { frame, message }.render())
    }

    fn answer(
        &self,
        texts: &Texts,
        render: impl FnOnce(Message) -> askama::Result<String>,
    ) -> Response {
        match self {
            Self::SignedOut { next } => return Redirect::to(&links::sign_in(next)).into_response(),
            Self::Tidier(address) => return Redirect::to(address).into_response(),
            _ => {}
        }
        let message = self.message(texts);
        let status = message.status;
        if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
            tracing::error!(error = %self, "a page could not be made");
        }
        match render(message) {
            Ok(page) => (status, Html(page)).into_response(),
            Err(_) => (status, self.to_string()).into_response(),
        }
    }

    /// What somebody is told who does not see personal data.
    fn of_personal_data(&self, texts: &Texts) -> Option<(StatusCode, &'static str, String)> {
        let personal = &texts.personal_data;
        Some(match self {
            Self::AboutSomebody => {
                (StatusCode::FORBIDDEN, personal.about_somebody, personal.ask_first.to_owned())
            }
            Self::Auth(AuthError::ReasonNeeded) => {
                let rule = (personal.reason_rule)(&texts.number(REASON_CHARACTERS_MAX as u64));
                (StatusCode::UNPROCESSABLE_ENTITY, personal.masked, rule)
            }
            Self::Auth(AuthError::PersonalDataDenied) => {
                (StatusCode::FORBIDDEN, texts.problem.denied, personal.not_allowed.to_owned())
            }
            _ => return None,
        })
    }

    fn message(&self, texts: &Texts) -> Message {
        let (question, provider) = (&texts.logs.question, &texts.provider);
        let (searches, alerts) = (&texts.searches, &texts.alerts);
        if let Some((status, title, text)) = self.of_personal_data(texts) {
            return Message { status, title, text };
        }
        let (subjects, journey, texts) = (&texts.subject, &texts.journey, &texts.problem);
        let (status, title, text) = match self {
            Self::NoPage => (StatusCode::NOT_FOUND, texts.no_page, texts.no_page_hint.to_owned()),
            Self::NoEvent(id) => {
                (StatusCode::NOT_FOUND, texts.not_found, (texts.no_event)(&visible(id)))
            }
            Self::NoSubject(subject, id) => {
                let phrase = match subject {
                    Subject::User => texts.no_user,
                    Subject::Application => subjects.no_application,
                    Subject::Address => subjects.no_address,
                    Subject::Organization => subjects.no_organization,
                };
                (StatusCode::NOT_FOUND, texts.not_found, phrase(&visible(id)))
            }
            Self::NoJourney(id) => {
                (StatusCode::NOT_FOUND, texts.not_found, (journey.no_journey)(&visible(id)))
            }
            Self::NoSession(id) => {
                (StatusCode::NOT_FOUND, texts.not_found, (journey.no_session)(&visible(id)))
            }
            Self::NoSearch(_) => {
                (StatusCode::NOT_FOUND, texts.not_found, searches.no_search.to_owned())
            }
            Self::NoAlert(_) => {
                (StatusCode::NOT_FOUND, texts.not_found, alerts.no_alert.to_owned())
            }
            Self::NotSaved(reason) => {
                (StatusCode::UNPROCESSABLE_ENTITY, searches.not_saved, reason.clone())
            }
            Self::NoTenant(name) => {
                (StatusCode::NOT_FOUND, texts.not_found, (texts.no_tenant)(&visible(name)))
            }
            Self::ForeignForm => {
                (StatusCode::FORBIDDEN, texts.foreign_form, texts.foreign_form_hint.to_owned())
            }
            Self::OwnAccount => (StatusCode::FORBIDDEN, texts.denied, texts.own_account.to_owned()),
            Self::Denied(denied) => (StatusCode::FORBIDDEN, texts.denied, reason(denied, texts)),
            Self::OpenId(error) => not_signed_in(error, provider),
            Self::Auth(AuthError::NoRole) => {
                (StatusCode::FORBIDDEN, provider.no_role, provider.no_role_hint.to_owned())
            }
            Self::Auth(AuthError::UserDisabled) => {
                (StatusCode::FORBIDDEN, provider.disabled, provider.disabled_hint.to_owned())
            }
            Self::MalformedQuery(diagnostics) => {
                let first = diagnostics.first();
                let first = first.map(|first| (question.mistake)(&first.mistake));
                let text = visible(&first.unwrap_or_default()).into_owned();
                (StatusCode::BAD_REQUEST, texts.malformed_query, text)
            }
            Self::TooBroad
            | Self::Ledger(
                gatelog_ledger::Error::TooBroad { .. }
                | gatelog_ledger::Error::TooManyValues { .. },
            ) => {
                let hint = texts.too_broad_hint.to_owned();
                (StatusCode::UNPROCESSABLE_ENTITY, texts.too_broad, hint)
            }
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, texts.busy, texts.busy_hint.to_owned()),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, texts.broken, texts.broken_hint.to_owned()),
        };
        Message { status, title, text }
    }
}

/// Why nobody was signed in at a provider, and what to do.
fn not_signed_in(
    error: &OpenIdError,
    texts: &texts::Provider,
) -> (StatusCode, &'static str, String) {
    match error {
        OpenIdError::UnknownProvider(name) => {
            (StatusCode::NOT_FOUND, texts.unknown, (texts.unknown_hint)(&visible(name)))
        }
        OpenIdError::Refused(reason) => {
            (StatusCode::FORBIDDEN, texts.refused, (texts.refused_hint)(&visible(reason)))
        }
        OpenIdError::NotBegunHere => {
            (StatusCode::BAD_REQUEST, texts.not_begun, texts.not_begun_hint.to_owned())
        }
        OpenIdError::Unreachable(_) => {
            (StatusCode::BAD_GATEWAY, texts.unreachable, texts.unreachable_hint.to_owned())
        }
        OpenIdError::Token(_) | OpenIdError::WrongClaim(_) => {
            (StatusCode::BAD_GATEWAY, texts.not_accepted, texts.not_accepted_hint.to_owned())
        }
    }
}

/// Why somebody may not see a page.
fn reason(denied: &Denied, texts: &texts::Problem) -> String {
    match denied {
        Denied::OtherTenant { held, requested } => {
            (texts.other_tenant)(held.as_str(), requested.as_str())
        }
        Denied::MissingScope { needed, held } => (texts.missing_scope)(needed.name(), held.name()),
        // Pages are never bound to a source.
        Denied::OtherSource { .. } => texts.too_far.to_owned(),
    }
}
