//! Which rows of a segment pass.

use std::sync::Arc;

use gatelog_query::{Bounds, Measure, Test};
use roaring::RoaringBitmap;

use super::words::rows_by_words;
use super::{Part, fingerprint_candidates, passes_text, rows_of_kinds, rows_where, value_rows};
use crate::codec::bytes::small;
use crate::error::Result;
use crate::execute::plan::{DerivedTest, KindTest};
use crate::execute::rows::{Rows, ValueRows};
use crate::execute::scan::{Budget, ScannedRow, Wanted};
use crate::execute::words::{FoundRows, WordTest};
use crate::row::{Column, KindKey};
use crate::segment::Segment;
use crate::segment::dictionary::Dictionary;
use crate::segment::present::every_row;
use crate::segment::read::ColumnValues;
use crate::segment::tokens::records::value_hashes;

impl Part for Segment {
    fn row_count(&self) -> u32 {
        self.row_count()
    }

    fn rows_by_kind(&self, test: &KindTest) -> Result<Rows> {
        let Some(kinds) = self.dictionary(Column::Kind)? else { return Ok(Rows::none()) };
        let sides = test.part((0..kinds.len()).map(|position| kinds.value(position)));
        Ok(rows_of_kinds(sides, self.row_count(), |number| kinds.count(number as usize)))
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
                Rows::only(rows_where(received, |received| bounds.contain(received)))
            }
            Measure::Sequence => {
                let (first, sequences) = (self.summary().first_seq, self.sequences()?);
                let found = rows.map(|row| first + sequences.get(row as usize));
                let passes = |seq| bounds.contain(i64::try_from(seq).unwrap_or(i64::MAX));
                Rows::only(rows_where(found, passes))
            }
        })
    }

    fn keeps(&self, column: Column) -> Result<bool> {
        self.keeps(column)
    }

    fn rows_by_value(&self, column: Column, test: &Test) -> Result<Rows> {
        let Some(values) = self.values(column)? else {
            return Ok(if *test == Test::Missing { Rows::All } else { Rows::none() });
        };
        if *test == Test::Missing {
            let count = u64::from(self.row_count()).saturating_sub(values.rows_with_value());
            let codes = [0].into();
            return Ok(Rows::Values(ValueRows { column, codes, is_complement: false, count }));
        }
        let found = match test {
            Test::Equals(value) => found_values(&values, column, [value])?,
            Test::OneOf(wanted) if wanted.len() < values.len() => {
                found_values(&values, column, &**wanted)?
            }
            _ => match self.dictionary(column)? {
                Some(dictionary) => passing_values(&dictionary, column, test),
                None => return Ok(Rows::none()),
            },
        };
        Ok(if found.codes.is_empty() { Rows::none() } else { Rows::Values(found) })
    }

    fn rows_by_derived(&self, test: &DerivedTest) -> Result<Rows> {
        let column = test.column();
        let passes_without = test.passes(None);
        let Some(dictionary) = self.dictionary(column)? else {
            return Ok(if passes_without { Rows::All } else { Rows::none() });
        };
        let text = |position: usize| str::from_utf8(dictionary.value(position)).ok();
        let passing = (0..dictionary.len()).filter(|position| test.passes(text(*position)));
        let count = |number: u32| dictionary.count(number as usize);
        let mut rows = value_rows(column, passing.map(small).collect(), count);
        if passes_without {
            let with_value: u64 = (0..dictionary.len()).map(|at| dictionary.count(at)).sum();
            rows.count += u64::from(self.row_count()).saturating_sub(with_value);
            rows.codes = std::iter::once(0).chain(rows.codes.iter().copied()).collect();
        }
        Ok(if rows.codes.is_empty() { Rows::none() } else { Rows::Values(rows) })
    }

    fn rows_with(&self, column: Column, codes: &[u32]) -> Result<Arc<RoaringBitmap>> {
        self.rows_of(column, codes)
    }

    fn candidates(&self, column: Column, test: &Test) -> Result<RoaringBitmap> {
        let Some(words) = self.words()? else { return by_fingerprint(self, column, test) };
        let present = self.rows_present(column)?;
        let may_have = match test {
            Test::Equals(value) => words.rows(&value_hashes(value))?,
            Test::OneOf(values) => {
                let mut rows = RoaringBitmap::new();
                for value in &**values {
                    rows |= words.rows(&value_hashes(value))?;
                }
                rows
            }
            Test::Missing => return Ok(every_row(self.row_count()) - present),
            _ => return Ok(present),
        };
        Ok(may_have & present)
    }

    fn rows_by_words(&self, test: &WordTest) -> Result<Option<FoundRows>> {
        rows_by_words(self, test)
    }

    fn for_each_scanned(
        &self,
        within: &Rows,
        budget: &Budget,
        wanted: Option<&Wanted<'_>>,
        mut visit: impl FnMut(u32, &ScannedRow),
    ) -> Result<()> {
        let rows = within.to_set(self)?;
        budget.take(rows.len())?;
        if rows.is_empty() {
            return Ok(());
        }
        let (Some(kinds), Some(codes)) =
            (self.dictionary(Column::Kind)?, self.codes(Column::Kind)?)
        else {
            return Ok(());
        };
        let formats: Vec<_> =
            (0..kinds.len()).map(|at| KindKey::decode(kinds.value(at)).map(|k| k.format)).collect();
        let wanted = match wanted {
            Some(wanted) if is_decided_by_strings(self, wanted)? => Some(&wanted.text),
            _ => None,
        };
        let mut records = self.records(wanted)?;
        for row in rows {
            if !records.may_be_wanted(row)? {
                continue;
            }
            let code = usize::try_from(codes.get(row as usize)).unwrap_or(0);
            let format = code.checked_sub(1).and_then(|at| formats.get(at)).copied().flatten();
            let Some(format) = format else { continue };
            let stored = records.read(row)?;
            visit(row, &ScannedRow { format, id: stored.derived_id, record: stored.record });
        }
        Ok(())
    }
}

