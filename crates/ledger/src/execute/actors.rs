//! What is known of each actor. All counts are exact.

use gatelog_event::catalogue::meaning;
use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::time::UnixMicros;
use hashbrown::HashMap;
use roaring::RoaringBitmap;

use super::run::{Form, RowSet, Run};
use crate::error::Result;
use crate::memtable::MemTable;
use crate::row::{Column, KindKey};
use crate::segment::Segment;
use crate::segment::codes::Codes;
use crate::segment::dictionary::Dictionary;

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

/// Every actor of the rows of runs, in no order.
pub(crate) fn actors(runs: &[Run]) -> Result<Vec<ActorSummary>> {
    let mut actors: HashMap<Box<[u8]>, ActorSummary> = HashMap::new();
    for run in runs {
        let tallies: Named = match run {
            Run::Segment(run) => tally_segment(run.segment(), run.rows()?)?,
            Run::Table(run) => {
                let rows = run.ordered();
                tally_table(&run.table().read(), rows)
            }
        };
        for (value, Tally { events, failures, .. }, last_seen) in tallies {
            match actors.get_mut(&value) {
                Some(known) => {
                    known.events += events;
                    known.failures += failures;
                    known.last_seen = known.last_seen.max(last_seen);
                }
                None => {
                    let id = String::from_utf8_lossy(&value).into();
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
    /// The latest event of theirs.
    last_row: u32,
}

/// Actors of a part, each with its tally and the time of its latest event.
type Named = Vec<(Box<[u8]>, Tally, UnixMicros)>;

const ACTOR: Column = Column::Field(IndexedField::ActorId);

fn tally_segment(segment: &Segment, rows: &RowSet) -> Result<Named> {
    let (Some(actors), Some(codes), Some(kinds)) =
        (segment.dictionary(ACTOR)?, segment.codes(ACTOR)?, segment.dictionary(Column::Kind)?)
    else {
        return Ok(Vec::new());
    };
    let is_whole = rows.range() == (0..segment.row_count());
    let few = u64::from(segment.row_count()) / 4;
    let mut tallies = match rows.form() {
        Form::All if is_whole => of_all(segment, &actors)?,
        Form::Except(others) if is_whole && others.len() < few => {
            of_all(segment, &actors)?.without(others, &codes)
        }
        _ => {
            let mut tallies = Tallies::new(actors.len());
            rows.for_each(|row| tallies.add(codes.get(row as usize), row));
            tallies
        }
    };
    // Few fail, and which they are is known for all kinds at once.
    let failing = (1..).zip(0..kinds.len()).filter(|(_, at)| is_failure(kinds.value(*at)));
    let failing: Vec<u32> = failing.map(|(code, _)| code).collect();
    if !failing.is_empty() {
        let failed = rows.among(&*segment.rows_of(Column::Kind, &failing)?);
        failed.iter().for_each(|row| tallies.add_failure(codes.get(row as usize)));
    }
    let (times, latest) = (segment.times()?, segment.latest(ACTOR)?);
    // Of most actors the latest row of all is the latest one that matches.
    let time = |position: usize, row: u32| {
        let latest = latest.as_ref();
        let known = latest.filter(|latest| latest.rows.get(position) == Some(&row));
        let known = known.and_then(|latest| latest.times.get(position)).copied();
        known.unwrap_or_else(|| times.get(row))
    };
    Ok(tallies.named(|position| actors.value(position).into(), time))
}

/// Of all rows of a segment, without looking at any: dictionaries have counted them.
fn of_all(segment: &Segment, actors: &Dictionary) -> Result<Tallies> {
    let latest = segment.latest(ACTOR)?;
    let rows = latest.iter().flat_map(|latest| latest.rows.iter());
    let tally = |(position, row): (usize, &u32)| {
        let events = actors.count(position);
        (events > 0).then_some(Tally { events, failures: 0, last_row: *row })
    };
    Ok(Tallies(rows.enumerate().map(tally).collect()))
}

fn tally_table(table: &MemTable, rows: &[u32]) -> Named {
    let (Some(actors), Some(kinds)) = (table.column(ACTOR), table.column(Column::Kind)) else {
        return Vec::new();
    };
    let failed: Vec<bool> = kinds.values().iter().map(is_failure).collect();
    let mut tallies = Tallies::new(actors.values().len());
    for row in rows {
        let (actor, kind) = (u64::from(actors.code(*row)), kinds.code(*row).checked_sub(1));
        tallies.add(actor, *row);
        if kind.and_then(|kind| failed.get(kind as usize)) == Some(&true) {
            tallies.add_failure(actor);
        }
    }
    tallies.named(|position| actors.values().get(position).into(), |_, row| table.time(row))
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

    fn add(&mut self, actor: u64, row: u32) {
        let Some(slot) = self.of(actor) else { return };
        let tally = slot.get_or_insert(Tally { events: 0, failures: 0, last_row: row });
        tally.events += 1;
        tally.last_row = row;
    }

    /// Of a row that was added.
    fn add_failure(&mut self, actor: u64) {
        let tally = self.of(actor).and_then(Option::as_mut);
        tally.into_iter().for_each(|tally| tally.failures += 1);
    }

    /// The same without some of the rows that were added.
    fn without(mut self, others: &RoaringBitmap, codes: &Codes) -> Self {
        // Whose latest row is gone, and has an earlier one.
        let mut sought: HashMap<u64, u32> = HashMap::new();
        for row in others {
            let actor = codes.get(row as usize);
            let Some(slot) = self.of(actor) else { continue };
            let Some(tally) = slot else { continue };
            tally.events = tally.events.saturating_sub(1);
            match (tally.events, tally.last_row == row) {
                (0, _) => {
                    *slot = None;
                    sought.remove(&actor);
                }
                (_, true) => drop(sought.insert(actor, row)),
                _ => {}
            }
        }
        let end = sought.values().copied().max().unwrap_or(0);
        for row in (0..end).rev() {
            if sought.is_empty() {
                break;
            }
            let actor = codes.get(row as usize);
            if sought.get(&actor).is_some_and(|gone| row < *gone) && !others.contains(row) {
                sought.remove(&actor);
                let tally = self.of(actor).and_then(Option::as_mut);
                tally.into_iter().for_each(|tally| tally.last_row = row);
            }
        }
        self
    }

    fn of(&mut self, actor: u64) -> Option<&mut Option<Tally>> {
        let position = usize::try_from(actor).ok()?.checked_sub(1)?;
        self.0.get_mut(position)
    }

    fn named(
        self,
        name: impl Fn(usize) -> Box<[u8]>,
        time: impl Fn(usize, u32) -> UnixMicros,
    ) -> Named {
        let tallies = self.0.into_iter().enumerate();
        let seen = |(position, tally): (usize, Option<Tally>)| {
            tally.map(|tally| (name(position), tally, time(position, tally.last_row)))
        };
        tallies.filter_map(seen).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn added(codes: &[u32], is_left_out: impl Fn(u32) -> bool) -> Tallies {
        let mut tallies = Tallies::new(4);
        for (row, actor) in (0..).zip(codes).filter(|(row, _)| !is_left_out(*row)) {
            tallies.add(u64::from(*actor), row);
        }
        tallies
    }

    proptest! {
        #[test]
        fn rows_that_are_taken_off_are_as_if_they_had_not_been(
            codes in prop::collection::vec(0..=4_u32, 0..60),
            others in prop::collection::btree_set(0..60_u32, 0..40),
        ) {
            let others: RoaringBitmap =
                others.into_iter().filter(|row| (*row as usize) < codes.len()).collect();
            let all = added(&codes, |_| false);
            let left = all.without(&others, &Codes::Derived(codes.clone().into()));
            let expected = added(&codes, |row| others.contains(row));
            let plain = |tallies: Tallies| tallies.0.into_iter().map(|tally| {
                tally.map(|Tally { events, last_row, .. }| (events, last_row))
            }).collect::<Vec<_>>();
            prop_assert_eq!(plain(left), plain(expected));
        }
    }
}
