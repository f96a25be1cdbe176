//! How long many things of one kind took.

use std::time::Duration;

use serde::Serialize;

/// The middle of many durations, and what the slowest took, in milliseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Percentiles {
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

impl Percentiles {
    /// Of at least one duration; of none it is nothing.
    pub(crate) fn of(mut durations: Vec<Duration>) -> Option<Self> {
        durations.sort_unstable();
        let at = |hundredths: usize| {
            let rank = (durations.len() * hundredths).div_ceil(100).saturating_sub(1);
            durations.get(rank).map(|duration| duration.as_secs_f64() * 1e3)
        };
        Some(Self { p50_ms: at(50)?, p99_ms: at(99)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_slowest_but_one_in_a_hundred() {
        let durations = (1..=200).rev().map(Duration::from_millis).collect();
        let found = Percentiles::of(durations).unwrap();
        assert!((found.p50_ms - 100.0).abs() < 1e-9 && (found.p99_ms - 198.0).abs() < 1e-9);
        let few = [3, 1, 2].map(Duration::from_millis).to_vec();
        let found = Percentiles::of(few).unwrap();
        assert!((found.p50_ms - 2.0).abs() < 1e-9 && (found.p99_ms - 3.0).abs() < 1e-9);
        assert!(Percentiles::of(Vec::new()).is_none());
    }
}
