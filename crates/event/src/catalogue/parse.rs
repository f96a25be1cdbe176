//! The grammar of the catalogue files.
//!
//! ```text
//! key             the event type's key                              not empty
//! aliases         other names for it, separated by spaces           may be empty
//! section         its group, by the English name that names.tsv has
//! tab             "user" | "admin"
//! action          the name of an action
//! outcome         "result" (what the record says) | "success" | "failure" | "unknown"
//! level           after "result":       level [ "/" level on failure ]
//!                 after a fixed outcome: level
//! title_en        name for people, in English                       not empty
//! title_fr        the same in French                                not empty
//! title_tr        the same in Turkish                               not empty
//! description_en  what it means to somebody investigating           not empty
//! description_fr  the same in French                                not empty
//! description_tr  the same in Turkish                               not empty
//! ```

use super::event_type::Verdict;
use super::table::{Malformed, Row, read};
use super::{Action, EventType, Level, Tab};
use crate::fields::Outcome;

/// The rows of a catalogue file, in order.
///
/// # Errors
/// The first line that does not follow the grammar.
pub(super) fn parse(file: &'static str) -> Result<Vec<EventType>, Malformed> {
    read(file, event_type)
}

fn event_type(row: &Row<'_>) -> Result<EventType, Malformed> {
    Ok(EventType {
        key: row.text("key")?,
        aliases: row.words("aliases")?,
        section: row.text("section")?,
        tab: row.read("tab", Tab::from_name)?,
        action: row.read("action", Action::from_name)?,
        verdict: verdict(row)?,
        titles: row.translated(["title_en", "title_fr", "title_tr"])?,
        descriptions: row.translated(["description_en", "description_fr", "description_tr"])?,
    })
}

fn verdict(row: &Row<'_>) -> Result<Verdict, Malformed> {
    if row.cell("outcome")? == "result" {
        return row.read("level", |cell| {
            let (level, failure_level) = cell.split_once('/').unwrap_or((cell, cell));
            Some(Verdict::Reported {
                level: Level::from_name(level)?,
                failure_level: Level::from_name(failure_level)?,
            })
        });
    }
    Ok(Verdict::Fixed {
        outcome: row.read("outcome", Outcome::from_name)?,
        level: row.read("level", Level::from_name)?,
    })
}
