//! Matching events in the order of their sequences: for those who poll and those who wait.

use gatelog_query::Filter;
use roaring::RoaringBitmap;

use super::evaluate::{Rows, evaluate};
use super::part::TablePart;
use super::scan::Budget;
use crate::error::{Error, Result};
use crate::limits::PAGE_EVENTS_MAX;
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

/// Matching events from the sequence `from` on, `limit` at most; our own audit is left out, unless
/// the filter asks for it. Where records have to be read, it ends early rather than read more than
/// one question may.
///
/// O(rows from there on), not of the ledger.
pub(crate) fn follow(
    view: &View,
    filter: &Filter,
    from: Sequence,
    limit: usize,
) -> Result<Following> {
    let filter = &filter.clone().without_own_audit();
    let (limit, budget) = (limit.min(PAGE_EVENTS_MAX), Budget::new());
    let parts = parts(view);
    let head = parts.last().map_or(0, FollowedPart::end_seq);
    let mut following = Following { events: Vec::new(), next: from, head };
    for part in parts.iter().filter(|part| part.end_seq() > from) {
        let wanted = limit - following.events.len();
        match part.events(filter, from, wanted, &budget) {
            // A budget is enough for any one part, so there is always some progress.
            Err(Error::TooBroad { .. }) if following.next > from => break,
            found => following.events.extend(found?),
        }
        if following.events.len() >= limit {
            following.next = following.events.last().map_or(from, |last| last.position.seq + 1);
            break;
        }
        following.next = part.end_seq();
    }
    Ok(following)
}

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
    /// The sequence after its last row.
    fn end_seq(&self) -> Sequence {
        match self {
            Self::Segment(segment) => segment.summary().first_seq + u64::from(segment.row_count()),
            Self::Table { first_seq, row_count, .. } => first_seq + u64::from(*row_count),
        }
    }

    fn events(
        &self,
        filter: &Filter,
        from: Sequence,
        limit: usize,
        budget: &Budget,
    ) -> Result<Vec<StoredEvent>> {
        match self {
            Self::Segment(segment) => of_segment(segment, filter, from, limit, budget),
            Self::Table { table, first_seq, row_count } => {
                let part = TablePart { table, row_count: *row_count };
                let start = u32::try_from(from.saturating_sub(*first_seq)).unwrap_or(u32::MAX);
                of_table(&part, filter, start, limit, budget)
            }
        }
    }
}

fn of_segment(
    segment: &Segment,
    filter: &Filter,
    from: Sequence,
    limit: usize,
    budget: &Budget,
) -> Result<Vec<StoredEvent>> {
    let (first_seq, sequences) = (segment.summary().first_seq, segment.sequences()?);
    let seq = |row: u32| first_seq + sequences.get(row as usize);
    let within = match from.checked_sub(first_seq) {
        None | Some(0) => Rows::All,
        Some(_) => Rows::Set((0..segment.row_count()).filter(|row| seq(*row) >= from).collect()),
    };
    let found = evaluate(segment, filter, &within, budget)?.into_set(segment.row_count());
    let mut rows: Vec<(Sequence, u32)> =
        found.into_iter().map(|row| (seq(row), row)).filter(|(seq, _)| *seq >= from).collect();
    rows.sort_unstable();
    rows.into_iter().take(limit).map(|(_, row)| segment.event(row)).collect()
}

fn of_table(
    part: &TablePart<'_>,
    filter: &Filter,
    start: u32,
    limit: usize,
    budget: &Budget,
) -> Result<Vec<StoredEvent>> {
    let within: RoaringBitmap = (start..part.row_count).collect();
    let found = evaluate(part, filter, &Rows::Set(within.clone()), budget)?;
    let found = found.into_set(part.row_count) & within;
    let table = part.table.read();
    Ok(found.into_iter().take(limit).filter_map(|row| table.event(row)).collect())
}
