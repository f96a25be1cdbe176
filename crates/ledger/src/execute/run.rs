//! Matching rows of one part in the order of pages, bounded by time.
//!
//! - [`segment`]: of a segment; they are looked up when somebody needs to know which they are.
//! - [`table`]: of a memtable, as it was when the question was asked.
//! - [`row_set`]: rows of a segment within a range: how many lie where, and which comes next.

use std::ops::Range;
use std::sync::Arc;

use gatelog_event::time::UnixMicros;
use gatelog_query::{Order, Query};

pub(crate) use self::row_set::{Form, RowSet};
pub(crate) use self::segment::SegmentRun;
pub(crate) use self::table::TableRun;
use super::access::Access;
use super::plan::Plan;
use super::scan::Budget;
use super::side_by_side::{ITEMS_PER_THREAD, side_by_side};
use crate::codec::bytes::small;
use crate::error::Result;
use crate::row::{Position, StoredEvent};
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
pub(crate) fn runs(view: &View, query: &Query, budget: &Budget) -> Result<Vec<Run>> {
    let plan = Plan::new(&query.filter.clone().without_own_audit());
    let segments: Vec<&Arc<Segment>> =
        view.segments.iter().filter(|segment| may_cover(segment, query)).collect();
    let find = |segment: &&Arc<Segment>| SegmentRun::find(segment, query, &plan, budget);
    let found = match takes_long(&segments, &plan) {
        true => side_by_side(&segments, find)?,
        false => segments.iter().map(find).collect::<Result<_>>()?,
    };
    let mut runs: Vec<Run> = found.into_iter().flatten().map(Run::Segment).collect();
    for table in &view.tables {
        runs.extend(TableRun::find(Arc::clone(table), query, &plan, budget)?.map(Run::Table));
    }
    Ok(runs)
}

/// Whether it is worth beginning other threads: where words are looked for or records are read, and
/// where nothing of several segments is in memory yet.
fn takes_long(segments: &[&Arc<Segment>], plan: &Plan) -> bool {
    let closed = || segments.iter().filter(|segment| !segment.is_open()).count();
    plan.access >= Access::Tokens || closed() > ITEMS_PER_THREAD
}

/// Whether a segment has rows in the asked time, by its bounds alone.
pub(crate) fn may_cover(segment: &Segment, query: &Query) -> bool {
    let summary = segment.summary();
    query.from.is_none_or(|from| from <= summary.time_max)
        && query.to.is_none_or(|to| summary.time_min < to)
}

impl Run {
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

    /// The event of a row.
    pub(crate) fn event(&self, row: u32) -> Result<Option<StoredEvent>> {
        match self {
            Self::Segment(run) => run.segment().event(row).map(Some),
            Self::Table(run) => Ok(run.table().read().event(row)),
        }
    }
}
