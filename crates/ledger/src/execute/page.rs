//! Matching events of all parts in order: one page by cursor or offset with the exact total, or as
//! many as there are.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

use gatelog_event::time::UnixMicros;
use gatelog_query::Order;

use super::room::Room;
use super::run::Run;
use crate::error::Result;
use crate::limits::{HANDFUL_BYTES_MAX, PAGE_BYTES_MAX, PAGE_EVENTS_MAX};
use crate::row::{Position, Sequence, StoredEvent};

/// Where a page begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PageStart {
    /// With the first event of the order.
    #[default]
    First,
    /// With the event that follows this position in the order. Stable under inserts.
    After(Position),
    /// After this many events.
    Offset(u64),
}

/// One page of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The events in the asked order.
    pub events: Vec<StoredEvent>,
    /// How many events match in all, on whatever page.
    pub total: u64,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Position>,
}

/// Finds one page among matching rows. Records are opened for its rows only; an offset costs a
/// bisection over time, not the rows it skips.
///
/// # Errors
/// [`crate::Error::Corrupt`] or [`crate::Error::Io`].
pub(crate) fn page(
    runs: &Arc<[Run]>,
    order: Order,
    start: PageStart,
    limit: usize,
) -> Result<Page> {
    let mut reading = Reading::open(runs, order, start)?;
    let events =
        reading.take(Room { events: limit.min(PAGE_EVENTS_MAX), bytes: PAGE_BYTES_MAX })?;
    let next = if reading.is_over() { None } else { events.last().map(|event| event.position) };
    Ok(Page { events, total: reading.total(), next })
}

/// Matching events in the asked order, however many, as they were when it was opened.
#[derive(Debug)]
pub struct Reading {
    merge: Merge,
    total: u64,
}

impl Reading {
    pub(crate) fn open(runs: &Arc<[Run]>, order: Order, start: PageStart) -> Result<Self> {
        let total = runs.iter().map(Run::len).sum();
        let boundary = boundary(runs, order, start, total)?;
        let mut merge = Merge::new(Arc::clone(runs), order, boundary);
        merge.settle()?;
        Ok(Self { merge, total })
    }

    /// How many events match in all, those before its start included.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Whether every event was returned.
    pub fn is_over(&self) -> bool {
        self.merge.heads.is_empty()
    }

    /// The next events, `limit` at most, and no more than [`HANDFUL_BYTES_MAX`] hold; none only at
    /// the end. May read from disk.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] with file and offset, [`crate::Error::Io`].
    pub fn events(&mut self, limit: usize) -> Result<Vec<StoredEvent>> {
        self.take(Room { events: limit, bytes: HANDFUL_BYTES_MAX })
    }

    fn take(&mut self, mut room: Room) -> Result<Vec<StoredEvent>> {
        let mut events = Vec::with_capacity(room.events.min(PAGE_EVENTS_MAX));
        while room.is_left()
            && let Some((run, row)) = self.merge.next()?
        {
            let event = run.event(row)?;
            events.extend(event.inspect(|event| room.take(event)));
        }
        Ok(events)
    }
}

/// The position that parts what comes before the page from the page: with newest first the page
/// holds rows before it, with oldest first rows at or after it. `None`: nothing comes before.
fn boundary(runs: &[Run], order: Order, start: PageStart, total: u64) -> Result<Option<Position>> {
    match (start, order) {
        (PageStart::First, _) | (PageStart::Offset(0), _) => Ok(None),
        (PageStart::After(position), Order::NewestFirst) => Ok(Some(position)),
        (PageStart::After(Position { time, seq }), Order::OldestFirst) => {
            Ok(Some(Position { time, seq: seq.saturating_add(1) }))
        }
        (PageStart::Offset(offset), Order::NewestFirst) => {
            position_with_rank(runs, total.saturating_sub(offset)).map(Some)
        }
        (PageStart::Offset(offset), Order::OldestFirst) => {
            position_with_rank(runs, offset).map(Some)
        }
    }
}

