//! Event types beside the table, below the sections of the catalogue they are of.
//!
//! A log has hundreds of types, but a dozen sections that tell what goes on. So each section stands
//! with its own count, and of its types the most frequent ones.

use std::collections::HashMap;

use gatelog_event::catalogue::meaning;
use gatelog_event::fields::Outcome;
use gatelog_ledger::{Facet as CountedFacet, KindCount, ValueCount};
use gatelog_query::Field;
use gatelog_query::pql::Literal;

use super::{ListedValue, Lister, MORE_VALUES_MAX, ValueGroup, ValueList};
use crate::event_view::source_of;

/// Types of a section that are not folded away.
const SHOWN_MAX: usize = 3;

/// Sections, unless the reader wants all of them.
const SECTIONS_MAX: usize = 8;

/// Types of all sections, unless the reader wants more of them: a page has to be light.
const TYPES_MAX: usize = 20;

/// Sections and types that events have, most frequent first.
pub(super) struct Sections<'k> {
    sections: Vec<(&'k str, u64)>,
    types: Vec<Type<'k>>,
}

/// An event type that occurs.
struct Type<'k> {
    key: &'k str,
    section: &'k str,
    count: u64,
}

impl<'k> Sections<'k> {
    /// Counts them.
    pub(super) fn new(kinds: &'k [KindCount]) -> Self {
        let of = |kind: &'k KindCount| meaning(kind.source, &kind.event_type, kind.result).section;
        let sections = counted(kinds.iter().map(|kind| (of(kind), kind.count)));
        let types = counted(kinds.iter().map(|kind| (&*kind.event_type, kind.count)));
        // Kinds come most frequent first: a type that several sources have in different sections
        // stands where most of its events are.
        let section = |key| kinds.iter().find(|kind| kind.event_type == key).map_or("", of);
        let types =
            types.into_iter().map(|(key, count)| Type { key, section: section(key), count });
        Self { types: types.collect(), sections }
    }

    /// The list of types; nothing if there is neither a type nor a question about one.
    pub(super) fn list(&self, lister: Lister<'_>, is_opened: bool) -> Option<ValueList> {
        let (sections_max, types_max) = match is_opened {
            true => (MORE_VALUES_MAX, MORE_VALUES_MAX),
            false => (SECTIONS_MAX, TYPES_MAX),
        };
        let sections = facet(self.sections.iter().copied(), sections_max);
        let headings = Lister { field: Field::Section, ..lister }.entries(&sections);
        let is_of_one =
            |key: &Type<'_>| sections.values.iter().any(|section| section.value == key.section);
        let types = self.types.iter().filter(|found| is_of_one(found));
        let types = facet(types.map(|found| (found.key, found.count)), types_max);
        let hidden = (self.types.len() as u64).saturating_sub(types.values.len() as u64);
        let groups = self.groups(lister, headings, &types);
        (!groups.is_empty()).then(|| lister.of_groups(groups, hidden, is_opened))
    }

    /// What is listed, by section; what is asked for and of no section that is listed comes last.
    fn groups(
        &self,
        lister: Lister<'_>,
        headings: Vec<(Literal, Option<u64>)>,
        types: &CountedFacet,
    ) -> Vec<ValueGroup> {
        let of_sections = Lister { field: Field::Section, ..lister };
        let is_only = headings.len() == 1
            && lister.conditions.iter().all(|condition| condition.field != Field::Section);
        let most = self.sections.first().map_or(0, |(_, count)| *count);
        let mut entries = lister.entries(types);
        let mut groups = Vec::with_capacity(headings.len() + 1);
        for (section, count) in headings {
            let of_it = entries.extract_if(.., |(key, _)| self.is_of(key, &section)).collect();
            let heading = (!is_only).then(|| of_sections.value(&section, count, most));
            groups.push(group(lister, heading, of_it, most));
        }
        if !entries.is_empty() {
            groups.push(group(lister, None, entries, most));
        }
        groups
    }

    fn is_of(&self, key: &Literal, section: &Literal) -> bool {
        let (Literal::Text(key), Literal::Text(section)) = (key, section) else { return false };
        let known = self.types.iter().find(|found| found.key == key).map(|found| found.section);
        known.unwrap_or_else(|| meaning(source_of(key), key, Outcome::Unknown).section) == section
    }
}

fn group(
    lister: Lister<'_>,
    heading: Option<ListedValue>,
    entries: Vec<(Literal, Option<u64>)>,
    most: u64,
) -> ValueGroup {
    let value = |(key, count): (Literal, Option<u64>)| lister.value(&key, count, most);
    let mut values: Vec<_> = entries.into_iter().map(value).collect();
    // Folding one away would take the place that it needs, and what the question speaks of stays.
    let is_long = heading.is_some() && values.len() > SHOWN_MAX + 1;
    let folded: Vec<_> = match is_long {
        true => {
            let mut place = 0..;
            values
                .extract_if(.., |value| place.next() >= Some(SHOWN_MAX) && value.sense.is_none())
                .collect()
        }
        false => Vec::new(),
    };
    let texts = lister.visit.texts;
    let folded = (!folded.is_empty()).then(|| {
        let count = texts.number(folded.len() as u64);
        ((texts.logs.facets.more)(&count), folded)
    });
    ValueGroup { heading, values, folded }
}

/// Sums of counts by what they are of, most first.
fn counted<'k>(counts: impl Iterator<Item = (&'k str, u64)>) -> Vec<(&'k str, u64)> {
    let mut sums: HashMap<&str, u64> = HashMap::new();
    counts.for_each(|(value, count)| *sums.entry(value).or_default() += count);
    let mut sums: Vec<(&str, u64)> = sums.into_iter().collect();
    sums.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(other.0)));
    sums
}

/// The first of some values, as the ledger counts those of other fields.
fn facet<'v>(values: impl Iterator<Item = (&'v str, u64)>, values_max: usize) -> CountedFacet {
    let value = |(value, count): (&str, u64)| ValueCount { value: value.to_owned(), count };
    let values = values.map(value).take(values_max).collect();
    CountedFacet { values, ..CountedFacet::default() }
}
