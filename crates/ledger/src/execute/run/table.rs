//! Matching rows of a memtable.

use std::sync::{Arc, OnceLock};

use gatelog_event::time::UnixMicros;
use gatelog_query::Query;

use super::row_set::{Form, RowSet};
use crate::error::Result;
use crate::execute::access::Access;
use crate::execute::evaluate::evaluate;
use crate::execute::part::TablePart;
use crate::execute::plan::Plan;
use crate::execute::rows::Rows;
use crate::execute::scan::Budget;
use crate::memtable::MemTable;
use crate::row::Position;
use crate::tenant::Table;

/// Matching rows of a memtable as it was when the question was asked, however it grows.
#[derive(Debug)]
pub(crate) struct TableRun {
    table: Arc<Table>,
    row_count: u32,
    /// Matching rows, others besides those of the asked time included. Looked up.
    matching: Rows,
    from: Option<UnixMicros>,
    to: Option<UnixMicros>,
    /// Whether all rows lie in the asked time.
    is_whole: bool,
    len: u64,
    ordered: OnceLock<Vec<u32>>,
}

/// Of fewer than one row in this many, the rows are sorted rather than looked for.
const FEW_OF_ROWS: u64 = 64;

impl TableRun {
    /// `None` if no row matches.
    pub(super) fn find(
        table: Arc<Table>,
        query: &Query,
        plan: &Plan,
        budget: &Budget,
    ) -> Result<Option<Self>> {
        let Query { from, to, .. } = *query;
        let is_read = plan.access >= Access::Tokens;
        let (row_count, is_whole, window) = {
            let table = table.read();
            let window = between(&table, from, to);
            let is_whole = window.len() == table.by_time().len();
            let copied = if is_read && !is_whole { window.to_vec() } else { Vec::new() };
            (table.row_count(), is_whole, copied)
        };
        let within = match is_read && !is_whole {
            true => Rows::only(window.into_iter().collect()),
            false => Rows::All,
        };
        let part = TablePart { table: &table, row_count };
        let matching = evaluate(&part, plan, &within, budget)?.resolved(&part)?;
        let ordered = OnceLock::new();
        let run = Self { table, row_count, matching, from, to, is_whole, len: 0, ordered };
        Ok(run.counted())
    }

    /// Those of its rows that match `plan` as well; `None` if there are none.
    pub(super) fn among(&self, plan: &Plan, budget: &Budget) -> Result<Option<Self>> {
        let part = TablePart { table: &self.table, row_count: self.row_count };
        let within = Rows::Only(Arc::new(self.row_set().to_set()));
        let matching = evaluate(&part, plan, &within, budget)?.intersect(&self.matching, &part)?;
        let run = Self {
            table: Arc::clone(&self.table),
            matching: matching.resolved(&part)?,
            ordered: OnceLock::new(),
            ..*self
        };
        Ok(run.counted())
    }

