//! The most frequent values of a field, as lists beside events show them.

use gatelog_ledger::{Error, Facet, Matches};
use gatelog_query::{Field, Grouping};

use crate::problem::Problem;

/// Steps in which a value's share is shown, as the style sheet knows them.
const SHARE_STEPS: u64 = 10;

/// The most frequent values, `values_max` at most. A field with more values than are counted has
/// none, so that the page has its other lists.
///
/// # Errors
/// [`Problem::Ledger`].
pub(crate) fn most_frequent(
    matches: &Matches,
    field: Field,
    values_max: usize,
) -> Result<Facet, Problem> {
    match matches.facet(&Grouping::Field(field), values_max) {
        Err(Error::TooManyValues { .. }) => Ok(Facet::default()),
        counted => Ok(counted?),
    }
}

/// How much of the most frequent value's count another one has: from 0 to [`SHARE_STEPS`].
pub(crate) fn share(count: u64, most: u64) -> u64 {
    (count.min(most) * SHARE_STEPS).div_ceil(most.max(1))
}
