//! `/settings/keys`: API keys, and a form for one more.

use askama::Template;
use axum::Form;
use axum::response::Response;
use gatelog_auth::{Access, Scope};
use gatelog_event::catalogue::source_title;
use gatelog_event::source::Source;
use gatelog_meta::Credential;
use gatelog_service::credentials::create_key;
use serde::Deserialize;

use super::{Secret, Tab, TabView};
use crate::frame::{Frame, Section};
use crate::moment::Moment;
use crate::problem::Problem;
use crate::text::{Shown, visible};
use crate::visitor::{Visit, Visitor, html};

/// Characters of a label that are kept.
pub(super) const LABEL_CHARACTERS_MAX: usize = 100;

#[derive(Debug, Template)]
#[template(path = "settings/keys.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    tabs: Vec<TabView>,
    rows: Vec<Row>,
    scopes: Vec<(&'static str, &'static str)>,
    sources: Vec<(&'static str, &'static str)>,
    label_characters_max: usize,
    secret: Option<Secret>,
}

#[derive(Debug)]
struct Row {
    id: String,
    label: Option<Shown>,
    scope: &'static str,
    source: Option<&'static str>,
    created: Moment,
    last_used: Option<Moment>,
    /// None once it is revoked.
    revoke: Option<String>,
}

/// What is chosen and typed.
#[derive(Debug, Deserialize)]
pub(super) struct KeyForm {
    #[serde(default)]
    label: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    source: String,
}

/// `GET /settings/keys`
pub(super) async fn show(visitor: Visitor) -> Response {
    visitor.answer(|visit| page(visit, None).and_then(html)).await
}

/// `POST /settings/keys`
pub(super) async fn create(visitor: Visitor, Form(form): Form<KeyForm>) -> Response {
    visitor
        .answer(move |visit| {
            visit.require(Scope::Admin)?;
            let access = access(visit, &form).ok_or(Problem::NoPage)?;
            visit.require(access.scope())?;
            let label = label(&form.label);
            let (meta, environment) = (visit.service.meta(), visit.service.environment());
            let key = create_key(meta, environment, access, &label, visit.author())?;
            let title = if label.is_empty() { key.id() } else { &label };
            let title = (visit.texts.settings.keys.created_now)(&visible(title));
            page(visit, Some(Secret { title, client: None, text: key.reveal() })).and_then(html)
        })
        .await
}

/// A label as it is kept.
pub(super) fn label(typed: &str) -> String {
    let shown = typed.trim().chars().filter(|character| !character.is_control());
    shown.take(LABEL_CHARACTERS_MAX).collect()
}

/// What a new key may do, if that was chosen from what the form offers.
fn access(visit: &Visit, form: &KeyForm) -> Option<Access> {
    let scope: Scope = form.scope.parse().ok()?;
    let source: Option<Source> = match form.source.as_str() {
        "" => None,
        name => Some(name.parse().ok()?),
    };
    match scope {
        // An operator is bound to nothing.
        Scope::Operator => Some(Access::Operator),
        _ => Access::new(scope, Some(visit.tenant.name().clone()), source).ok(),
    }
}

fn page(visit: &Visit, secret: Option<Secret>) -> Result<Page, Problem> {
    visit.require(Scope::Admin)?;
    let mut frame = visit.frame(Section::Settings);
    frame.here = visit.links.settings(Tab::Keys.path());
    let texts = &visit.texts.settings.keys;
    let scopes = [
        (Scope::Ingest, texts.ingest),
        (Scope::Read, texts.read),
        (Scope::Admin, texts.admin),
        (Scope::Operator, texts.operator),
    ];
    let scopes = scopes.into_iter().filter(|(scope, _)| visit.may(*scope));
    let sources = Source::ALL.into_iter().map(|source| (source.name(), title(visit, source)));
    let keys = visit.service.meta().credentials(None)?;
    let mut keys: Vec<_> = keys.iter().filter(|key| is_in_reach(visit, key)).collect();
    // Newest first, and those that count before the others.
    keys.sort_by_key(|key| (key.revoked.is_some(), std::cmp::Reverse(key.created)));
    Ok(Page {
        frame,
        tabs: Tab::open_to(visit, Tab::Keys),
        rows: keys.into_iter().map(|key| row(visit, key)).collect(),
        scopes: scopes.map(|(scope, title)| (scope.name(), title)).collect(),
        sources: sources.collect(),
        label_characters_max: LABEL_CHARACTERS_MAX,
        secret,
    })
}

fn title(visit: &Visit, source: Source) -> &'static str {
    source_title(source, visit.texts.language)
}

/// Whether the reader may see and revoke a key: those of the tenant, and operators' keys for
/// operators.
pub(super) fn is_in_reach(visit: &Visit, key: &Credential) -> bool {
    match key.access.tenant() {
        Some(tenant) => tenant == visit.tenant.name(),
        None => visit.may(Scope::Operator),
    }
}

fn row(visit: &Visit, key: &Credential) -> Row {
    let revoke = format!("{}/{}/revoke", Tab::Keys.path(), key.id);
    Row {
        id: key.id.clone(),
        label: (!key.label.is_empty()).then(|| Shown::new(&key.label, 60)),
        scope: key.access.scope().name(),
        source: key.access.source().map(|source| title(visit, source)),
        created: visit.moment(key.created),
        last_used: key.last_used.map(|time| visit.moment(time)),
        revoke: key.revoked.is_none().then(|| visit.links.settings(&revoke)),
    }
}
