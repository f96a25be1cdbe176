//! The buckets of a histogram: where each starts, in any time zone.
//!
//! A bucket starts wherever the clocks of the zone show a multiple of the interval. So a day
//! bucket is 23 or 25 hours long when the clocks change, and an hour bucket is a real hour: the
//! hour that clocks show twice is two buckets. A start that clocks skip is the instant they skip
//! it at: a day without a midnight starts with its first instant, a day that never was has no
//! bucket. Only where clocks change by less than the interval is a bucket of hours longer or
//! shorter, like Lord Howe Island's of half an hour.

use std::fmt;
use std::str::FromStr;

use gatelog_event::time::UnixMicros;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::calendar::Unit;

/// Most buckets of a histogram. It is more than a screen has pixels to draw them.
pub const HISTOGRAM_BUCKETS_MAX: usize = 2_000;

/// The width of a bucket: `5m`, `12h`, `1d`, `1w`, `1M`, `1y`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interval {
    count: u32,
    unit: Unit,
}

/// A text that is not an interval.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no interval: {reason}")]
pub struct MalformedInterval {
    /// The text.
    pub text: String,
    /// What is wrong, and what would be right.
    pub reason: &'static str,
}

/// More buckets than a histogram has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {HISTOGRAM_BUCKETS_MAX} buckets of `{interval}` lie between these times")]
pub struct TooManyBuckets {
    /// Their width.
    pub interval: Interval,
}

/// How many buckets an automatic interval makes at most.
const AUTOMATIC_BUCKETS_MAX: i64 = 60;

/// Greatest count: nothing longer fits between the first and the last time there is.
const COUNT_MAX: u32 = 9_999;

/// What an automatic interval is chosen from, with its usual length in seconds.
const LADDER: [(Interval, i64); 20] = [
    (Interval { count: 1, unit: Unit::Second }, 1),
    (Interval { count: 5, unit: Unit::Second }, 5),
    (Interval { count: 10, unit: Unit::Second }, 10),
    (Interval { count: 30, unit: Unit::Second }, 30),
    (Interval { count: 1, unit: Unit::Minute }, 60),
    (Interval { count: 2, unit: Unit::Minute }, 2 * 60),
    (Interval { count: 5, unit: Unit::Minute }, 5 * 60),
    (Interval { count: 10, unit: Unit::Minute }, 10 * 60),
    (Interval { count: 15, unit: Unit::Minute }, 15 * 60),
    (Interval { count: 30, unit: Unit::Minute }, 30 * 60),
    (Interval { count: 1, unit: Unit::Hour }, HOUR),
    (Interval { count: 3, unit: Unit::Hour }, 3 * HOUR),
    (Interval { count: 6, unit: Unit::Hour }, 6 * HOUR),
    (Interval { count: 12, unit: Unit::Hour }, 12 * HOUR),
    (Interval { count: 1, unit: Unit::Day }, 24 * HOUR),
    (Interval { count: 1, unit: Unit::Week }, 7 * 24 * HOUR),
    (Interval { count: 1, unit: Unit::Month }, 30 * 24 * HOUR),
    (Interval { count: 3, unit: Unit::Month }, 91 * 24 * HOUR),
    (Interval { count: 1, unit: Unit::Year }, 365 * 24 * HOUR),
    (Interval { count: 10, unit: Unit::Year }, 3_652 * 24 * HOUR),
];
/// What is chosen when all of these are too short.
const LONGEST: Interval = Interval { count: 200, unit: Unit::Year };
const HOUR: i64 = 3_600;

impl Interval {
    /// The interval that cuts the time from `from` to `to` into about 30 to 60 buckets.
    pub fn automatic(from: UnixMicros, to: UnixMicros) -> Self {
        let seconds = to.seconds_floor().saturating_sub(from.seconds_floor());
        let fits = |(_, length): &&(Self, i64)| seconds <= length * AUTOMATIC_BUCKETS_MAX;
        LADDER.iter().find(fits).map_or(LONGEST, |(interval, _)| *interval)
    }

