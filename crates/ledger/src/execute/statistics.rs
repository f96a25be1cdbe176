//! Facets, and what is known of each actor. All counts are exact.

use std::collections::HashMap;

use gatelog_event::catalogue::meaning;
use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::source::Source;
use gatelog_event::time::UnixMicros;
use gatelog_query::Query;

use super::run::{RowSet, Run, runs};
use crate::error::Result;
use crate::memtable::MemTable;
use crate::row::{Column, KindKey};
use crate::segment::Segment;
use crate::tenant::View;

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

/// What is known of one actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActorSummary {
    /// The actor's id.
    pub id: String,
    /// Matching events of theirs.
    pub events: u64,
    /// Those of them that failed.
    pub failures: u64,
    /// When the latest of them happened.
    pub last_seen: UnixMicros,
}

/// Counts of matching events by kind, most first.
pub(crate) fn kinds(view: &View, query: &Query) -> Result<Vec<KindCount>> {
    let counts = column_counts(view, query, Column::Kind)?;
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

/// The values of an indexed field among matching events, most frequent first, `limit` at most.
/// Fields kept as fingerprints (session, interaction) have no such list; theirs is empty.
pub(crate) fn values(
    view: &View,
    query: &Query,
    field: IndexedField,
    limit: usize,
) -> Result<Vec<ValueCount>> {
    let counts = column_counts(view, query, Column::Field(field))?;
    let mut values: Vec<ValueCount> = counts
        .into_iter()
        .map(|(value, count)| ValueCount { value: String::from_utf8_lossy(&value).into(), count })
        .collect();
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    values.truncate(limit);
    Ok(values)
}

fn column_counts(view: &View, query: &Query, column: Column) -> Result<HashMap<Box<[u8]>, u64>> {
    let mut counts: HashMap<Box<[u8]>, u64> = HashMap::new();
    for run in runs(view, query)? {
        let mut add = |value: &[u8], count: u64| match counts.get_mut(value) {
            _ if count == 0 => {}
            Some(sum) => *sum += count,
            None => drop(counts.insert(value.into(), count)),
        };
        match &run {
            Run::Segment(segment, rows) => count_segment(segment, rows, column, &mut add)?,
            Run::Table(table, rows) => count_table(&table.read(), rows, column, &mut add),
        }
    }
    Ok(counts)
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

/// Every actor with matching events, in no order.
pub(crate) fn actors(view: &View, query: &Query) -> Result<Vec<ActorSummary>> {
    let mut actors: HashMap<Box<[u8]>, ActorSummary> = HashMap::new();
    for run in runs(view, query)? {
        let tallies = match &run {
            Run::Segment(segment, rows) => tally_segment(segment, rows)?,
            Run::Table(table, rows) => tally_table(&table.read(), rows),
        };
        for (value, tally) in tallies {
            match actors.get_mut(&value) {
                Some(known) => {
                    known.events += tally.events;
                    known.failures += tally.failures;
                    known.last_seen = known.last_seen.max(tally.last_seen);
                }
                None => {
                    let id = String::from_utf8_lossy(&value).into();
                    let Tally { events, failures, last_seen } = tally;
                    actors.insert(value, ActorSummary { id, events, failures, last_seen });
                }
            }
        }
    }
    Ok(actors.into_values().collect())
}

#[derive(Clone, Copy, Debug)]
struct Tally {
    events: u64,
    failures: u64,
    last_seen: UnixMicros,
}

const ACTOR: Column = Column::Field(IndexedField::ActorId);

fn tally_segment(segment: &Segment, rows: &RowSet) -> Result<Vec<(Box<[u8]>, Tally)>> {
    let (Some(actors), Some(actor_codes), Some(kinds), Some(kind_codes)) = (
        segment.dictionary(ACTOR)?,
        segment.codes(ACTOR)?,
        segment.dictionary(Column::Kind)?,
        segment.codes(Column::Kind)?,
    ) else {
        return Ok(Vec::new());
    };
    let failed: Vec<bool> = (0..kinds.len()).map(|at| is_failure(kinds.value(at))).collect();
    let times = segment.times()?;
    let mut tallies = Tallies::new(actors.len());
    for row in rows.iter() {
        let kind = kind_codes.get(row as usize);
        tallies.add(actor_codes.get(row as usize), kind, &failed, || times.get(row));
    }
    Ok(tallies.named(|position| actors.value(position).into()))
}

fn tally_table(table: &MemTable, rows: &[u32]) -> Vec<(Box<[u8]>, Tally)> {
    let (Some(actors), Some(kinds)) = (table.column(ACTOR), table.column(Column::Kind)) else {
        return Vec::new();
    };
    let failed: Vec<bool> = kinds.values().iter().map(|(value, _)| is_failure(value)).collect();
    let mut tallies = Tallies::new(actors.values().len());
    for row in rows {
        let (actor, kind) = (u64::from(actors.code(*row)), u64::from(kinds.code(*row)));
        tallies.add(actor, kind, &failed, || table.time(*row));
    }
    tallies.named(|position| {
        actors.values().get(position).map_or_else(Box::default, |(v, _)| v.clone())
    })
}

fn is_failure(kind: &[u8]) -> bool {
    KindKey::decode(kind).is_some_and(|key| {
        meaning(key.source, key.event_type, key.result).outcome == Outcome::Failure
    })
}

/// One tally per actor of a part; rows are added in the order of time.
struct Tallies(Vec<Option<Tally>>);

impl Tallies {
    fn new(actor_count: usize) -> Self {
        Self(vec![None; actor_count])
    }

    fn add(&mut self, actor: u64, kind: u64, failed: &[bool], time: impl FnOnce() -> UnixMicros) {
        let position = |code: u64| usize::try_from(code).ok().and_then(|code| code.checked_sub(1));
        let Some(slot) = position(actor).and_then(|actor| self.0.get_mut(actor)) else {
            return;
        };
        let failure = position(kind).and_then(|kind| failed.get(kind)).copied().unwrap_or(false);
        let last_seen = time();
        let tally = slot.get_or_insert(Tally { events: 0, failures: 0, last_seen });
        tally.events += 1;
        tally.failures += u64::from(failure);
        tally.last_seen = last_seen;
    }

    fn named(self, name: impl Fn(usize) -> Box<[u8]>) -> Vec<(Box<[u8]>, Tally)> {
        let tallies = self.0.into_iter().enumerate();
        tallies.filter_map(|(position, tally)| Some((name(position), tally?))).collect()
    }
}
