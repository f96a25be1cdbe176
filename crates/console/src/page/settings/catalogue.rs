//! `/settings/catalogue`: what events can mean, by every source's catalogue, and how many there are
//! of each type; types that no catalogue knows are listed with them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use askama::Template;
use axum::response::Response;
use gatelog_event::catalogue::{UNKNOWN_SECTION, catalogue, meaning, section_title, source_title};
use gatelog_event::fields::Outcome;
use gatelog_event::source::Source;
use gatelog_query::{Field, Filter, Query};

use super::{Tab, TabView};
use crate::filter::{Facet, LogFilter};
use crate::frame::{Frame, Section};
use crate::links::last_part;
use crate::moment::Total;
use crate::problem::Problem;
use crate::text::{Shown, sorting_key};
use crate::visitor::{Visit, Visitor};

const ROWS_MAX: usize = 60;

#[derive(Debug, Template)]
#[template(path = "settings/catalogue.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    tabs: Vec<TabView>,
    search: String,
    sources: Vec<Choice>,
    sections: Vec<Choice>,
    total: Total,
    rows: Vec<Row>,
    span: String,
    newer: Option<String>,
    older: Option<String>,
    /// The whole catalogue, if this is a part of it.
    clear: Option<String>,
}

#[derive(Debug)]
struct Choice {
    value: &'static str,
    title: &'static str,
    is_chosen: bool,
}

#[derive(Debug)]
struct Row {
    link: String,
    title: Shown,
    key: Shown,
    source: &'static str,
    section: &'static str,
    count: String,
    /// The events, if there are some.
    events: Option<String>,
}

/// An event type of a source, and how many events of it there are.
struct Entry {
    source: Source,
    key: String,
    title: String,
    section: &'static str,
    count: u64,
}

/// `GET /settings/catalogue`
pub(super) async fn show(visitor: Visitor) -> Response {
    visitor.page(Section::Settings, page).await
}

fn page(visit: &Visit, frame: Frame) -> Result<Page, Problem> {
    let path = format!("/settings{}", Tab::Catalogue.path());
    if let Some(address) = visit.parameters.tidier(&path) {
        return Err(Problem::Tidier(address));
    }
    let parameter = |name| visit.parameters.get(name).unwrap_or_default().trim();
    let (search, source, section) =
        (parameter("search"), parameter("source"), parameter("section"));
    let number = visit.parameters.get("page").and_then(|page| page.parse::<usize>().ok());
    let number = number.unwrap_or(1).saturating_sub(1);

    let all = entries(visit)?;
    let (sources, sections) = (sources(visit, &all, source), sections(visit, &all, section));
    let wanted = sorting_key(search);
    let mut found: Vec<Entry> = all
        .into_iter()
        .filter(|entry| source.is_empty() || entry.source.name() == source)
        .filter(|entry| section.is_empty() || entry.section == section)
        .filter(|entry| {
            [&entry.title, &entry.key].iter().any(|text| sorting_key(text).contains(&wanted))
        })
        .collect();
    // What happens here comes first; the rest stays in the order of the catalogues.
    found.sort_by_key(|entry| Reverse(entry.count));

    let first = number.saturating_mul(ROWS_MAX);
    let rows: Vec<Row> =
        found.iter().skip(first).take(ROWS_MAX).map(|entry| row(visit, entry)).collect();
    let link = |page: usize| {
        let page = if page > 0 { (page + 1).to_string() } else { String::new() };
        let asked = [("search", search), ("source", source), ("section", section), ("page", &page)];
        let asked = asked.into_iter().filter(|(_, value)| !value.is_empty());
        let asked = asked.map(|(name, value)| (name, value.to_owned())).collect();
        visit.links.settings_page(Tab::Catalogue.path(), asked)
    };
    let is_part = !(search.is_empty() && source.is_empty() && section.is_empty());
    let figure = |number: usize| visit.texts.number(number as u64);
    Ok(Page {
        tabs: Tab::open_to(visit, Tab::Catalogue),
        search: search.to_owned(),
        sources,
        sections,
        total: Total::new(found.len() as u64, visit.texts.settings.event_type, visit.texts),
        span: format!("{}–{}", figure(first + 1), figure(first + rows.len())),
        newer: number.checked_sub(1).map(&link),
        older: (first + rows.len() < found.len()).then(|| link(number + 1)),
        rows,
        clear: is_part.then(|| visit.links.settings(Tab::Catalogue.path())),
        frame,
    })
}

