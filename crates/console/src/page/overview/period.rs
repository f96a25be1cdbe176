//! The time that is looked at, and the earlier times it is compared with.
//!
//! A day is compared with the days before it, a week with the weeks, 30 days with the 30 before, so
//! that nights stand beside nights and, for a week, weekends beside weekends. All of them end at
//! the same time of day as the present one, which ends now: nothing is half over.

use gatelog_event::time::UnixMicros;

use crate::links::Parameters;
use crate::texts::Texts;
use crate::time_range::Preset;

const HOUR_MICROS: i64 = 3_600_000_000;

/// A time that ends now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Period {
    /// 24 hours, by the hour.
    #[default]
    Day,
    /// Seven days, by six hours.
    Week,
    /// 30 days, by the day.
    Month,
}

impl Period {
    /// All of them, shortest first.
    pub(super) const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// The period that an address asks for.
    pub(super) fn read(parameters: &Parameters) -> Self {
        let name = parameters.get("range");
        let named = |period: &Self| Some(period.preset().name()) == name;
        Self::ALL.into_iter().find(named).unwrap_or_default()
    }

    /// The same time as lists of events know it.
    pub(super) fn preset(self) -> Preset {
        match self {
            Self::Day => Preset::Day,
            Self::Week => Preset::Week,
            Self::Month => Preset::Month,
        }
    }

    /// Into how many parts it is divided.
    pub(super) fn parts(self) -> usize {
        match self {
            Self::Day => 24,
            Self::Week => 28,
            Self::Month => 30,
        }
    }

    fn part_micros(self) -> i64 {
        let hours = match self {
            Self::Day => 1,
            Self::Week => 6,
            Self::Month => 24,
        };
        hours * HOUR_MICROS
    }

    /// How many earlier ones it is compared with at most.
    fn earlier_max(self) -> usize {
        match self {
            Self::Day => 7,
            Self::Week => 4,
            Self::Month => 3,
        }
    }

    /// How many earlier ones a log has that begins with `first`.
    pub(super) fn earlier_since(self, first: UnixMicros, now: UnixMicros) -> usize {
        let has = |count: &usize| first <= self.begin_of(*count, now);
        (1..=self.earlier_max()).take_while(has).count()
    }

    /// When it begins.
    pub(super) fn begin(self, now: UnixMicros) -> UnixMicros {
        self.begin_of(0, now)
    }

    /// When the earliest one begins that it is ever compared with.
    pub(super) fn begin_of_earliest(self, now: UnixMicros) -> UnixMicros {
        self.begin_of(self.earlier_max(), now)
    }

    /// When the one begins that is so many before it.
    fn begin_of(self, earlier: usize, now: UnixMicros) -> UnixMicros {
        self.part_before(self.parts() * (earlier + 1), now)
    }

    fn part_before(self, parts: usize, now: UnixMicros) -> UnixMicros {
        let parts = i64::try_from(parts).unwrap_or(i64::MAX);
        now.saturating_add(-self.part_micros().saturating_mul(parts))
    }

    /// When the parts begin of as many earlier ones and of itself, in order.
    pub(super) fn starts(self, earlier: usize, now: UnixMicros) -> Vec<UnixMicros> {
        let parts = self.parts() * (earlier + 1);
        (1..=parts).rev().map(|before| self.part_before(before, now)).collect()
    }

    /// What it is compared with, for people.
    pub(super) fn compared(self, earlier: usize, texts: &Texts) -> String {
        let count = texts.number(earlier as u64);
        match (self, earlier) {
            (Self::Day, 1) => texts.overview.day_before.to_owned(),
            (Self::Week, 1) => texts.overview.week_before.to_owned(),
            (Self::Month, 1) => texts.overview.month_before.to_owned(),
            (Self::Day, _) => (texts.overview.days_before)(&count),
            (Self::Week, _) => (texts.overview.weeks_before)(&count),
            (Self::Month, _) => (texts.overview.months_before)(&count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> UnixMicros {
        UnixMicros::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn only_times_that_the_log_covers_are_compared() {
        let now = time("2026-11-20T14:29:31Z");
        for (period, first, expected) in [
            (Period::Day, "2026-11-20T00:00:00Z", 0),
            (Period::Day, "2026-11-18T14:29:32Z", 0),
            (Period::Day, "2026-11-18T14:29:31Z", 1),
            (Period::Day, "2020-01-01T00:00:00Z", 7),
            (Period::Week, "2026-11-06T14:29:31Z", 1),
            (Period::Month, "2026-09-01T00:00:00Z", 1),
        ] {
            assert_eq!(period.earlier_since(time(first), now), expected, "{period:?} {first}");
        }
    }

    #[test]
    fn parts_follow_each_other_and_end_now() {
        let now = time("2026-11-20T14:29:31Z");
        for period in Period::ALL {
            let starts = period.starts(2, now);
            assert_eq!(starts.len(), period.parts() * 3);
            assert_eq!(starts[period.parts() * 2], period.begin(now));
            let gap = |pair: &[UnixMicros]| pair[1].micros() - pair[0].micros();
            assert!(starts.windows(2).all(|pair| gap(pair) == period.part_micros()));
            let last = starts.last().unwrap();
            assert_eq!(last.saturating_add(period.part_micros()), now);
        }
    }
}
