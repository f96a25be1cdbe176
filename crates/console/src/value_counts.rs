//! The most frequent values of a field, as lists beside events show them.

use gatelog_ledger::{Error, Facet, Matches, ValueCount};
use gatelog_query::{Field, Grouping};

use crate::problem::Problem;
use crate::seen;
use crate::visitor::Visit;

/// Steps in which a value's share is shown, as the style sheet knows them.
const SHARE_STEPS: u64 = 10;

/// The most frequent values, `values_max` at most. A field with more values than are counted has
/// none, so that the page has its other lists. Values that look the same to a reader who may not
/// see them are one.
///
/// # Errors
/// [`Problem::Ledger`].
pub(crate) fn most_frequent(
    visit: &Visit,
    matches: &Matches,
    field: Field,
    values_max: usize,
) -> Result<Facet, Problem> {
    match matches.facet(&Grouping::Field(field), values_max) {
        Err(Error::TooManyValues { .. }) => Ok(Facet::default()),
        counted => Ok(seen_values(visit, field, counted?)),
    }
}

fn seen_values(visit: &Visit, field: Field, counted: Facet) -> Facet {
    let mut values: Vec<ValueCount> = Vec::with_capacity(counted.values.len());
    for ValueCount { value, count } in counted.values {
        let shown = seen::value(visit.sight, field, &value);
        match values.iter_mut().find(|other| other.value == *shown) {
            Some(same) => same.count += count,
            None => values.push(ValueCount { value: shown.into_owned(), count }),
        }
    }
    values.sort_by_key(|value| std::cmp::Reverse(value.count));
    Facet { values, ..counted }
}

/// How much of the most frequent value's count another one has: from 0 to [`SHARE_STEPS`].
pub(crate) fn share(count: u64, most: u64) -> u64 {
    (count.min(most) * SHARE_STEPS).div_ceil(most.max(1))
}
