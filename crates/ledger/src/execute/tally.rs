//! How many rows of a segment have which values, by the cheaper of two ways: from the values'
//! bitmaps, or by a pass over the rows.

use std::ops::Range;

use roaring::RoaringBitmap;

use super::groups::Groups;
use super::run::{Form, SegmentRun};
use crate::error::Result;
use crate::row::Column;
use crate::segment::Segment;

/// Counts of rows: for each range, one of each group.
pub(super) type Counts = Vec<Vec<u64>>;

/// What either way costs, in instructions: a row of a pass; a group's bitmap, as long as it is a
/// list of rows, and at most.
const PASS_ROW_COST: u64 = 50;
const GROUP_COST: u64 = 600;
const LISTED_ROW_COST: u64 = 10;
const BITMAP_COST: u64 = 20_000;

/// Groups of values of one column of a segment.
pub(super) struct Tally<'s> {
    segment: &'s Segment,
    column: Column,
    /// The codes of each group's values, ascending. No code is in two groups.
    groups: &'s [Vec<u32>],
    /// How many rows of the segment each group has.
    sizes: Vec<u64>,
    /// The group that is counted as what the others leave: if every row is in one, the largest.
    rest: Option<usize>,
    value_count: usize,
    ranges: &'s [Range<u32>],
}

/// Counts the rows of a run in each of some ranges of it by group.
///
/// # Errors
/// [`crate::Error::Corrupt`] or [`crate::Error::Io`].
pub(super) fn tally(
    run: &SegmentRun,
    column: Column,
    groups: &[Vec<u32>],
    ranges: &[Range<u32>],
) -> Result<Counts> {
    let segment = run.segment();
    let Some(dictionary) = segment.dictionary(column)? else {
        return Ok(vec![vec![0; groups.len()]; ranges.len()]);
    };
    let size = |codes: &Vec<u32>| -> u64 {
        let positions = codes.iter().filter_map(|code| code.checked_sub(1));
        positions.map(|position| dictionary.count(position as usize)).sum()
    };
    let sizes: Vec<u64> = groups.iter().map(size).collect();
    let is_complete = sizes.iter().sum::<u64>() == u64::from(segment.row_count());
    let largest = sizes.iter().zip(0..).max().map(|(_, group)| group);
    let (rest, value_count) = (largest.filter(|_| is_complete), dictionary.len());
    let tally = Tally { segment, column, groups, sizes, rest, value_count, ranges };
    match run.rows()?.form() {
        Form::All => tally.of_all(),
        Form::Only(rows) => tally.of_set(rows),
        Form::Except(others) => {
            let (mut counts, others) = (tally.of_all()?, tally.of_set(others)?);
            let both = counts.iter_mut().flatten().zip(others.into_iter().flatten());
            both.for_each(|(count, others)| *count = count.saturating_sub(others));
            Ok(counts)
        }
    }
}

/// As [`tally`], of groups by their names.
///
/// # Errors
/// As [`tally`].
pub(super) fn tally_groups(
    run: &SegmentRun,
    column: Column,
    groups: &mut Groups<'_>,
    ranges: &[Range<u32>],
) -> Result<Counts> {
    let Some(dictionary) = run.segment().dictionary(column)? else { return Ok(Counts::new()) };
    tally(run, column, &groups.codes_in(&dictionary), ranges)
}

impl Tally<'_> {
    /// Of all rows of the segment.
    fn of_all(&self) -> Result<Counts> {
        if self.is_whole() {
            return Ok(vec![self.sizes.clone()]);
        }
        let lengths = self.ranges.iter().map(|range| u64::from(range.end - range.start));
        self.by_group(lengths.collect(), |rows| {
            Ok(self.ranges.iter().map(|range| rows.range_cardinality(range.clone())).collect())
        })
    }

    /// Of these rows.
    fn of_set(&self, rows: &RoaringBitmap) -> Result<Counts> {
        let of_group = |size: &u64| GROUP_COST + (size * LISTED_ROW_COST).min(BITMAP_COST);
        let by_group_cost: u64 = self.sizes.iter().map(of_group).sum();
        if rows.len() * PASS_ROW_COST < by_group_cost {
            return self.by_row(rows);
        }
        if self.is_whole() {
            return self.by_group(vec![rows.len()], |group| Ok(vec![group.intersection_len(rows)]));
        }
        let in_ranges = |rows: &RoaringBitmap| {
            self.ranges.iter().map(|range| rows.range_cardinality(range.clone())).collect()
        };
        self.by_group(in_ranges(rows), |group| Ok(in_ranges(&(group & rows))))
    }

    fn is_whole(&self) -> bool {
        matches!(self.ranges, [range] if *range == (0..self.segment.row_count()))
    }

    /// Asks each group's bitmap for its count in each range, of which the rows are `totals`.
    fn by_group(
        &self,
        totals: Vec<u64>,
        count: impl Fn(&RoaringBitmap) -> Result<Vec<u64>>,
    ) -> Result<Counts> {
        let mut counts = vec![vec![0; self.groups.len()]; self.ranges.len()];
        let mut rest = totals;
        for (group, codes) in self.groups.iter().enumerate() {
            if codes.is_empty() || self.rest == Some(group) {
                continue;
            }
            let found = count(&*self.segment.rows_of(self.column, codes)?)?;
            for ((counts, rest), found) in counts.iter_mut().zip(&mut rest).zip(found) {
                *rest = rest.saturating_sub(found);
                counts.get_mut(group).into_iter().for_each(|count| *count = found);
            }
        }
        let Some(largest) = self.rest else { return Ok(counts) };
        for (counts, rest) in counts.iter_mut().zip(rest) {
            counts.get_mut(largest).into_iter().for_each(|count| *count = rest);
        }
        Ok(counts)
    }

    /// Looks the group of each row up.
    fn by_row(&self, rows: &RoaringBitmap) -> Result<Counts> {
        let mut counts = vec![vec![0; self.groups.len()]; self.ranges.len()];
        let Some(codes) = self.segment.codes(self.column)? else { return Ok(counts) };
        let mut group_by_code = vec![usize::MAX; self.value_count.saturating_add(1)];
        for (group, codes) in self.groups.iter().enumerate() {
            for code in codes {
                group_by_code.get_mut(*code as usize).into_iter().for_each(|to| *to = group);
            }
        }
        for (range, counts) in self.ranges.iter().zip(&mut counts) {
            for row in rows.range(range.clone()) {
                let code = usize::try_from(codes.get(row as usize)).unwrap_or(usize::MAX);
                let group = group_by_code.get(code).copied().unwrap_or(usize::MAX);
                counts.get_mut(group).into_iter().for_each(|count| *count += 1);
            }
        }
        Ok(counts)
    }
}
