//! How often each value of a field occurs among matching events. All counts are exact.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gatelog_event::fields::Outcome;
use gatelog_event::source::Source;
use gatelog_query::Grouping;
use hashbrown::HashMap;

use super::groups::{GroupedBy, Groups, dictionary_column, scan_values};
use super::run::{Form, Run, SegmentRun, TableRun};
use super::scan::Budget;
use super::side_by_side::side_by_side;
use super::sums::Sums;
use super::tally::{tally, tally_groups};
use crate::error::Result;
use crate::row::{Column, KindKey};
use crate::segment::Segment;

/// Of fewer rows each column is counted when it is asked for: another thread would cost more.
const AHEAD_ROWS_MIN: u64 = 10_000;

/// Columns that are worth beginning another thread for.
const COLUMNS_PER_THREAD: usize = 2;

/// Of a column with no more values than these it is looked for the cheaper way of counting.
const TALLIED_VALUES_MAX: usize = 64;

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
pub(crate) fn kinds(counted: &Counted, runs: &[Run]) -> Result<Vec<KindCount>> {
    let counts = counted.of(runs, Column::Kind)?;
    // The format is not part of what is asked: rows that differ in it alone count together.
    let mut merged: HashMap<(Source, &str, Outcome), u64> = HashMap::new();
    for (value, count) in counts.iter() {
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
    counted: &Counted,
    runs: &[Run],
    by: GroupedBy<'_>,
    limit: usize,
    budget: &Budget,
) -> Result<Facet> {
    let total: u64 = runs.iter().map(Run::len).sum();
    if by.has_none() {
        return Ok(Facet { missing: total, ..Facet::default() });
    }
    let Some(column) = dictionary_column(by.grouping, runs)? else {
        let (counts, present) = scanned_counts(runs, by, budget)?;
        return Ok(Facet::of(counts.iter().collect(), limit, total - present));
    };
    if column == Column::Kind && counted.known(column).is_none() {
        let counts = group_counts(runs, by)?;
        let present = sum(&counts);
        return Ok(Facet::of(counts, limit, total - present));
    }
    let counts = counted.of(runs, column)?;
    if by.follow_from_values() {
        let counts = derived_counts(&counts, by);
        let present = sum(&counts);
        return Ok(Facet::of(counts, limit, total - present));
    }
    let counts: Vec<_> = counts.iter().collect();
    let present = sum(&counts);
    Ok(Facet::of(counts, limit, total - present))
}

/// How often the values of columns occur among the rows of some runs, once they were counted:
/// several answers are made of one column.
#[derive(Debug, Default)]
pub(crate) struct Counted(Mutex<HashMap<Column, Arc<Sums>>>);

impl Counted {
    /// Counts the columns of several groupings side by side: for that a page has to wait anyway.
    /// What cannot be counted is told to whoever asks for it.
    pub(crate) fn ahead(&self, runs: &[Run], groupings: &[Grouping]) -> Result<()> {
        if runs.iter().map(Run::len).sum::<u64>() < AHEAD_ROWS_MIN {
            return Ok(());
        }
        let mut columns = Vec::with_capacity(groupings.len());
        for grouping in groupings {
            let column = dictionary_column(grouping, runs)?;
            columns.extend(column.filter(|column| !columns.contains(column)));
        }
        side_by_side(&columns, COLUMNS_PER_THREAD, |column| {
            let _ = self.of(runs, *column);
            Ok(())
        })?;
        Ok(())
    }

    fn of(&self, runs: &[Run], column: Column) -> Result<Arc<Sums>> {
        if let Some(sums) = self.known(column) {
            return Ok(sums);
        }
        let sums = Arc::new(column_counts(runs, column)?);
        self.lock().insert(column, Arc::clone(&sums));
        Ok(sums)
    }

    fn known(&self, column: Column) -> Option<Arc<Sums>> {
        self.lock().get(&column).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Column, Arc<Sums>>> {
        // What is half counted is not in it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often that occurs which follows from values: of those there may be too many to look at the
/// rows of each.
fn derived_counts(counts: &Sums, by: GroupedBy<'_>) -> Vec<(String, u64)> {
    let mut derived: HashMap<String, u64> = HashMap::new();
    for (value, count) in counts.iter() {
        if let Some(name) = by.name(value) {
            *derived.entry_ref(&*name).or_default() += count;
        }
    }
    derived.into_iter().collect()
}

/// How often each value of a field that follows from the kind occurs, if it does.
fn group_counts(runs: &[Run], by: GroupedBy<'_>) -> Result<Vec<(String, u64)>> {
    let mut groups = Groups::of_all(by);
    let mut counts: Vec<u64> = Vec::new();
    for run in runs {
        let found: Vec<u64> = match run {
            Run::Segment(run) => {
                let counts = tally_groups(run, Column::Kind, &mut groups, &[run.range()])?;
                counts.into_iter().flatten().collect()
            }
            Run::Table(run) => {
                let mut found = Vec::new();
                count_table(run, Column::Kind, |value, count| {
                    let group = groups.of_value(value);
                    found.resize(groups.names().len(), 0);
                    let slot = group.and_then(|group| found.get_mut(group));
                    slot.into_iter().for_each(|slot| *slot += count);
                });
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
fn scanned_counts(runs: &[Run], by: GroupedBy<'_>, budget: &Budget) -> Result<(Sums, u64)> {
    let (mut sums, mut present) = (Sums::default(), 0);
    for run in runs {
        let mut last = None;
        scan_values(run, by, budget, |row, value| {
            present += u64::from(last.replace(row) != Some(row));
            sums.add(value.as_bytes(), 1);
        })?;
        sums.check()?;
    }
    Ok((sums, present))
}

/// Counts by value of a dictionary column.
fn column_counts(runs: &[Run], column: Column) -> Result<Sums> {
    let mut sums = Sums::default();
    for run in runs {
        let add = |value: &[u8], count| sums.add(value, count);
        match run {
            Run::Segment(run) => count_segment(run, column, add)?,
            Run::Table(run) => count_table(run, column, add),
        }
        sums.check()?;
    }
    Ok(sums)
}

/// Hands each value of a dictionary column that occurs in a run to `visit`, with how often.
fn count_segment(
    run: &SegmentRun,
    column: Column,
    mut visit: impl FnMut(&[u8], u64),
) -> Result<()> {
    let segment = run.segment();
    let Some(dictionary) = segment.dictionary(column)? else { return Ok(()) };
    let (rows, range) = (run.rows()?, run.range());
    let of_all = || (0..dictionary.len()).map(|position| dictionary.count(position));
    let is_whole = range == (0..segment.row_count());
    let counts: Vec<u64> = match rows.form() {
        Form::All if is_whole => of_all().collect(),
        // The dictionary has counted all rows; only those that do not match are taken off.
        Form::Except(others) if is_whole && others.len() < u64::from(segment.row_count()) / 4 => {
            let others = count_codes(segment, column, dictionary.len(), |visit| {
                others.iter().for_each(visit);
            })?;
            of_all().zip(others).map(|(all, others)| all.saturating_sub(others)).collect()
        }
        _ if dictionary.len() <= TALLIED_VALUES_MAX => {
            let codes: Vec<Vec<u32>> =
                (1..).take(dictionary.len()).map(|code| vec![code]).collect();
            tally(run, column, &codes, &[range])?.into_iter().flatten().collect()
        }
        _ => count_codes(segment, column, dictionary.len(), |visit| rows.for_each(visit))?,
    };
    for (position, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
        visit(dictionary.value(position), count);
    }
    Ok(())
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

/// As [`count_segment`], of a memtable. Its values are copied, so that its lock is not held
/// meanwhile.
fn count_table(run: &TableRun, column: Column, mut visit: impl FnMut(&[u8], u64)) {
    let rows = run.row_set();
    let (values, counts) = {
        let table = run.table().read();
        let Some(memory) = table.column(column) else { return };
        let mut counts = CodeCounts(vec![0; memory.values().len()]);
        rows.for_each(|row| counts.add(u64::from(memory.code(row))));
        (memory.values().clone(), counts.0)
    };
    for (value, count) in values.iter().zip(counts).filter(|(_, count)| *count > 0) {
        visit(value, count);
    }
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
