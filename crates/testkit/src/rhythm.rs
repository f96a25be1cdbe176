//! When things happen: a time range cut into hours of different weight.
//!
//! Nights are quiet, mornings and early evenings busy, weekends at half strength (all in UTC).

const HOUR_MS: i64 = 3_600_000;

/// Weight of each hour of the day, from midnight.
const HOURS: [u128; 24] =
    [7, 5, 4, 3, 4, 7, 16, 34, 58, 72, 76, 70, 60, 66, 72, 70, 64, 58, 54, 56, 52, 40, 24, 13];

/// Weight of each day of the week, from Monday.
const DAYS: [u128; 7] = [21, 22, 22, 21, 19, 11, 10];

/// A walk through `[from, to)` in which equal shares of the work take equal shares of the weight.
#[derive(Debug, Clone)]
pub(crate) struct Rhythm {
    total: u128,
    slice: Slice,
    /// Weight of all slices before the current one.
    passed: u128,
    to_ms: i64,
}

impl Rhythm {
    pub(crate) fn new(from_ms: i64, to_ms: i64) -> Self {
        let first = Slice::starting_at(from_ms, to_ms);
        let mut total = 0;
        let mut slice = first;
        while slice.start_ms < to_ms {
            total += slice.weight();
            slice = Slice::starting_at(slice.end_ms, to_ms);
        }
        Self { total, slice: first, passed: 0, to_ms }
    }

    /// The time at which `done` parts `of` all have been worked off; of no use for an empty range.
    /// `done / of` must not fall from call to call.
    pub(crate) fn time_ms(&mut self, done: u128, of: u128) -> i64 {
        let wanted = self.total.saturating_mul(done) / of.max(1);
        while self.passed + self.slice.weight() <= wanted && self.slice.end_ms < self.to_ms {
            self.passed += self.slice.weight();
            self.slice = Slice::starting_at(self.slice.end_ms, self.to_ms);
        }
        let into_slice_ms = wanted.saturating_sub(self.passed) / self.slice.weight_per_ms.max(1);
        let time_ms =
            self.slice.start_ms.saturating_add(i64::try_from(into_slice_ms).unwrap_or(i64::MAX));
        time_ms.min(self.slice.end_ms.saturating_sub(1))
    }
}

/// The rest of one hour, as far as it lies within the range.
#[derive(Debug, Clone, Copy)]
struct Slice {
    start_ms: i64,
    end_ms: i64,
    weight_per_ms: u128,
}

impl Slice {
    fn starting_at(start_ms: i64, to_ms: i64) -> Self {
        let hour = start_ms.div_euclid(HOUR_MS);
        let end_ms = hour.saturating_add(1).saturating_mul(HOUR_MS).min(to_ms);
        let hour_of_day = usize::try_from(hour.rem_euclid(24)).unwrap_or_default();
        // 1970-01-01 was a Thursday, the fourth day of its week.
        let weekday = usize::try_from((hour.div_euclid(24) + 3).rem_euclid(7)).unwrap_or_default();
        let of = |weights: &[u128], index: usize| weights.get(index).copied().unwrap_or(1);
        Self { start_ms, end_ms, weight_per_ms: of(&HOURS, hour_of_day) * of(&DAYS, weekday) }
    }

    fn weight(&self) -> u128 {
        let length_ms = u128::try_from(self.end_ms.saturating_sub(self.start_ms));
        length_ms.unwrap_or_default() * self.weight_per_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 24 * HOUR_MS;
    /// 2026-11-02, a Monday.
    const MONDAY_MS: i64 = 1_793_577_600_000;

    fn times(from_ms: i64, to_ms: i64, count: u128) -> Vec<i64> {
        let mut rhythm = Rhythm::new(from_ms, to_ms);
        (0..count).map(|done| rhythm.time_ms(done, count)).collect()
    }

    #[test]
    fn times_rise_within_the_range_from_its_start_to_its_end() {
        let (from_ms, to_ms) = (MONDAY_MS + 1_234_567, MONDAY_MS + 3 * DAY_MS + 89);
        let times = times(from_ms, to_ms, 5_000);
        assert!(times.is_sorted());
        assert_eq!(times[0], from_ms);
        assert!((to_ms - HOUR_MS..to_ms).contains(&times[4_999]));
    }

    #[test]
    fn nights_are_quieter_than_days_and_sundays_than_mondays() {
        let times = times(MONDAY_MS, MONDAY_MS + 7 * DAY_MS, 70_000);
        let between = |from: i64, to: i64| {
            let range = MONDAY_MS + from * HOUR_MS..MONDAY_MS + to * HOUR_MS;
            times.iter().filter(|time_ms| range.contains(time_ms)).count()
        };
        assert!(between(9, 12) > 10 * between(1, 4));
        assert!(between(0, 24) > between(6 * 24, 7 * 24) * 3 / 2);
    }

    #[test]
    fn an_odd_range_never_leaves_it() {
        assert_eq!(times(-5, -4, 3), [-5, -5, -5]);
        assert!(times(i64::MAX - 10, i64::MAX, 4).iter().all(|&time| time >= i64::MAX - 10));
        Rhythm::new(5, 5).time_ms(1, 1);
    }
}
