//! Matching rows of one part in the order of pages, bounded by time.

use std::ops::Range;
use std::sync::Arc;

use gatelog_event::time::UnixMicros;
use gatelog_query::Query;
use roaring::RoaringBitmap;

use super::access::{Access, access};
use super::evaluate::{Rows, evaluate};
use super::part::TablePart;
use super::scan::Budget;
use crate::error::Result;
use crate::row::{Position, StoredEvent};
use crate::segment::Segment;
use crate::tenant::{Table, View};

/// Matching rows of one part, addressed by their rank: 0 is the earliest.
#[derive(Debug)]
pub(crate) enum Run {
    /// Of a segment, whose rows stand in the order of time.
    Segment(Arc<Segment>, RowSet),
    /// Of a memtable: numbers of its rows in the order of time.
    Table(Arc<Table>, Vec<u32>),
}

/// Rows of a segment.
#[derive(Clone, Debug)]
pub(crate) enum RowSet {
    /// All rows of a range.
    Range(Range<u32>),
    /// These rows.
    Set(RoaringBitmap),
}

/// The matching rows of every part that has some. Every answer in the order of time is made of
/// them, so here our own audit is left out, unless the query asks for it.
///
/// # Errors
/// [`crate::Error::Corrupt`], [`crate::Error::Io`] or [`crate::Error::TooBroad`].
pub(crate) fn runs(view: &View, query: &Query, budget: &Budget) -> Result<Vec<Run>> {
    let query = &Query { filter: query.filter.clone().without_own_audit(), ..query.clone() };
    let mut runs = Vec::with_capacity(view.segments.len() + view.tables.len());
    for segment in view.segments.iter().filter(|segment| may_cover(segment, query)) {
        let rows = segment_rows(segment, query, budget)?;
        runs.push(Run::Segment(Arc::clone(segment), rows));
    }
    for table in &view.tables {
        let rows = table_rows(table, query, budget)?;
        runs.push(Run::Table(Arc::clone(table), rows));
    }
    runs.retain(|run| run.len() > 0);
    Ok(runs)
}

/// Whether a segment has rows in the asked time, by its bounds alone.
pub(crate) fn may_cover(segment: &Segment, query: &Query) -> bool {
    let summary = segment.summary();
    query.from.is_none_or(|from| from <= summary.time_max)
        && query.to.is_none_or(|to| summary.time_min < to)
}

fn segment_rows(segment: &Segment, query: &Query, budget: &Budget) -> Result<RowSet> {
    let bound = |time: Option<UnixMicros>| time.map(UnixMicros::micros);
    let (start, end) = segment.rows_between(bound(query.from), bound(query.to))?;
    // A range that ends before it begins is empty.
    let range = start..end.max(start);
    let within = Rows::range(range.clone(), segment.row_count());
    Ok(match evaluate(segment, &query.filter, &within, budget)? {
        Rows::All => RowSet::Range(range),
        Rows::Set(mut rows) => {
            rows.remove_range(..range.start);
            rows.remove_range(range.end..);
            RowSet::Set(rows)
        }
    })
}

fn table_rows(table: &Table, query: &Query, budget: &Budget) -> Result<Vec<u32>> {
    let (mut window, row_count) = {
        let table = table.read();
        let by_time = table.by_time();
        let bound = |time: UnixMicros| by_time.partition_point(|row| table.time(*row) < time);
        let start = query.from.map_or(0, bound);
        let end = query.to.map_or(by_time.len(), bound);
        let window = by_time.get(start..end.max(start)).unwrap_or_default();
        (window.to_vec(), table.row_count())
    };
    let is_all = window.len() == row_count as usize;
    let within = if is_all || access(&query.filter) < Access::Fingerprints {
        Rows::All
    } else {
        Rows::Set(window.iter().copied().collect())
    };
    let part = TablePart { table, row_count };
    Ok(match evaluate(&part, &query.filter, &within, budget)? {
        Rows::All => window,
        Rows::Set(rows) if rows.len() < window.len() as u64 / 64 => {
            let mut few: Vec<u32> = rows.into_iter().filter(|row| *row < row_count).collect();
            let table = table.read();
            few.retain(|row| query.covers(table.time(*row)));
            few.sort_by_key(|row| table.position(*row));
            few
        }
        Rows::Set(rows) => {
            window.retain(|row| rows.contains(*row));
            window
        }
    })
}

