//! Events and names as a reader may see them: with personal data in them, or without.
//!
//! A reader who may not see it gets events whose records are masked as soon as they are read, so
//! that everything that is made of them is masked without having to know it.

use std::ops::Deref;

use gatelog_auth::Sight;
use gatelog_event::personal::{mask, mask_record};
use gatelog_ledger::StoredEvent;
use gatelog_meta::{DirectoryEntry, DirectoryKind};
use gatelog_service::Names;

/// An event as a reader may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenEvent(StoredEvent);

impl SeenEvent {
    /// An event for a reader with this sight. O(record) if it has to be masked.
    pub fn new(event: StoredEvent, sight: Sight) -> Self {
        match sight.is_masked() {
            false => Self(event),
            true => {
                let record = mask_record(event.format, &event.record).into();
                Self(StoredEvent { record, ..event })
            }
        }
    }

    /// The same of several.
    pub fn all(events: Vec<StoredEvent>, sight: Sight) -> Vec<Self> {
        events.into_iter().map(|event| Self::new(event, sight)).collect()
    }
}

impl Deref for SeenEvent {
    type Target = StoredEvent;

    fn deref(&self) -> &StoredEvent {
        &self.0
    }
}

/// A tenant's directory as a reader may see it.
#[derive(Clone, Copy, Debug)]
pub struct SeenNames<'n> {
    names: &'n Names,
    sight: Sight,
}

impl<'n> SeenNames<'n> {
    /// The directory for a reader with this sight.
    pub fn new(names: &'n Names, sight: Sight) -> Self {
        Self { names, sight }
    }

    /// What the reader may see of what is known of an id. Applications and organisations are no
    /// people.
    pub fn get(self, kind: DirectoryKind, id: &str) -> Option<DirectoryEntry> {
        let entry = self.names.get(kind, id)?;
        Some(match kind {
            DirectoryKind::User if self.sight.is_masked() => DirectoryEntry {
                name: mask(&entry.name).into_owned(),
                identifier: mask(&entry.identifier).into_owned(),
                ..entry
            },
            _ => entry,
        })
    }

    /// All of it, to find out what a question means. Not to be shown.
    pub fn unseen(self) -> &'n Names {
        self.names
    }
}
