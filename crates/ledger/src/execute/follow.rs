//! Matching events in the order of their sequences: for those who poll and those who wait.

use std::ops::Range;
use std::sync::Arc;

use gatelog_query::{Derivation, Filter};
use roaring::RoaringBitmap;

use super::access::Access;
use super::evaluate::evaluate;
use super::part::TablePart;
use super::plan::Plan;
use super::room::Room;
use super::rows::Rows;
use super::scan::Budget;
use crate::error::{Error, Result};
use crate::limits::{HANDFUL_BYTES_MAX, PAGE_EVENTS_MAX};
use crate::row::{Sequence, StoredEvent};
use crate::segment::Segment;
use crate::tenant::{Table, View};

/// Events that follow a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Following {
    /// Matching events in the order of their sequences.
    pub events: Vec<StoredEvent>,
    /// Where to go on: every matching event before it is in here or was before `from`, and no
    /// other can appear there any more.
    pub next: Sequence,
    /// The sequence the next event to arrive will get: the watermark.
    pub head: Sequence,
}

/// Matching events from the sequence `from` on, `limit` at most and no more than
/// [`HANDFUL_BYTES_MAX`] hold; our own audit is left out, unless the filter asks for it. Where
/// records have to be read, it ends early rather than read more than one question may.
///
/// O(rows from there on), not of the ledger.
pub(crate) fn follow(
    view: &View,
    derivation: &Arc<dyn Derivation>,
    filter: &Filter,
    from: Sequence,
    limit: usize,
) -> Result<Following> {
    let plan = &Plan::new(&filter.clone().without_own_audit(), derivation);
    let mut room = Room { events: limit.min(PAGE_EVENTS_MAX), bytes: HANDFUL_BYTES_MAX };
    let budget = Budget::new();
    let parts = parts(view);
    let head = parts.last().map_or(0, |part| part.sequences().end);
    let mut following = Following { events: Vec::new(), next: from, head };
    let must_read = plan.access == Access::Records;
    for part in parts.iter().filter(|part| part.sequences().end > from) {
        let Range { start, end } = part.sequences();
        let mut start = start.max(from);
        let mut window_rows = WINDOW_ROWS;
        while start < end {
            let window = start..end.min(start.saturating_add(window_rows));
            if !must_read {
                // What is still missing seems to be rare, so few windows go through a large segment.
                window_rows = window_rows.saturating_mul(4);
            }
            match part.events(plan, window.clone(), &mut room, &budget) {
                // A budget is enough for many windows, so there is always some progress.
                Err(Error::TooBroad { .. }) if following.next > from => return Ok(following),
                found => following.events.extend(found?),
            }
            if !room.is_left() {
                let last = following.events.last();
                following.next = last.map_or(from, |last| last.position.seq + 1);
                return Ok(following);
            }
            following.next = window.end;
            start = window.end;
        }
    }
    Ok(following)
}

/// So many rows are looked at before it is looked whether it was enough.
const WINDOW_ROWS: u64 = 8 << 10;

/// A segment or a memtable, with the rows it had when the question was asked.
enum FollowedPart<'v> {
    Segment(&'v Segment),
    Table { table: &'v Table, first_seq: Sequence, row_count: u32 },
}

fn parts(view: &View) -> Vec<FollowedPart<'_>> {
    let segments = view.segments.iter().map(|segment| FollowedPart::Segment(segment));
    let tables = view.tables.iter().map(|table| {
        let rows = table.read();
        let (first_seq, row_count) = (rows.first_seq(), rows.row_count());
        FollowedPart::Table { table, first_seq, row_count }
    });
    segments.chain(tables).collect()
}

impl FollowedPart<'_> {
    fn sequences(&self) -> Range<Sequence> {
        let (first_seq, row_count) = match self {
            Self::Segment(segment) => (segment.summary().first_seq, segment.row_count()),
            Self::Table { first_seq, row_count, .. } => (*first_seq, *row_count),
        };
        first_seq..first_seq + u64::from(row_count)
    }

    /// Matching events whose sequence lies in the window, in its order.
    fn events(
        &self,
        plan: &Plan,
        window: Range<Sequence>,
        room: &mut Room,
        budget: &Budget,
    ) -> Result<Vec<StoredEvent>> {
        match self {
            Self::Segment(segment) => of_segment(segment, plan, window, room, budget),
            Self::Table { table, first_seq, row_count } => {
                let row = |seq: Sequence| {
                    u32::try_from(seq.saturating_sub(*first_seq)).unwrap_or(u32::MAX)
                };
                let rows = row(window.start)..row(window.end);
                of_table(&TablePart { table, row_count: *row_count }, plan, rows, room, budget)
            }
        }
    }
}

fn of_segment(
    segment: &Segment,
    plan: &Plan,
    window: Range<Sequence>,
    room: &mut Room,
    budget: &Budget,
) -> Result<Vec<StoredEvent>> {
    let (start, end) = (segment.summary().first_seq, segment.summary().end_seq());
    let within = if window == (start..end) {
        Rows::All
    } else {
        Rows::only(segment.rows_in_sequences(&window)?)
    };
    let mut found = evaluate(segment, plan, &within, budget)?.to_set(segment)?;
    if let Rows::Only(within) = &within {
        found &= &**within;
    }
    let found = found.into_iter().map(|row| Ok((segment.seq(row)?, row)));
    let mut rows: Vec<(Sequence, u32)> = found.collect::<Result<_>>()?;
    rows.sort_unstable();
    taken(rows.into_iter().map(|(_, row)| segment.event(row).map(Some)), room)
}

fn of_table(
    part: &TablePart<'_>,
    plan: &Plan,
    rows: Range<u32>,
    room: &mut Room,
    budget: &Budget,
) -> Result<Vec<StoredEvent>> {
    let within: RoaringBitmap = rows.collect();
    let found = evaluate(part, plan, &Rows::only(within.clone()), budget)?;
    let found = found.to_set(part)? & within;
    let table = part.table.read();
    taken(found.into_iter().map(|row| Ok(table.event(row))), room)
}

/// As many events as there is room for.
fn taken(
    mut events: impl Iterator<Item = Result<Option<StoredEvent>>>,
    room: &mut Room,
) -> Result<Vec<StoredEvent>> {
    let mut taken = Vec::new();
    while room.is_left()
        && let Some(event) = events.next()
    {
        taken.extend(event?.inspect(|event| room.take(event)));
    }
    Ok(taken)
}
