//! Matching events in the order of their sequences: for those who poll and those who wait.

use gatelog_query::Filter;
use roaring::RoaringBitmap;

use super::evaluate::{Rows, evaluate};
use super::part::TablePart;
use super::scan::Budget;
use crate::error::Result;
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
/// the filter asks for it.
///
/// O(rows from there on), not of the ledger.
pub(crate) fn follow(
    view: &View,
    filter: &Filter,
    from: Sequence,
    limit: usize,
) -> Result<Following> {
    let filter = &filter.clone().without_own_audit();
    let limit = limit.min(PAGE_EVENTS_MAX);
    let budget = Budget::new();
    let mut events = Vec::new();
    let mut head = 0;
    for segment in view.segments.iter() {
        let summary = segment.summary();
        head = summary.first_seq + u64::from(summary.row_count);
        if head > from && events.len() < limit {
            events.extend(of_segment(segment, filter, from, limit - events.len(), &budget)?);
        }
    }
    for table in &view.tables {
        let (first_seq, row_count) = {
            let table = table.read();
            (table.first_seq(), table.row_count())
        };
        head = first_seq + u64::from(row_count);
        if head > from && events.len() < limit {
            let part = TablePart { table, row_count };
            events.extend(of_table(table, &part, filter, from, limit - events.len(), &budget)?);
        }
    }
    let last = events.last().map(|event: &StoredEvent| event.position.seq + 1);
    let next = if events.len() < limit { head.max(from) } else { last.unwrap_or(from) };
    Ok(Following { events, next, head })
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
    table: &Table,
    part: &TablePart<'_>,
    filter: &Filter,
    from: Sequence,
    limit: usize,
    budget: &Budget,
) -> Result<Vec<StoredEvent>> {
    let first_seq = table.read().first_seq();
    let start = u32::try_from(from.saturating_sub(first_seq)).unwrap_or(u32::MAX);
    let within: RoaringBitmap = (start..part.row_count).collect();
    let found = evaluate(part, filter, &Rows::Set(within.clone()), budget)?;
    let found = found.into_set(part.row_count) & within;
    let table = table.read();
    Ok(found.into_iter().take(limit).filter_map(|row| table.event(row)).collect())
}
