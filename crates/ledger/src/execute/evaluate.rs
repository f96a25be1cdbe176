//! A filter becomes the set of matching rows of one part, by bitmap algebra.

use gatelog_event::fields::IndexedField;
use gatelog_event::intake::indexed::indexed;
use gatelog_event::json::Document;
use gatelog_event::mapping;
use gatelog_query::filter::Kind;
use gatelog_query::{Field, Filter, Test};
use roaring::RoaringBitmap;

use crate::error::Result;
use crate::memtable::{MemColumn, MemTable};
use crate::row::{Column, KindKey, fingerprint};
use crate::segment::Segment;

/// The rows of a part that match.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rows {
    /// Every row.
    All,
    /// These rows.
    Set(RoaringBitmap),
}

/// Something that can say which of its rows pass a test.
pub(crate) trait Part {
    fn row_count(&self) -> u32;
    /// Rows whose kind the filter, which asks for nothing else, holds for.
    fn rows_by_kind(&self, filter: &Filter) -> Result<Rows>;
    /// Rows whose value in a dictionary column passes.
    fn rows_by_value(&self, column: Column, test: &Test) -> Result<RoaringBitmap>;
    /// Rows whose value passes, in a column kept as fingerprints.
    fn rows_by_fingerprint(&self, column: Column, test: &Test) -> Result<RoaringBitmap>;
}

/// The rows of `part` for which `filter` holds.
///
/// # Errors
/// [`crate::Error::Corrupt`] or [`crate::Error::Io`].
pub(crate) fn evaluate(part: &impl Part, filter: &Filter) -> Result<Rows> {
    Ok(match filter {
        Filter::All => Rows::All,
        of_kind if of_kind.is_of_kind() => part.rows_by_kind(of_kind)?,
        Filter::And(filters) => {
            // What narrows most comes first; all that follows from the kind is one question.
            let (of_kind, others): (Vec<&Filter>, Vec<&Filter>) =
                filters.iter().partition(|filter| filter.is_of_kind());
            let of_kind = Filter::And(of_kind.into_iter().cloned().collect());
            let mut rows = Rows::All;
            for filter in others.into_iter().chain([&of_kind]) {
                if matches!(&rows, Rows::Set(set) if set.is_empty()) {
                    break;
                }
                rows = intersect(rows, evaluate(part, filter)?);
            }
            rows
        }
        Filter::Or(filters) => {
            let mut rows = Rows::Set(RoaringBitmap::new());
            for filter in filters {
                rows = unite(rows, evaluate(part, filter)?);
            }
            rows
        }
        Filter::Not(filter) => complement(evaluate(part, filter)?, part.row_count()),
        Filter::Field(Field::Indexed(field), test) => {
            Rows::Set(column_rows(part, Column::Field(*field), test)?)
        }
        // Fields that follow from the kind were answered above.
        Filter::Field(_, test) => Rows::Set(column_rows(part, Column::Id, test)?),
    })
}

