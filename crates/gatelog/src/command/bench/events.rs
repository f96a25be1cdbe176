//! What the server is filled with: a month of an invented company, as Logto writes it.

use bytes::Bytes;
use gatelog_event::time::UnixMicros;
use gatelog_testkit::{RowsOptions, World, WorldOptions};

/// The month ends here: 2026-06-01. A fixed time makes every run the same.
const END_MS: i64 = 1_780_272_000_000;

const DAY_MS: i64 = 86_400_000;

/// Users of the company for each of its events, in thousandths: about as many as sign in.
const USERS_PER_THOUSAND_EVENTS: usize = 4;

/// Events of one body of a bulk load.
pub(super) const BODY_EVENTS: usize = 5_000;

/// Which month.
#[derive(Clone, Copy, Debug)]
pub(super) struct Month {
    pub(super) seed: u64,
    pub(super) events: usize,
}

/// Events that are sent together, one a line.
pub(super) struct Body {
    pub(super) bytes: Bytes,
    pub(super) events: u64,
}

impl Month {
    /// The first time that is too late.
    pub(super) fn end() -> UnixMicros {
        UnixMicros::clamped(END_MS.saturating_mul(1_000))
    }

    /// The time so many days before the end.
    pub(super) fn days_before_end(days: i64) -> UnixMicros {
        UnixMicros::clamped((END_MS - days * DAY_MS).saturating_mul(1_000))
    }

    /// Hands all events to `take`, `body_events` in each body, until it wants no more.
    pub(super) fn bodies(self, body_events: usize, take: &mut dyn FnMut(Body) -> bool) {
        let options = RowsOptions {
            seed: self.seed,
            from_ms: END_MS - 30 * DAY_MS,
            to_ms: END_MS,
            count: self.events,
        };
        self.write(options, body_events, take);
    }

    /// Hands `count` events of the day after the month to `take`, each alone.
    pub(super) fn next_day(self, count: usize, take: &mut dyn FnMut(Body) -> bool) {
        let options =
            RowsOptions { seed: self.seed + 1, from_ms: END_MS, to_ms: END_MS + DAY_MS, count };
        self.write(options, 1, take);
    }

    fn write(self, options: RowsOptions, body_events: usize, take: &mut dyn FnMut(Body) -> bool) {
        let users = (self.events / 1_000 * USERS_PER_THOUSAND_EVENTS).max(2_000);
        let world = World::new(WorldOptions { seed: self.seed, users, ..WorldOptions::default() });
        let mut rows = world.rows(options).peekable();
        while rows.peek().is_some() {
            let (mut bytes, mut events) = (Vec::with_capacity(body_events * 1_024), 0);
            for row in rows.by_ref().take(body_events) {
                bytes.extend_from_slice(row.json.as_bytes());
                bytes.push(b'\n');
                events += 1;
            }
            if !take(Body { bytes: bytes.into(), events }) {
                return;
            }
        }
    }
}