    fn counted(mut self) -> Option<Self> {
        let total = u64::from(self.row_count);
        self.len = match &self.matching {
            _ if !self.is_whole => self.ordered().len() as u64,
            Rows::Only(rows) => rows.range_cardinality(..self.row_count),
            Rows::Except(rows) => total - rows.range_cardinality(..self.row_count),
            Rows::All | Rows::Values(_) => total,
        };
        Some(self).filter(|run| run.len > 0)
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    /// How many rows the memtable had.
    pub(crate) fn row_count(&self) -> u32 {
        self.row_count
    }

    /// Times between which all rows lie.
    pub(super) fn time_bounds(&self) -> (UnixMicros, UnixMicros) {
        let table = self.table.read();
        let time = |row: Option<&u32>| row.map_or(UnixMicros::EPOCH, |row| table.time(*row));
        (time(table.by_time().first()), time(table.by_time().last()))
    }

    /// The rows in the order of time. O(rows) the first time.
    pub(crate) fn ordered(&self) -> &[u32] {
        self.ordered.get_or_init(|| {
            let table = self.table.read();
            match &self.matching {
                Rows::Only(rows) if rows.len() < u64::from(self.row_count) / FEW_OF_ROWS => {
                    let has = |row: &u32| self.has(&table, *row);
                    let mut few: Vec<u32> = rows.iter().filter(has).collect();
                    few.sort_by_key(|row| table.position(*row));
                    few
                }
                // Later rows are beyond the end of what is looked up here.
                _ => {
                    let mut matches = vec![false; self.row_count as usize];
                    self.arrived().for_each(|row| {
                        matches.get_mut(row as usize).into_iter().for_each(|at| *at = true);
                    });
                    let has = |row: &u32| matches.get(*row as usize).copied().unwrap_or(false);
                    between(&table, self.from, self.to).iter().copied().filter(has).collect()
                }
            }
        })
    }

    /// Matching rows in the order they arrived, those of other times included.
    fn arrived(&self) -> RowSet {
        let form = match &self.matching {
            Rows::Only(rows) => Form::Only(Arc::clone(rows)),
            Rows::Except(others) => Form::Except(Arc::clone(others)),
            Rows::All | Rows::Values(_) => Form::All,
        };
        RowSet { range: 0..self.row_count, form }
    }

    /// The rows as a set, which is in the order they arrived.
    pub(crate) fn row_set(&self) -> RowSet {
        if self.is_whole {
            return self.arrived();
        }
        let rows = self.ordered().iter().copied().collect();
        RowSet { range: 0..self.row_count, form: Form::Only(Arc::new(rows)) }
    }

    fn has(&self, table: &MemTable, row: u32) -> bool {
        let is_matching = match &self.matching {
            Rows::Only(rows) => rows.contains(row),
            Rows::Except(rows) => !rows.contains(row),
            Rows::All | Rows::Values(_) => true,
        };
        let time = table.time(row);
        row < self.row_count
            && is_matching
            && self.from.is_none_or(|from| from <= time)
            && self.to.is_none_or(|to| time < to)
    }

    pub(super) fn rank(&self, position: Position) -> usize {
        let rows = self.ordered();
        let table = self.table.read();
        rows.partition_point(|row| table.position(*row) < position)
    }

    /// The last row before `boundary`.
    pub(super) fn last_before(&self, boundary: Option<Position>) -> Option<u32> {
        let end = earlier(boundary, self.to.map(begin_of));
        self.among_sorted(|table, rows| {
            let end = end
                .map_or(rows.len(), |end| rows.partition_point(|row| table.position(*row) < end));
            rows.iter().take(end).rev().copied().find(|row| self.has(table, *row))
        })
    }

    /// The first row that does not stand before `boundary`.
    pub(super) fn first_from(&self, boundary: Option<Position>) -> Option<u32> {
        let start = boundary.max(self.from.map(begin_of));
        self.among_sorted(|table, rows| {
            let start =
                start.map_or(0, |start| rows.partition_point(|row| table.position(*row) < start));
            rows.iter().skip(start).copied().find(|row| self.has(table, *row))
        })
    }

    /// Looks for rows among those in order: few that were sorted, or all of the memtable.
    fn among_sorted<T>(&self, look: impl FnOnce(&MemTable, &[u32]) -> T) -> T {
        let is_few = self.len < u64::from(self.row_count) / FEW_OF_ROWS;
        // Before the lock is taken, as it takes it too.
        let few = is_few.then(|| self.ordered());
        let table = self.table.read();
        look(&table, few.unwrap_or_else(|| table.by_time()))
    }
}

fn begin_of(time: UnixMicros) -> Position {
    Position { time, seq: 0 }
}

fn earlier(left: Option<Position>, right: Option<Position>) -> Option<Position> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (left, right) => left.or(right),
    }
}

/// Rows between two times, in order.
fn between(table: &MemTable, from: Option<UnixMicros>, to: Option<UnixMicros>) -> &[u32] {
    let by_time = table.by_time();
    let bound = |time: UnixMicros| by_time.partition_point(|row| table.time(*row) < time);
    let start = from.map_or(0, bound);
    let end = to.map_or(by_time.len(), bound);
    by_time.get(start..end.max(start)).unwrap_or_default()
}
