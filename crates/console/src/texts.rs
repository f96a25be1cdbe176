//! What the console says: a table of phrases, and one constant of it per language.
//!
//! A phrase that a language lacks does not compile. Phrases stand in groups, by the page they are
//! on; a phrase with a name or a number in it is a function. Not for titles of event types (the
//! catalogue has them) and not for choosing the language (`language`).
//!
//! - [`english`], [`french`], [`turkish`]: the constants.
//! - [`table`]: the groups and their phrases.

use gatelog_event::catalogue::Tab;
use gatelog_event::fields::Outcome;
use gatelog_event::language::Language;

mod english;
mod french;
mod table;
mod turkish;

pub(crate) use table::{
    Devices, EXAMPLES, Mail, Noun, Overview, Problem, Provider, Searches, Texts,
};

impl Texts {
    /// The texts of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &english::TEXTS,
            Language::French => &french::TEXTS,
            Language::Turkish => &turkish::TEXTS,
        }
    }

    /// `1234567` as `1,234,567`.
    pub(crate) fn number(&self, number: u64) -> String {
        let digits = number.to_string();
        let mut grouped = String::with_capacity(digits.len() * 2);
        for (position, digit) in digits.char_indices() {
            if position > 0 && (digits.len() - position).is_multiple_of(3) {
                grouped.push(self.thousands);
            }
            grouped.push(digit);
        }
        grouped
    }

    /// A noun as it stands after a number.
    pub(crate) fn noun(&self, number: u64, noun: Noun) -> &'static str {
        let is_singular = match self.language {
            Language::English => number == 1,
            Language::French => number < 2,
            Language::Turkish => true,
        };
        if is_singular { noun.singular } else { noun.plural }
    }

    /// `1 event`, `1,234 events`.
    pub(crate) fn counted(&self, number: u64, noun: Noun) -> String {
        format!("{} {}", self.number(number), self.noun(number, noun))
    }

    /// `15 minutes`, `1 hour`, `7 days`.
    pub(crate) fn period(&self, seconds: u32) -> String {
        let (length, noun) = match seconds {
            days if days % 86_400 == 0 => (86_400, self.nouns.day),
            hours if hours % 3_600 == 0 => (3_600, self.nouns.hour),
            _ => (60, self.nouns.minute),
        };
        self.counted(u64::from(seconds / length), noun)
    }

    /// How something ended.
    pub(crate) fn outcome(&self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Success => self.outcomes.success,
            Outcome::Failure => self.outcomes.failure,
            Outcome::Unknown => self.outcomes.unknown,
        }
    }

    /// A tab's name.
    pub(crate) fn tab(&self, tab: Tab) -> &'static str {
        match tab {
            Tab::User => self.logs.tab_user,
            Tab::Admin => self.logs.tab_admin,
        }
    }
}

#[cfg(test)]
mod tests;
