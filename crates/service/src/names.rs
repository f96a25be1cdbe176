//! The directory in memory: names known for ids, and the identifiers known to be real.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError, RwLock};

use gatelog_event::intake::{Learned, LearnedKind};
use gatelog_event::redact::KnownIdentifiers;
use gatelog_event::time::UnixMicros;
use gatelog_meta::{DirectoryEntry, DirectoryKind};

/// One tenant's names.
#[derive(Debug, Default)]
pub struct Names {
    known: RwLock<Known>,
    /// Entries that changed since they were last saved.
    unsaved: Mutex<HashSet<(DirectoryKind, String)>>,
}

#[derive(Debug, Default)]
struct Known {
    entries: HashMap<(DirectoryKind, String), DirectoryEntry>,
    identifiers: HashSet<String>,
}

impl Names {
    /// The names of a saved directory.
    pub(crate) fn new(saved: Vec<DirectoryEntry>) -> Self {
        let mut known = Known::default();
        for entry in saved {
            known.absorb(entry);
        }
        Self { known: RwLock::new(known), unsaved: Mutex::default() }
    }

    /// What is known of an id.
    pub fn get(&self, kind: DirectoryKind, id: &str) -> Option<DirectoryEntry> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.entries.get(&(kind, id.to_owned())).cloned()
    }

    /// Ids of one kind whose id, name or identifier contains `text`, whatever its case. O(names).
    pub fn search(&self, kind: DirectoryKind, text: &str) -> Vec<DirectoryEntry> {
        let wanted = text.to_lowercase();
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let has = |text: &str| text.to_lowercase().contains(&wanted);
        let found = known.entries.values().filter(|entry| {
            entry.kind == kind && (has(&entry.id) || has(&entry.name) || has(&entry.identifier))
        });
        found.cloned().collect()
    }

    /// Takes what a record taught; [`Names::take_unsaved`] then has what is new.
    pub(crate) fn learn(&self, learned: &[Learned], time: UnixMicros) {
        if learned.is_empty() {
            return;
        }
        let new: Vec<DirectoryEntry> = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            let entries = learned.iter().map(|learned| entry(learned, time));
            entries.filter(|entry| known.would_change(entry)).collect()
        };
        if new.is_empty() {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let mut unsaved = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in new {
            unsaved.insert((entry.kind, entry.id.clone()));
            known.absorb(entry);
        }
    }

    /// Takes the entries that are not saved yet; give them back with [`Names::put_back`] if saving
    /// fails.
    pub(crate) fn take_unsaved(&self) -> Vec<DirectoryEntry> {
        let keys =
            std::mem::take(&mut *self.unsaved.lock().unwrap_or_else(PoisonError::into_inner));
        if keys.is_empty() {
            return Vec::new();
        }
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().filter_map(|key| known.entries.get(key)).cloned().collect()
    }

    /// Keeps entries for the next time names are saved.
    pub(crate) fn put_back(&self, entries: &[DirectoryEntry]) {
        let mut unsaved = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        unsaved.extend(entries.iter().map(|entry| (entry.kind, entry.id.clone())));
    }
}

impl KnownIdentifiers for Names {
    fn is_known(&self, identifier: &str) -> bool {
        self.known.read().unwrap_or_else(PoisonError::into_inner).identifiers.contains(identifier)
    }
}

impl Known {
    fn would_change(&self, entry: &DirectoryEntry) -> bool {
        if !entry.identifier.is_empty() && !self.identifiers.contains(&entry.identifier) {
            return true;
        }
        match self.entries.get(&(entry.kind, entry.id.clone())) {
            Some(known) => known.clone().absorb(entry),
            None => true,
        }
    }

    fn absorb(&mut self, entry: DirectoryEntry) {
        if entry.kind == DirectoryKind::User && !entry.identifier.is_empty() {
            self.identifiers.insert(entry.identifier.clone());
        }
        match self.entries.get_mut(&(entry.kind, entry.id.clone())) {
            Some(known) => drop(known.absorb(&entry)),
            None => drop(self.entries.insert((entry.kind, entry.id.clone()), entry)),
        }
    }
}

fn entry(learned: &Learned, updated: UnixMicros) -> DirectoryEntry {
    let kind = match learned.kind {
        LearnedKind::User => DirectoryKind::User,
        LearnedKind::Application => DirectoryKind::Application,
        LearnedKind::Organization => DirectoryKind::Organization,
    };
    let text = |text: &Option<Box<str>>| text.as_deref().unwrap_or_default().to_owned();
    let (name, identifier) = (text(&learned.name), text(&learned.identifier));
    DirectoryEntry { kind, id: learned.id.clone().into(), name, identifier, updated }
}
