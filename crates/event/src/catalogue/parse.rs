//! The grammar of the catalogue files.
//!
//! ```text
//! file    := header row*                      one per line, cells separated by tabs
//! header  := the names of the columns, in any order; columns not named below are left alone
//! row     := as many cells as the header has
//!
//! key       the event type's key                              not empty
//! aliases   other names for it, separated by spaces           may be empty
//! section   name of its group                                 not empty
//! tab       "user" | "admin"
//! action    the name of an action
//! outcome   "result" (what the record says) | "success" | "failure" | "unknown"
//! level     after "result":       level [ "/" level on failure ]
//!           after a fixed outcome: level
//! title_en  name for people, in English                       not empty
//! ```

use super::event_type::Verdict;
use super::{Action, EventType, Level, Tab};
use crate::fields::Outcome;

/// Why a catalogue file cannot be read. Only tests ever see one: they read every file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum MalformedCatalogue {
    #[error("the header lacks the column `{0}`")]
    MissingColumn(&'static str),
    #[error("line {line} has {found} cells where the header has {expected}")]
    CellCount { line: usize, found: usize, expected: usize },
    #[error("line {line}: column `{column}` cannot be `{cell}`")]
    Cell { line: usize, column: &'static str, cell: &'static str },
    #[error("`{0}` names two event types")]
    DuplicateName(&'static str),
}

/// The rows of a catalogue file, in order.
///
/// # Errors
/// The first line that does not follow the grammar.
pub(super) fn parse(file: &'static str) -> Result<Vec<EventType>, MalformedCatalogue> {
    let mut lines = file.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    lines.zip(2..).map(|(text, line)| Row::new(&header, text, line)?.event_type()).collect()
}

struct Row<'h> {
    header: &'h [&'static str],
    cells: Vec<&'static str>,
    line: usize,
}

impl<'h> Row<'h> {
    fn new(
        header: &'h [&'static str],
        text: &'static str,
        line: usize,
    ) -> Result<Self, MalformedCatalogue> {
        let cells: Vec<&str> = text.split('\t').collect();
        if cells.len() != header.len() {
            return Err(MalformedCatalogue::CellCount {
                line,
                found: cells.len(),
                expected: header.len(),
            });
        }
        Ok(Self { header, cells, line })
    }

    fn event_type(&self) -> Result<EventType, MalformedCatalogue> {
        Ok(EventType {
            key: self.text("key")?,
            aliases: self.cell("aliases")?.split(' ').filter(|alias| !alias.is_empty()).collect(),
            section: self.text("section")?,
            tab: self.read("tab", Tab::from_name)?,
            title: self.text("title_en")?,
            action: self.read("action", Action::from_name)?,
            verdict: self.verdict()?,
        })
    }

    fn verdict(&self) -> Result<Verdict, MalformedCatalogue> {
        if self.cell("outcome")? == "result" {
            return self.read("level", |cell| {
                let (level, failure_level) = cell.split_once('/').unwrap_or((cell, cell));
                Some(Verdict::Reported {
                    level: Level::from_name(level)?,
                    failure_level: Level::from_name(failure_level)?,
                })
            });
        }
        Ok(Verdict::Fixed {
            outcome: self.read("outcome", Outcome::from_name)?,
            level: self.read("level", Level::from_name)?,
        })
    }

    fn text(&self, column: &'static str) -> Result<&'static str, MalformedCatalogue> {
        self.read(column, |cell| (!cell.is_empty()).then_some(cell))
    }

    fn read<T>(
        &self,
        column: &'static str,
        value_of: impl FnOnce(&'static str) -> Option<T>,
    ) -> Result<T, MalformedCatalogue> {
        let cell = self.cell(column)?;
        value_of(cell).ok_or(MalformedCatalogue::Cell { line: self.line, column, cell })
    }

    fn cell(&self, column: &'static str) -> Result<&'static str, MalformedCatalogue> {
        let position = self.header.iter().position(|name| *name == column);
        position
            .and_then(|position| self.cells.get(position))
            .copied()
            .ok_or(MalformedCatalogue::MissingColumn(column))
    }
}
