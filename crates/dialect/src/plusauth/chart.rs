//! `stacked` and `interval`: how many events of each level lie in buckets of equal width.
//!
//! PlusAuth does not say in which unit its interval is. Ours is milliseconds, so that a client adds
//! it to the start of a bucket as JavaScript's `Date` has it. Buckets begin at multiples of the
//! width since 1970, in UTC, and those without an event are left out.

use gatelog_event::catalogue::Level;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::{Error, Matches};
use gatelog_query::{Query, Test};
use serde::Serialize;

use super::row::iso_millis;
use super::shown;

/// Most buckets of a chart, not counting that both ends may lie within one. As the console's.
const BUCKETS_MAX: i64 = 60;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Widths that people read, in milliseconds. Past the last they are multiples of it.
const WIDTHS_MS: [i64; 19] = [
    SECOND_MS,
    5 * SECOND_MS,
    10 * SECOND_MS,
    30 * SECOND_MS,
    MINUTE_MS,
    2 * MINUTE_MS,
    5 * MINUTE_MS,
    10 * MINUTE_MS,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
    7 * DAY_MS,
    30 * DAY_MS,
    90 * DAY_MS,
    365 * DAY_MS,
];
const WIDEST_MS: i64 = 365 * DAY_MS;

/// A chart of levels over time.
#[derive(Clone, Debug)]
pub(super) struct Chart {
    /// The width of a bucket, in milliseconds.
    pub(super) interval_ms: i64,
    /// Every bucket and level with an event, in the order of time.
    pub(super) stacked: Vec<Stacked>,
}

/// How many events of one level lie in one bucket.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Stacked {
    /// When the bucket begins.
    interval: String,
    level: &'static str,
    count: u64,
}

impl Chart {
    /// The chart of `matches`, which answer `query`; `None` if there are none. Without a first time
    /// it begins with the earliest event, without a last one it ends now. May read from disk.
    ///
    /// # Errors
    /// As [`Matches::among`].
    pub(super) fn of(
        query: &Query,
        matches: &Matches,
        now: UnixMicros,
    ) -> Result<Option<Self>, Error> {
        let Some((earliest, latest)) = matches.extent()? else { return Ok(None) };
        let from = query.from.unwrap_or(earliest).millis_floor();
        let to = query.to.unwrap_or(now.max(latest)).millis_floor();
        let interval_ms = width_ms(to.saturating_sub(from));
        let starts = starts(from, to, interval_ms);
        let counts = |matches: &Matches| -> Result<Vec<u64>, Error> {
            let histogram = matches.histogram(&starts, None)?;
            Ok(histogram.buckets.iter().map(|bucket| bucket.count).collect())
        };
        let of_level = |level: Level| {
            let is_level = shown::level(&Test::Equals(level.name().to_owned()));
            counts(&matches.among(&is_level)?)
        };
        let (all, warn, error) =
            (counts(matches)?, of_level(Level::Warn)?, of_level(Level::Error)?);
        let mut stacked = Vec::new();
        for (((start, all), warn), error) in starts.iter().zip(all).zip(warn).zip(error) {
            // Every row has one of the three levels.
            let info = all.saturating_sub(warn).saturating_sub(error);
            for (level, count) in [(Level::Info, info), (Level::Warn, warn), (Level::Error, error)]
            {
                if count > 0 {
                    let interval = iso_millis(*start);
                    stacked.push(Stacked { interval, level: level.name(), count });
                }
            }
        }
        Ok(Some(Self { interval_ms, stacked }))
    }
}

/// The least width that cuts a span into few enough buckets.
fn width_ms(span_ms: i64) -> i64 {
    let fits = |width: &&i64| span_ms <= *width * BUCKETS_MAX;
    let multiple = || WIDEST_MS * (span_ms / (WIDEST_MS * BUCKETS_MAX) + 1);
    WIDTHS_MS.iter().find(fits).copied().unwrap_or_else(multiple)
}

/// The starts of all buckets from that of `from` to that of `to`, all in milliseconds.
fn starts(from: i64, to: i64, width: i64) -> Vec<UnixMicros> {
    let (first, last) = (from.div_euclid(width), to.div_euclid(width));
    let start = |number: i64| UnixMicros::clamped(number * width * 1_000);
    (first..=last).map(start).collect()
}
