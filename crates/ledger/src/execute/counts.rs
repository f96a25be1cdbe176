//! How often each value of a field occurs among matching events. All counts are exact.

use std::sync::Arc;

use gatelog_event::fields::Outcome;
use gatelog_event::source::Source;
use gatelog_query::Grouping;
use hashbrown::HashMap;

use super::groups::{Groups, dictionary_column, scan_values};
use super::run::{Form, Run, SegmentRun, TableRun};
use super::scan::Budget;
use super::tally::{tally, tally_groups};
use crate::codec::values::Values;
use crate::error::{Error, Result};
use crate::limits::COUNTED_VALUES_MAX;
use crate::row::{Column, KindKey};
use crate::segment::Segment;
use crate::segment::dictionary::Dictionary;

/// How many events of one kind match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindCount {
    /// Where they came from.
    pub source: Source,
    /// Their type's key.
    pub event_type: String,
    /// What their records say of how they ended.
    pub result: Outcome,
    /// How many.
    pub count: u64,
}

/// How many matching events have one value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueCount {
    /// The value.
    pub value: String,
    /// How many.
    pub count: u64,
}

/// The values of one field among matching events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facet {
    /// The most frequent values, most first.
    pub values: Vec<ValueCount>,
    /// How many different values there are.
    pub distinct: u64,
    /// How many events have no value.
    pub missing: u64,
}

/// Counts of the rows of runs by kind, most first.
pub(crate) fn kinds(runs: &[Run]) -> Result<Vec<KindCount>> {
    let parts = column_counts(runs, Column::Kind)?;
    // The format is not part of what is asked: rows that differ in it alone count together.
    let mut merged: HashMap<(Source, &str, Outcome), u64> = HashMap::new();
    for (value, count) in summed(&parts)? {
        if let Some(KindKey { source, event_type, result, .. }) = KindKey::decode(value) {
            *merged.entry((source, event_type, result)).or_default() += count;
        }
    }
    let kinds = merged.into_iter().map(|((source, event_type, result), count)| {
        let event_type = event_type.to_owned();
        KindCount { source, event_type, result, count }
    });
    let mut kinds: Vec<KindCount> = kinds.collect();
    kinds.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.event_type.cmp(&b.event_type)));
    Ok(kinds)
}

/// The values of one grouping among the rows of runs.
pub(crate) fn facet(
    runs: &[Run],
    grouping: &Grouping,
    limit: usize,
    budget: &Budget,
) -> Result<Facet> {
    let total: u64 = runs.iter().map(Run::len).sum();
    let Some(column) = dictionary_column(grouping) else {
        let (counts, present) = scanned_counts(runs, grouping, budget)?;
        return Ok(Facet::of(counts.into_iter().collect(), limit, total - present));
    };
    if column == Column::Kind {
        let counts = group_counts(runs, grouping)?;
        let present = sum(&counts);
        return Ok(Facet::of(counts, limit, total - present));
    }
    let parts = column_counts(runs, column)?;
    let counts = summed(&parts)?;
    let present = sum(&counts);
    Ok(Facet::of(counts, limit, total - present))
}

/// How often each value of a field that follows from the kind occurs, if it does.
fn group_counts(runs: &[Run], grouping: &Grouping) -> Result<Vec<(String, u64)>> {
    let mut groups = Groups::of_all_kinds(grouping);
    let mut counts: Vec<u64> = Vec::new();
    for run in runs {
        let found: Vec<u64> = match run {
            Run::Segment(run) => {
                let counts = tally_groups(run, Column::Kind, &mut groups, &[run.range()])?;
                counts.into_iter().flatten().collect()
            }
            Run::Table(run) => {
                let kinds = count_table(run, Column::Kind);
                let mut found = Vec::new();
                for (value, count) in kinds.iter().flat_map(PartCounts::occurring) {
                    let group = groups.of_kind(value);
                    found.resize(groups.names().len(), 0);
                    let slot = group.and_then(|group| found.get_mut(group));
                    slot.into_iter().for_each(|slot| *slot += count);
                }
                found
            }
        };
        counts.resize(groups.names().len(), 0);
        counts.iter_mut().zip(found).for_each(|(sum, count)| *sum += count);
    }
    let counts = groups.names().iter().cloned().zip(counts);
    Ok(counts.filter(|(_, count)| *count > 0).collect())
}

fn sum<V>(counts: &[(V, u64)]) -> u64 {
    counts.iter().map(|(_, count)| count).sum()
}

impl Facet {
    /// The most frequent of many values; among equally frequent ones, the first in their order.
    /// O(values), and only those that are kept are copied.
    fn of<V: Ord + AsRef<[u8]>>(mut counts: Vec<(V, u64)>, limit: usize, missing: u64) -> Self {
        let distinct = counts.len() as u64;
        let order = |a: &(V, u64), b: &(V, u64)| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0));
        if limit < counts.len() {
            counts.select_nth_unstable_by(limit, order);
            counts.truncate(limit);
        }
        counts.sort_unstable_by(order);
        let values = counts.into_iter().map(|(value, count)| {
            let value = String::from_utf8_lossy(value.as_ref()).into_owned();
            ValueCount { value, count }
        });
        Self { values: values.collect(), distinct, missing }
    }
}

