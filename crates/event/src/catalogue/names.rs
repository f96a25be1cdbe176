//! What people call sections, levels and actions.
//!
//! The names in queries and in the API are English and fixed; these are for pages. They stand in
//! `catalogues/names.tsv`: `kind` ("section", "level", "outcome", "tab" or "source"), `name` as the
//! catalogues and the API have it, and a title in each language. Actions are not in it: native
//! events are called by their actions, so `native.tsv` has their titles.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::table::{Malformed, Row, read};
use super::translated::Translated;
use super::{Action, Level, Tab, catalogue};
use crate::fields::Outcome;
use crate::language::Language;
use crate::source::Source;

pub(super) const FILE: &str = include_str!("../../catalogues/names.tsv");

/// Titles by kind and name.
pub(super) type Names = HashMap<(&'static str, &'static str), Translated>;

/// The file is part of the program and a test reads it, so that no names at all is out of reach;
/// everything would be shown by its name in the API.
static NAMES: LazyLock<Names> = LazyLock::new(|| parse(FILE).unwrap_or_default());

pub(super) fn parse(file: &'static str) -> Result<Names, Malformed> {
    let entry = |row: &Row<'_>| {
        let titles = row.translated(["title_en", "title_fr", "title_tr"])?;
        Ok(((row.text("kind")?, row.text("name")?), titles))
    };
    let mut names = Names::new();
    for (key, titles) in read(file, entry)? {
        if names.insert(key, titles).is_some() {
            return Err(Malformed::Duplicate(key.1));
        }
    }
    Ok(names)
}

fn title<'n>(kind: &'static str, name: &'n str, language: Language) -> &'n str {
    NAMES.get(&(kind, name)).map_or(name, |titles| titles.in_language(language))
}

/// The name for people of a section, given its English name as in
/// [`Meaning`](super::Meaning) and [`EventType`](super::EventType).
pub fn section_title(section: &str, language: Language) -> &str {
    title("section", section, language)
}

/// The name for people of how something ended.
pub fn outcome_title(outcome: Outcome, language: Language) -> &'static str {
    title("outcome", outcome.name(), language)
}

/// The name for people of the kind of system that events come from.
pub fn source_title(source: Source, language: Language) -> &'static str {
    title("source", source.name(), language)
}

impl Tab {
    /// The name for people.
    pub fn title(self, language: Language) -> &'static str {
        title("tab", self.name(), language)
    }
}

impl Level {
    /// The name for people.
    pub fn title(self, language: Language) -> &'static str {
        title("level", self.name(), language)
    }
}

impl Action {
    /// The name for people.
    pub fn title(self, language: Language) -> &'static str {
        let native = catalogue(Source::Native).get(self.name());
        native.map_or(self.name(), |event_type| event_type.title(language))
    }
}
