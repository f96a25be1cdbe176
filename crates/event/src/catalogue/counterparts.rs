//! Which event types of different sources stand for each other.
//!
//! A dialect shows an event of another source as the event type its own product would have
//! written. The one table for that is `catalogues/counterparts.tsv`, a row per happening:
//!
//! ```text
//! happening  what happened, for people who read the file
//! outcomes   the outcomes it is about, separated by spaces
//! <source>   for every source with a catalogue: the event types it writes then, separated by
//!            spaces; empty if it writes none
//! ```
//!
//! The first event type in a cell is the one that events of the other sources are shown as. One
//! in parentheses is more general than the row: what happens here is shown as it, but events of
//! that type may be something else and are not taken for this. An event type and an outcome
//! thus stand in one row at most without parentheses. A word that ends in `*` stands for all
//! event types that begin so.
//!
//! What is equivalent is decided by what a reader would then believe:
//!
//! - Going from the particular to the general is right (a wrong TOTP is a failed second factor),
//!   the way back is an invention and left out (a failed second factor need not be TOTP).
//! - PlusAuth calls every first factor that fails a failed login, and names two reasons: no such
//!   user (4001) and a wrong password (4002). Logto refuses a wrong password and a user name
//!   that does not exist by the same failed check of the password; that is 4002.
//! - Steps of signing up and of a forgotten password are not failed logins, so only Logto's
//!   sign-in steps stand for first factors. Second factors and messages are the same everywhere.
//! - A code that Logto did not send failed for any reason, not always in delivery: no counterpart.
//! - PlusAuth calls everything done with its management API by one of four codes, so Authgear's
//!   mutations are shown as those; not what was done in Authgear's portal.
//! - An outcome that is not known is not taken for one that is.
//!
//! Our own words need no cells to be shown as: native event types are the actions, so the native
//! counterpart of an event is its action. Our own audit (`gatelog`) has no counterparts.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::table::{Malformed, Row, read};
use super::{FILES, catalogue, speaker};
use crate::fields::Outcome;
use crate::source::Source;

#[cfg(test)]
mod tests;

const FILE: &str = include_str!("../../catalogues/counterparts.tsv");

/// The file is part of the program and a test reads it, so that an empty table is out of reach;
/// dialects would show the events of their own source only.
static COUNTERPARTS: LazyLock<Counterparts> =
    LazyLock::new(|| Counterparts::parse(FILE).unwrap_or_default());

/// The event type of `target` that stands for an event of `source` with this type and outcome.
///
/// The outcome may be what the record says or what the catalogue makes of it. The counterpart
/// has the same outcome; its level is the target's own. Within one source it is the event type
/// itself, by its key if an alias was given.
pub fn counterpart(
    source: Source,
    event_type: &str,
    outcome: Outcome,
    target: Source,
) -> Option<&'static str> {
    let event_type = catalogue(source).get(event_type)?;
    if source == Source::Gatelog || target == Source::Gatelog {
        return None;
    }
    if source == target {
        return Some(event_type.key);
    }
    if target == Source::Native {
        return Some(event_type.action.name());
    }
    let place = (speaker(source), event_type.key, event_type.outcome(outcome));
    COUNTERPARTS.happening_of.get(&place)?.get(&target).copied()
}

/// The event type that each source writes when something happens.
type Happening = HashMap<Source, &'static str>;

#[derive(Debug, Default)]
struct Counterparts {
    happening_of: HashMap<(Source, &'static str, Outcome), Happening>,
}

impl Counterparts {
    fn parse(file: &'static str) -> Result<Self, Malformed> {
        let mut counterparts = Self::default();
        for entry in read(file, Entry::of_row)? {
            for (source, key) in &entry.particular {
                for outcome in &entry.outcomes {
                    let place = (*source, *key, *outcome);
                    if counterparts.happening_of.insert(place, entry.shown_as.clone()).is_some() {
                        return Err(Malformed::Duplicate(key));
                    }
                }
            }
        }
        Ok(counterparts)
    }
}

/// One row of the file.
struct Entry {
    outcomes: Vec<Outcome>,
    /// The first of each cell.
    shown_as: Happening,
    /// All without parentheses.
    particular: Vec<(Source, &'static str)>,
}

impl Entry {
    fn of_row(row: &Row<'_>) -> Result<Self, Malformed> {
        let outcome = |word| Outcome::from_name(word).ok_or_else(|| row.refuse("outcomes", word));
        let outcomes = row.words("outcomes")?.into_iter().map(outcome).collect::<Result<_, _>>()?;
        let mut entry = Self { outcomes, shown_as: Happening::new(), particular: Vec::new() };
        for source in sources() {
            for word in row.words(source.name())? {
                let inner = word.strip_prefix('(').and_then(|word| word.strip_suffix(')'));
                let keys = keys(source, inner.unwrap_or(word));
                let first = keys.first().ok_or_else(|| row.refuse(source.name(), word))?;
                entry.shown_as.entry(source).or_insert(*first);
                if inner.is_none() {
                    entry.particular.extend(keys.into_iter().map(|key| (source, key)));
                }
            }
        }
        Ok(entry)
    }
}

/// The sources that have a column.
fn sources() -> impl Iterator<Item = Source> {
    FILES.into_iter().map(|(source, _)| source)
}

/// The event types that a word of the file stands for.
fn keys(source: Source, word: &str) -> Vec<&'static str> {
    let event_types = catalogue(source).event_types().iter().map(|event_type| event_type.key);
    match word.strip_suffix('*') {
        Some(start) => event_types.filter(|key| key.starts_with(start)).collect(),
        None => event_types.filter(|key| *key == word).collect(),
    }
}
