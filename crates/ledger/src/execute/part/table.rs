//! Which rows of a memtable pass.

use std::sync::Arc;

use gatelog_query::{Bounds, Measure, Test};
use roaring::{MultiOps, RoaringBitmap};

use super::{Part, fingerprint_candidates, passes_text, rows_of_kinds, rows_where};
use crate::codec::values::Values;
use crate::error::Result;
use crate::execute::plan::{DerivedTest, KindTest};
use crate::execute::rows::Rows;
use crate::execute::scan::{Budget, ScannedRow, Wanted};
use crate::execute::words::{FoundRows, WordTest};
use crate::row::Column;
use crate::tenant::Table;

/// Rows of which records are taken from a memtable at once: the writer waits as long as it takes
/// to copy this many references.
const ROWS_AT_ONCE: usize = 4_096;

/// The rows a memtable had when the question was asked. Later rows may be in its answers and are
/// not asked for. The lock is held for one condition at a time, and never while records are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TablePart<'t> {
    pub(crate) table: &'t Table,
    pub(crate) row_count: u32,
}

impl Part for TablePart<'_> {
    fn row_count(&self) -> u32 {
        self.row_count
    }

    fn rows_by_kind(&self, test: &KindTest) -> Result<Rows> {
        let table = self.table.read();
        let Some(kinds) = table.column(Column::Kind) else { return Ok(Rows::none()) };
        let sides = test.part(kinds.values().iter());
        let count = |number| match table.rows_of_kind(number) {
            Some(rows) if rows.max().is_some_and(|last| last >= self.row_count) => {
                rows.range_cardinality(..self.row_count)
            }
            rows => rows.map_or(0, RoaringBitmap::len),
        };
        Ok(rows_of_kinds(sides, self.row_count, count))
    }

    fn rows_in_range(&self, measure: Measure, bounds: Bounds) -> Result<Rows> {
        let table = self.table.read();
        let rows = 0..self.row_count;
        let first_seq = table.first_seq();
        let number = |row| match measure {
            Measure::Time => table.time(row).micros(),
            Measure::Received => table.received(row).micros(),
            Measure::Sequence => i64::try_from(first_seq + u64::from(row)).unwrap_or(i64::MAX),
        };
        Ok(Rows::only(rows_where(rows.map(number), |number| bounds.contain(number))))
    }

    fn keeps(&self, _column: Column) -> Result<bool> {
        Ok(true)
    }

    fn rows_by_value(&self, column: Column, test: &Test) -> Result<Rows> {
        let table = self.table.read();
        let Some(memory) = table.column(column) else { return Ok(Rows::none()) };
        let code_of = |value: &String| Some(memory.find(value.as_bytes())?.saturating_add(1));
        let codes: Vec<u32> = match test {
            Test::Equals(value) => code_of(value).into_iter().collect(),
            Test::Missing => vec![0],
            Test::OneOf(values) if values.len() < memory.values().len() => {
                values.iter().filter_map(code_of).collect()
            }
            Test::OneOf(_)
            | Test::StartsWith(_)
            | Test::Is(..)
            | Test::Like(_)
            | Test::Within(_) => {
                let values = (1..).zip(memory.values().iter());
                values.filter(|(_, value)| passes_text(test, value)).map(|(code, _)| code).collect()
            }
        };
        Ok(Rows::only(memory.rows_with(&codes, self.row_count)))
    }

    fn rows_by_derived(&self, test: &DerivedTest) -> Result<Rows> {
        let values = {
            let table = self.table.read();
            table.column(test.column()).map(|memory| memory.values().clone())
        };
        // What follows from values is found out without the lock, as it may take a while.
        let values = values.iter().flat_map(Values::iter);
        let passing =
            (1..).zip(values).filter(|(_, value)| test.passes(str::from_utf8(value).ok()));
        let without = test.passes(None).then_some(0);
        let codes: Vec<u32> = without.into_iter().chain(passing.map(|(code, _)| code)).collect();
        self.rows_with(test.column(), &codes).map(Rows::Only)
    }

    fn rows_with(&self, column: Column, codes: &[u32]) -> Result<Arc<RoaringBitmap>> {
        let table = self.table.read();
        if column != Column::Kind {
            let memory = table.column(column);
            let rows = memory.map(|memory| memory.rows_with(codes, self.row_count));
            return Ok(rows.unwrap_or_default().into());
        }
        let numbers = codes.iter().filter_map(|code| code.checked_sub(1));
        Ok(Arc::new(numbers.filter_map(|number| table.rows_of_kind(number)).union()))
    }

    fn candidates(&self, column: Column, test: &Test) -> Result<RoaringBitmap> {
        let table = self.table.read();
        Ok(fingerprint_candidates(table.fingerprints(column).iter().copied(), test))
    }

    fn rows_by_words(&self, _test: &WordTest) -> Result<Option<FoundRows>> {
        Ok(None)
    }

    fn for_each_scanned(
        &self,
        within: &Rows,
        budget: &Budget,
        _wanted: Option<&Wanted<'_>>,
        mut visit: impl FnMut(u32, &ScannedRow),
    ) -> Result<()> {
        let mut rows = within.to_set(self)?;
        rows.remove_range(self.row_count..);
        budget.take(rows.len())?;
        let mut rows = rows.into_iter();
        loop {
            let chunk: Vec<(u32, ScannedRow)> = {
                let table = self.table.read();
                let scanned = rows.by_ref().take(ROWS_AT_ONCE).filter_map(|row| {
                    let stored = table.row(row)?;
                    let id = stored.flags.derived_id().then(|| stored.id.clone());
                    let record = stored.record.clone();
                    Some((row, ScannedRow { format: stored.format, id, record }))
                });
                scanned.collect()
            };
            if chunk.is_empty() {
                return Ok(());
            }
            chunk.iter().for_each(|(row, scanned)| visit(*row, scanned));
        }
    }
}
