//! When a request is tried again.

use std::time::Duration;

use crate::limits::{RETRY_AFTER_MAX, RETRY_FIRST, RETRY_MAX};

/// How long to wait after so many failures one after the other (from 1).
///
/// Twice as long each time, at most [`RETRY_MAX`], of which `random` takes away up to half, so that
/// emitters that failed together do not come back together. Never sooner than the server asks.
pub(crate) fn wait(failures: u32, retry_after: Option<Duration>, random: u32) -> Duration {
    let doubled = RETRY_FIRST.saturating_mul(1 << failures.saturating_sub(1).min(16));
    let longest = doubled.min(RETRY_MAX);
    let part = f64::from(random) / f64::from(u32::MAX);
    let wait = longest.mul_f64(1.0 - part / 2.0);
    wait.max(retry_after.unwrap_or_default().min(RETRY_AFTER_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute() {
        let table = [
            (1, None, 0, 250),
            (1, None, u32::MAX, 125),
            (2, None, 0, 500),
            (8, None, 0, 32_000),
            (9, None, 0, 60_000),
            (u32::MAX, None, u32::MAX, 30_000),
            (1, Some(7), 0, 7_000),
            (9, Some(7), 0, 60_000),
            (1, Some(86_400), 0, 300_000),
        ];
        for (failures, retry_after, random, expected_ms) in table {
            let waited = wait(failures, retry_after.map(Duration::from_secs), random);
            assert_eq!(waited.as_millis(), expected_ms, "{failures} {retry_after:?} {random}");
        }
    }
}
