//! What a ledger holds and has done, for whoever operates it.
//!
//! The writer and the sealer count here as they work; [`Activity`] is a copy of the counters. They
//! begin at zero when the ledger is opened and name no tenant. Not for answering questions about
//! events: those counts are exact and come from `execute`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use gatelog_event::source::Format;

use crate::cache::CacheActivity;
use crate::error::Error;
use crate::files::Stopwatch;
use crate::merge::Policy;
use crate::seal::Tenants;
use crate::writer::Appended;

/// What a ledger holds and has done.
#[derive(Clone, Debug)]
pub struct Activity {
    /// What was done since the ledger was opened.
    pub done: Done,
    /// What is held now.
    pub held: Holdings,
    /// How the cache serves.
    pub cache: CacheActivity,
    /// Batches that wait for the writer, in bytes.
    pub queue_byte_count: u64,
    /// Events in the log that are not known to be sealed, in bytes.
    pub log_byte_count: u64,
}

/// What was done since the ledger was opened.
#[derive(Clone, Debug)]
pub struct Done {
    /// What became of events, by the format of their batch.
    pub appended: Vec<(Format, Appended)>,
    /// Events per commit.
    pub commit_events: Distribution,
    /// How long writing and syncing a commit took, in microseconds.
    pub commit_micros: Distribution,
    /// How long making a segment took, in microseconds.
    pub seal_micros: Distribution,
}

/// What is held now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Tenants with a ledger of their own.
    pub tenants: u64,
    /// Segment files.
    pub segments: u64,
    /// Segments that wait to be merged, in bytes.
    pub merge_pending_byte_count: u64,
    /// Events in segments.
    pub sealed_events: u64,
    /// Events that are in the log and in memory.
    pub unsealed_events: u64,
    /// What these cost in memory, in bytes, approximately.
    pub unsealed_byte_count: u64,
}

/// How measurements are distributed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// The most a measurement of each bucket may be, ascending, with how many there are that do
    /// not fit the bucket before. The last bucket takes all that is left, up to [`u64::MAX`].
    pub buckets: Vec<(u64, u64)>,
    /// The sum of all measurements.
    pub sum: u64,
}

/// Counts while the ledger works.
#[derive(Debug)]
pub(crate) struct Recorder {
    stopwatch: Arc<dyn Stopwatch>,
    appended: [AppendedCounts; Format::ALL.len()],
    commit_events: Histogram<10>,
    commit_micros: Histogram<12>,
    seal_micros: Histogram<10>,
    refusal: Mutex<Option<Error>>,
}

impl Recorder {
    pub(crate) fn new(stopwatch: Arc<dyn Stopwatch>) -> Self {
        Self {
            stopwatch,
            appended: Default::default(),
            commit_events: Histogram::new([1, 2, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000]),
            commit_micros: Histogram::new([
                100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000,
                2_000_000,
            ]),
            seal_micros: Histogram::new([
                10_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
                10_000_000, 30_000_000,
            ]),
            refusal: Mutex::default(),
        }
    }

    /// A moment, to measure from.
    pub(crate) fn now(&self) -> u64 {
        self.stopwatch.elapsed_micros()
    }

