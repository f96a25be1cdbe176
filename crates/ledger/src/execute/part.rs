//! What segments and memtables have in common: they can say which of their rows pass a test.
//!
//! - [`segment`]: from dictionaries, postings, packed columns and record blocks.
//! - [`words`]: from a segment's words.
//! - [`table`]: from a memtable, locked for one condition at a time.

use std::sync::Arc;

use gatelog_query::{Bounds, Measure, Test};
use roaring::RoaringBitmap;

use super::plan::{DerivedTest, KindTest};
use super::rows::{Rows, ValueRows};
use super::scan::{Budget, RowTest, ScannedRow, Wanted};
use super::words::{FoundRows, WordTest};
use crate::error::Result;
use crate::row::{Column, fingerprint};

mod segment;
mod table;
mod words;

pub(crate) use table::TablePart;

/// Something that can say which of its rows pass a test.
pub(crate) trait Part {
    /// How many rows it has, as far as this question sees them.
    fn row_count(&self) -> u32;
    /// Rows whose kind passes.
    fn rows_by_kind(&self, test: &KindTest) -> Result<Rows>;
    /// Rows of which a number lies within bounds.
    fn rows_in_range(&self, measure: Measure, bounds: Bounds) -> Result<Rows>;
    /// Whether it has a column's values; of an old segment they may be in its records only.
    fn keeps(&self, column: Column) -> Result<bool>;
    /// Rows whose value in a dictionary column passes.
    fn rows_by_value(&self, column: Column, test: &Test) -> Result<Rows>;
    /// Rows of which what follows from the value in a dictionary column passes.
    fn rows_by_derived(&self, test: &DerivedTest) -> Result<Rows>;
    /// Rows that have one of the values with these codes, 0 standing for no value.
    fn rows_with(&self, column: Column, codes: &[u32]) -> Result<Arc<RoaringBitmap>>;
    /// Rows that may pass, in a column without a dictionary.
    fn candidates(&self, column: Column, test: &Test) -> Result<RoaringBitmap>;
    /// Rows that pass and rows that may; `None` if there is no index of words.
    fn rows_by_words(&self, test: &WordTest) -> Result<Option<FoundRows>>;
    /// Hands every row of `within` to `visit`, in the order in which they are kept; rows that are
    /// not `wanted` may be left out.
    fn for_each_scanned(
        &self,
        within: &Rows,
        budget: &Budget,
        wanted: Option<&Wanted<'_>>,
        visit: impl FnMut(u32, &ScannedRow),
    ) -> Result<()>;

    /// Those of the rows `within` that pass, by their records.
    fn rows_by_record(&self, test: &RowTest<'_>, within: &Rows, budget: &Budget) -> Result<Rows> {
        let mut passing = RoaringBitmap::new();
        let wanted = test.wanted();
        self.for_each_scanned(within, budget, wanted.as_ref(), |row, scanned| {
            if test.passes(scanned) {
                passing.insert(row);
            }
        })?;
        Ok(Rows::only(passing))
    }
}

/// Rows whose kinds have the numbers `passing`, out of `row_count`; the other kinds are `failing`.
fn rows_of_kinds(
    (passing, failing): (Vec<u32>, Vec<u32>),
    row_count: u32,
    count: impl Fn(u32) -> u64,
) -> Rows {
    if failing.is_empty() {
        return Rows::All;
    }
    let passing = value_rows(Column::Kind, passing, count);
    // Every row has a kind, so the smaller side says what the larger one is.
    let others = u64::from(row_count).saturating_sub(passing.count);
    if passing.count <= others {
        return Rows::Values(passing);
    }
    let failing = value_rows(Column::Kind, failing, |_| 0);
    Rows::Values(ValueRows { count: others, ..failing }).complement(row_count)
}

/// The rows of the values with these numbers, of which each has so many.
fn value_rows(column: Column, numbers: Vec<u32>, count: impl Fn(u32) -> u64) -> ValueRows {
    let total = numbers.iter().map(|number| count(*number)).fold(0, u64::saturating_add);
    let codes = numbers.into_iter().map(|number| number.saturating_add(1)).collect();
    ValueRows { column, codes, is_complement: false, count: total }
}

fn passes_text(test: &Test, value: &[u8]) -> bool {
    std::str::from_utf8(value).is_ok_and(|text| test.passes(Some(text)))
}

/// Rows whose fingerprint does not rule them out.
fn fingerprint_candidates(fingerprints: impl Iterator<Item = u16>, test: &Test) -> RoaringBitmap {
    match test {
        Test::Equals(value) => {
            let wanted = fingerprint(value);
            rows_where(fingerprints, |found| found == wanted)
        }
        Test::Missing => rows_where(fingerprints, |found| found == 0),
        Test::OneOf(values) => {
            let wanted: Vec<u16> = values.iter().map(|value| fingerprint(value)).collect();
            rows_where(fingerprints, |found| wanted.contains(&found))
        }
        _ => rows_where(fingerprints, |found| found != 0),
    }
}

fn rows_where<T>(values: impl Iterator<Item = T>, passes: impl Fn(T) -> bool) -> RoaringBitmap {
    (0..).zip(values).filter_map(|(row, found)| passes(found).then_some(row)).collect()
}