/// Counts by value, and how many rows have one: a path may find several in a record.
fn scanned_counts(
    runs: &[Run],
    grouping: &Grouping,
    budget: &Budget,
) -> Result<(HashMap<String, u64>, u64)> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    let mut present = 0;
    for run in runs {
        let mut last = None;
        scan_values(run, grouping, budget, |row, value| {
            present += u64::from(last.replace(row) != Some(row));
            let is_full = counts.len() > COUNTED_VALUES_MAX;
            match counts.get_mut(value) {
                Some(count) => *count += 1,
                None if is_full => {}
                None => drop(counts.insert(value.to_owned(), 1)),
            }
        })?;
        check_value_count(counts.len())?;
    }
    Ok((counts, present))
}

/// How many rows of one run have each value of a dictionary column.
struct PartCounts {
    values: PartValues,
    /// By the values' positions.
    counts: Vec<u64>,
}

/// The values of one part. Those of a memtable are copied, so that its lock is not held.
enum PartValues {
    Segment(Arc<Dictionary>),
    Table(Values),
}

impl PartCounts {
    /// The values that occur, and how often.
    fn occurring(&self) -> impl Iterator<Item = (&[u8], u64)> {
        let value = |position| match &self.values {
            PartValues::Segment(dictionary) => dictionary.value(position),
            PartValues::Table(values) => values.get(position),
        };
        let counts = self.counts.iter().copied().enumerate().filter(|(_, count)| *count > 0);
        counts.map(move |(position, count)| (value(position), count))
    }
}

fn column_counts(runs: &[Run], column: Column) -> Result<Vec<PartCounts>> {
    let mut parts = Vec::with_capacity(runs.len());
    for run in runs {
        parts.extend(match run {
            Run::Segment(run) => count_segment(run, column)?,
            Run::Table(run) => count_table(run, column),
        });
    }
    Ok(parts)
}

/// Every value of all parts once, with how often it occurs in all of them.
fn summed(parts: &[PartCounts]) -> Result<Vec<(&[u8], u64)>> {
    if let [only] = parts {
        let counts: Vec<_> = only.occurring().collect();
        return check_value_count(counts.len()).map(|()| counts);
    }
    let mut counts: HashMap<&[u8], u64> = HashMap::new();
    for part in parts {
        part.occurring().for_each(|(value, count)| *counts.entry(value).or_default() += count);
        // One part has no more values than rows, so looking once a part bounds the map.
        check_value_count(counts.len())?;
    }
    Ok(counts.into_iter().collect())
}

fn check_value_count(count: usize) -> Result<()> {
    if count > COUNTED_VALUES_MAX {
        return Err(Error::TooManyValues { values_max: COUNTED_VALUES_MAX });
    }
    Ok(())
}

fn count_segment(run: &SegmentRun, column: Column) -> Result<Option<PartCounts>> {
    let segment = run.segment();
    let Some(dictionary) = segment.dictionary(column)? else { return Ok(None) };
    let (rows, range) = (run.rows()?, run.range());
    let of_all = || (0..dictionary.len()).map(|position| dictionary.count(position));
    let is_whole = range == (0..segment.row_count());
    let counts = match rows.form() {
        Form::All if is_whole => of_all().collect(),
        // The dictionary has counted all rows; only those that do not match are taken off.
        Form::Except(others) if is_whole && others.len() < u64::from(segment.row_count()) / 4 => {
            let others = count_codes(segment, column, dictionary.len(), |visit| {
                others.iter().for_each(visit);
            })?;
            of_all().zip(others).map(|(all, others)| all.saturating_sub(others)).collect()
        }
        _ if column == Column::Kind => {
            let codes: Vec<Vec<u32>> =
                (1..).take(dictionary.len()).map(|code| vec![code]).collect();
            tally(run, column, &codes, &[range])?.into_iter().flatten().collect()
        }
        _ => count_codes(segment, column, dictionary.len(), |visit| rows.for_each(visit))?,
    };
    Ok(Some(PartCounts { values: PartValues::Segment(dictionary), counts }))
}

fn count_codes(
    segment: &Segment,
    column: Column,
    value_count: usize,
    for_each: impl FnOnce(&mut dyn FnMut(u32)),
) -> Result<Vec<u64>> {
    let mut counts = CodeCounts(vec![0; value_count]);
    if let Some(codes) = segment.codes(column)? {
        for_each(&mut |row| counts.add(codes.get(row as usize)));
    }
    Ok(counts.0)
}

fn count_table(run: &TableRun, column: Column) -> Option<PartCounts> {
    let rows = run.row_set();
    let table = run.table().read();
    let memory = table.column(column)?;
    let mut counts = CodeCounts(vec![0; memory.values().len()]);
    rows.for_each(|row| counts.add(u64::from(memory.code(row))));
    Some(PartCounts { values: PartValues::Table(memory.values().clone()), counts: counts.0 })
}

/// How often each code from 1 on occurs.
struct CodeCounts(Vec<u64>);

impl CodeCounts {
    fn add(&mut self, code: u64) {
        let position = usize::try_from(code).ok().and_then(|code| code.checked_sub(1));
        if let Some(count) = position.and_then(|position| self.0.get_mut(position)) {
            *count += 1;
        }
    }
}
