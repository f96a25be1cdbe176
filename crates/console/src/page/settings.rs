//! `/settings`: who may do what, what is recorded, and what was done here.
//!
//! What only an admin may do needs [`Scope::Admin`] in the tenant, for reading as for changing, and
//! has no tab for others. Forms are sent to the page they stand on.
//!
//! - [`members`], [`member`]: the people who use the console.
//! - [`keys`], [`clients`]: programs, and [`revocation`]: that one of them counts no more.
//! - [`sources`]: systems whose events come by themselves, and [`quarantine`]: what of it is no
//!   event.
//! - [`catalogue`], [`event_type`]: what events can mean, and how many there are of each type.
//! - [`activity`]: what was read and changed here, by whom.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use gatelog_auth::Scope;

use crate::Console;
use crate::texts::Texts;
use crate::visitor::{Visit, Visitor};

mod activity;
mod catalogue;
mod clients;
mod event_type;
mod keys;
mod member;
mod members;
mod quarantine;
mod revocation;
mod sources;

/// A page that has a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    Members,
    Keys,
    Clients,
    Sources,
    Catalogue,
    Activity,
}

/// A tab as it is shown.
#[derive(Debug)]
struct TabView {
    title: &'static str,
    link: String,
    is_current: bool,
    needs_attention: bool,
}

/// A secret that is shown this once.
#[derive(Debug)]
struct Secret {
    /// What it is, and of whom.
    title: String,
    /// Shown with it, if it is of no use alone.
    client: Option<String>,
    text: String,
}

impl Tab {
    const ALL: [Self; 6] =
        [Self::Members, Self::Keys, Self::Clients, Self::Sources, Self::Catalogue, Self::Activity];

    fn path(self) -> &'static str {
        match self {
            Self::Members => "/members",
            Self::Keys => "/keys",
            Self::Clients => "/clients",
            Self::Sources => "/sources",
            Self::Catalogue => "/catalogue",
            Self::Activity => "/activity",
        }
    }

    fn title(self, texts: &Texts) -> &'static str {
        let (sources, texts) = (&texts.sources, &texts.settings);
        match self {
            Self::Members => texts.members.title,
            Self::Keys => texts.keys.title,
            Self::Clients => texts.clients.title,
            Self::Sources => sources.title,
            Self::Catalogue => texts.catalogue.title,
            Self::Activity => texts.activity.title,
        }
    }

    /// Those that the reader may open.
    fn open_to(visit: &Visit, current: Self) -> Vec<TabView> {
        let is_admin = visit.may(Scope::Admin);
        let needs_attention = visit.sources_need_attention();
        let open = Self::ALL.into_iter().filter(|tab| is_admin || *tab == Self::Catalogue);
        let view = |tab: Self| TabView {
            title: tab.title(visit.texts),
            link: visit.links.settings(tab.path()),
            is_current: tab == current,
            needs_attention: needs_attention && tab == Self::Sources,
        };
        open.map(view).collect()
    }
}

/// The addresses below `/settings`.
pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/", get(first))
        .route("/members", get(members::show).post(members::create))
        .route("/members/{name}", get(member::show).post(member::change))
        .route("/keys", get(keys::show).post(keys::create))
        .route("/keys/{id}/revoke", get(revocation::of_key).post(revocation::revoke_key))
        .route("/clients", get(clients::show).post(clients::create))
        .route("/clients/{id}/revoke", get(revocation::of_client).post(revocation::revoke_client))
        .route("/sources", get(sources::show).post(sources::create))
        .route("/sources/{name}", get(sources::detail::show).post(sources::detail::change))
        .route("/quarantine", get(quarantine::show))
        .route(
            "/quarantine/{number}",
            get(quarantine::open)
                .post(quarantine::decide)
                .layer(DefaultBodyLimit::max(quarantine::FORM_BYTES_MAX)),
        )
        .route("/catalogue", get(catalogue::show))
        .route("/catalogue/{source}/{key}", get(event_type::show))
        .route("/activity", get(activity::show))
}

/// `GET /settings`: the first page that the reader may open.
async fn first(visitor: Visitor) -> Response {
    let first = |visit: &Visit| {
        let tab = if visit.may(Scope::Admin) { Tab::Members } else { Tab::Catalogue };
        Ok(Redirect::to(&visit.links.settings(tab.path())).into_response())
    };
    visitor.answer(first).await
}
