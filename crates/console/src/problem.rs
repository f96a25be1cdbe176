//! What can go wrong, as a page.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::frame::{BareFrame, Frame};
use crate::links;
use crate::session::Theme;
use crate::text::visible;

/// Why there is no page as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// Nobody is signed in.
    #[error("sign in first")]
    SignedOut {
        /// Where to go after that.
        next: String,
    },
    /// There is no such thing.
    #[error("there is no {what} `{name}`")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// Which one.
        name: String,
    },
    /// The form was sent by a page of somebody else.
    #[error("the form was sent by a page of another site")]
    ForeignForm,
    /// The address has empty parameters, as a browser writes them; it reads better without.
    #[error("the page is at {0}")]
    Tidier(String),
    /// Somebody is signed in who may not see this.
    #[error(transparent)]
    Denied(#[from] gatelog_auth::Denied),
    /// Signing in did not work.
    #[error(transparent)]
    Auth(#[from] gatelog_auth::AuthError),
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
    /// A template failed.
    #[error(transparent)]
    Template(#[from] askama::Error),
    /// The work panicked; its place was logged.
    #[error("the work ended unexpectedly")]
    Panicked,
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
        self.answer(|message| Page { frame, message }.render())
    }

    /// As a page for somebody who may not be signed in.
    pub(crate) fn to_bare_page(&self, theme: Theme) -> Response {
        self.answer(|message| BarePage { frame: BareFrame { theme }, message }.render())
    }

    fn answer(&self, render: impl FnOnce(Message) -> askama::Result<String>) -> Response {
        match self {
            Self::SignedOut { next } => return Redirect::to(&links::sign_in(next)).into_response(),
            Self::Tidier(address) => return Redirect::to(address).into_response(),
            _ => {}
        }
        let message = self.message();
        let status = message.status;
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(error = %self, "a page could not be made");
        }
        match render(message) {
            Ok(page) => (status, Html(page)).into_response(),
            Err(_) => (status, self.to_string()).into_response(),
        }
    }

    fn message(&self) -> Message {
        let (status, title, text) = match self {
            Self::NotFound { what: "page", .. } => (
                StatusCode::NOT_FOUND,
                "There is no page here",
                "The address may be mistyped, or the page has moved.".to_owned(),
            ),
            Self::NotFound { what, name } => {
                (StatusCode::NOT_FOUND, "Not found", not_found_text(what, name))
            }
            Self::ForeignForm => (
                StatusCode::FORBIDDEN,
                "This form was not sent from here",
                "Another site made your browser send it. Nothing was done. If it was you, open \
                 the page again and repeat it there."
                    .to_owned(),
            ),
            Self::Denied(denied) => (
                StatusCode::FORBIDDEN,
                "You may not see this",
                format!("Your account does not reach this far: {denied}."),
            ),
            _ => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong here",
                "The page could not be made, and the reason is in the server's log. No event is \
                 lost by this. Try again; if it stays, `gatelog doctor` looks at the data."
                    .to_owned(),
            ),
        };
        Message { status, title, text }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.to_bare_page(Theme::default())
    }
}

fn not_found_text(what: &str, name: &str) -> String {
    let name = visible(name);
    let reason = match what {
        "event" => "It may have expired, been erased, or belong to another tenant.",
        "tenant" => "Choose another one, or create it with `gatelog tenant create`.",
        _ => "Nobody of that id appears in this tenant's events.",
    };
    format!("There is no {what} “{name}”. {reason}")
}