/// Those of the wanted values that a column has.
fn found_values<'w>(
    values: &ColumnValues<'_>,
    column: Column,
    wanted: impl IntoIterator<Item = &'w String>,
) -> Result<ValueRows> {
    let (mut codes, mut count) = (Vec::new(), 0_u64);
    for value in wanted {
        if let Some(position) = values.find(value.as_bytes())? {
            codes.push(small(position).saturating_add(1));
            count = count.saturating_add(values.count(position)?);
        }
    }
    Ok(ValueRows { column, codes: codes.into(), is_complement: false, count })
}

/// The values of a column that pass.
fn passing_values(dictionary: &Dictionary, column: Column, test: &Test) -> ValueRows {
    let among = match test {
        Test::StartsWith(prefix) => dictionary.with_prefix(prefix.as_bytes()),
        _ => 0..dictionary.len(),
    };
    let passes = |position: &usize| passes_text(test, dictionary.value(*position));
    let numbers = among.filter(passes).map(small).collect();
    value_rows(column, numbers, |number| dictionary.count(number as usize))
}

/// Whether a record that states no wanted string cannot pass.
fn is_decided_by_strings(segment: &Segment, wanted: &Wanted<'_>) -> Result<bool> {
    Ok(match wanted.column {
        None => true,
        Some(column) => segment.words()?.is_some_and(|words| words.is_stated(column)),
    })
}

/// Rows that may pass, in a segment before version 3.
fn by_fingerprint(segment: &Segment, column: Column, test: &Test) -> Result<RoaringBitmap> {
    let Some(bytes) = segment.fingerprints(column)? else {
        return Ok(match test {
            Test::Missing => every_row(segment.row_count()),
            _ => RoaringBitmap::new(),
        });
    };
    let (pairs, _) = bytes.as_chunks::<2>();
    Ok(fingerprint_candidates(pairs.iter().map(|pair| u16::from_le_bytes(*pair)), test))
}
