//! The rows that every engine is given: a month of an invented company, as Logto writes it.
//!
//! They are invented anew for each engine, on a thread of their own and no faster than they are
//! taken, so that a month of any size needs no memory. The same number of events is the same bytes
//! every time.

use std::fmt::Write as _;

use anyhow::Context;
use gatelog_testkit::{RowsOptions, World, WorldOptions};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use crate::questions::Window;

/// The month ends here: 2026-06-01.
const END_MS: i64 = 1_780_272_000_000;

const DAY_MS: i64 = 86_400_000;

const SEED: u64 = 1;

/// Users of the company for each of its events, in thousandths: about as many as sign in.
const USERS_PER_THOUSAND_EVENTS: usize = 4;

/// Batches that are ready before they are taken.
const BATCHES_READY: usize = 4;

/// The member with the time, which ends every row.
const TIME_MEMBER: &str = ",\"createdAt\":";

/// Which month.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Month {
    pub(crate) events: usize,
}

/// Rows that are sent together, one a line.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) lines: Vec<u8>,
    pub(crate) rows: u64,
}

/// A row as Logto's API returns it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row<'l> {
    pub(crate) tenant_id: &'l str,
    pub(crate) id: &'l str,
    pub(crate) key: &'l str,
    #[serde(borrow)]
    pub(crate) payload: &'l RawValue,
    /// In milliseconds since 1970.
    pub(crate) created_at: i64,
}

impl Month {
    /// The last days of the month, as far as they go.
    pub(crate) fn last_days(days: i64) -> Window {
        Window { from_ms: END_MS - days * DAY_MS, to_ms: END_MS }
    }

    /// All rows, in the order of their times, so many in each batch.
    pub(crate) fn batches(self, rows_per_batch: usize) -> mpsc::Receiver<Batch> {
        let (ready, batches) = mpsc::channel(BATCHES_READY);
        // It ends when nobody takes batches any more.
        std::thread::spawn(move || {
            self.invent(rows_per_batch, |it| ready.blocking_send(it).is_ok())
        });
        batches
    }

    /// Hands batches to `take` until it wants no more.
    fn invent(self, rows_per_batch: usize, mut take: impl FnMut(Batch) -> bool) {
        let users = (self.events / 1_000 * USERS_PER_THOUSAND_EVENTS).max(2_000);
        let world = World::new(WorldOptions { seed: SEED, users, ..WorldOptions::default() });
        let Window { from_ms, to_ms } = Self::last_days(30);
        let options = RowsOptions { seed: SEED, from_ms, to_ms, count: self.events };
        let mut rows = world.rows(options).peekable();
        let mut earliest_ms = from_ms;
        while rows.peek().is_some() {
            let mut batch = Batch::default();
            for row in rows.by_ref().take(rows_per_batch) {
                let time_ms = row.created_at_ms.max(earliest_ms);
                earliest_ms = time_ms + 1;
                batch.push(&at(row.json, time_ms));
            }
            if !take(batch) {
                return;
            }
        }
    }
}

impl Batch {
    fn push(&mut self, line: &str) {
        self.lines.extend_from_slice(line.as_bytes());
        self.lines.push(b'\n');
        self.rows += 1;
    }

    /// The rows, read.
    ///
    /// # Errors
    /// When a line is not a row.
    pub(crate) fn rows(&self) -> impl Iterator<Item = anyhow::Result<Row<'_>>> {
        let lines = self.lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).context("a line is not a row of Logto's"))
    }
}

/// The row with this time. No two rows share one: newest first is then the same order everywhere,
/// whatever an engine does with those that happened at once.
fn at(mut row: String, time_ms: i64) -> String {
    if let Some(member) = row.rfind(TIME_MEMBER) {
        row.truncate(member + TIME_MEMBER.len());
        // Writing to a string cannot fail.
        let _ = write!(row, "{time_ms}}}");
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batches(events: usize) -> Vec<Batch> {
        let mut batches = Vec::new();
        Month { events }.invent(400, |batch| {
            batches.push(batch);
            true
        });
        batches
    }

    #[test]
    fn rows_come_in_batches_and_no_two_at_once() {
        let batches = batches(1_000);
        assert_eq!(batches.iter().map(|batch| batch.rows).collect::<Vec<_>>(), [400, 400, 200]);
        let rows: Vec<_> = batches.iter().flat_map(Batch::rows).map(Result::unwrap).collect();
        assert!(rows.is_sorted_by(|earlier, later| earlier.created_at < later.created_at));
        let Window { from_ms, to_ms } = Month::last_days(30);
        assert!(rows.iter().all(|row| (from_ms..to_ms).contains(&row.created_at)));
        assert!(rows.iter().all(|row| row.tenant_id == "default" && row.id.len() == 21));
        assert!(rows.iter().all(|row| row.payload.get().contains(row.key)));
    }

    #[test]
    fn the_same_month_is_the_same_bytes() {
        let lines = |batches: Vec<Batch>| batches.into_iter().map(|batch| batch.lines);
        assert!(lines(batches(500)).eq(lines(batches(500))));
    }
}
