//! A filter becomes the set of matching rows of one part, by bitmap algebra.

use gatelog_query::{Field, Filter, Test};
use roaring::RoaringBitmap;

use super::access::{Access, access};
use super::part::Part;
use super::scan::{Budget, RowTest};
use crate::error::Result;
use crate::row::Column;

/// The rows of a part that match.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rows {
    /// Every row.
    All,
    /// These rows.
    Set(RoaringBitmap),
}

/// The rows of `part` for which `filter` holds. The answer is exact for rows of `within`; of
/// others, which are not asked for, it may say anything.
///
/// # Errors
/// [`crate::Error::Corrupt`], [`crate::Error::Io`] or [`crate::Error::TooBroad`].
pub(crate) fn evaluate(
    part: &impl Part,
    filter: &Filter,
    within: &Rows,
    budget: &Budget,
) -> Result<Rows> {
    Ok(match filter {
        Filter::All => Rows::All,
        of_kind if of_kind.is_of_kind() => part.rows_by_kind(of_kind)?,
        Filter::And(filters) => all_of(part, filters, within, budget)?,
        Filter::Or(filters) => any_of(part, filters, within, budget)?,
        Filter::Not(filter) => {
            complement(evaluate(part, filter, within, budget)?, part.row_count())
        }
        Filter::Range(measure, bounds) => part.rows_in_range(*measure, *bounds)?,
        Filter::Record(test) => {
            part.rows_by_record(&RowTest::Record(test), within, budget).map(Rows::Set)?
        }
        Filter::Field(field, test) => {
            // Of fields without an index the whole value is compared.
            let test = &match field {
                Field::Indexed(_) => test.as_indexed(),
                _ => test.clone(),
            };
            let row_test = RowTest::Field(*field, test);
            Rows::Set(match (access(filter), column(*field)) {
                (Access::Bitmaps, Some(column)) => part.rows_by_value(column, test)?,
                (Access::Fingerprints, Some(column)) => {
                    let candidates = part.candidates(column, test)?;
                    match test {
                        Test::Missing => candidates,
                        _ => {
                            let among = intersect(Rows::Set(candidates), within);
                            part.rows_by_record(&row_test, &among, budget)?
                        }
                    }
                }
                _ => part.rows_by_record(&row_test, within, budget)?,
            })
        }
    })
}

/// What costs least narrows first; all that follows from the kind is one question.
fn all_of(part: &impl Part, filters: &[Filter], within: &Rows, budget: &Budget) -> Result<Rows> {
    let (of_kind, others): (Vec<&Filter>, Vec<&Filter>) =
        filters.iter().partition(|filter| filter.is_of_kind());
    let of_kind = Filter::And(of_kind.into_iter().cloned().collect());
    let mut ordered: Vec<&Filter> = others.into_iter().chain([&of_kind]).collect();
    ordered.sort_by_key(|filter| access(filter));
    let mut rows = Rows::All;
    for filter in ordered {
        if rows.is_empty() {
            break;
        }
        let found = if access(filter) >= Access::Fingerprints {
            evaluate(part, filter, &intersect(rows.clone(), within), budget)?
        } else {
            evaluate(part, filter, within, budget)?
        };
        rows = intersect(rows, &found);
    }
    Ok(rows)
}

/// Records are opened only for rows that nothing cheaper found.
fn any_of(part: &impl Part, filters: &[Filter], within: &Rows, budget: &Budget) -> Result<Rows> {
    let mut ordered: Vec<&Filter> = filters.iter().collect();
    ordered.sort_by_key(|filter| access(filter));
    let mut rows = Rows::Set(RoaringBitmap::new());
    for filter in ordered {
        let found = if access(filter) == Access::Records {
            let rest = complement(rows.clone(), part.row_count());
            evaluate(part, filter, &intersect(rest, within), budget)?
        } else {
            evaluate(part, filter, within, budget)?
        };
        rows = unite(rows, found);
    }
    Ok(rows)
}

/// The column a field is kept in, if it has one of its own.
pub(crate) fn column(field: Field) -> Option<Column> {
    match field {
        Field::Id => Some(Column::Id),
        Field::Submitter => Some(Column::Submitter),
        Field::Indexed(field) => Some(Column::Field(field)),
        of_kind if of_kind.is_of_kind() => Some(Column::Kind),
        _ => None,
    }
}

impl Rows {
    /// Rows of a range, out of `row_count`.
    pub(crate) fn range(range: std::ops::Range<u32>, row_count: u32) -> Self {
        if range == (0..row_count) { Self::All } else { Self::Set(every_row(range)) }
    }

    /// The rows as a set, out of `row_count`.
    pub(crate) fn into_set(self, row_count: u32) -> RoaringBitmap {
        match self {
            Self::All => every_row(0..row_count),
            Self::Set(rows) => rows,
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Set(rows) if rows.is_empty())
    }
}

fn intersect(left: Rows, right: &Rows) -> Rows {
    match (left, right) {
        (rows, Rows::All) => rows,
        (Rows::All, rows) => rows.clone(),
        (Rows::Set(left), Rows::Set(right)) => Rows::Set(left & right),
    }
}

fn unite(left: Rows, right: Rows) -> Rows {
    match (left, right) {
        (Rows::All, _) | (_, Rows::All) => Rows::All,
        (Rows::Set(left), Rows::Set(right)) => Rows::Set(left | right),
    }
}

/// All of a part's rows but these.
pub(crate) fn complement(rows: Rows, row_count: u32) -> Rows {
    match rows {
        Rows::All => Rows::Set(RoaringBitmap::new()),
        Rows::Set(rows) if rows.is_empty() => Rows::All,
        Rows::Set(rows) => Rows::Set(every_row(0..row_count) - rows),
    }
}

fn every_row(range: std::ops::Range<u32>) -> RoaringBitmap {
    let mut rows = RoaringBitmap::new();
    rows.insert_range(range);
    // Taking many single rows out of one long run is slow; out of plain bits it is not.
    rows.remove_run_compression();
    rows
}