/// How many events there are by source and type, our own audit's too.
fn counts(visit: &Visit) -> Result<HashMap<(Source, String), u64>, Problem> {
    let own = Filter::equals(Field::Source, Source::Gatelog.name());
    let mut counts = HashMap::new();
    for filter in [Filter::All, own] {
        for kind in visit.tenant.ledger().matches(&Query::new(filter))?.kinds()? {
            let key = known_key(kind.source, kind.event_type);
            *counts.entry((kind.source, key)).or_default() += kind.count;
        }
    }
    Ok(counts)
}

/// The catalogue's key for a type, which may come under an alias of it.
fn known_key(source: Source, event_type: String) -> String {
    catalogue(source).get(&event_type).map_or(event_type, |known| known.key.to_owned())
}

/// Every event type of every catalogue in the order of the files, then what only occurs here.
fn entries(visit: &Visit) -> Result<Vec<Entry>, Problem> {
    let mut counts = counts(visit)?;
    let language = visit.texts.language;
    // Our own audit speaks the words of native events; only those that occur are its own.
    let sources = Source::ALL.into_iter().filter(|source| *source != Source::Gatelog);
    let known = sources.flat_map(|source| {
        catalogue(source).event_types().iter().map(move |event_type| (source, event_type))
    });
    let mut entries: Vec<Entry> = known
        .map(|(source, event_type)| Entry {
            source,
            key: event_type.key.to_owned(),
            title: event_type.title(language).to_owned(),
            section: event_type.section,
            count: counts.remove(&(source, event_type.key.to_owned())).unwrap_or(0),
        })
        .collect();
    let others: BTreeMap<_, _> = counts.into_iter().collect();
    entries.extend(others.into_iter().map(|((source, key), count)| {
        let meaning = meaning(source, &key, Outcome::Unknown);
        let (title, section) = (meaning.title_in(language).to_owned(), meaning.section);
        Entry { source, title, section, count, key }
    }));
    Ok(entries)
}

fn sources(visit: &Visit, entries: &[Entry], chosen: &str) -> Vec<Choice> {
    let sources: BTreeSet<Source> = entries.iter().map(|entry| entry.source).collect();
    let choice = |source: Source| Choice {
        value: source.name(),
        title: source_title(source, visit.texts.language),
        is_chosen: source.name() == chosen,
    };
    sources.into_iter().map(choice).collect()
}

fn sections(visit: &Visit, entries: &[Entry], chosen: &str) -> Vec<Choice> {
    let sections: BTreeSet<&'static str> = entries.iter().map(|entry| entry.section).collect();
    let choice = |value: &'static str| Choice {
        value,
        title: section_title(value, visit.texts.language),
        is_chosen: value == chosen,
    };
    let mut choices: Vec<Choice> = sections.into_iter().map(choice).collect();
    choices
        .sort_by_cached_key(|choice| (choice.value == UNKNOWN_SECTION, sorting_key(choice.title)));
    choices
}

fn row(visit: &Visit, entry: &Entry) -> Row {
    let language = visit.texts.language;
    let events = LogFilter::of(Facet::Event, &entry.key).with(Facet::Source, entry.source.name());
    Row {
        link: link(visit, entry.source, &entry.key),
        title: Shown::new(&entry.title, 80),
        key: Shown::new(&entry.key, 60),
        source: source_title(entry.source, language),
        section: section_title(entry.section, language),
        count: visit.texts.number(entry.count),
        events: (entry.count > 0).then(|| visit.links.filtered(&events)),
    }
}

/// The page of one event type.
pub(super) fn link(visit: &Visit, source: Source, key: &str) -> String {
    let page = format!("{}/{}/{}", Tab::Catalogue.path(), source.name(), last_part(key));
    visit.links.settings(&page)
}
