//! The console: server-rendered pages for people, complete without JavaScript.
//!
//! This crate answers "what does a person see, and what happens when they click?". It is not for
//! programs (`api`), for finding events (`ledger`) or for proving who somebody is (`auth`), and it
//! keeps no state: what a page shows is in its address. Templates and icons are in `templates/`,
//! the style sheet, the script and the logo in `assets/`; all of it is part of the binary.
//!
//! Modules in reading order:
//!
//! - `visitor`: from a request to somebody who is signed in, in one tenant.
//! - `session`: the cookies.
//! - `language`: in which language a reader is spoken to.
//! - `zone`: in which time zone.
//! - `shortcuts`: whether single letters are keys.
//! - `texts`: what is said, in every language.
//! - `security`: what is sent with every page, and which forms are believed.
//! - `problem`: what can go wrong, as a page.
//! - `filter`: which events a reader asked for, and how that is written in an address.
//! - `time_range`: from when to when.
//! - `subject`: who or what a page collects everything about.
//! - `view`: how an answer is shown.
//! - `query_text`: a filter as one query, for whoever asks elsewhere.
//! - `people`: the events of a person, whatever was typed to name them.
//! - `visits`: which events belong to one visit to the sign-in pages.
//! - `listing`: one page of a list of events.
//! - `links`: addresses of pages.
//! - [`mail`]: what is told of an alert by e-mail.
//! - `change`: addresses that say only what changes.
//! - `frame`: what stands around every page.
//! - `text`, `moment`, `event_view`, `record`: how hostile text, times, events and records look.
//! - `drawing`: a text as a QR code.
//! - `user_agent`: what a user agent says of itself, in words.
//! - `field_title`: what fields are called.
//! - `sources`: what is known of systems whose events come by themselves.
//! - `value_counts`: the most frequent values of a field.
//! - `seen`: what is shown instead of personal data to whoever may not see it.
//! - `page`: the pages, one module each.
//! - `assets`: style sheet, script and icon.

mod assets;
mod change;
mod drawing;
mod event_view;
mod field_title;
mod filter;
mod frame;
mod language;
mod links;
mod listing;
pub mod mail;
mod moment;
mod page;
mod people;
mod problem;
mod query_text;
mod record;
mod security;
mod seen;
mod session;
mod shortcuts;
mod sources;
mod subject;
mod text;
mod texts;
mod time_range;
mod user_agent;
mod value_counts;
mod verification;
mod view;
mod visitor;
mod visits;
mod zone;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::{Extensions, HeaderMap, StatusCode, Version, header::CONTENT_TYPE};
use axum::response::Redirect;
use axum::routing::{get, post};
use axum::{Router, middleware};
use gatelog_api::export::Exports;
use gatelog_api::stream::Streams;
use gatelog_api::{Shared, Stop};
use gatelog_auth::Providers;
use gatelog_service::Service;
use gatelog_service::alerts::courier::Courier;
use gatelog_service::origin::places::Places;
use gatelog_source::Sources;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

/// The most bytes of a form that is sent here; the longest field is a password.
const FORM_BYTES_MAX: usize = 16 * 1024;

/// How the console is reached.
#[derive(Clone, Debug, Default)]
pub struct ConsoleOptions {
    /// Whether browsers reach it over TLS, here or at a proxy. The session's cookie is then
    /// `__Host-gatelog` with `Secure`; otherwise, over loopback, it is `gatelog`.
    pub secure_cookies: bool,
    /// Where people may sign in beside here.
    pub providers: Arc<Providers>,
    /// The address by which people reach it, such as `https://logs.example`, if it is known.
    pub public_url: Option<String>,
    /// Who sends notices of alerts.
    pub courier: Option<Arc<dyn Courier>>,
    /// What is known of where addresses are.
    pub places: Arc<Places>,
    /// Systems whose events come by themselves, where there can be some.
    pub sources: Option<Arc<Sources>>,
}

/// What every page is made from.
#[derive(Clone, Debug)]
struct Console {
    service: Arc<Service>,
    options: ConsoleOptions,
    sources: Arc<Sources>,
    streams: Streams,
    exports: Exports,
    stop: Stop,
}

impl Console {
    /// Whether alerts can be told by e-mail.
    fn sends_mail(&self) -> bool {
        self.options.courier.as_ref().is_some_and(|courier| courier.sends_mail())
    }
}

