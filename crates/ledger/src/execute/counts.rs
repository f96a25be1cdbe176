//! How often each value of a field occurs among matching events. All counts are exact.

use std::collections::HashMap;

use gatelog_event::fields::Outcome;
use gatelog_event::source::Source;
use gatelog_query::Grouping;

use super::groups::{dictionary_column, group_name, scan_values};
use super::run::{RowSet, Run};
use super::scan::Budget;
use crate::error::{Error, Result};
use crate::limits::COUNTED_VALUES_MAX;
use crate::memtable::MemTable;
use crate::row::{Column, KindKey};
use crate::segment::Segment;

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
    let counts = column_counts(runs, Column::Kind)?;
    // The format is not part of what is asked: rows that differ in it alone count together.
    let mut merged: HashMap<(Source, String, Outcome), u64> = HashMap::new();
    for (value, count) in &counts {
        if let Some(kind) = KindKey::decode(value) {
            let key = (kind.source, kind.event_type.to_owned(), kind.result);
            *merged.entry(key).or_default() += count;
        }
    }
    let mut kinds: Vec<KindCount> = merged
        .into_iter()
        .map(|((source, event_type, result), count)| KindCount {
            source,
            event_type,
            result,
            count,
        })
        .collect();
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
    let (counts, present) = match dictionary_column(grouping) {
        Some(column) => {
            let mut counts: HashMap<String, u64> = HashMap::new();
            for (value, count) in column_counts(runs, column)? {
                let name = group_name(grouping, &value).unwrap_or_default();
                *counts.entry(name.into_owned()).or_default() += count;
            }
            let present = counts.values().sum();
            (counts, present)
        }
        None => scanned_counts(runs, grouping, budget)?,
    };
    let distinct = counts.len() as u64;
    let values = counts.into_iter().map(|(value, count)| ValueCount { value, count });
    let mut values: Vec<ValueCount> = values.collect();
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    values.truncate(limit);
    Ok(Facet { values, distinct, missing: total - present })
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
        scan_values(run, grouping, budget, |rank, value| {
            present += u64::from(last.replace(rank) != Some(rank));
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

fn column_counts(runs: &[Run], column: Column) -> Result<HashMap<Box<[u8]>, u64>> {
    let mut counts: HashMap<Box<[u8]>, u64> = HashMap::new();
    for run in runs {
        let mut add = |value: &[u8], count: u64| match counts.get_mut(value) {
            _ if count == 0 => {}
            Some(sum) => *sum += count,
            None => drop(counts.insert(value.into(), count)),
        };
        match run {
            Run::Segment(segment, rows) => count_segment(segment, rows, column, &mut add)?,
            Run::Table(table, rows) => count_table(&table.read(), rows, column, &mut add),
        }
        // One part has no more values than rows, so looking once a part bounds the map.
        check_value_count(counts.len())?;
    }
    Ok(counts)
}

fn check_value_count(count: usize) -> Result<()> {
    if count > COUNTED_VALUES_MAX {
        return Err(Error::TooManyValues { values_max: COUNTED_VALUES_MAX });
    }
    Ok(())
}

fn count_segment(
    segment: &Segment,
    rows: &RowSet,
    column: Column,
    add: &mut impl FnMut(&[u8], u64),
) -> Result<()> {
    let Some(dictionary) = segment.dictionary(column)? else {
        return Ok(());
    };
    if rows.is_all_of(segment.row_count()) {
        for position in 0..dictionary.len() {
            add(dictionary.value(position), dictionary.count(position));
        }
        return Ok(());
    }
    let Some(codes) = segment.codes(column)? else {
        return Ok(());
    };
    if let Some(others) = rows.few_others(segment.row_count()) {
        // The dictionary has counted all rows; only those that do not match are taken off.
        let others = others.iter().map(|row| codes.get(row as usize));
        let others = count_codes(dictionary.len(), others);
        for (position, count) in others.into_iter().enumerate() {
            add(dictionary.value(position), dictionary.count(position).saturating_sub(count));
        }
        return Ok(());
    }
    let counts = count_codes(dictionary.len(), rows.iter().map(|row| codes.get(row as usize)));
    for (position, count) in counts.into_iter().enumerate() {
        add(dictionary.value(position), count);
    }
    Ok(())
}

fn count_table(table: &MemTable, rows: &[u32], column: Column, add: &mut impl FnMut(&[u8], u64)) {
    let Some(memory) = table.column(column) else {
        return;
    };
    let codes = rows.iter().map(|row| u64::from(memory.code(*row)));
    let counts = count_codes(memory.values().len(), codes);
    for ((value, _), count) in memory.values().iter().zip(counts) {
        add(value, count);
    }
}

/// How often each code from 1 to `value_count` occurs.
fn count_codes(value_count: usize, codes: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut counts = vec![0; value_count];
    for code in codes {
        let position = usize::try_from(code).ok().and_then(|code| code.checked_sub(1));
        if let Some(count) = position.and_then(|position| counts.get_mut(position)) {
            *count += 1;
        }
    }
    counts
}
