//! What segments and memtables have in common: they can say which of their rows pass a test.
//!
//! - [`segment`]: from dictionaries, postings, packed columns and record blocks.
//! - [`table`]: from a memtable, locked for one condition at a time.

use gatelog_query::filter::Kind;
use gatelog_query::{Bounds, Filter, Measure, Test};
use roaring::RoaringBitmap;

use super::evaluate::Rows;
use super::scan::{Budget, RowTest, Scan, ScannedRow};
use crate::error::Result;
use crate::row::{Column, KindKey, fingerprint};

mod segment;
mod table;

pub(crate) use table::TablePart;

/// Something that can say which of its rows pass a test.
pub(crate) trait Part {
    /// How many rows it has, as far as this question sees them.
    fn row_count(&self) -> u32;
    /// Rows whose kind the filter, which asks for nothing else, holds for.
    fn rows_by_kind(&self, filter: &Filter) -> Result<Rows>;
    /// Rows of which a number lies within bounds.
    fn rows_in_range(&self, measure: Measure, bounds: Bounds) -> Result<Rows>;
    /// Rows whose value in a dictionary column passes.
    fn rows_by_value(&self, column: Column, test: &Test) -> Result<RoaringBitmap>;
    /// Rows that may pass, in a column kept as fingerprints.
    fn candidates(&self, column: Column, test: &Test) -> Result<RoaringBitmap>;
    /// Hands every row of `within` to `visit`, in the order in which they are kept.
    fn for_each_scanned(
        &self,
        within: &Rows,
        budget: &Budget,
        visit: impl FnMut(u32, &ScannedRow),
    ) -> Result<()>;

    /// Those of the rows `within` that pass, by their records.
    fn rows_by_record(
        &self,
        test: &RowTest<'_>,
        within: &Rows,
        budget: &Budget,
    ) -> Result<RoaringBitmap> {
        let scan = Scan::new(*test);
        let mut passing = RoaringBitmap::new();
        self.for_each_scanned(within, budget, |row, scanned| {
            if scan.passes(scanned) {
                passing.insert(row);
            }
        })?;
        Ok(passing)
    }
}

/// Whether a filter holds for the kind that a value of the kind column stands for.
fn passes_kind(filter: &Filter, value: &[u8]) -> bool {
    KindKey::decode(value).is_some_and(|key| {
        let KindKey { source, event_type, result, .. } = key;
        filter.matches_kind(Kind { source, event_type, result })
    })
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
