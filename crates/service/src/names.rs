//! The directory in memory: names known for ids, and the identifiers known to be real.
//!
//! - [`word_index`]: which entries have this word?

mod word_index;

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError, RwLock};

use gatelog_event::fields::IndexedField;
use gatelog_event::intake::{Learned, LearnedKind};
use gatelog_event::limits::INDEXED_VALUE_BYTES_MAX;
use gatelog_event::redact::KnownIdentifiers;
use gatelog_event::time::UnixMicros;
use gatelog_meta::{DirectoryEntry, DirectoryKind};
use gatelog_query::UnindexedField;
use gatelog_query::words::Phrase;
use hashbrown::{HashMap, HashSet};

use self::word_index::WordIndex;

/// One tenant's names.
#[derive(Debug, Default)]
pub struct Names {
    known: RwLock<Known>,
    /// What was learned and is not saved yet.
    unsaved: Mutex<Vec<DirectoryEntry>>,
}

#[derive(Debug, Default)]
struct Known {
    entries: Vec<DirectoryEntry>,
    /// Where the entry of an id is, of each kind.
    places: HashMap<DirectoryKind, HashMap<String, usize>>,
    /// The words of names and identifiers.
    words: WordIndex,
    identifiers: HashSet<String>,
}

impl Names {
    /// The names of a saved directory, and every identifier users were seen with.
    pub(crate) fn new(saved: Vec<DirectoryEntry>, identifiers: Vec<String>) -> Self {
        let known = Known::new(saved, identifiers);
        Self { known: RwLock::new(known), unsaved: Mutex::default() }
    }

    /// Takes over a directory that was saved by others. What was learned here and is not saved yet
    /// stays; what is not in the directory any more is forgotten.
    pub(crate) fn replace(&self, saved: Vec<DirectoryEntry>, identifiers: Vec<String>) {
        let mut replaced = Known::new(saved, identifiers);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let unsaved = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        unsaved.iter().cloned().for_each(|entry| replaced.absorb(entry));
        *known = replaced;
    }

