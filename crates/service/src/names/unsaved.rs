//! What was learned and is not saved yet.

use std::sync::{Mutex, MutexGuard, PoisonError};

use gatelog_meta::{DirectoryEntry, DirectoryKind};
use hashbrown::{HashMap, HashSet};

/// While names cannot be saved no more than so many wait; the others are learned from a later
/// record, or when the directory is rebuilt.
const UNSAVED_MAX: usize = 100_000;

/// What waits to be saved.
#[derive(Debug, Default)]
pub(super) struct Unsaved {
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// By id, each in the order in which it was learned.
    entries: HashMap<DirectoryKind, HashMap<String, Vec<DirectoryEntry>>>,
    identifiers: HashSet<String>,
    count: usize,
}

impl Unsaved {
    pub(super) fn add(&self, entry: DirectoryEntry) {
        let mut waiting = self.waiting();
        if waiting.count >= UNSAVED_MAX {
            return;
        }
        let of_kind = waiting.entries.entry(entry.kind).or_default();
        let of_id = of_kind.entry_ref(&*entry.id).or_default();
        let is_same = |known: &DirectoryEntry| {
            (&known.name, &known.identifier) == (&entry.name, &entry.identifier)
        };
        if of_id.iter().any(|known| is_same(known) && known.updated >= entry.updated) {
            return;
        }
        // However many records say the same of somebody, it waits once, with the latest time.
        let before = of_id.len();
        of_id.retain(|known| !is_same(known));
        let replaced = before - of_id.len();
        of_id.push(entry.clone());
        waiting.count -= replaced;
        waiting.count += 1;
        if waiting.count == UNSAVED_MAX {
            tracing::error!(
                names = UNSAVED_MAX,
                "so many names wait to be saved that no more are learned; once meta.db can be \
                 written, `gatelog directory rebuild` learns those that are missing"
            );
        }
        if entry.is_identified_user() {
            waiting.identifiers.insert(entry.identifier);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting().count == 0
    }

    /// Everything, the earliest first.
    pub(super) fn entries(&self) -> Vec<DirectoryEntry> {
        let waiting = self.waiting();
        let mut entries: Vec<DirectoryEntry> = waiting.all().cloned().collect();
        // Of one time, what was learned later stays later.
        entries.sort_by_key(|entry| entry.updated);
        entries
    }

    /// Drops entries that are saved now. What was learned meanwhile stays.
    pub(super) fn remove(&self, saved: &[DirectoryEntry]) {
        let mut waiting = self.waiting();
        for entry in saved {
            let Some(of_kind) = waiting.entries.get_mut(&entry.kind) else { continue };
            if let Some(of_id) = of_kind.get_mut(&entry.id) {
                of_id.retain(|known| known != entry);
                if of_id.is_empty() {
                    of_kind.remove(&entry.id);
                }
            }
        }
        let users = waiting.all().filter(|entry| entry.is_identified_user());
        let identifiers = users.map(|entry| entry.identifier.clone()).collect();
        let count = waiting.all().count();
        waiting.identifiers = identifiers;
        waiting.count = count;
    }

    /// What is saved of an id, and what waits on top of it.
    pub(super) fn over(
        &self,
        kind: DirectoryKind,
        id: &str,
        saved: Option<DirectoryEntry>,
    ) -> Option<DirectoryEntry> {
        let mut known = saved;
        let waiting = self.waiting();
        let of_id = waiting.entries.get(&kind).and_then(|of_kind| of_kind.get(id));
        for entry in of_id.into_iter().flatten() {
            match &mut known {
                Some(known) => drop(known.absorb(entry)),
                None => known = Some(entry.clone()),
            }
        }
        known
    }

    pub(super) fn has_identifier(&self, identifier: &str) -> bool {
        self.waiting().identifiers.contains(identifier)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn all(&self) -> impl Iterator<Item = &DirectoryEntry> {
        self.entries.values().flat_map(HashMap::values).flatten()
    }
}
