//! Events as far as columns tell of them. Records are opened only for values that no column has.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::sync::Arc;

use gatelog_event::fields::IndexedField;
use gatelog_event::intake::IndexedValues;
use gatelog_event::intake::indexed::indexed;
use gatelog_event::json::Document;
use gatelog_event::mapping;
use gatelog_query::filter::Kind;
use roaring::RoaringBitmap;

use super::run::{Run, SegmentRun, TableRun};
use crate::error::Result;
use crate::row::{Column, KindKey, Position};
use crate::segment::Segment;
use crate::segment::codes::Codes;
use crate::segment::dictionary::Dictionary;

/// An event as far as columns tell of it.
#[derive(Clone, Copy, Debug)]
pub struct Glimpse<'g> {
    /// Its place in the order.
    pub position: Position,
    /// All the catalogue needs to know of it.
    pub kind: Kind<'g>,
    values: Values<'g>,
}

#[derive(Clone, Copy, Debug)]
enum Values<'g> {
    Row(&'g SegmentColumns<'g>, u32),
    Here(&'g IndexedValues),
}

/// Where a run's values are.
#[derive(Debug)]
enum Source<'r> {
    Segment(SegmentColumns<'r>),
    Table(&'r TableRun),
}

#[derive(Debug)]
struct SegmentColumns<'r> {
    segment: &'r Segment,
    kinds: Coded,
    fields: Vec<(IndexedField, FieldColumn)>,
}

#[derive(Debug)]
enum FieldColumn {
    Dictionary(Option<Coded>),
    /// In the records of these rows at most.
    Records(RoaringBitmap),
}

#[derive(Debug)]
struct Coded {
    dictionary: Arc<Dictionary>,
    codes: Arc<Codes>,
}

/// Hands the newest rows of runs, `limit` at most, to `visit`, newest first. `fields` are those that
/// it may ask for. O(rows that are handed over) of each run that is not older than all of these, and
/// of larger runs O(log rows) for each of them.
///
/// # Errors
/// [`crate::Error::Corrupt`], [`crate::Error::Io`], or those of `visit`.
pub(super) fn glimpse(
    runs: &[Run],
    fields: &[IndexedField],
    limit: usize,
    mut visit: impl FnMut(Glimpse<'_>) -> Result<()>,
) -> Result<()> {
    let sources = runs.iter().map(|run| Source::of(run, fields)).collect::<Result<Vec<_>>>()?;
    for (Reverse(position), number, row) in newest_of_all(runs, limit)? {
        match sources.get(number) {
            Some(Source::Segment(columns)) => {
                let kind = columns.kinds.value(row).and_then(KindKey::decode);
                let Some(KindKey { source, event_type, result, .. }) = kind else { continue };
                let kind = Kind { source, event_type, result };
                visit(Glimpse { position, kind, values: Values::Row(columns, row) })?;
            }
            Some(Source::Table(run)) => {
                // Copied, so that the writer does not wait for the visitor.
                let found =
                    run.table().read().row(row).map(|row| {
                        (row.source, row.event_type.clone(), row.result, row.index.clone())
                    });
                let Some((source, event_type, result, values)) = found else { continue };
                let kind = Kind { source, event_type: &event_type, result };
                visit(Glimpse { position, kind, values: Values::Here(&values) })?;
            }
            None => {}
        }
    }
    Ok(())
}

/// The newest rows of all runs, newest first, each with the number of its run. Of runs that are
/// older than these no row is looked at.
fn newest_of_all(runs: &[Run], limit: usize) -> Result<Vec<(Reverse<Position>, usize, u32)>> {
    let latest = |run: &Run| run.time_bounds().1;
    let mut numbered: Vec<(usize, &Run)> = runs.iter().enumerate().collect();
    numbered.sort_by_key(|(_, run)| Reverse(latest(run)));
    let mut newest: Vec<(Reverse<Position>, usize, u32)> = Vec::new();
    for (number, run) in numbered {
        let is_older = |(earliest, ..): &(Reverse<Position>, _, _)| latest(run) < earliest.0.time;
        if newest.len() >= limit && newest.last().is_some_and(is_older) {
            break;
        }
        let rows = newest_rows(run, limit)?;
        let positions = run.positions(&rows)?.into_iter().zip(rows);
        newest.extend(positions.map(|(position, row)| (Reverse(position), number, row)));
        newest.sort_unstable();
        newest.truncate(limit);
    }
    Ok(newest)
}

/// The newest rows of a run, in no order.
fn newest_rows(run: &Run, limit: usize) -> Result<Vec<u32>> {
    let set = match run {
        Run::Table(run) => {
            let ordered = run.ordered();
            let older = ordered.len().saturating_sub(limit);
            return Ok(ordered.get(older..).unwrap_or_default().to_vec());
        }
        Run::Segment(run) => run.rows()?,
    };
    let mut rows = Vec::new();
    if run.len() <= limit as u64 {
        set.for_each(|row| rows.push(row));
        return Ok(rows);
    }
    let mut end = set.range().end;
    while let Some(row) = set.last_before(end).filter(|_| rows.len() < limit) {
        rows.push(row);
        end = row;
    }
    Ok(rows)
}

impl Glimpse<'_> {
    /// The value of one of the fields that were named beforehand, as far as it is indexed.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] or [`crate::Error::Io`], where the record has to be read.
    pub fn value(&self, field: IndexedField) -> Result<Option<Cow<'_, str>>> {
        match self.values {
            Values::Here(values) => Ok(values.get(field).map(Cow::Borrowed)),
            Values::Row(columns, row) => columns.value(field, row),
        }
    }
}

