//! The names known for a tenant's ids, and the identifiers known to be real.
//!
//! All of them are in `meta.db`. In memory are those in use, of all tenants within one bound, and
//! what records have taught since names were last saved.
//!
//! - [`recent`]: names in use.
//! - [`unsaved`]: what was learned and is not saved yet.

mod recent;
mod unsaved;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use gatelog_event::fields::IndexedField;
use gatelog_event::intake::{Learned, LearnedKind};
use gatelog_event::limits::INDEXED_VALUE_BYTES_MAX;
use gatelog_event::redact::KnownIdentifiers;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_meta::{DirectoryEntry, DirectoryKind, Error, Meta};
use gatelog_query::words::Phrase;
use gatelog_query::{Test, UnindexedField};

pub(crate) use self::recent::RecentNames;
use self::recent::TenantNumber;
use self::unsaved::Unsaved;

/// One tenant's names.
#[derive(Debug)]
pub struct Names {
    tenant: TenantName,
    number: TenantNumber,
    meta: Arc<Meta>,
    recent: Arc<RecentNames>,
    unsaved: Unsaved,
    /// Held while names are being saved, so that whoever waits for it knows that they are.
    saving: Mutex<()>,
}

/// Ids by the fields they stand in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NamedIds {
    /// Of any kind: whoever acts or is acted upon.
    all: BTreeSet<String>,
    applications: BTreeSet<String>,
    organizations: BTreeSet<String>,
}

impl Names {
    pub(crate) fn new(tenant: TenantName, meta: Arc<Meta>, recent: Arc<RecentNames>) -> Self {
        let number = recent.number_tenant();
        let (unsaved, saving) = (Unsaved::default(), Mutex::default());
        Self { tenant, number, meta, recent, unsaved, saving }
    }

    /// What is known of an id. May read a page of `meta.db`; if that fails it is logged, and the
    /// id stands without a name.
    pub fn get(&self, kind: DirectoryKind, id: &str) -> Option<DirectoryEntry> {
        let read = || self.meta.directory_entry(&self.tenant, kind, id);
        let saved = self.recent.entry(self.number, kind, id, read).unwrap_or_else(|error| {
            tracing::warn!(tenant = %self.tenant, %error, "a name could not be read");
            None
        });
        self.unsaved.over(kind, id, saved.as_deref().cloned())
    }

    /// The first `limit` ids of one kind, by name, whose id, name or identifier contains `text`,
    /// whatever its case. O(names).
    ///
    /// # Errors
    /// [`Error`], when `meta.db` cannot be read.
    pub fn search(
        &self,
        kind: DirectoryKind,
        text: &str,
        limit: u32,
    ) -> Result<Vec<DirectoryEntry>, Error> {
        self.meta.search_directory(&self.tenant, Some(kind), text, limit)
    }

    /// How many [`Names::search`] finds without a limit. O(names).
    ///
    /// # Errors
    /// [`Error`], when `meta.db` cannot be read.
    pub fn count(&self, kind: DirectoryKind, text: &str) -> Result<u64, Error> {
        self.meta.count_directory(&self.tenant, Some(kind), text)
    }

    /// Hands everything that is known to `visit`, in no particular order. O(names).
    ///
    /// # Errors
    /// [`Error`], when `meta.db` cannot be read.
    pub fn for_each(&self, mut visit: impl FnMut(DirectoryEntry)) -> Result<(), Error> {
        self.meta.visit_directory(&self.tenant, |entry| {
            visit(entry);
            ControlFlow::Continue(())
        })
    }

    /// The ids whose name passes a test, of the kinds that a name field can be about. O(names), or
    /// O(names with these words) for a test of equality.
    ///
    /// # Errors
    /// [`Error`], when `meta.db` cannot be read.
    pub(crate) fn ids_named(
        &self,
        field: UnindexedField,
        test: &Test,
    ) -> Result<BTreeSet<String>, Error> {
        let is_about = |kind| match field {
            UnindexedField::ApplicationName => kind == DirectoryKind::Application,
            UnindexedField::OrganizationName => kind == DirectoryKind::Organization,
            _ => true,
        };
        let mut ids = BTreeSet::new();
        let visit = |entry: DirectoryEntry| {
            if is_about(entry.kind) && !entry.name.is_empty() && test.passes(Some(&entry.name)) {
                ids.insert(entry.id);
            }
            ControlFlow::Continue(())
        };
        let words = match test {
            Test::Equals(name) => Phrase::new(name),
            _ => None,
        };
        match words {
            None => self.meta.visit_directory(&self.tenant, visit)?,
            Some(words) => {
                self.meta.visit_directory_with(&self.tenant, words.tokens(), visit)?;
            }
        }
        Ok(ids)
    }

