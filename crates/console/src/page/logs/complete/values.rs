//! The values of a field that can be written: those that occur, with how often they do.

use std::collections::BTreeSet;

use gatelog_event::fields::IndexedField;
use gatelog_ledger::{Access, Facet as CountedFacet};
use gatelog_meta::DirectoryKind;
use gatelog_query::like::Like;
use gatelog_query::pql::fields::Named;
use gatelog_query::pql::{self, Literal};
use gatelog_query::{Field, Filter, Measure, Query, Test};

use super::{CHARACTERS_MAX, Suggestion, Wanted};
use crate::event_view::value_name;
use crate::filter::{LogFilter, Question};
use crate::problem::Problem;
use crate::seen;
use crate::text::Shown;
use crate::time_range::Preset;
use crate::value_counts::most_frequent;
use crate::visitor::Visit;

/// Values offered.
const VALUES_MAX: usize = 20;

/// Values looked through for those with a title that fits: catalogues have hundreds.
const OF_KIND_MAX: usize = 500;

/// People, programs and organisations whose name fits.
const NAMED_MAX: u32 = 50;

/// Values of `field` that fit to what is typed, among what `filter` finds with the text `among`.
pub(super) fn suggestions(
    visit: &Visit,
    filter: &LogFilter,
    field: &Named,
    among: &str,
    typed: &str,
) -> Result<Vec<Suggestion>, Problem> {
    match field {
        Named::Field(field) if is_hidden(visit, *field) => Ok(Vec::new()),
        Named::Field(field) if is_indexed(*field) => {
            let query = question(visit, filter, among)?;
            counted(visit, query, *field, typed)
        }
        Named::Measure(Measure::Time | Measure::Received) => Ok(times(visit, typed)),
        Named::Field(_) | Named::Measure(Measure::Sequence) | Named::Data(_) => Ok(Vec::new()),
    }
}

/// Whether all values of a field are somebody's, and the reader may not see them.
fn is_hidden(visit: &Visit, field: Field) -> bool {
    let is_personal =
        matches!(field, Field::Indexed(IndexedField::Ip | IndexedField::ActorIdentifier));
    is_personal && visit.sight.is_masked()
}

/// Whether a field's values are counted without reading records.
fn is_indexed(field: Field) -> bool {
    let has_any = Filter::Field(field, Test::StartsWith(String::new()));
    field != Field::Id && Access::of(&has_any) != Access::Records
}

/// The question with the text `among`, as far as it can be read. The text counts only if no
/// records have to be read for it: somebody is typing.
fn question(visit: &Visit, filter: &LogFilter, among: &str) -> Result<Query, Problem> {
    let readable = pql::parse(among).expression.to_string();
    let asked = |text| filter.with_text(text).question(visit);
    match asked(readable) {
        Ok(question) if !question.is_scan() => Ok(question.query),
        Ok(_) | Err(Problem::MalformedQuery(_) | Problem::TooBroad) => {
            asked(String::new()).map(|Question { query, .. }| query)
        }
        Err(problem) => Err(problem),
    }
}

/// The most frequent values that fit; none if there are too many to be counted.
fn counted(
    visit: &Visit,
    query: Query,
    field: Field,
    typed: &str,
) -> Result<Vec<Suggestion>, Problem> {
    // By what they are called and not by the index, as a part of a name must not lead to it for a
    // reader who may not see names.
    let by_title = field.is_of_kind() || visit.sight.is_masked();
    let filter = match by_title || typed.is_empty() {
        true => query.filter,
        false => query.filter.and(fitting(visit, field, typed)?),
    };
    let query = Query { filter, ..query };
    let values_max = if by_title { OF_KIND_MAX } else { VALUES_MAX };
    let matches = visit.tenant.ledger().matches(&query)?;
    let CountedFacet { values, missing, .. } = most_frequent(visit, &matches, field, values_max)?;
    let wanted = Wanted::new(typed);
    let viewer = visit.viewer();
    let suggestion = |value: &str, count| {
        let literal = Literal::from(value);
        let name = value_name(viewer, field, value, String::new()).shown;
        // Others have been found by the index.
        if by_title {
            wanted.rank(value, &name.text)?;
        }
        // A query reads a network where an address has a slash.
        let is_network = field == Field::Indexed(IndexedField::Ip) && value.contains('/');
        let is_writable = !is_network && seen::can_be_asked(visit.sight, value);
        let shown = Shown::new(value, CHARACTERS_MAX);
        is_writable.then(|| Suggestion {
            written: format!("{literal} "),
            name: (name.text != shown.text).then_some(Shown { title: None, ..name }),
            shown,
            count: Some(visit.texts.number(count)),
        })
    };
    let values = values.iter().filter_map(|value| suggestion(&value.value, value.count));
    let none = (missing > 0 && typed.is_empty()).then(|| Suggestion {
        count: Some(visit.texts.number(missing)),
        ..Suggestion::word("null", visit.texts.explore.no_value)
    });
    Ok(values.take(VALUES_MAX).chain(none).collect())
}

/// Events whose value has what is typed in it, or in its name.
fn fitting(visit: &Visit, field: Field, typed: &str) -> Result<Filter, Problem> {
    let escaped = typed.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let by_value = Filter::Field(field, Test::Like(Like::new(&format!("%{escaped}%"))));
    let kinds: &[DirectoryKind] = match field {
        Field::Indexed(IndexedField::ActorId | IndexedField::TargetId) => {
            &[DirectoryKind::User, DirectoryKind::Application]
        }
        Field::Indexed(IndexedField::ApplicationId) => &[DirectoryKind::Application],
        Field::Indexed(IndexedField::Organization) => &[DirectoryKind::Organization],
        _ => return Ok(by_value),
    };
    let mut ids = BTreeSet::new();
    for kind in kinds {
        let named = visit.tenant.names().search(*kind, typed, NAMED_MAX)?;
        ids.extend(named.into_iter().map(|entry| entry.id));
    }
    Ok(Filter::Or(vec![by_value, Filter::Field(field, Test::OneOf(ids.into()))]))
}

/// Times that begin ranges.
fn times(visit: &Visit, typed: &str) -> Vec<Suggestion> {
    let wanted = Wanted::new(typed);
    let entry = |preset: Preset| {
        let time = format!("now-{}", preset.name());
        wanted.rank(&time, preset.title(visit.texts))?;
        let written = format!("{} ", Literal::from(time.as_str()));
        Some(Suggestion { written, ..Suggestion::word(&time, preset.title(visit.texts)) })
    };
    Preset::ALL.into_iter().filter_map(entry).collect()
}