/// A position before which exactly `rank` rows stand, or all of them if there are fewer.
fn position_with_rank(runs: &[Run], rank: u64) -> Result<Position> {
    let rank_of = |position: Position| -> Result<u64> {
        runs.iter().try_fold(0, |sum, run| Ok(sum + run.rank(position)?))
    };
    let at = |micros: i64, seq: Sequence| Position { time: UnixMicros::clamped(micros), seq };
    // The latest time before which at most `rank` rows stand, then the same among its sequences.
    let bounds: Vec<(UnixMicros, UnixMicros)> = runs.iter().map(Run::time_bounds).collect();
    let earliest = bounds.iter().map(|(earliest, _)| earliest.micros()).min().unwrap_or(0);
    let latest = bounds.iter().map(|(_, latest)| latest.micros()).max().unwrap_or(0);
    let before = |micros: i64| rank_of(at(micros, 0));
    let time = last_that(earliest, latest.saturating_add(1), |micros| Ok(before(micros)? <= rank))?;
    if before(time)? == rank {
        return Ok(at(time, 0));
    }
    let seq = last_that(0, i64::MAX, |seq| Ok(rank_of(at(time, seq.unsigned_abs()))? <= rank))?;
    Ok(at(time, seq.unsigned_abs()))
}

/// The last number of `first..=last` that holds, if `first` does and none does after one that does
/// not.
fn last_that(first: i64, last: i64, holds: impl Fn(i64) -> Result<bool>) -> Result<i64> {
    let (mut low, mut high) = (first, last);
    while low < high {
        let middle = low + (high - low) / 2 + (high - low) % 2;
        if holds(middle)? {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}

/// Rows of all runs in the order of the page, from the boundary on.
///
/// A run is not opened before its bounds say that it may hold the next row.
#[derive(Debug)]
struct Merge {
    runs: Arc<[Run]>,
    order: Order,
    boundary: Option<Position>,
    heads: BinaryHeap<Head>,
}

/// The next row of one run.
#[derive(Clone, Copy, Debug)]
struct Head {
    order: Order,
    /// The row's position, or a bound of it.
    position: Position,
    run: usize,
    /// `None` until the run is opened.
    row: Option<u32>,
}

impl Merge {
    fn new(runs: Arc<[Run]>, order: Order, boundary: Option<Position>) -> Self {
        let mut heads = BinaryHeap::with_capacity(runs.len());
        for (number, run) in runs.iter().enumerate() {
            let (earliest, latest) = run.time_bounds();
            let (first, last) = (
                Position { time: earliest, seq: 0 },
                Position { time: latest, seq: Sequence::MAX },
            );
            let bound = match (order, boundary) {
                (Order::NewestFirst, Some(boundary)) if boundary <= first => continue,
                (Order::NewestFirst, Some(boundary)) => last.min(boundary),
                (Order::NewestFirst, None) => last,
                (Order::OldestFirst, Some(boundary)) if boundary > last => continue,
                (Order::OldestFirst, Some(boundary)) => first.max(boundary),
                (Order::OldestFirst, None) => first,
            };
            heads.push(Head { order, position: bound, run: number, row: None });
        }
        Self { runs, order, boundary, heads }
    }

    /// Opens runs until it is known which row is next, or that none is. A run that the boundary
    /// leaves no rows of is opened by the first call, as its bound is the boundary itself.
    fn settle(&mut self) -> Result<()> {
        while let Some(head) = self.heads.peek().filter(|head| head.row.is_none()).copied() {
            self.heads.pop();
            let Some(run) = self.runs.get(head.run) else { continue };
            if let Some(row) = run.first(self.order, self.boundary)? {
                self.heads.push(Head { position: run.position(row)?, row: Some(row), ..head });
            }
        }
        Ok(())
    }

    /// The run and the number of the next row.
    fn next(&mut self) -> Result<Option<(&Run, u32)>> {
        self.settle()?;
        let Some(head) = self.heads.pop() else { return Ok(None) };
        let (Some(run), Some(row)) = (self.runs.get(head.run), head.row) else { return Ok(None) };
        if let Some(following) = run.following(self.order, row)? {
            let position = run.position(following)?;
            self.heads.push(Head { position, row: Some(following), ..head });
        }
        Ok(Some((run, row)))
    }
}

impl Ord for Head {
    /// The greatest head is the next row, or a run that may hold it. No two rows have the same
    /// position, so a run whose bound is that of a row has only rows that follow it.
    fn cmp(&self, other: &Self) -> Ordering {
        let by_position = self.position.cmp(&other.position);
        match self.order {
            Order::NewestFirst => by_position,
            Order::OldestFirst => by_position.reverse(),
        }
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}
