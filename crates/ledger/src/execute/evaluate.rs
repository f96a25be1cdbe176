//! A filter becomes the set of matching rows of one part, by bitmap algebra.

use gatelog_event::fields::IndexedField;
use gatelog_event::intake::indexed::indexed;
use gatelog_event::json::Document;
use gatelog_event::mapping;
use gatelog_query::{Field, Filter, Test};
use roaring::RoaringBitmap;

use crate::codec::bytes::small;
use crate::error::Result;
use crate::memtable::{MemColumn, MemTable};
use crate::row::{Column, KindKey, fingerprint};
use crate::segment::Segment;
use crate::segment::dictionary::Dictionary;

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
    /// Rows whose value in a dictionary column passes.
    fn rows_by_value(&self, column: Column, passes: &Passes<'_>) -> Result<RoaringBitmap>;
    /// Rows whose value passes, in a column kept as fingerprints.
    fn rows_by_fingerprint(&self, column: Column, test: &Test) -> Result<RoaringBitmap>;
}

/// How the values of a dictionary column are chosen.
pub(crate) enum Passes<'t> {
    /// By a test on the value as text.
    Text(&'t Test),
    /// By a test on a field that follows from the kind.
    Kind(Field, &'t Test),
}

impl Passes<'_> {
    fn value(&self, value: &[u8]) -> bool {
        match self {
            Self::Text(test) => {
                std::str::from_utf8(value).is_ok_and(|text| test.passes(Some(text)))
            }
            Self::Kind(field, test) => KindKey::decode(value).is_some_and(|key| {
                let (source, event_type, result) = (key.source, key.event_type, key.result);
                let kind = gatelog_query::filter::Kind { source, event_type, result };
                test.passes_kind(*field, kind)
            }),
        }
    }
}

/// The rows of `part` for which `filter` holds.
///
/// # Errors
/// [`crate::Error::Corrupt`] or [`crate::Error::Io`].
pub(crate) fn evaluate(part: &impl Part, filter: &Filter) -> Result<Rows> {
    Ok(match filter {
        Filter::All => Rows::All,
        Filter::And(filters) => {
            let mut rows = Rows::All;
            for filter in filters {
                rows = intersect(rows, evaluate(part, filter)?);
                if matches!(&rows, Rows::Set(set) if set.is_empty()) {
                    break;
                }
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
        Filter::Field(field, test) => Rows::Set(field_rows(part, *field, test)?),
    })
}

fn field_rows(part: &impl Part, field: Field, test: &Test) -> Result<RoaringBitmap> {
    let column = match field {
        Field::Id => Column::Id,
        Field::Indexed(field) => Column::Field(field),
        of_kind => return part.rows_by_value(Column::Kind, &Passes::Kind(of_kind, test)),
    };
    let test = &as_indexed(test);
    match column.dictionary_position() {
        Some(_) => part.rows_by_value(column, &Passes::Text(test)),
        None => part.rows_by_fingerprint(column, test),
    }
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
            Rows::Set(all - rows)
        }
    }
}

impl Part for MemTable {
    fn row_count(&self) -> u32 {
        self.row_count()
    }

    fn rows_by_value(&self, column: Column, passes: &Passes<'_>) -> Result<RoaringBitmap> {
        let Some(memory) = self.column(column) else {
            return Ok(RoaringBitmap::new());
        };
        Ok(match passes {
            Passes::Text(Test::Equals(value)) => {
                memory.rows(value.as_bytes()).cloned().unwrap_or_default()
            }
            Passes::Text(Test::Missing) => rows_without_value(memory, self.row_count()),
            _ => {
                let passing = memory.values().iter().filter(|(value, _)| passes.value(value));
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

    fn rows_by_value(&self, column: Column, passes: &Passes<'_>) -> Result<RoaringBitmap> {
        let Some(dictionary) = self.dictionary(column)? else {
            return Ok(match passes {
                Passes::Text(Test::Missing) => (0..self.row_count()).collect(),
                _ => RoaringBitmap::new(),
            });
        };
        if let Passes::Text(Test::Missing) = passes {
            let Some(codes) = self.codes(column)? else {
                return Ok(RoaringBitmap::new());
            };
            return Ok((0..self.row_count()).filter(|row| codes.get(*row as usize) == 0).collect());
        }
        let positions = passing_positions(&dictionary, passes);
        if positions.is_empty() {
            return Ok(RoaringBitmap::new());
        }
        self.rows_of(column, &dictionary, positions.into_iter())
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

fn passing_positions(dictionary: &Dictionary, passes: &Passes<'_>) -> Vec<usize> {
    match passes {
        Passes::Text(Test::Equals(value)) => {
            dictionary.find(value.as_bytes()).into_iter().collect()
        }
        Passes::Text(Test::StartsWith(prefix)) => {
            dictionary.with_prefix(prefix.as_bytes()).collect()
        }
        _ => (0..dictionary.len()).filter(|at| passes.value(dictionary.value(*at))).collect(),
    }
}

/// Rows whose fingerprint does not rule them out.
fn candidates(fingerprints: impl Iterator<Item = u16>, test: &Test) -> RoaringBitmap {
    let may_pass: Box<dyn Fn(u16) -> bool> = match test {
        Test::Equals(value) => {
            let wanted = fingerprint(value);
            Box::new(move |found| found == wanted)
        }
        Test::StartsWith(_) => Box::new(|found| found != 0),
        Test::Missing => Box::new(|found| found == 0),
    };
    let rows = fingerprints.enumerate().filter(|(_, found)| may_pass(*found));
    rows.map(|(row, _)| small(row)).collect()
}
