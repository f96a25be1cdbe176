//! Which window is next, how wide, and what of it is new.

use std::collections::HashMap;

use super::reading::{ROWS_MAX, Row};

/// How wide the first window is: an hour.
const WIDTH_FIRST_MS: i64 = 3_600_000;

/// How wide windows get where there is nothing: a year.
const WIDTH_MAX_MS: i64 = 366 * 86_400_000;

/// How narrow they get. Some lists know seconds only, so a window holds a whole one.
const WIDTH_MIN_MS: i64 = 2_000;

/// How many rows a window is meant to have: some tens of pages, some megabytes.
const ROWS_WANTED: usize = 2_000;

/// How much wider the next window gets after one with few rows.
const WIDENING: i64 = 4;

/// Rows a little before the beginning of a window come with it, as lists are not agreed on whether
/// bounds belong to what they bound. So they are remembered this much longer.
const EDGE_MS: i64 = 2_000;

/// A part of a list: from one time to another, both included. Milliseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its first millisecond.
    pub from: i64,
    /// Its last one.
    pub to: i64,
}

impl Window {
    /// Whether it cannot be made narrower.
    pub(super) fn is_narrow(self) -> bool {
        self.to - self.from <= WIDTH_MIN_MS
    }
}

/// When rows appear in a list. Milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Where a list begins that nothing was read of.
    pub begin: i64,
    /// How far in the past windows end, so that they hold still while they are read.
    pub lag: i64,
    /// How long after its time a row may appear. More than `lag`.
    pub late: i64,
}

/// Where to go on: everything before `settled` was delivered and will not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Milliseconds since the epoch.
    pub(crate) settled: i64,
    /// A number that no two marks of one process share.
    pub(crate) batch: u64,
}

/// What became of a window.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finished {
    /// Its rows that were not delivered before, by time.
    pub(crate) rows: Vec<Row>,
    /// Where to go on when they are kept.
    pub(crate) mark: Mark,
    /// Whether there is nothing after it yet.
    pub(crate) is_at_head: bool,
}

/// The windows of one list.
#[derive(Debug)]
pub(crate) struct Windows {
    timing: Timing,
    width: i64,
    batch: u64,
    delivered: Delivered,
}

/// What was delivered of the time that is not settled: identities, and the times of their rows.
/// It holds for whoever goes on at the mark that came with it; whoever goes on elsewhere, because
/// a batch was not kept, gets all rows again.
#[derive(Debug, Default)]
struct Delivered {
    mark: Option<Mark>,
    rows: HashMap<Vec<u8>, i64>,
}

impl Windows {
    pub(crate) fn new(timing: Timing) -> Self {
        Self { timing, width: WIDTH_FIRST_MS, batch: 0, delivered: Delivered::default() }
    }

    /// Where a list begins that nothing was read of.
    pub(crate) fn beginning(&self) -> Mark {
        Mark { settled: self.timing.begin, batch: self.batch }
    }

    /// What to read after a mark. None while everything up to the lag was read and is settled.
    pub(crate) fn next(&self, after: Option<Mark>, now: i64) -> Option<Window> {
        let from = after.map_or(self.timing.begin, |mark| mark.settled);
        let to = from.saturating_add(self.width).min(now - self.timing.lag);
        (from < to).then_some(Window { from, to })
    }

    /// Makes windows narrower after one that has too many rows.
    pub(crate) fn narrow(&mut self, window: Window, rows: usize) {
        let width = window.to - window.from;
        let wanted = i64::try_from(ROWS_WANTED).unwrap_or(i64::MAX);
        let rows = i64::try_from(rows).unwrap_or(i64::MAX).max(1);
        let fitting = width.saturating_mul(wanted) / rows;
        self.width = fitting.min(width / 2).clamp(WIDTH_MIN_MS, WIDTH_MAX_MS);
    }

    /// Makes windows narrower after trouble: the list may have been asked too much.
    pub(crate) fn calm(&mut self) {
        self.width = (self.width / 2).max(WIDTH_MIN_MS);
    }

