//! Sets of a part's rows, and their algebra.
//!
//! Bitmaps are shared with the cache, so that combining sets copies one only where the outcome is
//! neither of the two. What most rows are in is kept as what is not in it: leaving out few rows
//! costs those few.

use std::ops::Range;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::part::Part;
use crate::error::Result;
use crate::row::Column;

/// The rows of a part that match.
#[derive(Clone, Debug)]
pub(crate) enum Rows {
    /// Every row.
    All,
    /// These rows.
    Only(Arc<RoaringBitmap>),
    /// Every row but these.
    Except(Arc<RoaringBitmap>),
    /// The rows of some values, known by their number until somebody needs to know which.
    Values(ValueRows),
}

/// The rows that have one of some values in a dictionary column.
#[derive(Clone, Debug)]
pub(crate) struct ValueRows {
    pub(crate) column: Column,
    /// Codes of the values, ascending; 0 stands for rows without a value.
    pub(crate) codes: Arc<[u32]>,
    /// Whether it is all other rows that are meant.
    pub(crate) is_complement: bool,
    /// How many rows are meant.
    pub(crate) count: u64,
}

impl Rows {
    /// No rows.
    pub(crate) fn none() -> Self {
        Self::Only(Arc::default())
    }

    /// These rows.
    pub(crate) fn only(rows: RoaringBitmap) -> Self {
        Self::Only(Arc::new(rows))
    }

    /// Rows of a range, out of `row_count`.
    pub(crate) fn range(range: Range<u32>, row_count: u32) -> Self {
        if range == (0..row_count) { Self::All } else { Self::only(every_row(range)) }
    }

    /// Whether it is known without looking closer that there are none.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Only(rows) => rows.is_empty(),
            Self::Values(rows) => rows.count == 0,
            Self::All | Self::Except(_) => false,
        }
    }

    /// All of a part's rows but these.
    pub(crate) fn complement(self, row_count: u32) -> Self {
        match self {
            Self::All => Self::none(),
            Self::Only(rows) if rows.is_empty() => Self::All,
            Self::Only(rows) => Self::Except(rows),
            Self::Except(rows) => Self::Only(rows),
            Self::Values(rows) => Self::Values(ValueRows {
                is_complement: !rows.is_complement,
                count: u64::from(row_count).saturating_sub(rows.count),
                ..rows
            }),
        }
    }

    /// The rows that are in both sets.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] or [`crate::Error::Io`].
    pub(crate) fn intersect(self, other: &Self, part: &impl Part) -> Result<Self> {
        if self.is_empty() || matches!(other, Self::All) {
            return Ok(self);
        }
        if other.is_empty() || matches!(self, Self::All) {
            return Ok(other.clone());
        }
        let (left, right) = (self.resolved(part)?, other.clone().resolved(part)?);
        Ok(match (left, right) {
            (Self::Only(left), Self::Only(right)) => Self::only(&*left & &*right),
            (Self::Only(rows), Self::Except(others)) | (Self::Except(others), Self::Only(rows)) => {
                if are_apart(&rows, &others) {
                    Self::Only(rows)
                } else {
                    Self::only(&*rows - &*others)
                }
            }
            (Self::Except(left), Self::Except(right)) => Self::Except(Arc::new(&*left | &*right)),
            // Resolved rows are of no other form.
            (rows, _) => rows,
        })
    }

    /// The rows that are in one of the sets.
    ///
    /// # Errors
    /// As [`Rows::intersect`].
    pub(crate) fn unite(self, other: Self, part: &impl Part) -> Result<Self> {
        if self.is_empty() {
            return Ok(other);
        }
        if other.is_empty() {
            return Ok(self);
        }
        let (left, right) = (self.resolved(part)?, other.resolved(part)?);
        if let (Self::Only(left), Self::Only(right)) = (&left, &right) {
            return Ok(Self::only(&**left | &**right));
        }
        let row_count = part.row_count();
        let neither = left.complement(row_count).intersect(&right.complement(row_count), part)?;
        Ok(neither.complement(row_count))
    }

    /// The same rows, with those of values looked up.
    ///
    /// # Errors
    /// As [`Rows::intersect`].
    pub(crate) fn resolved(self, part: &impl Part) -> Result<Self> {
        let Self::Values(values) = self else { return Ok(self) };
        let rows = part.rows_with(values.column, &values.codes)?;
        Ok(if values.is_complement { Self::Except(rows) } else { Self::Only(rows) })
    }

    /// The rows as a set.
    ///
    /// # Errors
    /// As [`Rows::intersect`].
    pub(crate) fn to_set(&self, part: &impl Part) -> Result<RoaringBitmap> {
        let row_count = part.row_count();
        Ok(match self.clone().resolved(part)? {
            Self::Only(rows) => Arc::unwrap_or_clone(rows),
            Self::Except(rows) => every_row(0..row_count) - &*rows,
            Self::All | Self::Values(_) => every_row(0..row_count),
        })
    }
}

/// Whether sets have no row in common. Few rows are looked up one by one rather than going through
/// all the others.
fn are_apart(rows: &RoaringBitmap, others: &RoaringBitmap) -> bool {
    if others.len() < rows.len() / 16 {
        others.iter().all(|row| !rows.contains(row))
    } else {
        rows.is_disjoint(others)
    }
}

fn every_row(range: Range<u32>) -> RoaringBitmap {
    let mut rows = RoaringBitmap::new();
    rows.insert_range(range);
    // Taking many single rows out of one long run is slow; out of plain bits it is not.
    rows.remove_run_compression();
    rows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sets_that_are_apart_have_no_row_in_common(
            rows in prop::collection::btree_set(0..2_000_u32, 100..300),
            others in prop::collection::btree_set(0..2_000_u32, 0..5),
        ) {
            let is_apart = rows.is_disjoint(&others);
            let (rows, others) = (rows.into_iter().collect(), others.into_iter().collect());
            prop_assert_eq!(are_apart(&rows, &others), is_apart);
            prop_assert_eq!(are_apart(&others, &rows), is_apart);
        }
    }
}