    /// What is known of an id.
    pub fn get(&self, kind: DirectoryKind, id: &str) -> Option<DirectoryEntry> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(kind, id).cloned()
    }

    /// Ids of one kind whose id, name or identifier contains `text`, whatever its case. O(names).
    pub fn search(&self, kind: DirectoryKind, text: &str) -> Vec<DirectoryEntry> {
        let wanted = text.to_lowercase();
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let has = |text: &str| text.to_lowercase().contains(&wanted);
        let found = known.all().filter(|entry| {
            entry.kind == kind && (has(&entry.id) || has(&entry.name) || has(&entry.identifier))
        });
        found.cloned().collect()
    }

    /// The ids whose name passes, of the kinds that a name field can be about. O(names).
    pub(crate) fn ids_named(
        &self,
        field: UnindexedField,
        passes: impl Fn(&str) -> bool,
    ) -> BTreeSet<String> {
        let is_about = |kind| match field {
            UnindexedField::ApplicationName => kind == DirectoryKind::Application,
            UnindexedField::OrganizationName => kind == DirectoryKind::Organization,
            _ => true,
        };
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let entries = known
            .all()
            .filter(|entry| is_about(entry.kind) && !entry.name.is_empty() && passes(&entry.name));
        entries.map(|entry| entry.id.clone()).collect()
    }

    /// The ids whose name or identifier has a phrase, by the fields they stand in. O(names that
    /// have the rarest of its words).
    pub(crate) fn ids_with(&self, phrase: &Phrase) -> Vec<(IndexedField, BTreeSet<String>)> {
        // Whoever acts or is acted upon may be of any kind.
        const FIELDS: [(IndexedField, Option<DirectoryKind>); 4] = [
            (IndexedField::ActorId, None),
            (IndexedField::TargetId, None),
            (IndexedField::ApplicationId, Some(DirectoryKind::Application)),
            (IndexedField::Organization, Some(DirectoryKind::Organization)),
        ];
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let has_phrase = |entry: &&DirectoryEntry| {
            phrase.is_in_text(&entry.name) || phrase.is_in_text(&entry.identifier)
        };
        let candidates = known.words.entries_with(phrase);
        let candidates = candidates.iter().filter_map(|place| known.entries.get(*place as usize));
        let found: Vec<&DirectoryEntry> = candidates.filter(has_phrase).collect();
        let ids_of = |(field, only): (IndexedField, Option<DirectoryKind>)| {
            let ids = found.iter().filter(|entry| only.is_none_or(|kind| kind == entry.kind));
            (field, ids.map(|entry| entry.id.clone()).collect())
        };
        FIELDS.map(ids_of).into()
    }

    /// Takes what a record taught; [`Names::take_unsaved`] then has what is new.
    pub(crate) fn learn(&self, learned: &[Learned], time: UnixMicros) {
        if learned.is_empty() {
            return;
        }
        let new: Vec<DirectoryEntry> = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            let entries = learned.iter().filter(|learned| !known.has(learned));
            let entries = entries.filter(|learned| is_bounded(learned));
            let entries = entries.map(|learned| known.news(entry(learned, time)));
            entries.filter(|entry| known.would_change(entry)).collect()
        };
        if new.is_empty() {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let mut unsaved = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in new {
            unsaved.push(entry.clone());
            known.absorb(entry);
        }
    }

    /// Whether entries are not saved yet.
    pub(crate) fn has_unsaved(&self) -> bool {
        !self.unsaved.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Takes the entries that are not saved yet; give them back with [`Names::put_back`] if saving
    /// fails.
    pub(crate) fn take_unsaved(&self) -> Vec<DirectoryEntry> {
        std::mem::take(&mut *self.unsaved.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps entries for the next time names are saved.
    pub(crate) fn put_back(&self, mut entries: Vec<DirectoryEntry>) {
        let mut unsaved = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        // They are older than what was learned meanwhile.
        entries.append(&mut unsaved);
        *unsaved = entries;
    }
}

impl KnownIdentifiers for Names {
    fn is_known(&self, identifier: &str) -> bool {
        self.known.read().unwrap_or_else(PoisonError::into_inner).identifiers.contains(identifier)
    }
}

impl Known {
    fn new(saved: Vec<DirectoryEntry>, identifiers: Vec<String>) -> Self {
        let identifiers = identifiers.into_iter().collect();
        let mut known = Self { identifiers, ..Self::default() };
        for entry in saved {
            known.absorb(entry);
        }
        known
    }

    fn get(&self, kind: DirectoryKind, id: &str) -> Option<&DirectoryEntry> {
        self.entries.get(*self.places.get(&kind)?.get(id)?)
    }

    fn all(&self) -> impl Iterator<Item = &DirectoryEntry> {
        self.entries.iter()
    }

    /// Whether all of this is known, as it is of nearly every record that teaches anything.
    fn has(&self, learned: &Learned) -> bool {
        let Some(known) = self.get(directory_kind(learned.kind), &learned.id) else { return false };
        let is_known = |identifier: &str| self.identifiers.contains(identifier);
        learned.name.as_deref().is_none_or(|name| name == known.name)
            && learned.identifier.as_deref().is_none_or(is_known)
    }

    /// An entry without the identifier that is known already: a person who signs in by e-mail
    /// today and by user name tomorrow does not change what they are shown with each time.
    fn news(&self, mut entry: DirectoryEntry) -> DirectoryEntry {
        let is_here = self.get(entry.kind, &entry.id).is_some();
        if is_here && self.identifiers.contains(&entry.identifier) {
            entry.identifier.clear();
        }
        entry
    }

    fn would_change(&self, entry: &DirectoryEntry) -> bool {
        match self.get(entry.kind, &entry.id) {
            Some(known) => {
                let is_user = entry.kind == DirectoryKind::User && !entry.identifier.is_empty();
                (is_user && !self.identifiers.contains(&entry.identifier))
                    || known.clone().absorb(entry)
            }
            None => true,
        }
    }

    fn absorb(&mut self, entry: DirectoryEntry) {
        if entry.kind == DirectoryKind::User && !entry.identifier.is_empty() {
            self.identifiers.insert(entry.identifier.clone());
        }
        let places = self.places.entry(entry.kind).or_default();
        let place = match places.get(&entry.id) {
            Some(place) => *place,
            None => {
                places.insert(entry.id.clone(), self.entries.len());
                self.words.add(self.entries.len(), &entry);
                return self.entries.push(entry);
            }
        };
        if let Some(known) = self.entries.get_mut(place)
            && known.absorb(&entry)
        {
            self.words.add(place, known);
        }
    }
}

/// Names are kept for good, so what is too long to be one is not learned.
fn is_bounded(learned: &Learned) -> bool {
    let texts = [Some(&learned.id), learned.name.as_ref(), learned.identifier.as_ref()];
    texts.into_iter().flatten().all(|text| text.len() <= INDEXED_VALUE_BYTES_MAX)
}

fn directory_kind(kind: LearnedKind) -> DirectoryKind {
    match kind {
        LearnedKind::User => DirectoryKind::User,
        LearnedKind::Application => DirectoryKind::Application,
        LearnedKind::Organization => DirectoryKind::Organization,
    }
}

fn entry(learned: &Learned, updated: UnixMicros) -> DirectoryEntry {
    let kind = directory_kind(learned.kind);
    let text = |text: &Option<Box<str>>| text.as_deref().unwrap_or_default().to_owned();
    let (name, identifier) = (text(&learned.name), text(&learned.identifier));
    DirectoryEntry { kind, id: learned.id.clone().into(), name, identifier, updated }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(identifier: &str) -> Learned {
        let identifier = Some(identifier.into());
        Learned { kind: LearnedKind::User, id: "u1".into(), name: None, identifier }
    }

    #[test]
    fn a_person_with_several_identifiers_is_learned_once() {
        let names = Names::new(Vec::new(), vec!["old name".to_owned()]);
        let learned = [user("ada@acme.example"), user("ada")];
        names.learn(&learned, UnixMicros::EPOCH);
        assert!(names.has_unsaved());
        let unsaved = names.take_unsaved();
        assert_eq!(unsaved.len(), 2, "both are to be saved");
        assert!(!names.has_unsaved());
        for known in ["ada@acme.example", "ada", "old name"] {
            assert!(names.is_known(known), "{known}");
        }
        names.learn(&learned, UnixMicros::EPOCH.saturating_add(1));
        assert!(names.take_unsaved().is_empty(), "nothing is new");
        names.put_back(unsaved);
        assert_eq!(names.take_unsaved().len(), 2);
    }

    #[test]
    fn a_replaced_directory_keeps_what_is_not_saved() {
        let saved = |id: &str, name: &str| DirectoryEntry {
            kind: DirectoryKind::User,
            id: id.to_owned(),
            name: name.to_owned(),
            identifier: String::new(),
            updated: UnixMicros::EPOCH,
        };
        let names = Names::new(vec![saved("u1", "Ada"), saved("u2", "Bob")], Vec::new());
        names.learn(&[user("ada")], UnixMicros::EPOCH);
        names.replace(vec![saved("u1", "Ada Lovelace")], vec!["eve".to_owned()]);
        let ada = names.get(DirectoryKind::User, "u1").expect("known");
        assert_eq!((&*ada.name, &*ada.identifier), ("Ada Lovelace", "ada"));
        assert_eq!(names.get(DirectoryKind::User, "u2"), None);
        assert!(names.is_known("ada") && names.is_known("eve"));
        assert_eq!(names.take_unsaved().len(), 1);
    }

    #[test]
    fn names_are_found_by_their_words_also_after_they_changed() {
        let learn = |names: &Names, id: &str, name: &str, identifier: &str, seconds: i64| {
            let (name, identifier) = (Some(name.into()), Some(identifier.into()));
            let learned = Learned { kind: LearnedKind::User, id: id.into(), name, identifier };
            names.learn(&[learned], UnixMicros::EPOCH.saturating_add(seconds));
        };
        let names = Names::default();
        learn(&names, "u1", "Ada King", "ada@acme.example", 1);
        learn(&names, "u2", "Bob King", "bob@acme.example", 1);
        learn(&names, "u1", "Ada Lovelace", "ada@acme.example", 2);
        for (text, expected) in [
            ("KING", &["u2"][..]),
            ("ada lovelace", &["u1"]),
            ("acme.example", &["u1", "u2"]),
            ("lovelace ada", &[]),
            ("ada king", &[]),
            ("nobody", &[]),
        ] {
            let found = names.ids_with(&Phrase::new(text).expect(text));
            let (field, ids) = &found[0];
            assert_eq!(*field, IndexedField::ActorId);
            assert!(ids.iter().eq(expected), "{text}: {ids:?}");
        }
    }

    #[test]
    fn what_is_too_long_for_a_name_is_not_kept() {
        let names = Names::default();
        names.learn(&[user(&"x".repeat(300))], UnixMicros::EPOCH);
        assert!(names.take_unsaved().is_empty());
    }
}
