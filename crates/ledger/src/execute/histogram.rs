//! How many matching events lie between given times, and how many of them have each value of a
//! field.

use gatelog_event::time::UnixMicros;
use gatelog_query::Grouping;

use super::counts::{ValueCount, facet};
use super::groups::for_each_named;
use super::run::Run;
use super::scan::Budget;
use crate::error::Result;
use crate::limits::HISTOGRAM_BUCKETS_MAX;
use crate::row::Position;

/// Counts of matching events over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    /// The values counted apart, most frequent first, with how often they occur in all.
    pub values: Vec<ValueCount>,
    /// One bucket for each start, in their order.
    pub buckets: Vec<Bucket>,
}

/// The events from a bucket's start to the next one's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The first time that belongs to it.
    pub start: UnixMicros,
    /// How many events.
    pub count: u64,
    /// How many of them have each of [`Histogram::values`].
    pub by_value: Vec<u64>,
}

/// What to count apart in each bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedBy {
    /// By which value.
    pub grouping: Grouping,
    /// How many values at most, the most frequent ones.
    pub values_max: usize,
}

/// Counts the rows of runs between starts.
///
/// O(buckets * log rows) per part without values; with values, a pass over the matching rows.
pub(crate) fn histogram(
    runs: &[Run],
    starts: &[UnixMicros],
    by: Option<&CountedBy>,
    budget: &Budget,
) -> Result<Histogram> {
    let starts = starts.get(..HISTOGRAM_BUCKETS_MAX).unwrap_or(starts);
    let values = match by {
        Some(by) => facet(runs, &by.grouping, by.values_max, budget)?.values,
        None => Vec::new(),
    };
    let names: Vec<String> = values.iter().map(|value| value.value.clone()).collect();
    let bucket =
        |start: &UnixMicros| Bucket { start: *start, count: 0, by_value: vec![0; names.len()] };
    let mut buckets: Vec<Bucket> = starts.iter().map(bucket).collect();
    for run in runs {
        let ranks = ranks_of_starts(run, starts)?;
        let ends = ranks.iter().skip(1).copied().chain([run.len()]);
        for ((bucket, start), end) in buckets.iter_mut().zip(&ranks).zip(ends) {
            bucket.count += end.saturating_sub(*start);
        }
        let Some(by) = by else { continue };
        let mut at = Moving { ranks: &ranks, bucket: 0 };
        for_each_named(run, &by.grouping, &names, budget, |rank, value| {
            let counted = at.bucket_of(u64::from(rank)).and_then(|at| buckets.get_mut(at));
            if let Some(count) = counted.and_then(|bucket| bucket.by_value.get_mut(value)) {
                *count += 1;
            }
        })?;
    }
    Ok(Histogram { values, buckets })
}

/// The earliest and the latest time of the rows of runs; `None` if there are none.
pub(crate) fn extent(runs: &[Run]) -> Result<Option<(UnixMicros, UnixMicros)>> {
    let mut extent: Option<(UnixMicros, UnixMicros)> = None;
    for run in runs {
        let first = run.position(0)?.time;
        let last = run.position(run.len().saturating_sub(1))?.time;
        extent = Some(match extent {
            Some((earliest, latest)) => (earliest.min(first), latest.max(last)),
            None => (first, last),
        });
    }
    Ok(extent)
}

fn ranks_of_starts(run: &Run, starts: &[UnixMicros]) -> Result<Vec<u64>> {
    starts.iter().map(|start| run.rank(Position { time: *start, seq: 0 })).collect()
}

/// Finds the bucket of each rank; quickly when ranks ascend.
struct Moving<'r> {
    ranks: &'r [u64],
    bucket: usize,
}

impl Moving<'_> {
    fn bucket_of(&mut self, rank: u64) -> Option<usize> {
        let begins = |at: usize| self.ranks.get(at).is_none_or(|start| *start <= rank);
        let is_here =
            begins(self.bucket) && self.ranks.get(self.bucket + 1).is_none_or(|next| rank < *next);
        if !is_here {
            self.bucket = self.ranks.partition_point(|start| *start <= rank).checked_sub(1)?;
        }
        Some(self.bucket)
    }
}