    /// The starts of all buckets that have a part of the time from `from` to before `to`, in
    /// order: none if there is no such time, otherwise the first is not after `from`.
    ///
    /// # Errors
    /// [`TooManyBuckets`] past [`HISTOGRAM_BUCKETS_MAX`].
    pub fn edges(
        self,
        from: UnixMicros,
        to: UnixMicros,
        zone: &TimeZone,
    ) -> Result<Vec<UnixMicros>, TooManyBuckets> {
        let mut edges: Vec<UnixMicros> = Vec::new();
        let mut next = self.unit.floor(self.count, earliest_to_come(from, zone));
        while let Some(shown) = next {
            let starts = self.starts(shown, zone);
            if from >= to || starts.iter().all(|start| *start >= to) {
                break;
            }
            edges.extend(starts.into_iter().filter(|start| *start < to));
            if edges.len() > EDGES_READ_MAX {
                return Err(TooManyBuckets { interval: self });
            }
            next = self.unit.add(i64::from(self.count), shown);
        }
        edges.sort_unstable();
        edges.dedup();
        let before = edges.partition_point(|edge| *edge <= from);
        edges.drain(..before.saturating_sub(1));
        if edges.len() > HISTOGRAM_BUCKETS_MAX {
            return Err(TooManyBuckets { interval: self });
        }
        Ok(edges)
    }

    /// The instants at which the clocks of `zone` show `shown`, or skip it.
    fn starts(self, shown: DateTime, zone: &TimeZone) -> Vec<UnixMicros> {
        let at = |offset: jiff::tz::Offset| offset.to_timestamp(shown).ok();
        let starts = match zone.to_ambiguous_timestamp(shown).offset() {
            AmbiguousOffset::Unambiguous { offset } => [at(offset), None],
            AmbiguousOffset::Gap { after, .. } => {
                // Read by the clock after the change, a skipped time lies before the change.
                let skipped = at(after).and_then(|earlier| zone.following(earlier).next());
                [skipped.map(|change| change.timestamp()), None]
            }
            AmbiguousOffset::Fold { before, after } => {
                let (first, second) = (at(before), at(after));
                let repeats = self.seconds_in_day().is_some_and(|width| {
                    i64::from(before.seconds()) - i64::from(after.seconds()) >= width
                });
                [first, second.filter(|_| repeats)]
            }
        };
        let time = |timestamp: Timestamp| UnixMicros::clamped(timestamp.as_microsecond());
        starts.into_iter().flatten().map(time).collect()
    }

    /// Its length, for intervals that are parts of a day.
    fn seconds_in_day(self) -> Option<i64> {
        let per_day = self.unit.of_a_day()?;
        Some(24 * HOUR / i64::from(per_day) * i64::from(self.count))
    }
}

/// The earliest time that clocks will show from `from` on: earlier than now when they are about to
/// be set back.
fn earliest_to_come(from: UnixMicros, zone: &TimeZone) -> DateTime {
    let shown = zone.to_datetime(from.timestamp());
    match zone.to_ambiguous_timestamp(shown).offset() {
        AmbiguousOffset::Fold { before, after } => shown.saturating_sub(before.since(after)),
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Gap { .. } => shown,
    }
}

/// How many starts are looked at: some may be before `from`, or the same twice.
const EDGES_READ_MAX: usize = 2 * HISTOGRAM_BUCKETS_MAX;

impl FromStr for Interval {
    type Err = MalformedInterval;

    /// Reads a count and a unit; `1` may be left out, and `q` is three months.
    ///
    /// # Errors
    /// [`MalformedInterval`], for parts of a day also when they do not divide it evenly: the
    /// last bucket of each day would be a shorter one.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = |reason| MalformedInterval { text: text.to_owned(), reason };
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, letter) = text.split_at_checked(digits).unwrap_or(("", text));
        let count: u32 = match count {
            "" => 1,
            count => count.parse().unwrap_or(u32::MAX),
        };
        if !(1..=COUNT_MAX).contains(&count) {
            return Err(malformed("its count is a number from 1 to 9999"));
        }
        let mut letters = letter.chars();
        let (unit, count) = match (letters.next(), letters.next()) {
            (Some('q'), None) => (Unit::Month, count * 3),
            (Some(letter), None) => match Unit::from_letter(letter) {
                Some(unit) => (unit, count),
                None => return Err(malformed(UNITS)),
            },
            _ => return Err(malformed(UNITS)),
        };
        if unit.of_a_day().is_some_and(|per_day| per_day % count != 0) {
            return Err(malformed("it does not divide a day evenly, as 5m, 1h and 12h do"));
        }
        Ok(Self { count, unit })
    }
}

const UNITS: &str = "its unit is one of s, m (minute), h, d, w, M (month), q (quarter) and y";

impl fmt::Display for Interval {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.count, self.unit.letter())
    }
}
