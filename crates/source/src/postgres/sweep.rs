//! What is read next, and again: which rows of a table that is written to were not sent yet.
//!
//! Rows are read in the order of (`created_at`, `id`). A row gets its time when its transaction
//! begins and shows when that commits, at most an overlap later, so it may show behind rows that
//! were read before. A page that was asked for at W holds every row there will ever be up to
//! W - overlap; rows later than that are read again.
//!
//! A **sweep** reads forward, page after page, to the newest row. The first of its pages that
//! reaches into the overlap sets the place up to which the table is known, less the overlap: from
//! there the next sweep begins, and so does a restart, as the place is the cursor. Rows within the
//! overlap that were sent are remembered and passed over. When they are many, some polls go on with
//! a sweep instead of beginning the next.

use std::collections::BTreeSet;

use gatelog_event::time::UnixMicros;

use super::place::Place;

/// Most rows that are remembered. Beyond them the oldest are sent again, and stored once.
const SENT_ROWS_MAX: usize = 500_000;

/// A sweep that passed over so many rows again makes the next one wait for one poll.
const REREAD_ROWS_PER_POLL: usize = 1_000;

/// Most polls between two sweeps: what shows late is found within as many intervals.
const POLLS_BETWEEN_MAX: usize = 20;

/// Where reading stands.
#[derive(Clone, Debug)]
pub(super) struct Sweep {
    overlap_micros: i64,
    /// Rows behind this place come next.
    position: Place,
    /// Where to go on after a restart.
    cursor: Place,
    /// The place that the first page of this sweep within the overlap reached.
    known: Option<Place>,
    sent: BTreeSet<Place>,
    reread_rows: usize,
    polls_left: usize,
}

/// What a page held, for the next one to be found.
#[derive(Clone, Debug)]
pub(super) struct PageEnd {
    /// The last of its rows, be it sent before.
    pub(super) last: Option<Place>,
    /// The database's time before the page was read.
    pub(super) asked: UnixMicros,
    /// The rows of it that are sent now.
    pub(super) sent: Vec<Place>,
    /// How many rows were passed over.
    pub(super) reread_rows: usize,
    /// Whether there was no other row.
    pub(super) is_at_head: bool,
}

impl Sweep {
    /// Begins to read, where a cursor says or with the first row.
    pub(super) fn new(overlap_seconds: u32, cursor: Option<Place>) -> Self {
        let cursor = cursor.unwrap_or(Place::BEGINNING);
        let mut sweep = Self {
            overlap_micros: i64::from(overlap_seconds) * 1_000_000,
            position: Place::BEGINNING,
            cursor,
            known: None,
            sent: BTreeSet::new(),
            reread_rows: 0,
            polls_left: 0,
        };
        sweep.position = sweep.start();
        sweep
    }

    /// Rows behind this place come next.
    pub(super) fn position(&self) -> &Place {
        &self.position
    }

    /// Where to go on after a restart.
    pub(super) fn cursor(&self) -> &Place {
        &self.cursor
    }

    /// Whether the row there was sent.
    pub(super) fn is_sent(&self, place: &Place) -> bool {
        self.sent.contains(place)
    }

    /// Goes on behind a page.
    pub(super) fn advance(&mut self, page: PageEnd) {
        // Rows whose time no cursor can say, such as `infinity`, could be read for ever.
        let is_stuck = page.last.as_ref() == Some(&self.position);
        self.sent.extend(page.sent);
        self.reread_rows += page.reread_rows;
        if let Some(last) = page.last {
            if self.known.is_none() && self.is_within_overlap(&last, page.asked) {
                // A clock that is ahead must not make the rows of the time until then late.
                let is_ahead = last.time > page.asked;
                self.known = Some(if is_ahead { Place::before(page.asked) } else { last.clone() });
            }
            self.position = last;
        }
        let reached = self.known.as_ref().unwrap_or(&self.position);
        if reached.time >= self.cursor.time {
            self.cursor = reached.clone();
        }
        self.forget();
        if page.is_at_head || is_stuck {
            self.rest();
        }
    }

    /// Begins the next sweep, or lets one more poll go on with this one.
    fn rest(&mut self) {
        if self.polls_left > 0 {
            self.polls_left -= 1;
            return;
        }
        self.position = self.start();
        self.known = None;
        self.polls_left = (self.reread_rows / REREAD_ROWS_PER_POLL).min(POLLS_BETWEEN_MAX);
        self.reread_rows = 0;
    }

    /// Where a sweep begins.
    fn start(&self) -> Place {
        Place::before(self.cursor.time.saturating_add(-self.overlap_micros))
    }

