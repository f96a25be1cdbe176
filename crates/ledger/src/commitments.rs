//! Are the sealed events what was committed to?
//!
//! Leaves are computed when a table is sealed and again when they are checked, both here.

use gatelog_event::time::UnixMicros;
use gatelog_proof::commitment::{Committed, leaf};
use gatelog_proof::salt::{Salt, Seed};
use gatelog_proof::tree::{BUNDLE_ENTRIES, Hash};

use crate::error::{Error, Result};
use crate::row::{Sequence, StoredEvent};
use crate::segment::{Segment, tree};
use crate::tenant::{Tenant, View};

/// An event, as far as its leaf depends on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeafEvent<'e> {
    pub(crate) committed: Committed<'e>,
    pub(crate) received: UnixMicros,
}

impl<'e> From<&'e StoredEvent> for LeafEvent<'e> {
    fn from(event: &'e StoredEvent) -> Self {
        let committed = Committed {
            id: &event.id,
            source: event.source.name(),
            format: event.format.name(),
            submitter: &event.submitter,
            time_micros: event.position.time.micros(),
            record: &event.record,
        };
        Self { committed, received: event.received }
    }
}

/// The leaf of each event; they follow one another from `first_seq` on, and `seeds` are those of
/// the bundles they lie in.
pub(crate) fn leaves<'e>(
    first_seq: Sequence,
    seeds: &[Seed],
    events: impl Iterator<Item = LeafEvent<'e>>,
) -> Vec<Hash> {
    let mut seeds = seeds.iter();
    let mut salts: Vec<Salt> = Vec::new();
    let mut leaves = Vec::new();
    for (seq, event) in (first_seq..).zip(events) {
        if salts.is_empty() || seq % BUNDLE_ENTRIES == 0 {
            salts = seeds.next().map(Seed::salts).unwrap_or_default();
        }
        let position = usize::try_from(seq % BUNDLE_ENTRIES).unwrap_or(usize::MAX);
        if let Some(salt) = salts.get(position) {
            leaves.push(leaf(&event.committed, event.received.micros(), salt));
        }
    }
    leaves
}

/// Computes every leaf of every segment again and compares the hashes with those stored. Returns
/// the number of events.
pub(crate) fn verify(tenant: &Tenant, view: &View) -> Result<u64> {
    let mut event_count = 0;
    for segment in view.segments.iter() {
        let summary = segment.summary();
        let seeds = tenant.seeds(summary.first_seq..summary.end_seq())?;
        event_count += committed_events(segment, &seeds)?.len() as u64;
    }
    Ok(event_count)
}

/// A segment's events by their sequences, after comparing them with what was committed to; `seeds`
/// are those of the bundles they lie in.
///
/// # Errors
/// [`Error::Corrupt`] when they are others, or cannot be read.
pub(crate) fn committed_events(segment: &Segment, seeds: &[Seed]) -> Result<Vec<StoredEvent>> {
    let rows = 0..segment.row_count();
    let mut events = rows.map(|row| segment.event(row)).collect::<Result<Vec<_>>>()?;
    events.sort_by_key(|event| event.position.seq);
    let summary = segment.summary();
    let leaves = leaves(summary.first_seq, seeds, events.iter().map(LeafEvent::from));
    let computed = tree::decode(&tree::encode(summary.first_seq, &leaves)).ok();
    if computed != Some(segment.bundles()?) {
        let (first, last) = (summary.first_seq, summary.end_seq() - 1);
        let reason = format!("events {first} to {last} are not what was committed to");
        return Err(Error::corrupt(segment.path(), 0, reason));
    }
    Ok(events)
}
