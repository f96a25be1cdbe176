//! One event type of a source, and the words it is described with.

use super::Action;
use super::translated::Translated;
use crate::fields::Outcome;
use crate::language::Language;

/// One row of a catalogue: what a source's event type means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventType {
    /// The key events carry.
    pub key: &'static str,
    /// Other names that queries may use for it: how the source stores or documents it.
    pub aliases: Vec<&'static str>,
    /// The group it is listed in, by its English name;
    /// [`section_title`](super::section_title) has the others.
    pub section: &'static str,
    /// The tab it is listed on.
    pub tab: Tab,
    /// What it is about, in our own words.
    pub action: Action,
    pub(super) verdict: Verdict,
    pub(super) titles: Translated,
    pub(super) descriptions: Translated,
}

impl EventType {
    /// Its name for people.
    pub fn title(&self, language: Language) -> &'static str {
        self.titles.in_language(language)
    }

    /// One sentence for somebody investigating: what it shows, what to look at next, what it does
    /// not prove.
    pub fn description(&self, language: Language) -> &'static str {
        self.descriptions.in_language(language)
    }

    /// How every event of this type ended; nothing if each record says so for itself.
    pub fn fixed_outcome(&self) -> Option<Outcome> {
        match self.verdict {
            Verdict::Fixed { outcome, .. } => Some(outcome),
            Verdict::Reported { .. } => None,
        }
    }

    /// How an event of this type ended, when its record says `result`.
    pub fn outcome(&self, result: Outcome) -> Outcome {
        self.verdict.outcome(result)
    }

    /// How much attention an event of this type asks for, when its record says `result`.
    pub fn level(&self, result: Outcome) -> Level {
        self.verdict.level(result)
    }
}

/// Where an event is listed: what users did, or what administrators and programs did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tab {
    /// Done by people who sign in.
    User,
    /// Done by administrators, by programs, or by the system for them.
    Admin,
}

impl Tab {
    /// Both tabs, in the order they are shown in.
    pub const ALL: [Self; 2] = [Self::User, Self::Admin];

    /// The name used in addresses and in the catalogue files.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }

    /// The tab with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.name() == name)
    }
}

/// How much attention an event asks for. The numbers are fixed: they may be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Level {
    /// Everyday.
    Info = 0,
    /// Somebody was turned away, or a limit was reached.
    Warn = 1,
    /// Something is broken and needs an operator.
    Error = 2,
}

impl Level {
    /// All levels, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warn, Self::Error];

    /// The name used in the API, in queries and in the catalogue files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }

    /// The level's number.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The level with this number, if there is one.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// The level with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// How an event type turns a record's result into an outcome and a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The record says how it ended.
    Reported { level: Level, failure_level: Level },
    /// The type itself says how it ended, whatever the record says.
    Fixed { outcome: Outcome, level: Level },
}

impl Verdict {
    /// For event types that no catalogue knows.
    pub(super) const OF_UNKNOWN_TYPE: Self =
        Self::Reported { level: Level::Info, failure_level: Level::Warn };

    pub(super) fn outcome(self, result: Outcome) -> Outcome {
        match self {
            Self::Reported { .. } => result,
            Self::Fixed { outcome, .. } => outcome,
        }
    }

    pub(super) fn level(self, result: Outcome) -> Level {
        match self {
            Self::Reported { failure_level, .. } if result == Outcome::Failure => failure_level,
            Self::Reported { level, .. } | Self::Fixed { level, .. } => level,
        }
    }
}