/// All pages, with a page for addresses that do not exist as the fallback. Live lists end when
/// the server stops; exports and live lists take room that is shared with the API.
pub fn router(service: Arc<Service>, options: ConsoleOptions, shared: impl Into<Shared>) -> Router {
    let Shared { exports, streams, stop, .. } = shared.into();
    let sources = options.sources.clone();
    let sources = sources.unwrap_or_else(|| Sources::none(Arc::clone(&service)));
    Router::new()
        .route("/", get(async || Redirect::to("/logs")))
        .route("/sign-in", get(page::sign_in::show).post(page::sign_in::submit))
        .route("/sign-in/code", get(page::code::show).post(page::code::submit))
        .route("/sign-in/passkey", post(page::code::submit_passkey))
        .route("/sign-in/oidc/{name}", get(page::provider::begin))
        .route("/sign-in/oidc/{name}/callback", get(page::provider::callback))
        .route("/sign-out", post(page::sign_in::sign_out))
        .route("/account", get(page::account::show))
        .route("/account/sessions", post(page::account::end_sessions))
        .route("/account/password", get(page::password::show).post(page::password::submit))
        .route("/account/totp", get(page::totp::show).post(page::totp::turn_on))
        .route("/account/totp/off", post(page::totp::turn_off))
        .route("/account/passkeys", get(page::passkeys::show).post(page::passkeys::add))
        .route(
            "/account/passkeys/{number}",
            get(page::passkeys::removal::show).post(page::passkeys::removal::remove),
        )
        .route("/account/theme", post(page::theme::choose))
        .route("/account/language", post(page::language::choose))
        .route("/account/personal-data", post(page::personal_data::unmask))
        .route("/account/personal-data/mask", post(page::personal_data::mask))
        .route("/account/zone", post(page::zone::choose))
        .route("/account/shortcuts", post(page::shortcuts::choose))
        .route("/overview", get(page::overview::show))
        .route("/flows", get(page::flows::show))
        .route("/logs", get(page::logs::show))
        .route("/logs/complete", get(page::logs::complete::show))
        .route("/logs/live", get(page::logs::live::stream))
        .route("/logs/export", get(page::logs::export::download))
        .route("/logs/export/{id}", get(page::logs::export::progress))
        .route("/logs/export/{id}/cancel", post(page::logs::export::cancel))
        .route("/logs/from/{question}/", get(change::list).post(page::searches::create))
        .route("/logs/from/{question}/{id}", get(change::event))
        .route("/logs/{id}", get(page::details::show))
        .route("/searches", get(page::searches::show))
        .route("/searches/{number}", get(page::searches::open).post(page::searches::update))
        .route("/searches/{number}/delete", post(page::searches::delete))
        .route("/alerts", get(page::alerts::show).post(page::alerts::create))
        .route("/alerts/new", get(page::alerts::new))
        .route(
            "/alerts/{number}",
            get(page::alerts::detail::show).post(page::alerts::detail::update),
        )
        .route("/alerts/{number}/test", post(page::alerts::detail::test))
        .route("/alerts/{number}/mute", post(page::alerts::detail::mute))
        .route("/alerts/{number}/delete", post(page::alerts::detail::delete))
        .route("/users", get(page::users::show))
        .route("/users/find", get(page::find::show))
        .route("/users/{id}", get(page::subject::user))
        .route("/applications/{id}", get(page::subject::application))
        .route("/addresses/{ip}", get(page::subject::address))
        .route("/organizations/{id}", get(page::subject::organization))
        .route("/journeys/{interaction}", get(page::journey::show))
        .route("/journeys/around/{id}", get(page::journey::around))
        .nest("/settings", page::settings::routes())
        .route("/assets/{file}", get(assets::serve))
        .fallback(page::not_found)
        .layer(middleware::from_fn(security::refuse_foreign_forms))
        .layer(middleware::from_fn(security::add_headers))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(is_page))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .with_state(Console { service, options, sources, streams, exports, stop })
}

/// Whether an answer is a page, or a part of one: these are sent compressed. Live rows must not
/// wait for each other, and exports see to it themselves.
fn is_page(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kinds = ["text/html", "text/css", "text/javascript", "image/svg+xml"];
    content_type.is_some_and(|found| kinds.iter().any(|kind| found.starts_with(kind)))
}
