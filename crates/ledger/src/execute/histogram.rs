//! How many matching events lie between given times, and how many of them have each value of a
//! field.

use std::collections::HashMap;
use std::ops::Range;

use gatelog_event::time::UnixMicros;
use gatelog_query::{Derivation, Grouping, Order};

use super::counts::{Counted, ValueCount, facet};
use super::groups::{GroupedBy, Groups, dictionary_column, scan_values};
use super::run::{Run, TableRun};
use super::scan::Budget;
use super::tally::{Counts, tally_groups};
use crate::error::Result;
use crate::limits::HISTOGRAM_BUCKETS_MAX;
use crate::row::Column;

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
/// O(buckets + log rows) per part without values. With values, a cardinality of each of them per
/// bucket and segment, or a pass over the matching rows where that is less.
pub(crate) fn histogram<'r>(
    counted: &Counted,
    runs: &[Run],
    starts: &[UnixMicros],
    by: Option<&'r CountedBy>,
    derivation: &'r dyn Derivation,
    budget: &Budget,
) -> Result<Histogram> {
    let grouped_by = |by: &'r CountedBy| GroupedBy { grouping: &by.grouping, derivation };
    let starts = starts.get(..HISTOGRAM_BUCKETS_MAX).unwrap_or(starts);
    let values = match by {
        Some(by) => facet(counted, runs, grouped_by(by), by.values_max, budget)?.values,
        None => Vec::new(),
    };
    let names: Vec<String> = values.iter().map(|value| value.value.clone()).collect();
    let bucket =
        |start: &UnixMicros| Bucket { start: *start, count: 0, by_value: vec![0; names.len()] };
    let mut buckets: Vec<Bucket> = starts.iter().map(bucket).collect();
    let mut groups = by.map(|by| Groups::named(grouped_by(by), names));
    let column = match by {
        Some(by) => dictionary_column(&by.grouping, runs)?,
        None => None,
    };
    for run in runs {
        let pieces = pieces(run, starts)?;
        for (number, range) in &pieces {
            let count = run.count_in(range.clone())?;
            buckets.get_mut(*number).into_iter().for_each(|bucket| bucket.count += count);
        }
        let (Some(by), Some(groups)) = (by, &mut groups) else { continue };
        let counted = match (run, column) {
            (Run::Segment(run), Some(column)) => {
                let ranges: Vec<Range<u32>> = pieces.iter().map(|piece| piece.1.clone()).collect();
                tally_groups(run, column, groups, &ranges)?
            }
            (Run::Table(run), Some(column)) => {
                by_codes(run, column, grouped_by(by), groups, &pieces)
            }
            (_, None) => by_records(run, grouped_by(by), groups, &pieces, budget)?,
        };
        for ((number, _), counts) in pieces.iter().zip(counted) {
            let Some(bucket) = buckets.get_mut(*number) else { continue };
            bucket.by_value.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
    }
    Ok(Histogram { values, buckets })
}

/// A bucket and the places of a run that lie in it.
type Piece = (usize, Range<u32>);

/// The places of a run that lie in buckets: [`Run::place`] of their starts. Starts before and
/// after all rows are not looked up.
fn pieces(run: &Run, starts: &[UnixMicros]) -> Result<Vec<Piece>> {
    let (earliest, latest) = run.time_bounds();
    let first = starts.partition_point(|start| *start <= earliest);
    let end = starts.partition_point(|start| *start <= latest);
    let mut pieces = Vec::with_capacity(end.saturating_sub(first) + 1);
    let mut begin = run.places().start;
    let mut bucket = first.checked_sub(1);
    for (number, start) in starts.iter().enumerate().take(end).skip(first) {
        let place = run.place(*start)?;
        pieces.extend(bucket.map(|bucket| (bucket, begin..place)));
        (begin, bucket) = (place, Some(number));
    }
    pieces.extend(bucket.map(|bucket| (bucket, begin..run.places().end)));
    pieces.retain(|(_, range)| !range.is_empty());
    Ok(pieces)
}

fn by_codes(
    run: &TableRun,
    column: Column,
    by: GroupedBy<'_>,
    groups: &mut Groups<'_>,
    pieces: &[Piece],
) -> Counts {
    let rows = run.ordered();
    let table = run.table().read();
    let Some(memory) = table.column(column) else { return Counts::new() };
    let groups_by_value: Vec<Option<usize>> = match by.follow_from_values() {
        true => groups.of_values(memory.values().iter()),
        false => {
            let mut groups_by_value = vec![None; memory.values().len()];
            for (group, name) in groups.names().iter().enumerate() {
                let position = memory.find(name.as_bytes()).map(|position| position as usize);
                let slot = position.and_then(|position| groups_by_value.get_mut(position));
                slot.into_iter().for_each(|slot| *slot = Some(group));
            }
            groups_by_value
        }
    };
    let mut counts = vec![vec![0; groups.names().len()]; pieces.len()];
    for ((_, range), counts) in pieces.iter().zip(&mut counts) {
        for row in rows.get(range.start as usize..range.end as usize).unwrap_or_default() {
            let position = memory.code(*row).checked_sub(1);
            let group = position.and_then(|position| groups_by_value.get(position as usize));
            if let Some(count) = group.copied().flatten().and_then(|group| counts.get_mut(group)) {
                *count += 1;
            }
        }
    }
    counts
}

fn by_records(
    run: &Run,
    by: GroupedBy<'_>,
    groups: &Groups<'_>,
    pieces: &[Piece],
    budget: &Budget,
) -> Result<Counts> {
    let places: HashMap<u32, u32> = match run {
        Run::Segment(_) => HashMap::new(),
        Run::Table(run) => run.ordered().iter().copied().zip(0..).collect(),
    };
    let mut counts = vec![vec![0; groups.names().len()]; pieces.len()];
    scan_values(run, by, budget, |row, value| {
        let place = places.get(&row).copied().unwrap_or(row);
        let piece = pieces.partition_point(|(_, range)| range.end <= place);
        let is_inside = pieces.get(piece).is_some_and(|(_, range)| range.contains(&place));
        let counts = counts.get_mut(piece).filter(|_| is_inside);
        if let Some((counts, group)) = counts.zip(groups.find(value)) {
            counts.get_mut(group).into_iter().for_each(|count: &mut u64| *count += 1);
        }
    })?;
    Ok(counts)
}

/// The earliest and the latest time of the rows of runs; `None` if there are none.
pub(crate) fn extent(runs: &[Run]) -> Result<Option<(UnixMicros, UnixMicros)>> {
    let mut extent: Option<(UnixMicros, UnixMicros)> = None;
    for run in runs {
        for order in [Order::OldestFirst, Order::NewestFirst] {
            let (earliest, latest) = run.time_bounds();
            let is_known = |(first, last): (UnixMicros, UnixMicros)| match order {
                Order::OldestFirst => first <= earliest,
                Order::NewestFirst => last >= latest,
            };
            // A part that cannot widen the extent is not opened.
            if extent.is_some_and(is_known) {
                continue;
            }
            let Some(row) = run.first(order, None)? else { continue };
            let time = run.position(row)?.time;
            let (first, last) = extent.unwrap_or((time, time));
            extent = Some((first.min(time), last.max(time)));
        }
    }
    Ok(extent)
}
