//! `/settings/catalogue/{source}/{key}`: what one event type means, what other sources call it, and
//! how often and when it happened here.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use gatelog_event::catalogue::{
    Meaning, UNKNOWN_SECTION, catalogue, counterpart, meaning, section_title, source_title,
};
use gatelog_event::fields::Outcome;
use gatelog_event::source::Source;
use gatelog_query::{Field, Filter, Query};

use super::Tab;
use super::catalogue::link;
use crate::event_view::OutcomeView;
use crate::filter::{Facet, LogFilter};
use crate::frame::{Frame, Section};
use crate::moment::{Moment, Total};
use crate::problem::Problem;
use crate::text::Shown;
use crate::visitor::{Visit, Visitor};

#[derive(Debug, Template)]
#[template(path = "settings/event_type.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    back: String,
    title: Shown,
    key: Shown,
    description: Option<&'static str>,
    source: &'static str,
    section: &'static str,
    group: &'static str,
    action: &'static str,
    /// How its events end, if not each for itself.
    fixed_outcome: Option<OutcomeView>,
    levels: Vec<LevelOf>,
    aliases: Vec<&'static str>,
    counterparts: Vec<Counterpart>,
    total: Total,
    events: String,
    first_seen: Option<Moment>,
    last_seen: Option<Moment>,
}

/// The level of events that end so.
#[derive(Debug)]
struct LevelOf {
    outcome: OutcomeView,
    level: &'static str,
}

/// What another source calls the same.
#[derive(Debug)]
struct Counterpart {
    source: &'static str,
    outcome: OutcomeView,
    key: &'static str,
    title: &'static str,
    link: String,
}

/// `GET /settings/catalogue/{source}/{key}`
pub(super) async fn show(
    Path((source, key)): Path<(String, String)>,
    visitor: Visitor,
) -> Response {
    visitor.page(Section::Settings, move |visit, frame| page(visit, frame, &source, &key)).await
}

fn page(visit: &Visit, frame: Frame, source: &str, key: &str) -> Result<Page, Problem> {
    // Our own audit is no source that anybody may name, and has a page here all the same.
    let source = Source::ALL.into_iter().find(|known| known.name() == source);
    let source = source.ok_or(Problem::NoPage)?;
    let language = visit.texts.language;
    let of_type =
        Filter::equals(Field::Source, source.name()).and(Filter::equals(Field::Type, key));
    let matches = visit.tenant.ledger().matches(&Query::new(of_type))?;
    let known = catalogue(source).get(key);
    if known.is_none() && matches.total() == 0 {
        return Err(Problem::NoPage);
    }
    let extent = matches.extent()?;
    let meaning = meaning(source, key, Outcome::Unknown);
    let fixed = known.and_then(|known| known.fixed_outcome());
    let events = LogFilter::of(Facet::Event, key).with(Facet::Source, source.name());
    Ok(Page {
        back: visit.links.settings(Tab::Catalogue.path()),
        title: Shown::new(meaning.title_in(language), 200),
        key: Shown::new(key, 200),
        description: known.map(|known| known.description(language)),
        source: source_title(source, language),
        section: section_title(known.map_or(UNKNOWN_SECTION, |known| known.section), language),
        group: meaning.tab.title(language),
        action: meaning.action.title(language),
        fixed_outcome: fixed.map(|outcome| OutcomeView::new(outcome, visit.texts)),
        levels: levels(visit, source, key, fixed),
        aliases: known.map(|known| known.aliases.clone()).unwrap_or_default(),
        counterparts: counterparts(visit, source, &meaning),
        total: Total::new(matches.total(), visit.texts.nouns.event, visit.texts),
        events: visit.links.filtered(&events),
        first_seen: extent.map(|(first, _)| visit.moment(first)),
        last_seen: extent.map(|(_, last)| visit.moment(last)),
        frame,
    })
}

/// The level for every way in which an event of this type can end.
fn levels(visit: &Visit, source: Source, key: &str, fixed: Option<Outcome>) -> Vec<LevelOf> {
    let outcomes = match fixed {
        Some(outcome) => vec![outcome],
        None => vec![Outcome::Success, Outcome::Failure],
    };
    let level = |outcome| LevelOf {
        outcome: OutcomeView::new(outcome, visit.texts),
        level: meaning(source, key, outcome).level.title(visit.texts.language),
    };
    outcomes.into_iter().map(level).collect()
}

/// What the other sources call it; where that depends on how it ended, each of both.
fn counterparts(visit: &Visit, source: Source, meaning: &Meaning<'_>) -> Vec<Counterpart> {
    let Some(known) = meaning.event_type else { return Vec::new() };
    let outcomes = match known.fixed_outcome() {
        Some(outcome) => vec![outcome],
        None => vec![Outcome::Success, Outcome::Failure],
    };
    let others = Source::ALL.into_iter().filter(|other| *other != source);
    let found = others.flat_map(|other| {
        outcomes.iter().filter_map(move |outcome| {
            let key = counterpart(source, known.key, *outcome, other)?;
            let event_type = catalogue(other).get(key)?;
            Some(Counterpart {
                source: source_title(other, visit.texts.language),
                outcome: OutcomeView::new(*outcome, visit.texts),
                key,
                title: event_type.title(visit.texts.language),
                link: link(visit, other, key),
            })
        })
    });
    found.collect()
}
