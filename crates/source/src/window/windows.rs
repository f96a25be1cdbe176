//! Which window is next, how wide, and what of it is new.

use std::collections::HashMap;

use super::reading::Row;

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

/// A part of a list: from one time to another, both included, since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its first millisecond.
    pub from_ms: i64,
    /// Its last one.
    pub to_ms: i64,
}

impl Window {
    /// Whether it cannot be made narrower.
    pub(super) fn is_narrow(self) -> bool {
        self.to_ms - self.from_ms <= WIDTH_MIN_MS
    }
}

/// When rows appear in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Where a list begins that nothing was read of, since the epoch.
    pub begin_ms: i64,
    /// How far in the past windows end, so that they hold still while they are read.
    pub lag_ms: i64,
    /// How long after its time a row may appear. More than `lag_ms`.
    pub late_ms: i64,
}

/// Where to go on: everything before `settled_ms` was delivered and will not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Since the epoch.
    pub(crate) settled_ms: i64,
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
    width_ms: i64,
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
        Self { timing, width_ms: WIDTH_FIRST_MS, batch: 0, delivered: Delivered::default() }
    }

    /// Where a list begins that nothing was read of.
    pub(crate) fn beginning(&self) -> Mark {
        Mark { settled_ms: self.timing.begin_ms, batch: self.batch }
    }

    /// What to read after a mark. None while everything up to the lag was read and is settled.
    pub(crate) fn next(&self, after: Option<Mark>, now_ms: i64) -> Option<Window> {
        let from_ms = after.map_or(self.timing.begin_ms, |mark| mark.settled_ms);
        let to_ms = from_ms.saturating_add(self.width_ms).min(now_ms - self.timing.lag_ms);
        (from_ms < to_ms).then_some(Window { from_ms, to_ms })
    }

    /// Makes windows narrower after one that has too many rows.
    pub(crate) fn narrow(&mut self, window: Window, rows: usize) {
        let width_ms = window.to_ms - window.from_ms;
        let wanted = i64::try_from(ROWS_WANTED).unwrap_or(i64::MAX);
        let rows = i64::try_from(rows).unwrap_or(i64::MAX).max(1);
        let fitting_ms = width_ms.saturating_mul(wanted) / rows;
        self.width_ms = fitting_ms.min(width_ms / 2).clamp(WIDTH_MIN_MS, WIDTH_MAX_MS);
    }

    /// Makes windows narrower after trouble: the list may have been asked too much.
    pub(crate) fn calm(&mut self) {
        self.width_ms = (self.width_ms / 2).max(WIDTH_MIN_MS);
    }

    /// Takes the rows of a window that was read whole.
    pub(crate) fn finish(
        &mut self,
        after: Option<Mark>,
        window: Window,
        rows: Vec<Row>,
        now_ms: i64,
    ) -> Finished {
        if rows.len() * 4 < ROWS_WANTED {
            self.width_ms = self.width_ms.saturating_mul(WIDENING).min(WIDTH_MAX_MS);
        }
        let warm_ms = now_ms - self.timing.late_ms;
        let settled_ms = window.to_ms.min(warm_ms).max(window.from_ms);
        if after.is_none() || self.delivered.mark != after {
            self.delivered.rows.clear();
        }
        let mut fresh = Vec::new();
        for row in rows {
            let time_ms = row.time_ms.unwrap_or(window.to_ms);
            if self.delivered.rows.insert(row.identity.clone(), time_ms).is_none() {
                fresh.push(row);
            }
        }
        fresh.sort_by_key(|row| row.time_ms);
        self.delivered.rows.retain(|_, time| *time >= settled_ms - EDGE_MS);
        // Above that of a process before this one, too: its marks are no marks of ours.
        self.batch = after.map_or(0, |mark| mark.batch).max(self.batch).wrapping_add(1);
        let mark = Mark { settled_ms, batch: self.batch };
        self.delivered.mark = Some(mark);
        let is_at_head = window.to_ms >= now_ms - self.timing.lag_ms || settled_ms >= warm_ms;
        Finished { rows: fresh, mark, is_at_head }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMING: Timing = Timing { begin_ms: 0, lag_ms: 10_000, late_ms: 30_000 };
    const NOW: i64 = 100_000_000;

    fn rows(times: &[i64]) -> Vec<Row> {
        let row = |time: &i64| Row {
            identity: time.to_string().into_bytes(),
            time_ms: Some(*time),
            record: Vec::new(),
        };
        times.iter().map(row).collect()
    }

    #[test]
    fn windows_grow_where_nothing_is_and_shrink_where_much_is() {
        let mut windows = Windows::new(TIMING);
        let window = windows.next(None, NOW).expect("a window");
        assert_eq!(window, Window { from_ms: 0, to_ms: WIDTH_FIRST_MS });
        let finished = windows.finish(None, window, Vec::new(), NOW);
        assert!(!finished.is_at_head);
        let wider = windows.next(Some(finished.mark), NOW).expect("a window");
        assert_eq!(wider, Window { from_ms: WIDTH_FIRST_MS, to_ms: WIDTH_FIRST_MS * 5 });
        windows.narrow(wider, 80_000);
        let narrower = windows.next(Some(finished.mark), NOW).expect("a window");
        assert_eq!(narrower.to_ms - narrower.from_ms, WIDTH_FIRST_MS / 10);
        (0..64).for_each(|_| windows.calm());
        let narrowest = windows.next(Some(finished.mark), NOW).expect("a window");
        assert!(narrowest.is_narrow());
    }

    #[test]
    fn what_is_warm_is_read_again_and_delivered_once() {
        let mut windows = Windows::new(TIMING);
        windows.width_ms = WIDTH_MAX_MS;
        let window = windows.next(None, NOW).expect("a window");
        assert_eq!(window.to_ms, NOW - 10_000);
        let first = windows.finish(None, window, rows(&[5, NOW - 15_000]), NOW);
        assert!(first.is_at_head);
        assert_eq!(first.mark.settled_ms, NOW - 30_000);
        let again = windows.next(Some(first.mark), NOW + 5_000).expect("a window");
        assert_eq!(again, Window { from_ms: NOW - 30_000, to_ms: NOW - 5_000 });
        let with_late = rows(&[NOW - 15_000, NOW - 16_000]);
        let second = windows.finish(Some(first.mark), again, with_late.clone(), NOW + 5_000);
        assert_eq!(second.rows, rows(&[NOW - 16_000]));
        // The second batch was not kept: who goes on at the first mark gets its rows again.
        let third = windows.finish(Some(first.mark), again, with_late, NOW + 6_000);
        assert_eq!(third.rows, rows(&[NOW - 16_000, NOW - 15_000]));
    }

    #[test]
    fn a_mark_of_an_earlier_process_is_none_of_ours() {
        let durable = Some(Mark { settled_ms: NOW, batch: 1 });
        let mut windows = Windows::new(TIMING);
        let window = windows.next(durable, NOW + 20_000).expect("a window");
        let first = windows.finish(durable, window, rows(&[NOW + 1]), NOW + 20_000);
        assert_eq!((first.mark.settled_ms, first.rows.len()), (NOW, 1));
        // It was not kept.
        let again = windows.finish(durable, window, rows(&[NOW + 1]), NOW + 20_000);
        assert_eq!(again.rows.len(), 1);
    }

    #[test]
    fn a_clock_that_goes_back_loses_nothing() {
        let mut windows = Windows::new(TIMING);
        let window = Window { from_ms: NOW, to_ms: NOW + 5_000 };
        let finished = windows.finish(None, window, rows(&[NOW]), NOW - 500_000);
        assert_eq!(finished.mark.settled_ms, NOW);
        assert_eq!(windows.next(Some(finished.mark), NOW - 500_000), None);
    }
}
