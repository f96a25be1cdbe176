//! What the filters offer: event types and applications that occur, and the fixed lists.

use std::collections::BTreeSet;

use gatelog_event::catalogue::{catalogue, meaning, section_title};
use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::language::Language;
use gatelog_event::source::Source;
use gatelog_ledger::{KindCount, Matches};
use gatelog_query::{Field, Filter, Query};

use crate::event_view::{facet_name, source_of};
use crate::filter::{Facet, LogFilter};
use crate::problem::Problem;
use crate::text::{Shown, sorting_key};
use crate::texts::Texts;
use crate::time_range::{Bound, BoundField, Preset, TimeRange};
use crate::visitor::Visit;

/// Event types offered, those with the most events: all three catalogues have hundreds, and a page
/// has to be light. Choosing a source or a tab brings up others, and the list beside the events has
/// all of them.
const EVENT_TYPES_MAX: usize = 30;

/// Applications offered, those with the most events.
const APPLICATIONS_MAX: usize = 50;

/// Characters of an entry.
const CHOICE_CHARACTERS_MAX: usize = 80;

/// What the form shows.
#[derive(Debug)]
pub(super) struct Choices {
    pub(super) events: Vec<EventGroup>,
    pub(super) applications: Vec<Choice>,
    pub(super) sources: Vec<Choice>,
    pub(super) outcomes: Vec<Choice>,
    pub(super) ranges: Vec<Choice>,
    pub(super) is_custom: bool,
    pub(super) user: String,
    pub(super) from: BoundField,
    pub(super) to: BoundField,
    /// Parts of the filter that have no field of their own.
    pub(super) hidden: Vec<(&'static str, String)>,
}

/// Event types of one section; without any, word that there are more.
#[derive(Debug)]
pub(super) struct EventGroup {
    pub(super) title: String,
    pub(super) events: Vec<Choice>,
}

/// An entry of a list.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) title: Shown,
    pub(super) is_chosen: bool,
}

impl Choice {
    fn new(value: &str, title: &str, is_chosen: bool) -> Self {
        let title = Shown::new(title, CHOICE_CHARACTERS_MAX);
        Self { value: value.to_owned(), title, is_chosen }
    }
}

impl Choices {
    /// The form for a filter.
    pub(super) fn new(visit: &Visit, filter: &LogFilter) -> Result<Self, Problem> {
        let (from, to) = match &filter.range {
            TimeRange::Custom { from, to } => (from.field(&visit.zone), to.field(&visit.zone)),
            TimeRange::All | TimeRange::Last(_) => {
                let open = Bound::Open.field(&visit.zone);
                (open.clone(), open)
            }
        };
        let outcomes = [Outcome::Success, Outcome::Failure, Outcome::Unknown].map(|outcome| {
            let title = visit.texts.outcome(outcome);
            Choice::new(outcome.name(), title, filter.outcome == Some(outcome))
        });
        let ranges = Preset::ALL.map(|preset| {
            let is_chosen = filter.range == TimeRange::Last(preset);
            Choice::new(preset.name(), preset.title(visit.texts), is_chosen)
        });
        let matches = |filter| visit.tenant.ledger().matches(&Query::new(filter));
        let all = matches(Filter::All)?;
        let of_source = match filter.get(Facet::Source) {
            Some(source) => Filter::equals(Field::Source, source),
            None => Filter::All,
        };
        let of_tab = match filter.tab {
            Some(tab) => Filter::equals(Field::Tab, tab.name()),
            None => Filter::All,
        };
        Ok(Self {
            sources: sources(&all.kinds()?, filter, visit.texts),
            events: events(matches(of_source.and(of_tab))?.kinds()?, filter, visit.texts),
            applications: applications(visit, filter, &all)?,
            outcomes: outcomes.into(),
            ranges: ranges.into(),
            is_custom: matches!(filter.range, TimeRange::Custom { .. }),
            user: filter.get(Facet::User).unwrap_or_default().to_owned(),
            from,
            to,
            hidden: hidden(filter),
        })
    }
}

