//! Which rows of a segment pass.

use gatelog_query::{Bounds, Filter, Measure, Test};
use roaring::RoaringBitmap;

use super::{Part, fingerprint_candidates, passes_kind, passes_text, rows_where};
use crate::error::Result;
use crate::execute::evaluate::{Rows, complement};
use crate::execute::scan::{Budget, ScannedRow};
use crate::row::{Column, KindKey};
use crate::segment::Segment;

impl Part for Segment {
    fn row_count(&self) -> u32 {
        self.row_count()
    }

    fn rows_by_kind(&self, filter: &Filter) -> Result<Rows> {
        let none = || Rows::Set(RoaringBitmap::new());
        let Some(kinds) = self.dictionary(Column::Kind)? else { return Ok(none()) };
        let (passing, failing): (Vec<usize>, Vec<usize>) =
            (0..kinds.len()).partition(|position| passes_kind(filter, kinds.value(*position)));
        if failing.is_empty() {
            return Ok(Rows::All);
        }
        // Every row has a kind, so the smaller side says what the larger one is.
        let count = |positions: &[usize]| positions.iter().map(|at| kinds.count(*at)).sum::<u64>();
        if count(&passing) <= count(&failing) {
            return Ok(Rows::Set(self.rows_of(Column::Kind, &kinds, passing.into_iter())?));
        }
        let failing = self.rows_of(Column::Kind, &kinds, failing.into_iter())?;
        Ok(complement(Rows::Set(failing), self.row_count()))
    }

    fn rows_in_range(&self, measure: Measure, bounds: Bounds) -> Result<Rows> {
        let rows = 0..self.row_count();
        Ok(match measure {
            Measure::Time => {
                let (start, end) = self.rows_between(bounds.from, bounds.to)?;
                Rows::range(start..end.max(start), self.row_count())
            }
            Measure::Received => {
                let arrivals = self.arrivals()?;
                let received = rows.map(|row| arrivals.get(row).micros());
                Rows::Set(rows_where(received, |received| bounds.contain(received)))
            }
            Measure::Sequence => {
                let (first, sequences) = (self.summary().first_seq, self.sequences()?);
                let found = rows.map(|row| first + sequences.get(row as usize));
                let passes = |seq| bounds.contain(i64::try_from(seq).unwrap_or(i64::MAX));
                Rows::Set(rows_where(found, passes))
            }
        })
    }

    fn rows_by_value(&self, column: Column, test: &Test) -> Result<RoaringBitmap> {
        let Some(dictionary) = self.dictionary(column)? else {
            return Ok(match test {
                Test::Missing => (0..self.row_count()).collect(),
                _ => RoaringBitmap::new(),
            });
        };
        match test {
            Test::Equals(value) => match dictionary.find(value.as_bytes()) {
                Some(position) => self.rows_of(column, &dictionary, [position].into_iter()),
                None => Ok(RoaringBitmap::new()),
            },
            Test::OneOf(values) if values.len() < dictionary.len() => {
                let positions = values.iter().filter_map(|value| dictionary.find(value.as_bytes()));
                self.rows_of(column, &dictionary, positions)
            }
            Test::StartsWith(prefix) => {
                let positions = dictionary.with_prefix(prefix.as_bytes());
                self.rows_of(column, &dictionary, positions)
            }
            Test::Missing => {
                let Some(codes) = self.codes(column)? else { return Ok(RoaringBitmap::new()) };
                let codes = (0..self.row_count()).map(|row| codes.get(row as usize));
                Ok(rows_where(codes, |code| code == 0))
            }
            Test::OneOf(_) | Test::Is(..) | Test::Like(_) | Test::Within(_) => {
                let passing =
                    (0..dictionary.len()).filter(|at| passes_text(test, dictionary.value(*at)));
                self.rows_of(column, &dictionary, passing)
            }
        }
    }

    fn candidates(&self, column: Column, test: &Test) -> Result<RoaringBitmap> {
        let Some(bytes) = self.fingerprints(column)? else {
            return Ok(match test {
                Test::Missing => (0..self.row_count()).collect(),
                _ => RoaringBitmap::new(),
            });
        };
        let (pairs, _) = bytes.as_chunks::<2>();
        Ok(fingerprint_candidates(pairs.iter().map(|pair| u16::from_le_bytes(*pair)), test))
    }

    fn for_each_scanned(
        &self,
        within: &Rows,
        budget: &Budget,
        mut visit: impl FnMut(u32, &ScannedRow),
    ) -> Result<()> {
        let rows = within.clone().into_set(self.row_count());
        budget.take(rows.len())?;
        let (Some(kinds), Some(codes)) =
            (self.dictionary(Column::Kind)?, self.codes(Column::Kind)?)
        else {
            return Ok(());
        };
        let formats: Vec<_> =
            (0..kinds.len()).map(|at| KindKey::decode(kinds.value(at)).map(|k| k.format)).collect();
        for row in rows {
            let code = usize::try_from(codes.get(row as usize)).unwrap_or(0);
            let format = code.checked_sub(1).and_then(|at| formats.get(at)).copied().flatten();
            let Some(format) = format else { continue };
            let stored = self.record(row)?;
            visit(row, &ScannedRow { format, id: stored.derived_id, record: stored.record });
        }
        Ok(())
    }
}
