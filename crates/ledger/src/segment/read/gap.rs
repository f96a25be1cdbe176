//! When did nothing happen?

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// Seconds without rows in the time range of a segment, as the last search found them.
///
/// Segments never change, so a gap stays one. While old events are back-filled, events of today are
/// written beside them: the time range of every segment then has what comes after its own days, and
/// one gap answers for all of that.
///
/// Both ends are in one number, first the lower one, so that they always belong together.
#[derive(Debug, Default)]
pub(super) struct LastGap(AtomicU64);

impl LastGap {
    /// Whether no row is in a second, counted from the one that the segment begins in.
    pub(super) fn has(&self, second: u32) -> bool {
        // Nothing else is read because of what is read here.
        let packed = self.0.load(Ordering::Relaxed);
        let (start, end) = (packed & u64::from(u32::MAX), packed >> 32);
        (start..end).contains(&u64::from(second))
    }

    /// Remembers that no row is in these seconds.
    pub(super) fn note(&self, seconds: &Range<u32>) {
        let packed = u64::from(seconds.end) << 32 | u64::from(seconds.start);
        self.0.store(packed, Ordering::Relaxed);
    }
}