/// Sources that occur in this tenant, the one asked for, and our own audit, which is in no list
/// unless it is chosen.
fn sources(kinds: &[KindCount], filter: &LogFilter, texts: &Texts) -> Vec<Choice> {
    let chosen = filter.get(Facet::Source);
    let mut sources: BTreeSet<&str> = kinds.iter().map(|kind| kind.source.name()).collect();
    sources.extend(chosen);
    sources.remove(Source::Gatelog.name());
    let own = (Source::Gatelog.name(), texts.logs.own_audit);
    let sources = sources.into_iter().map(|name| (name, name)).chain([own]);
    sources.map(|(name, title)| Choice::new(name, title, chosen == Some(name))).collect()
}

/// The most frequent event types of `kinds`, by section, and the one asked for.
fn events(kinds: Vec<KindCount>, filter: &LogFilter, texts: &Texts) -> Vec<EventGroup> {
    let mut seen: BTreeSet<(Source, String)> = BTreeSet::new();
    let mut hidden: BTreeSet<(Source, String)> = BTreeSet::new();
    for KindCount { source, event_type, .. } in kinds {
        match seen.len() < EVENT_TYPES_MAX {
            true => seen.insert((source, event_type)),
            false => hidden.insert((source, event_type)),
        };
    }
    let chosen = filter.get(Facet::Event);
    if let Some(chosen) = chosen.filter(|chosen| seen.iter().all(|(_, key)| key != chosen)) {
        seen.insert((source_of(chosen), chosen.to_owned()));
    }
    let hidden = hidden.difference(&seen).count();
    let has_sources =
        seen.iter().any(|(source, _)| seen.first().map(|first| first.0) != Some(*source));

    let mut events: Vec<_> =
        seen.iter().map(|(source, key)| Entry::new(*source, key, texts.language)).collect();
    events.sort_by_cached_key(|event| {
        (event.source, event.section_position, sorting_key(event.title), event.key)
    });
    let groups = events.chunk_by(|one, other| {
        (one.source, one.section_position) == (other.source, other.section_position)
    });
    let group = |events: &[Entry<'_>]| {
        let first = events.first()?;
        let title = match has_sources {
            true => format!("{} ({})", first.section, first.source),
            false => first.section.to_owned(),
        };
        let choice =
            |event: &Entry<'_>| Choice::new(event.key, event.title, chosen == Some(event.key));
        Some(EventGroup { title, events: events.iter().map(choice).collect() })
    };
    let more = (hidden > 0).then(|| {
        let title = (texts.logs.more_events)(&texts.number(hidden as u64));
        EventGroup { title, events: Vec::new() }
    });
    groups.filter_map(group).chain(more).collect()
}

struct Entry<'e> {
    source: Source,
    /// Sections stand in the catalogue's order; unknown types come last.
    section_position: usize,
    section: &'e str,
    title: &'e str,
    key: &'e str,
}

impl<'e> Entry<'e> {
    fn new(source: Source, key: &'e str, language: Language) -> Self {
        let meaning = meaning(source, key, Outcome::Unknown);
        let mut sections = catalogue(source).sections();
        let section_position = sections.position(|section| section == meaning.section);
        Self {
            source,
            section_position: section_position.unwrap_or(usize::MAX),
            section: section_title(meaning.section, language),
            title: meaning.title_in(language),
            key,
        }
    }
}

/// Applications that occur in this tenant, by name, and the one asked for.
fn applications(visit: &Visit, filter: &LogFilter, all: &Matches) -> Result<Vec<Choice>, Problem> {
    let seen = all.values(IndexedField::ApplicationId, APPLICATIONS_MAX)?;
    let chosen = filter.get(Facet::Application);
    let ids: BTreeSet<String> =
        seen.into_iter().map(|seen| seen.value).chain(chosen.map(str::to_owned)).collect();
    let choice = |id: String| {
        let name = facet_name(visit.viewer(), Facet::Application, &id, String::new());
        Choice::new(&id, &name.shown.text, chosen == Some(&id))
    };
    let mut choices: Vec<Choice> = ids.into_iter().map(choice).collect();
    choices.sort_by_cached_key(|choice| sorting_key(&choice.title.text));
    Ok(choices)
}

/// What a form must send along so that it only changes what it shows.
fn hidden(filter: &LogFilter) -> Vec<(&'static str, String)> {
    let shown = ["q", "event", "application", "user", "source", "result", "range", "from", "to"];
    filter.write().into_iter().filter(|(name, _)| !shown.contains(name)).collect()
}