    fn is_within_overlap(&self, place: &Place, now: UnixMicros) -> bool {
        place.time.saturating_add(self.overlap_micros) > now
    }

    /// Forgets the rows before the next sweep, and the oldest where there are too many.
    fn forget(&mut self) {
        let start = self.start();
        if self.sent.first().is_some_and(|first| *first < start) {
            self.sent = self.sent.split_off(&start);
        }
        while self.sent.len() > SENT_ROWS_MAX {
            self.sent.pop_first();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OVERLAP_SECONDS: u32 = 10;

    /// A row with the second it bears and the second at which it shows.
    #[derive(Clone, Debug)]
    struct Row {
        place: Place,
        shows: i64,
    }

    fn second(second: i64) -> UnixMicros {
        UnixMicros::clamped(second * 1_000_000)
    }

    /// Reads a page of `rows` as they show at `now`, and says what is sent.
    fn page(sweep: &mut Sweep, rows: &[Row], row_limit: usize, now: i64) -> (Vec<Place>, bool) {
        let position = sweep.position().clone();
        let mut found: Vec<Place> = rows
            .iter()
            .filter(|row| row.shows <= now && row.place > position)
            .map(|row| row.place.clone())
            .collect();
        found.sort();
        let is_at_head = found.len() < row_limit;
        found.truncate(row_limit);
        let sent: Vec<Place> =
            found.iter().filter(|place| !sweep.is_sent(place)).cloned().collect();
        let reread_rows = found.len() - sent.len();
        let last = found.last().cloned();
        let end = PageEnd { last, asked: second(now), sent: sent.clone(), reread_rows, is_at_head };
        sweep.advance(end);
        (sent, is_at_head)
    }

    fn rows() -> impl Strategy<Value = Vec<Row>> {
        // The last kind bears a time far ahead of when it shows, as if a clock were wrong.
        let late = prop_oneof![8 => 0..i64::from(OVERLAP_SECONDS), 1 => -500..0_i64];
        prop::collection::vec((0..200_i64, late), 0..120).prop_map(|rows| {
            let row = |(number, (time, late)): (usize, (i64, i64))| Row {
                place: Place { time: second(time), id: format!("{number}") },
                shows: (time + late).max(0),
            };
            rows.into_iter().enumerate().map(row).collect()
        })
    }

    proptest! {
        /// However pages are cut, however long the reader is busy in between, and wherever it is
        /// restarted: every row that shows within the overlap is sent.
        #[test]
        fn no_row_is_missed(
            rows in rows(),
            row_limit in 1..40_usize,
            pauses in prop::collection::vec((0..30_i64, prop::bool::weighted(0.1)), 40),
        ) {
            let mut sweep = Sweep::new(OVERLAP_SECONDS, None);
            let mut sent = BTreeSet::new();
            let mut now = 0;
            for (pause, is_restart) in pauses {
                now += pause;
                if is_restart {
                    sweep = Sweep::new(OVERLAP_SECONDS, Some(sweep.cursor().clone()));
                }
                sent.extend(page(&mut sweep, &rows, row_limit, now).0);
            }
            let end = now + 1_000;
            for _ in 0..2 * rows.len() + 40 {
                sent.extend(page(&mut sweep, &rows, row_limit, end).0);
            }
            let missing: Vec<_> = rows.iter().filter(|row| !sent.contains(&row.place)).collect();
            prop_assert!(missing.is_empty(), "{missing:?}");
        }

        #[test]
        fn no_row_is_sent_twice_without_a_restart(rows in rows(), row_limit in 1..40_usize) {
            let mut sweep = Sweep::new(OVERLAP_SECONDS, None);
            let mut sent = BTreeSet::new();
            for now in 0..400 {
                for place in page(&mut sweep, &rows, row_limit, now).0 {
                    prop_assert!(sent.insert(place.clone()), "{place:?}");
                }
            }
        }
    }

    #[test]
    fn a_busy_table_is_read_again_less_often() {
        let row = |number: i64| Row {
            place: Place { time: second(100), id: format!("{number}") },
            shows: 100,
        };
        let rows: Vec<Row> = (0..3_500).map(row).collect();
        let mut sweep = Sweep::new(OVERLAP_SECONDS, None);
        let polls = (0..20).filter(|_| {
            let before = sweep.position().clone();
            page(&mut sweep, &rows, 10_000, 101);
            before.time < second(100)
        });
        // The first reads all and the second finds all sent: from now on every fourth begins anew.
        assert_eq!(polls.count(), 7);
    }
}