fn column_rows(part: &impl Part, column: Column, test: &Test) -> Result<RoaringBitmap> {
    let test = &as_indexed(test);
    match column.dictionary_position() {
        Some(_) => part.rows_by_value(column, test),
        None => part.rows_by_fingerprint(column, test),
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

/// A test for values as far as they are indexed.
fn as_indexed(test: &Test) -> Test {
    match test {
        Test::Equals(value) => Test::Equals(indexed(value).to_owned()),
        other => other.clone(),
    }
}

fn intersect(left: Rows, right: Rows) -> Rows {
    match (left, right) {
        (Rows::All, rows) | (rows, Rows::All) => rows,
        (Rows::Set(left), Rows::Set(right)) => Rows::Set(left & right),
    }
}

fn unite(left: Rows, right: Rows) -> Rows {
    match (left, right) {
        (Rows::All, _) | (_, Rows::All) => Rows::All,
        (Rows::Set(left), Rows::Set(right)) => Rows::Set(left | right),
    }
}

fn complement(rows: Rows, row_count: u32) -> Rows {
    match rows {
        Rows::All => Rows::Set(RoaringBitmap::new()),
        Rows::Set(rows) => {
            let mut all = RoaringBitmap::new();
            all.insert_range(0..row_count);
            // Taking many single rows out of one long run is slow; out of plain bits it is not.
            all.remove_run_compression();
            Rows::Set(all - rows)
        }
    }
}

impl Part for MemTable {
    fn row_count(&self) -> u32 {
        self.row_count()
    }

    fn rows_by_kind(&self, filter: &Filter) -> Result<Rows> {
        let kinds = self.column(Column::Kind).map_or(&[][..], MemColumn::values);
        let (passing, failing): (Vec<_>, Vec<_>) =
            kinds.iter().partition(|(value, _)| passes_kind(filter, value));
        if failing.is_empty() {
            return Ok(Rows::All);
        }
        let rows = passing.iter().fold(RoaringBitmap::new(), |union, (_, rows)| union | rows);
        Ok(Rows::Set(rows))
    }

    fn rows_by_value(&self, column: Column, test: &Test) -> Result<RoaringBitmap> {
        let Some(memory) = self.column(column) else { return Ok(RoaringBitmap::new()) };
        Ok(match test {
            Test::Equals(value) => memory.rows(value.as_bytes()).cloned().unwrap_or_default(),
            Test::Missing => rows_without_value(memory, self.row_count()),
            Test::StartsWith(_) => {
                let passing = memory.values().iter().filter(|(value, _)| passes_text(test, value));
                passing.fold(RoaringBitmap::new(), |union, (_, rows)| union | rows)
            }
        })
    }

    fn rows_by_fingerprint(&self, column: Column, test: &Test) -> Result<RoaringBitmap> {
        let candidates = candidates(self.fingerprints(column).iter().copied(), test);
        Ok(candidates
            .into_iter()
            .filter(|number| {
                self.row(*number).is_some_and(|row| {
                    test.passes(match column {
                        Column::Field(field) => row.index.get(field),
                        _ => Some(&row.id),
                    })
                })
            })
            .collect())
    }
}

fn rows_without_value(memory: &MemColumn, row_count: u32) -> RoaringBitmap {
    (0..row_count).filter(|row| memory.code(*row) == 0).collect()
}

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

    fn rows_by_value(&self, column: Column, test: &Test) -> Result<RoaringBitmap> {
        let Some(dictionary) = self.dictionary(column)? else {
            return Ok(match test {
                Test::Missing => (0..self.row_count()).collect(),
                _ => RoaringBitmap::new(),
            });
        };
        let positions = match test {
            Test::Equals(value) => dictionary.find(value.as_bytes()).map_or(0..0, |at| at..at + 1),
            Test::StartsWith(prefix) => dictionary.with_prefix(prefix.as_bytes()),
            Test::Missing => {
                let Some(codes) = self.codes(column)? else { return Ok(RoaringBitmap::new()) };
                let rows = 0..self.row_count();
                return Ok(rows.filter(|row| codes.get(*row as usize) == 0).collect());
            }
        };
        if positions.is_empty() {
            return Ok(RoaringBitmap::new());
        }
        self.rows_of(column, &dictionary, positions)
    }

    fn rows_by_fingerprint(&self, column: Column, test: &Test) -> Result<RoaringBitmap> {
        let Some(bytes) = self.fingerprints(column)? else {
            return Ok(match test {
                Test::Missing => (0..self.row_count()).collect(),
                _ => RoaringBitmap::new(),
            });
        };
        let (pairs, _) = bytes.as_chunks::<2>();
        let candidates = candidates(pairs.iter().map(|pair| u16::from_le_bytes(*pair)), test);
        if let Test::Missing = test {
            return Ok(candidates);
        }
        let mut rows = RoaringBitmap::new();
        for row in candidates {
            if self.row_passes(row, column, test)? {
                rows.insert(row);
            }
        }
        Ok(rows)
    }
}

impl Segment {
    /// Confirms a candidate by its record.
    fn row_passes(&self, row: u32, column: Column, test: &Test) -> Result<bool> {
        let event = self.event(row)?;
        let Column::Field(field) = column else {
            return Ok(test.passes(Some(&event.id)));
        };
        let Ok(document) = Document::parse(&event.record) else {
            return Ok(false);
        };
        let Ok(fields) = mapping::map(event.format, &document) else {
            return Ok(false);
        };
        Ok(test.passes(IndexedField::value(field, &fields).map(indexed)))
    }
}

/// Rows whose fingerprint does not rule them out.
fn candidates(fingerprints: impl Iterator<Item = u16>, test: &Test) -> RoaringBitmap {
    match test {
        Test::Equals(value) => {
            let wanted = fingerprint(value);
            rows_where(fingerprints, |found| found == wanted)
        }
        Test::StartsWith(_) => rows_where(fingerprints, |found| found != 0),
        Test::Missing => rows_where(fingerprints, |found| found == 0),
    }
}

fn rows_where(
    fingerprints: impl Iterator<Item = u16>,
    passes: impl Fn(u16) -> bool,
) -> RoaringBitmap {
    let rows = (0..).zip(fingerprints).filter(|(_, found)| passes(*found));
    rows.map(|(row, _)| row).collect()
}