    /// The ids whose name or identifier has a phrase; `None` if in all fields together they are
    /// more than `ids_max`. O(names that have all of its words).
    ///
    /// # Errors
    /// [`Error`], when `meta.db` cannot be read.
    pub(crate) fn ids_with(
        &self,
        phrase: &Phrase,
        ids_max: usize,
    ) -> Result<Option<NamedIds>, Error> {
        let mut named = NamedIds::default();
        self.meta.visit_directory_with(&self.tenant, phrase.tokens(), |entry| {
            if phrase.is_in_text(&entry.name) || phrase.is_in_text(&entry.identifier) {
                named.add(entry);
            }
            if named.len() > ids_max { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok((named.len() <= ids_max).then_some(named))
    }

    /// Takes what a record taught; [`Names::save`] then saves what is new.
    pub(crate) fn learn(&self, learned: &[Learned], time: UnixMicros) {
        for learned in learned {
            if is_bounded(learned) && !self.is_known_already(learned, time) {
                self.unsaved.add(entry(learned, time));
            }
        }
    }

    /// Whether names are not saved yet, or are being saved just now.
    pub(crate) fn has_unsaved(&self) -> bool {
        !self.unsaved.is_empty() || self.saving.try_lock().is_err()
    }

    /// Saves what was learned since the last time. Writes to disk if something of it was new.
    ///
    /// # Errors
    /// [`Error`], when `meta.db` cannot be written; it is then saved the next time.
    pub(crate) fn save(&self) -> Result<(), Error> {
        let _saving = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = self.unsaved.entries();
        if entries.is_empty() {
            return Ok(());
        }
        let known = self.meta.learn(&self.tenant, &entries)?;
        self.recent.replace(self.number, &entries, known);
        self.unsaved.remove(&entries);
        Ok(())
    }

    /// Whether the names in use say that a record teaches nothing new, as nearly none does. What is
    /// not in use is not read for that: to save it once more changes nothing.
    fn is_known_already(&self, learned: &Learned, time: UnixMicros) -> bool {
        let kind = directory_kind(learned.kind);
        let Some(known) = self.recent.entry_in_memory(self.number, kind, &learned.id) else {
            return false;
        };
        let is_name_known = learned.name.as_deref().is_none_or(|name| {
            known.name == name || (time < known.updated && !known.name.is_empty())
        });
        let is_identifier_known = learned.identifier.as_deref().is_none_or(|identifier| {
            known.identifier == identifier
                || self.recent.identifier_in_memory(self.number, identifier) == Some(true)
        });
        is_name_known && is_identifier_known
    }
}

impl KnownIdentifiers for Names {
    /// May read a page of `meta.db`: only what was typed in a failed sign-in and is neither an
    /// address nor a number is asked for.
    fn is_known(&self, identifier: &str) -> bool {
        // Asked first: what is saved meanwhile is among the names in use before it is gone here.
        if self.unsaved.has_identifier(identifier) {
            return true;
        }
        let read = || self.meta.is_identifier(&self.tenant, identifier);
        self.recent.identifier(self.number, identifier, read).unwrap_or_else(|error| {
            // It is kept as a hash then, which is safe if it was a password.
            tracing::warn!(tenant = %self.tenant, %error, "identifiers could not be read");
            false
        })
    }
}

impl NamedIds {
    /// The ids that each field may have.
    pub(crate) fn by_field(self) -> [(IndexedField, BTreeSet<String>); 4] {
        [
            (IndexedField::ActorId, self.all.clone()),
            (IndexedField::TargetId, self.all),
            (IndexedField::ApplicationId, self.applications),
            (IndexedField::Organization, self.organizations),
        ]
    }

    fn add(&mut self, entry: DirectoryEntry) {
        match entry.kind {
            DirectoryKind::User => {}
            DirectoryKind::Application => drop(self.applications.insert(entry.id.clone())),
            DirectoryKind::Organization => drop(self.organizations.insert(entry.id.clone())),
        }
        self.all.insert(entry.id);
    }

    fn len(&self) -> usize {
        2 * self.all.len() + self.applications.len() + self.organizations.len()
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
    use gatelog_meta::{Author, Change, NewTenant};

    use super::*;

    fn names() -> Names {
        let meta = Meta::open_in_memory().expect("opens");
        let acme: TenantName = "acme".parse().expect("a name");
        let (log_origin, fingerprint_key) = ("logs.example/acme".to_owned(), [7; 32]);
        let tenant = NewTenant { name: acme.clone(), log_origin, fingerprint_key };
        meta.create_tenant(&tenant, &change()).expect("created");
        Names::new(acme, Arc::new(meta), Arc::default())
    }

    fn change() -> Change {
        Change { by: Author::User("ada".to_owned()), time: UnixMicros::EPOCH }
    }

    fn user(id: &str, name: Option<&str>, identifier: &str) -> Learned {
        let (name, identifier) = (name.map(Box::from), Some(identifier.into()));
        Learned { kind: LearnedKind::User, id: id.into(), name, identifier }
    }

    fn at(seconds: i64) -> UnixMicros {
        UnixMicros::EPOCH.saturating_add(seconds * 1_000_000)
    }

    fn shown(names: &Names, id: &str) -> Option<(String, String)> {
        names.get(DirectoryKind::User, id).map(|entry| (entry.name, entry.identifier))
    }

    #[test]
    fn a_person_with_several_identifiers_is_learned_once() {
        let names = names();
        let learned = [user("u1", None, "ada@acme.example"), user("u1", None, "ada")];
        assert!(!names.is_known("ada"));
        names.learn(&learned, at(1));
        for step in ["learned", "saved", "read again", "saved twice"] {
            for known in ["ada@acme.example", "ada"] {
                assert!(names.is_known(known), "{known} {step}");
            }
            assert!(!names.is_known("eve"), "{step}");
            assert_eq!(shown(&names, "u1"), Some((String::new(), "ada".to_owned())), "{step}");
            names.save().expect("saved");
            names.learn(&learned, at(2));
            assert!(!names.has_unsaved(), "nothing is new: {step}");
            names.recent.clear();
            if step == "read again" {
                names.learn(&learned, at(3));
                assert!(names.has_unsaved(), "memory does not know them");
            }
        }
    }

    #[test]
    fn what_many_records_say_of_somebody_waits_once() {
        let names = names();
        for seconds in 1..=1_000 {
            let learned = [user("u1", None, "ada"), user("u1", Some("Ada"), "ada@acme.example")];
            names.learn(&learned, at(seconds));
        }
        assert_eq!(names.unsaved.entries().len(), 2);
        names.learn(&[user("u1", None, "ada")], at(1_001));
        assert_eq!(shown(&names, "u1"), Some(("Ada".to_owned(), "ada".to_owned())));
        names.save().expect("saved");
        assert!(!names.has_unsaved());
        assert_eq!(shown(&names, "u1"), Some(("Ada".to_owned(), "ada".to_owned())));
    }

    #[test]
    fn the_latest_name_is_shown_whatever_was_in_memory() {
        for (remembers, saves) in [(true, true), (true, false), (false, true), (false, false)] {
            let names = names();
            for (name, seconds, expected) in [
                ("Ada", 5, "Ada"),
                ("Ada King", 1, "Ada"),
                ("Ada Lovelace", 9, "Ada Lovelace"),
                ("Ada", 7, "Ada Lovelace"),
                ("Ada", 10, "Ada"),
                ("Ada", 12, "Ada"),
            ] {
                names.learn(&[user("u1", Some(name), "ada")], at(seconds));
                if saves {
                    names.save().expect("saved");
                }
                if !remembers {
                    names.recent.clear();
                }
                let (found, _) = shown(&names, "u1").expect("known");
                assert_eq!(found, expected, "after {name} at {seconds}");
            }
        }
    }

    #[test]
    fn what_a_command_changed_is_seen_once_memory_is_cleared() {
        let names = names();
        names.learn(&[user("u1", Some("Ada"), "ada")], at(1));
        names.save().expect("saved");
        assert_eq!(shown(&names, "u2"), None);
        names.meta.forget(&names.tenant, DirectoryKind::User, "u1", &change()).expect("forgotten");
        names.meta.learn(&names.tenant, &[entry(&user("u2", None, "eve"), at(1))]).expect("saved");
        names.learn(&[user("u3", None, "carol")], at(1));
        names.recent.clear();
        assert_eq!((shown(&names, "u1"), names.is_known("ada")), (None, false));
        assert!(shown(&names, "u2").is_some() && names.is_known("eve"));
        assert!(shown(&names, "u3").is_some() && names.has_unsaved(), "and nothing was lost");
    }

    #[test]
    fn names_are_found_by_their_words_also_after_they_changed() {
        let names = names();
        for (id, name, identifier, seconds) in [
            ("u1", "Ada King", "ada@acme.example", 1),
            ("u2", "Bob King", "bob@acme.example", 1),
            ("u1", "Ada Lovelace", "ada@acme.example", 2),
        ] {
            names.learn(&[user(id, Some(name), identifier)], at(seconds));
            names.save().expect("saved");
        }
        for (text, expected) in [
            ("KING", &["u2"][..]),
            ("ada lovelace", &["u1"]),
            ("acme.example", &["u1", "u2"]),
            ("lovelace ada", &[]),
            ("ada king", &[]),
            ("nobody", &[]),
        ] {
            let phrase = Phrase::new(text).expect(text);
            let found = names.ids_with(&phrase, 4).expect("read").expect("few");
            let [(field, ids), ..] = found.by_field();
            assert_eq!(field, IndexedField::ActorId);
            assert!(ids.iter().eq(expected), "{text}: {ids:?}");
        }
        let both = Phrase::new("acme").expect("a word");
        assert_eq!(names.ids_with(&both, 3).expect("read"), None, "two in two fields each");
        let named = |test| names.ids_named(UnindexedField::ActorName, &test).expect("read");
        assert!(named(Test::Equals("Ada Lovelace".into())).iter().eq(["u1"]));
        assert!(named(Test::Equals("ada lovelace".into())).is_empty());
    }

    #[test]
    fn what_is_too_long_for_a_name_is_not_kept() {
        let names = names();
        names.learn(&[user("u1", None, &"x".repeat(300))], at(1));
        assert!(!names.has_unsaved());
    }
}
