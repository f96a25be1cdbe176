//! `/settings/clients`: programs that read through another product's API, and a form for one more.

use askama::Template;
use axum::Form;
use axum::response::Response;
use gatelog_auth::{ClientDialect, Scope};
use gatelog_event::catalogue::source_title;
use gatelog_meta::Client;
use gatelog_service::credentials::create_client;
use serde::Deserialize;

use super::keys::{LABEL_CHARACTERS_MAX, label};
use super::{Secret, Tab, TabView};
use crate::frame::{Frame, Section};
use crate::moment::Moment;
use crate::problem::Problem;
use crate::text::{Shown, visible};
use crate::visitor::{Visit, Visitor, html};

#[derive(Debug, Template)]
#[template(path = "settings/clients.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    tabs: Vec<TabView>,
    rows: Vec<Row>,
    dialects: Vec<(&'static str, &'static str)>,
    label_characters_max: usize,
    secret: Option<Secret>,
}

#[derive(Debug)]
struct Row {
    id: String,
    label: Option<Shown>,
    dialect: &'static str,
    created: Moment,
    last_used: Option<Moment>,
    /// None once it is revoked.
    revoke: Option<String>,
}

/// What is chosen and typed.
#[derive(Debug, Deserialize)]
pub(super) struct ClientForm {
    #[serde(default)]
    label: String,
    #[serde(default)]
    dialect: String,
}

/// `GET /settings/clients`
pub(super) async fn show(visitor: Visitor) -> Response {
    visitor.answer(|visit| page(visit, None).and_then(html)).await
}

/// `POST /settings/clients`
pub(super) async fn create(visitor: Visitor, Form(form): Form<ClientForm>) -> Response {
    visitor
        .answer(move |visit| {
            visit.require(Scope::Admin)?;
            let dialect: ClientDialect = form.dialect.parse().map_err(|_| Problem::NoPage)?;
            let reads = (dialect, visit.tenant.name().clone());
            let label = label(&form.label);
            let (meta, environment) = (visit.service.meta(), visit.service.environment());
            let client = create_client(meta, environment, reads, &label, visit.author())?;
            let title = if label.is_empty() { client.id() } else { &label };
            let secret = Secret {
                title: (visit.texts.settings.clients.created_now)(&visible(title)),
                client: Some(client.id().to_owned()),
                text: client.reveal().to_owned(),
            };
            page(visit, Some(secret)).and_then(html)
        })
        .await
}

fn page(visit: &Visit, secret: Option<Secret>) -> Result<Page, Problem> {
    visit.require(Scope::Admin)?;
    let mut frame = visit.frame(Section::Settings);
    frame.here = visit.links.settings(Tab::Clients.path());
    let mut clients = visit.service.meta().clients(Some(visit.tenant.name()))?;
    clients.sort_by_key(|client| (client.revoked.is_some(), std::cmp::Reverse(client.created)));
    let dialects = ClientDialect::ALL.map(|dialect| (dialect.name(), title(visit, dialect)));
    Ok(Page {
        frame,
        tabs: Tab::open_to(visit, Tab::Clients),
        rows: clients.iter().map(|client| row(visit, client)).collect(),
        dialects: dialects.into(),
        label_characters_max: LABEL_CHARACTERS_MAX,
        secret,
    })
}

fn title(visit: &Visit, dialect: ClientDialect) -> &'static str {
    source_title(dialect.source(), visit.texts.language)
}

fn row(visit: &Visit, client: &Client) -> Row {
    let revoke = format!("{}/{}/revoke", Tab::Clients.path(), client.id);
    Row {
        id: client.id.clone(),
        label: (!client.label.is_empty()).then(|| Shown::new(&client.label, 60)),
        dialect: title(visit, client.dialect),
        created: visit.moment(client.created),
        last_used: client.last_used.map(|time| visit.moment(time)),
        revoke: client.revoked.is_none().then(|| visit.links.settings(&revoke)),
    }
}
