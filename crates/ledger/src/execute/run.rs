//! Matching rows of one part in the order of pages, bounded by time.
//!
//! - [`segment`]: of a segment; they are looked up when somebody needs to know which they are.
//! - [`table`]: of a memtable, as it was when the question was asked.
//! - [`row_set`]: rows of a segment within a range: how many lie where, and which comes next.

use std::ops::Range;
use std::sync::Arc;

use gatelog_event::time::UnixMicros;
use gatelog_query::{Derivation, Order, Query};

pub(crate) use self::row_set::{Form, RowSet};
pub(crate) use self::segment::SegmentRun;
pub(crate) use self::table::TableRun;
use super::access::Access;
use super::plan::Plan;
use super::scan::Budget;
use super::side_by_side::{ITEMS_PER_THREAD, RECORDS_PER_THREAD, side_by_side};
use crate::codec::bytes::small;
use crate::error::{Error, Result};
use crate::row::{Column, Position, StoredEvent};
use crate::segment::Segment;
use crate::tenant::View;

mod row_set;
mod segment;
mod table;

/// Matching rows of one part. Rows have the numbers they have there.
#[derive(Debug)]
pub(crate) enum Run {
    Segment(SegmentRun),
    Table(TableRun),
}

/// The matching rows of every part that has some. Every answer in the order of time is made of
/// them, so here our own audit is left out, unless the query asks for it.
///
/// # Errors
/// [`crate::Error::Corrupt`], [`crate::Error::Io`] or [`crate::Error::TooBroad`].
pub(crate) fn runs(
    view: &View,
    derivation: &Arc<dyn Derivation>,
    query: &Query,
    budget: &Budget,
) -> Result<Vec<Run>> {
    let plan = Plan::new(&query.filter.clone().without_own_audit(), derivation);
    let segments: Vec<&Arc<Segment>> =
        view.segments.iter().filter(|segment| may_cover(segment, query)).collect();
    let mut runs = segment_runs(&segments, query, &plan, budget)?;
    for table in &view.tables {
        runs.extend(TableRun::find(Arc::clone(table), query, &plan, budget)?.map(Run::Table));
    }
    Ok(runs)
}

/// Those of segments. Other threads are begun where words are looked for, where nothing of several
/// segments is in memory yet, and where more than a few records are to be read, which nobody knows
/// before it has come to that.
fn segment_runs(
    segments: &[&Arc<Segment>],
    query: &Query,
    plan: &Plan,
    budget: &Budget,
) -> Result<Vec<Run>> {
    let closed = segments.iter().filter(|segment| !segment.is_open()).count();
    let mut found = Vec::with_capacity(segments.len());
    if plan.access == Access::Records && closed == 0 {
        let few = Budget::of(RECORDS_PER_THREAD);
        for segment in segments {
            match SegmentRun::find(segment, query, plan, &few) {
                Err(Error::TooBroad { .. }) => break,
                run => found.push(run?),
            }
        }
        budget.take(few.spent())?;
    }
    let rest = segments.get(found.len()..).unwrap_or_default();
    let find = |segment: &&Arc<Segment>| SegmentRun::find(segment, query, plan, budget);
    if plan.access >= Access::Tokens || closed > ITEMS_PER_THREAD {
        found.extend(side_by_side(rest, ITEMS_PER_THREAD, find)?);
    } else {
        found.extend(rest.iter().map(find).collect::<Result<Vec<_>>>()?);
    }
    Ok(found.into_iter().flatten().map(Run::Segment).collect())
}

/// Whether a segment has rows in the asked time, by its bounds alone.
pub(crate) fn may_cover(segment: &Segment, query: &Query) -> bool {
    let summary = segment.summary();
    query.from.is_none_or(|from| from <= summary.time_max)
        && query.to.is_none_or(|to| summary.time_min < to)
}

impl Run {
    /// Those of its rows that match `plan` as well; `None` if there are none.
    pub(super) fn among(&self, plan: &Plan, budget: &Budget) -> Result<Option<Self>> {
        Ok(match self {
            Self::Segment(run) => run.among(plan, budget)?.map(Self::Segment),
            Self::Table(run) => run.among(plan, budget)?.map(Self::Table),
        })
    }

