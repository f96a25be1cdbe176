//! `/settings/keys/{id}/revoke` and `/settings/clients/{id}/revoke`: asks whether a program's
//! credential is really to count no more, and sees to it.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use gatelog_auth::Scope;

use super::{Tab, keys};
use crate::frame::{Frame, Section};
use crate::moment::Moment;
use crate::problem::Problem;
use crate::text::{Shown, visible};
use crate::visitor::{Visit, Visitor};

#[derive(Debug, Template)]
#[template(path = "settings/revoke.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    question: String,
    hint: &'static str,
    id: Shown,
    last_used: Option<Moment>,
    /// This page, to which the answer is sent.
    here: String,
    back: String,
}

/// `GET /settings/keys/{id}/revoke`
pub(super) async fn of_key(Path(id): Path<String>, visitor: Visitor) -> Response {
    visitor.page(Section::Settings, move |visit, frame| page(visit, frame, Tab::Keys, &id)).await
}

/// `POST /settings/keys/{id}/revoke`
pub(super) async fn revoke_key(Path(id): Path<String>, visitor: Visitor) -> Response {
    visitor.answer(move |visit| revoke(visit, Tab::Keys, &id)).await
}

/// `GET /settings/clients/{id}/revoke`
pub(super) async fn of_client(Path(id): Path<String>, visitor: Visitor) -> Response {
    visitor.page(Section::Settings, move |visit, frame| page(visit, frame, Tab::Clients, &id)).await
}

/// `POST /settings/clients/{id}/revoke`
pub(super) async fn revoke_client(Path(id): Path<String>, visitor: Visitor) -> Response {
    visitor.answer(move |visit| revoke(visit, Tab::Clients, &id)).await
}

/// What is shown of a credential that is in the reader's reach and counts.
struct Found {
    label: String,
    last_used: Option<gatelog_event::time::UnixMicros>,
}

fn find(visit: &Visit, tab: Tab, id: &str) -> Result<Found, Problem> {
    visit.require(Scope::Admin)?;
    let meta = visit.service.meta();
    let found = match tab {
        Tab::Clients => {
            let mut clients = meta.clients(Some(visit.tenant.name()))?.into_iter();
            let client = clients.find(|client| client.id == id && client.revoked.is_none());
            client.map(|client| Found { label: client.label, last_used: client.last_used })
        }
        _ => {
            let key = meta.credential(id)?;
            let key = key.filter(|key| keys::is_in_reach(visit, key) && key.revoked.is_none());
            key.map(|key| Found { label: key.label, last_used: key.last_used })
        }
    };
    found.ok_or(Problem::NoPage)
}

fn page(visit: &Visit, frame: Frame, tab: Tab, id: &str) -> Result<Page, Problem> {
    let found = find(visit, tab, id)?;
    let texts = &visit.texts.settings;
    let (question, hint) = match tab {
        Tab::Clients => (texts.clients.revoke_this, texts.clients.revoke_hint),
        _ => (texts.keys.revoke_this, texts.keys.revoke_hint),
    };
    let name = if found.label.is_empty() { id } else { &found.label };
    Ok(Page {
        question: question(&visible(name)),
        hint,
        id: Shown::new(id, 60),
        last_used: found.last_used.map(|time| visit.moment(time)),
        here: visit.links.settings(&format!("{}/{id}/revoke", tab.path())),
        back: visit.links.settings(tab.path()),
        frame,
    })
}

fn revoke(visit: &Visit, tab: Tab, id: &str) -> Result<Response, Problem> {
    find(visit, tab, id)?;
    let change = visit.service.environment().change(visit.author());
    match tab {
        Tab::Clients => visit.service.meta().revoke_client(id, &change)?,
        _ => visit.service.meta().revoke_credential(id, &change)?,
    }
    Ok(Redirect::to(&visit.links.settings(tab.path())).into_response())
}