impl<'r> Source<'r> {
    fn of(run: &'r Run, fields: &[IndexedField]) -> Result<Self> {
        Ok(match run {
            Run::Segment(run) => Self::Segment(SegmentColumns::of(run, fields)?),
            Run::Table(run) => Self::Table(run),
        })
    }
}

impl<'r> SegmentColumns<'r> {
    fn of(run: &'r SegmentRun, fields: &[IndexedField]) -> Result<Self> {
        let segment = run.segment();
        let kinds = Coded::of(segment, Column::Kind)?.ok_or_else(|| segment.missing("kinds"))?;
        let column = |field: &IndexedField| {
            let column = Column::Field(*field);
            let is_coded = column.dictionary_position().is_some() && segment.keeps(column)?;
            Ok((
                *field,
                match is_coded {
                    true => FieldColumn::Dictionary(Coded::of(segment, column)?),
                    false => FieldColumn::Records(segment.rows_that_may_have(column)?),
                },
            ))
        };
        Ok(Self { segment, kinds, fields: fields.iter().map(column).collect::<Result<_>>()? })
    }

    fn value(&self, field: IndexedField, row: u32) -> Result<Option<Cow<'_, str>>> {
        let column = self.fields.iter().find(|(known, _)| *known == field);
        Ok(match column {
            Some((_, FieldColumn::Dictionary(coded))) => {
                let value = coded.as_ref().and_then(|coded| coded.value(row));
                value.map(text)
            }
            Some((_, FieldColumn::Records(rows))) if rows.contains(row) => {
                let event = self.segment.event(row)?;
                let document = Document::parse(&event.record).ok();
                let fields =
                    document.as_ref().and_then(|record| mapping::map(event.format, record).ok());
                let value = fields.as_ref().and_then(|fields| field.value(fields));
                value.map(|value| Cow::Owned(indexed(value).to_owned()))
            }
            _ => None,
        })
    }
}

/// A value as text. Nearly always it is; looking for what is not costs far more than knowing that.
fn text(value: &[u8]) -> Cow<'_, str> {
    str::from_utf8(value).map_or_else(|_| String::from_utf8_lossy(value), Cow::Borrowed)
}

impl Coded {
    fn of(segment: &Segment, column: Column) -> Result<Option<Self>> {
        let (dictionary, codes) = (segment.dictionary(column)?, segment.codes(column)?);
        Ok(dictionary.zip(codes).map(|(dictionary, codes)| Self { dictionary, codes }))
    }

    fn value(&self, row: u32) -> Option<&[u8]> {
        let position = usize::try_from(self.codes.get(row as usize)).ok()?.checked_sub(1)?;
        Some(self.dictionary.value(position))
    }
}
