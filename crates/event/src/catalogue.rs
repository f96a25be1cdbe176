//! Every event type's title, section, action, outcome and level.
//!
//! A catalogue says what a source's event types mean, in one set of words, so that "all failed
//! logins" is the same question over every source. It is applied when an event is read, never
//! stored with it: a better catalogue improves old events too.
//!
//! The data is in `catalogues/*.tsv`, one file per source; `native.tsv` holds our own words,
//! one row per [`Action`]. It is not for reading records (`mapping`): what a record says of its
//! own result comes in as an [`Outcome`].
//!
//! Modules in reading order:
//!
//! - `action`: the closed list of actions.
//! - `event_type`: one row, and the tabs and levels it names.
//! - `parse`: the grammar of the files.

mod action;
mod event_type;
mod parse;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use self::action::Action;
pub use self::event_type::{EventType, Level, Tab};

use self::event_type::Verdict;
use self::parse::MalformedCatalogue;
use crate::fields::Outcome;
use crate::source::Source;

/// The section of event types that no catalogue knows.
pub const UNKNOWN_SECTION: &str = "Other";

const NATIVE_FILE: &str = include_str!("../catalogues/native.tsv");
const LOGTO_FILE: &str = include_str!("../catalogues/logto.tsv");
const AUTHGEAR_FILE: &str = include_str!("../catalogues/authgear.tsv");
const PLUSAUTH_FILE: &str = include_str!("../catalogues/plusauth.tsv");

static EMPTY: LazyLock<Catalogue> = LazyLock::new(Catalogue::default);
static NATIVE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::embedded(NATIVE_FILE));
static LOGTO: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::embedded(LOGTO_FILE));
static AUTHGEAR: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::embedded(AUTHGEAR_FILE));
static PLUSAUTH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::embedded(PLUSAUTH_FILE));

/// The event types of one source.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    event_types: Vec<EventType>,
    sections: Vec<&'static str>,
    /// Position in `event_types` by key and by alias.
    positions: HashMap<&'static str, usize>,
}

/// The catalogue of `source`; empty for sources without one.
///
/// Our own audit (`gatelog`) speaks the same words as native events.
pub fn catalogue(source: Source) -> &'static Catalogue {
    match source {
        Source::Gatelog | Source::Native => &NATIVE,
        Source::Logto => &LOGTO,
        Source::Authgear => &AUTHGEAR,
        Source::PlusAuth => &PLUSAUTH,
        Source::Auth0 | Source::Okta | Source::Keycloak => &EMPTY,
    }
}

impl Catalogue {
    /// The event type with this key, or with this alias of its key.
    pub fn get(&self, key_or_alias: &str) -> Option<&EventType> {
        let position = self.positions.get(key_or_alias)?;
        self.event_types.get(*position)
    }

    /// All event types, in the order of the file: those of one section together.
    pub fn event_types(&self) -> &[EventType] {
        &self.event_types
    }

    /// The names of the sections, in the order they first appear in.
    pub fn sections(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.sections.iter().copied()
    }

    /// The files are part of the program and a test reads each of them, so the empty catalogue
    /// is out of reach; events would be shown by their raw keys.
    fn embedded(file: &'static str) -> Self {
        Self::parse(file).unwrap_or_default()
    }

    fn parse(file: &'static str) -> Result<Self, MalformedCatalogue> {
        let mut catalogue = Self::default();
        for event_type in parse::parse(file)? {
            catalogue.add(event_type)?;
        }
        Ok(catalogue)
    }

    fn add(&mut self, event_type: EventType) -> Result<(), MalformedCatalogue> {
        let position = self.event_types.len();
        for name in event_type.aliases.iter().copied().chain([event_type.key]) {
            if self.positions.insert(name, position).is_some() {
                return Err(MalformedCatalogue::DuplicateName(name));
            }
        }
        if !self.sections.contains(&event_type.section) {
            self.sections.push(event_type.section);
        }
        self.event_types.push(event_type);
        Ok(())
    }
}

/// What one event means, as people and queries see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning<'a> {
    /// The name for people, in English; the raw type if no catalogue knows it.
    pub title: &'a str,
    /// The group it is listed in.
    pub section: &'a str,
    /// The tab it is listed on.
    pub tab: Tab,
    /// What it is about.
    pub action: Action,
    /// How it ended.
    pub outcome: Outcome,
    /// How much attention it asks for.
    pub level: Level,
    /// Whether the source's catalogue has this type.
    pub known: bool,
}

/// What an event of `source` with this type means, when its record says `result`.
///
/// Every type has a meaning: one that no catalogue knows keeps its raw key as title and what
/// the record says as outcome, and nothing is guessed from the shape of the key.
pub fn meaning(source: Source, event_type: &str, result: Outcome) -> Meaning<'_> {
    let Some(known) = catalogue(source).get(event_type) else {
        return Meaning {
            title: event_type,
            section: UNKNOWN_SECTION,
            tab: Tab::User,
            action: Action::Other,
            outcome: Verdict::OF_UNKNOWN_TYPE.outcome(result),
            level: Verdict::OF_UNKNOWN_TYPE.level(result),
            known: false,
        };
    };
    Meaning {
        title: known.title,
        section: known.section,
        tab: known.tab,
        action: known.action,
        outcome: known.outcome(result),
        level: known.level(result),
        known: true,
    }
}