    /// How many rows there are; never none.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Segment(run) => run.len(),
            Self::Table(run) => run.len(),
        }
    }

    /// Times between which all rows lie, without opening anything.
    pub(crate) fn time_bounds(&self) -> (UnixMicros, UnixMicros) {
        match self {
            Self::Segment(run) => run.time_bounds(),
            Self::Table(run) => run.time_bounds(),
        }
    }

    /// The position of a row.
    pub(crate) fn position(&self, row: u32) -> Result<Position> {
        match self {
            Self::Segment(run) => run.segment().position(row),
            Self::Table(run) => Ok(run.table().read().position(row)),
        }
    }

    /// The positions of many rows.
    pub(crate) fn positions(&self, rows: &[u32]) -> Result<Vec<Position>> {
        match self {
            Self::Segment(run) => run.segment().positions(rows),
            Self::Table(run) => {
                let table = run.table().read();
                Ok(rows.iter().map(|row| table.position(*row)).collect())
            }
        }
    }

    /// How many rows stand before `position`.
    pub(crate) fn rank(&self, position: Position) -> Result<u64> {
        let (earliest, latest) = self.time_bounds();
        if position.time < earliest {
            return Ok(0);
        }
        if position.time > latest {
            return Ok(self.len());
        }
        match self {
            Self::Segment(run) => run.rank(position),
            Self::Table(run) => Ok(run.rank(position) as u64),
        }
    }

    /// Where rows of this time begin: in a segment the number of a row, in a memtable the rank of a
    /// matching one.
    pub(crate) fn place(&self, time: UnixMicros) -> Result<u32> {
        match self {
            Self::Segment(run) => run.place(time),
            Self::Table(run) => Ok(small(run.rank(Position { time, seq: 0 }))),
        }
    }

    /// The places of all rows.
    pub(crate) fn places(&self) -> Range<u32> {
        match self {
            Self::Segment(run) => run.range(),
            Self::Table(run) => 0..small(run.ordered().len()),
        }
    }

    /// How many rows have one of these places.
    pub(crate) fn count_in(&self, places: Range<u32>) -> Result<u64> {
        match self {
            Self::Segment(run) if places == run.range() => Ok(run.len()),
            Self::Segment(run) => Ok(run.rows()?.count_in(places)),
            Self::Table(_) => Ok(u64::from(places.end - places.start)),
        }
    }

    /// The row an order begins with: newest first, the last before `boundary`; oldest first, the
    /// first that does not stand before it.
    pub(crate) fn first(&self, order: Order, boundary: Option<Position>) -> Result<Option<u32>> {
        match (self, order) {
            (Self::Segment(run), Order::NewestFirst) => run.last_before(boundary),
            (Self::Segment(run), Order::OldestFirst) => run.first_from(boundary),
            (Self::Table(run), Order::NewestFirst) => Ok(run.last_before(boundary)),
            (Self::Table(run), Order::OldestFirst) => Ok(run.first_from(boundary)),
        }
    }

    /// The row that follows a row in an order.
    pub(crate) fn following(&self, order: Order, row: u32) -> Result<Option<u32>> {
        match self {
            Self::Segment(run) => {
                let rows = run.rows()?;
                Ok(match order {
                    Order::NewestFirst => rows.last_before(row),
                    Order::OldestFirst => rows.first_from(row.saturating_add(1)),
                })
            }
            Self::Table(_) => {
                let Position { time, seq } = self.position(row)?;
                let seq = if order == Order::OldestFirst { seq.saturating_add(1) } else { seq };
                self.first(order, Some(Position { time, seq }))
            }
        }
    }

    /// Whether it has a column's values.
    pub(crate) fn keeps(&self, column: Column) -> Result<bool> {
        match self {
            Self::Segment(run) => run.segment().keeps(column),
            Self::Table(_) => Ok(true),
        }
    }

    /// The event of a row.
    pub(crate) fn event(&self, row: u32) -> Result<Option<StoredEvent>> {
        match self {
            Self::Segment(run) => run.segment().event(row).map(Some),
            Self::Table(run) => Ok(run.table().read().event(row)),
        }
    }
}
