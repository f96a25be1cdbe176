//! Every event type's title, description, section, action, outcome and level.
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
//! - `translated`: one text in every language.
//! - `event_type`: one row, and the tabs and levels it names.
//! - `table`: the form of all the files.
//! - `parse`: the grammar of the catalogue files.
//! - `names`: what people call sections, levels and actions.
//! - `counterparts`: which event types of different sources stand for each other.

mod action;
mod counterparts;
mod event_type;
mod names;
mod parse;
mod table;
#[cfg(test)]
mod tests;
mod translated;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use self::action::Action;
pub use self::counterparts::counterpart;
pub use self::event_type::{EventType, Level, Tab};
pub use self::names::{outcome_title, section_title, source_title};

use self::event_type::Verdict;
use self::table::Malformed;
use crate::fields::Outcome;
use crate::language::Language;
use crate::source::Source;

/// The section of event types that no catalogue knows; its titles are in `names.tsv`.
pub const UNKNOWN_SECTION: &str = "Other";

/// The file of every source that has a catalogue.
const FILES: [(Source, &str); 4] = [
    (Source::Native, include_str!("../catalogues/native.tsv")),
    (Source::Logto, include_str!("../catalogues/logto.tsv")),
    (Source::Authgear, include_str!("../catalogues/authgear.tsv")),
    (Source::PlusAuth, include_str!("../catalogues/plusauth.tsv")),
];

static EMPTY: LazyLock<Catalogue> = LazyLock::new(Catalogue::default);
static CATALOGUES: LazyLock<HashMap<Source, Catalogue>> = LazyLock::new(|| {
    FILES.into_iter().map(|(source, file)| (source, Catalogue::embedded(file))).collect()
});

/// The event types of one source.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    event_types: Vec<EventType>,
    sections: Vec<&'static str>,
    /// Position in `event_types` by key and by alias.
    positions: HashMap<&'static str, usize>,
}

/// The catalogue of `source`.
pub fn catalogue(source: Source) -> &'static Catalogue {
    CATALOGUES.get(&speaker(source)).unwrap_or(&EMPTY)
}

/// The source in whose words events of `source` are told: our own audit (`gatelog`) and what comes
/// through a mapping file (`auth0`, `okta`, `keycloak`) speak the same words as native events.
fn speaker(source: Source) -> Source {
    match source {
        Source::Gatelog | Source::Auth0 | Source::Okta | Source::Keycloak => Source::Native,
        Source::Native | Source::Logto | Source::Authgear | Source::PlusAuth => source,
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

    fn parse(file: &'static str) -> Result<Self, Malformed> {
        let mut catalogue = Self::default();
        for event_type in parse::parse(file)? {
            catalogue.add(event_type)?;
        }
        Ok(catalogue)
    }

    fn add(&mut self, event_type: EventType) -> Result<(), Malformed> {
        let position = self.event_types.len();
        for name in event_type.aliases.iter().copied().chain([event_type.key]) {
            if self.positions.insert(name, position).is_some() {
                return Err(Malformed::Duplicate(name));
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
    /// The group it is listed in, by its English name.
    pub section: &'static str,
    /// The tab it is listed on.
    pub tab: Tab,
    /// What it is about.
    pub action: Action,
    /// How it ended.
    pub outcome: Outcome,
    /// How much attention it asks for.
    pub level: Level,
    /// What the source's catalogue says of its type, if it has it.
    pub event_type: Option<&'static EventType>,
}

impl<'a> Meaning<'a> {
    /// The name for people; the raw type if no catalogue knows it.
    pub fn title_in(&self, language: Language) -> &'a str {
        self.event_type.map_or(self.title, |known| known.title(language))
    }
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
            event_type: None,
        };
    };
    Meaning {
        title: known.title(Language::English),
        section: known.section,
        tab: known.tab,
        action: known.action,
        outcome: known.outcome(result),
        level: known.level(result),
        event_type: Some(known),
    }
}