impl Run {
    /// How many rows there are.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Segment(_, RowSet::Range(range)) => u64::from(range.end - range.start),
            Self::Segment(_, RowSet::Set(rows)) => rows.len(),
            Self::Table(_, rows) => rows.len() as u64,
        }
    }

    /// Times between which all rows lie, without opening anything.
    pub(crate) fn time_bounds(&self) -> (UnixMicros, UnixMicros) {
        match self {
            Self::Segment(segment, _) => (segment.summary().time_min, segment.summary().time_max),
            Self::Table(table, rows) => {
                let table = table.read();
                let time =
                    |row: Option<&u32>| row.map_or(UnixMicros::EPOCH, |row| table.time(*row));
                (time(rows.first()), time(rows.last()))
            }
        }
    }

    /// The position of the row with this rank.
    pub(crate) fn position(&self, rank: u64) -> Result<Position> {
        match self {
            Self::Segment(segment, rows) => segment.position(rows.select(rank)),
            Self::Table(table, rows) => Ok(table.read().position(number_at(rows, rank))),
        }
    }

    /// How many rows stand before `position`: the rank of the first that does not.
    pub(crate) fn rank(&self, position: Position) -> Result<u64> {
        let (earliest, latest) = self.time_bounds();
        if position.time < earliest {
            return Ok(0);
        }
        if position.time > latest {
            return Ok(self.len());
        }
        match self {
            Self::Segment(segment, rows) => Ok(rows.rank(segment.rows_before(position)?)),
            Self::Table(table, rows) => {
                let table = table.read();
                let before = rows.partition_point(|row| table.position(*row) < position);
                Ok(before as u64)
            }
        }
    }

    /// The event with this rank.
    pub(crate) fn event(&self, rank: u64) -> Result<Option<StoredEvent>> {
        match self {
            Self::Segment(segment, rows) => segment.event(rows.select(rank)).map(Some),
            Self::Table(table, rows) => Ok(table.read().event(number_at(rows, rank))),
        }
    }
}

fn number_at(rows: &[u32], rank: u64) -> u32 {
    let row = usize::try_from(rank).ok().and_then(|rank| rows.get(rank));
    row.copied().unwrap_or(u32::MAX)
}

impl RowSet {
    /// The row with this rank.
    fn select(&self, rank: u64) -> u32 {
        let rank = u32::try_from(rank).unwrap_or(u32::MAX);
        match self {
            Self::Range(range) => range.start.saturating_add(rank),
            Self::Set(rows) => rows.select(rank).unwrap_or(u32::MAX),
        }
    }

    /// How many of the rows are below `row`.
    fn rank(&self, row: u32) -> u64 {
        match self {
            Self::Range(range) => u64::from(row.clamp(range.start, range.end) - range.start),
            Self::Set(rows) => row.checked_sub(1).map_or(0, |last| rows.rank(last)),
        }
    }

    /// All rows in order.
    pub(crate) fn iter(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        match self {
            Self::Range(range) => Box::new(range.clone()),
            Self::Set(rows) => Box::new(rows.iter()),
        }
    }

    /// The rows of a segment with so many that are not among these, if they are few. That is the
    /// usual case of a query that asks for everything, in which our own audit is left out.
    pub(crate) fn few_others(&self, row_count: u32) -> Option<RoaringBitmap> {
        let Self::Set(rows) = self else { return None };
        if rows.len() < u64::from(row_count) / 4 * 3 {
            return None;
        }
        let mut others = RoaringBitmap::new();
        others.insert_range(0..row_count);
        Some(others - rows)
    }

    /// Whether these are all rows of a segment with that many.
    pub(crate) fn is_all_of(&self, row_count: u32) -> bool {
        matches!(self, Self::Range(range) if *range == (0..row_count))
    }
}