    /// Takes the rows of a window that was read whole.
    pub(crate) fn finish(
        &mut self,
        after: Option<Mark>,
        window: Window,
        rows: Vec<Row>,
        now: i64,
    ) -> Finished {
        if rows.len() * 4 < ROWS_WANTED.min(ROWS_MAX) {
            self.width = self.width.saturating_mul(WIDENING).min(WIDTH_MAX_MS);
        }
        let warm = now - self.timing.late;
        let settled = window.to.min(warm).max(window.from);
        if after.is_none() || self.delivered.mark != after {
            self.delivered.rows.clear();
        }
        let mut fresh = Vec::new();
        for row in rows {
            let time = row.time.unwrap_or(window.to);
            if self.delivered.rows.insert(row.identity.clone(), time).is_none() {
                fresh.push(row);
            }
        }
        fresh.sort_by_key(|row| row.time);
        self.delivered.rows.retain(|_, time| *time >= settled - EDGE_MS);
        self.batch += 1;
        let mark = Mark { settled, batch: self.batch };
        self.delivered.mark = Some(mark);
        let is_at_head = window.to >= now - self.timing.lag || settled >= warm;
        Finished { rows: fresh, mark, is_at_head }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMING: Timing = Timing { begin: 0, lag: 10_000, late: 30_000 };
    const NOW: i64 = 100_000_000;

    fn rows(times: &[i64]) -> Vec<Row> {
        let row = |time: &i64| Row {
            identity: time.to_string().into_bytes(),
            time: Some(*time),
            record: Vec::new(),
        };
        times.iter().map(row).collect()
    }

    #[test]
    fn windows_grow_where_nothing_is_and_shrink_where_much_is() {
        let mut windows = Windows::new(TIMING);
        let window = windows.next(None, NOW).expect("a window");
        assert_eq!(window, Window { from: 0, to: WIDTH_FIRST_MS });
        let finished = windows.finish(None, window, Vec::new(), NOW);
        assert!(!finished.is_at_head);
        let wider = windows.next(Some(finished.mark), NOW).expect("a window");
        assert_eq!(wider, Window { from: WIDTH_FIRST_MS, to: WIDTH_FIRST_MS * 5 });
        windows.narrow(wider, 80_000);
        let narrower = windows.next(Some(finished.mark), NOW).expect("a window");
        assert_eq!(narrower.to - narrower.from, WIDTH_FIRST_MS / 10);
        (0..64).for_each(|_| windows.calm());
        let narrowest = windows.next(Some(finished.mark), NOW).expect("a window");
        assert!(narrowest.is_narrow());
    }

    #[test]
    fn what_is_warm_is_read_again_and_delivered_once() {
        let mut windows = Windows::new(TIMING);
        windows.width = WIDTH_MAX_MS;
        let window = windows.next(None, NOW).expect("a window");
        assert_eq!(window.to, NOW - 10_000);
        let first = windows.finish(None, window, rows(&[5, NOW - 15_000]), NOW);
        assert!(first.is_at_head);
        assert_eq!(first.mark.settled, NOW - 30_000);
        let again = windows.next(Some(first.mark), NOW + 5_000).expect("a window");
        assert_eq!(again, Window { from: NOW - 30_000, to: NOW - 5_000 });
        let with_late = rows(&[NOW - 15_000, NOW - 16_000]);
        let second = windows.finish(Some(first.mark), again, with_late.clone(), NOW + 5_000);
        assert_eq!(second.rows, rows(&[NOW - 16_000]));
        // The second batch was not kept: who goes on at the first mark gets its rows again.
        let third = windows.finish(Some(first.mark), again, with_late, NOW + 6_000);
        assert_eq!(third.rows, rows(&[NOW - 16_000, NOW - 15_000]));
    }

    #[test]
    fn a_clock_that_goes_back_loses_nothing() {
        let mut windows = Windows::new(TIMING);
        let window = Window { from: NOW, to: NOW + 5_000 };
        let finished = windows.finish(None, window, rows(&[NOW]), NOW - 500_000);
        assert_eq!(finished.mark.settled, NOW);
        assert_eq!(windows.next(Some(finished.mark), NOW - 500_000), None);
    }
}