    /// A commit of so many events is durable.
    pub(crate) fn committed(&self, event_count: u64, started: u64) {
        self.commit_events.measure(event_count);
        self.commit_micros.measure(self.now().saturating_sub(started));
        *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The senders of a batch are told what became of it.
    pub(crate) fn appended(&self, format: Option<Format>, appended: Appended) {
        let counts = Format::ALL.iter().zip(&self.appended);
        let counts = counts.filter(|(counted, _)| Some(**counted) == format);
        counts.for_each(|(_, counts)| counts.add(appended));
    }

    /// A segment was made.
    pub(crate) fn sealed(&self, started: u64) {
        self.seal_micros.measure(self.now().saturating_sub(started));
    }

    /// Events were refused. That the queue is full passes by itself and is not remembered.
    pub(crate) fn refused(&self, error: &Error) {
        if matches!(error, Error::DiskFull { .. } | Error::ReadOnly { .. }) {
            let mut refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
            *refusal = Some(error.clone());
        }
    }

    pub(crate) fn refusal(&self) -> Option<Error> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn done(&self) -> Done {
        let appended = Format::ALL.iter().zip(&self.appended);
        Done {
            appended: appended.map(|(format, counts)| (*format, counts.get())).collect(),
            commit_events: self.commit_events.distribution(),
            commit_micros: self.commit_micros.distribution(),
            seal_micros: self.seal_micros.distribution(),
        }
    }
}

/// What all tenants hold together.
pub(crate) fn holdings(tenants: &Tenants, policy: Policy) -> Holdings {
    let tenants = tenants.read().unwrap_or_else(PoisonError::into_inner);
    let mut held = Holdings { tenants: tenants.len() as u64, ..Holdings::default() };
    for tenant in tenants.values() {
        let view = tenant.view();
        held.merge_pending_byte_count += policy.pending_bytes(&tenant.manifest().segments);
        held.segments += view.segments.len() as u64;
        held.sealed_events +=
            view.segments.iter().map(|segment| u64::from(segment.row_count())).sum::<u64>();
        for table in &view.tables {
            let table = table.read();
            held.unsealed_events += u64::from(table.row_count());
            held.unsealed_byte_count += table.byte_count();
        }
    }
    held
}

/// [`Appended`], summed up.
#[derive(Debug, Default)]
struct AppendedCounts {
    accepted: AtomicU64,
    duplicates: AtomicU64,
    conflicts: AtomicU64,
}

impl AppendedCounts {
    fn add(&self, appended: Appended) {
        self.accepted.fetch_add(appended.accepted, Ordering::Relaxed);
        self.duplicates.fetch_add(appended.duplicates, Ordering::Relaxed);
        self.conflicts.fetch_add(appended.conflicts, Ordering::Relaxed);
    }

    fn get(&self) -> Appended {
        Appended {
            accepted: self.accepted.load(Ordering::Relaxed),
            duplicates: self.duplicates.load(Ordering::Relaxed),
            conflicts: self.conflicts.load(Ordering::Relaxed),
        }
    }
}

/// Counts measurements by their size.
#[derive(Debug)]
struct Histogram<const BOUNDS: usize> {
    bounds: [u64; BOUNDS],
    counts: [AtomicU64; BOUNDS],
    beyond: AtomicU64,
    sum: AtomicU64,
}

impl<const BOUNDS: usize> Histogram<BOUNDS> {
    fn new(bounds: [u64; BOUNDS]) -> Self {
        let counts = bounds.map(|_| AtomicU64::new(0));
        Self { bounds, counts, beyond: AtomicU64::new(0), sum: AtomicU64::new(0) }
    }

    fn measure(&self, value: u64) {
        let fitting = self.bounds.iter().zip(&self.counts).find(|(bound, _)| value <= **bound);
        fitting.map_or(&self.beyond, |(_, count)| count).fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    fn distribution(&self) -> Distribution {
        let buckets = self.bounds.into_iter().zip(&self.counts).chain([(u64::MAX, &self.beyond)]);
        let buckets = buckets.map(|(bound, count)| (bound, count.load(Ordering::Relaxed)));
        Distribution { buckets: buckets.collect(), sum: self.sum.load(Ordering::Relaxed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measurement_is_in_the_first_bucket_it_fits() {
        let histogram = Histogram::new([1, 10]);
        [0, 1, 2, 10, 11, 1_000].into_iter().for_each(|value| histogram.measure(value));
        let Distribution { buckets, sum } = histogram.distribution();
        assert_eq!(buckets, [(1, 2), (10, 2), (u64::MAX, 2)]);
        assert_eq!(sum, 1_024);
    }
}
