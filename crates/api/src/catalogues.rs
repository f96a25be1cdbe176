//! `GET /v1/catalogues` and `/v1/catalogues/{source}`: what the event types of a source mean.
//!
//! The same for every tenant, and for keys bound to one source too: nothing of it comes from events.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use gatelog_auth::Scope;
use gatelog_event::catalogue::{Catalogue, EventType, catalogue};
use gatelog_event::fields::Outcome;
use gatelog_event::language::Language;
use gatelog_event::source::Source;
use gatelog_service::Service;
use serde::Serialize;

use crate::authentication::Caller;
use crate::problem::Problem;

#[derive(Debug, Serialize)]
pub(crate) struct WireCatalogues {
    catalogues: Vec<WireCatalogueSize>,
}

#[derive(Debug, Serialize)]
struct WireCatalogueSize {
    source: &'static str,
    events: usize,
}

#[derive(Debug, Serialize)]
pub(crate) struct WireCatalogue {
    source: &'static str,
    events: Vec<WireEventType>,
}

#[derive(Debug, Serialize)]
struct WireEventType {
    key: &'static str,
    aliases: &'static [&'static str],
    section: &'static str,
    tab: &'static str,
    titles: WireTexts,
    /// The English one of `descriptions`.
    description: &'static str,
    descriptions: WireTexts,
    action: &'static str,
    /// An outcome, or `result` where each record says how it ended.
    outcome: &'static str,
    level: &'static str,
    /// The level when the record says `failure`; absent where the outcome is fixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_level: Option<&'static str>,
}

/// A text by the codes of the languages.
#[derive(Debug, Serialize)]
struct WireTexts {
    en: &'static str,
    fr: &'static str,
    tr: &'static str,
}

pub(crate) async fn list_catalogues(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
) -> Result<Json<WireCatalogues>, Problem> {
    Caller::authorize(&service, &headers, Scope::Read).await?;
    let catalogues = catalogues().map(|(source, catalogue)| WireCatalogueSize {
        source: source.name(),
        events: catalogue.event_types().len(),
    });
    Ok(Json(WireCatalogues { catalogues: catalogues.collect() }))
}

pub(crate) async fn get_catalogue(
    State(service): State<Arc<Service>>,
    name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Json<WireCatalogue>, Problem> {
    Caller::authorize(&service, &headers, Scope::Read).await?;
    let Ok(Path(name)) = name else {
        return Err(Problem::bad_request("the source in the address is not UTF-8"));
    };
    let found = catalogues().find(|(source, _)| source.name() == name);
    let (source, catalogue) = found.ok_or_else(|| {
        let known: Vec<&str> = catalogues().map(|(source, _)| source.name()).collect();
        let known = known.join(", ");
        Problem::not_found(format!("there is no catalogue `{name}`; known: {known}"))
    })?;
    let events = catalogue.event_types().iter().map(wire_event_type).collect();
    Ok(Json(WireCatalogue { source: source.name(), events }))
}

/// The sources that have a catalogue.
fn catalogues() -> impl Iterator<Item = (Source, &'static Catalogue)> {
    let all = Source::ALL.into_iter().map(|source| (source, catalogue(source)));
    all.filter(|(_, catalogue)| !catalogue.event_types().is_empty())
}

fn wire_event_type(event_type: &'static EventType) -> WireEventType {
    let fixed = event_type.fixed_outcome();
    let failure_level = event_type.level(Outcome::Failure).name();
    WireEventType {
        key: event_type.key,
        aliases: &event_type.aliases,
        section: event_type.section,
        tab: event_type.tab.name(),
        titles: wire_texts(|language| event_type.title(language)),
        description: event_type.description(Language::English),
        descriptions: wire_texts(|language| event_type.description(language)),
        action: event_type.action.name(),
        outcome: fixed.map_or("result", Outcome::name),
        level: event_type.level(Outcome::Success).name(),
        failure_level: fixed.is_none().then_some(failure_level),
    }
}

fn wire_texts(text: impl Fn(Language) -> &'static str) -> WireTexts {
    WireTexts {
        en: text(Language::English),
        fr: text(Language::French),
        tr: text(Language::Turkish),
    }
}
