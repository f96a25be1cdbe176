//! Any JSON to events, by a program in jq that comes in a file.
//!
//! This module answers "which events does this JSON hold?" for systems that no format knows. The
//! program is an operator's, what it reads is anybody's: so it sees nothing but its input (no
//! environment, files, network, clock or modules), the same input always gives the same events,
//! and it ends, whatever it does. It is not for reading fields out of records: what it makes are
//! events in native form, which `event` reads as any others.
//!
//! **A program never runs longer, deeper or larger than [`limits`] allow.** jaq has no bounds of
//! its own, so the program is rewritten before it is compiled (`metered`): every place where it
//! can repeat itself or make a value larger asks a [`meter`](self) first.
//!
//! Modules in reading order:
//!
//! - [`limits`]: every bound.
//! - `head`: name, version, source and purpose at the top of a file.
//! - `program`: text to a program, or the place of what is wrong with it.
//! - `metered`: the program, with a question to the meter wherever it takes steps.
//! - `meter`: what is left of an input's steps, and how deep the program stands.
//! - `functions`: what a program may call.
//! - `value`: records to jaq's values and back.
//! - `run`: one input to its events.
//! - [`ready`]: the files that are part of Gatelog.
//! - `named`: the mappings that can be named where records are sent.

pub mod limits;
pub mod ready;

mod functions;
mod head;
mod meter;
mod metered;
mod named;
mod program;
mod run;
mod value;

use std::fmt;

use gatelog_event::source::Source;

pub use self::named::{Mappings, NameTaken};
use self::program::Program;
pub use self::run::{Mapped, Unmapped};

/// A mapping file that can be used.
pub struct MappingFile {
    head: head::Head,
    program: Program,
}

/// A mapping file that cannot be used, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {reason}")]
pub struct Unusable {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub reason: String,
}

impl MappingFile {
    /// Reads and compiles a file.
    ///
    /// # Errors
    /// [`Unusable`] with its place when the head lacks something or the program is not one.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        if text.len() > limits::FILE_BYTES_MAX {
            let reason = format!("the file has more than {} bytes", limits::FILE_BYTES_MAX);
            return Err(Unusable { line: 1, column: 1, reason });
        }
        let head = head::Head::parse(text)?;
        let program = run::with_known_stack(|| Program::compile(text))
            .unwrap_or_else(|reason| Err(Unusable { line: 1, column: 1, reason }))?;
        Ok(Self { head, program })
    }

    /// What it is called: lower-case letters, digits and hyphens.
    pub fn name(&self) -> &str {
        &self.head.name
    }

    /// Raised by its author when it maps differently.
    pub fn version(&self) -> u32 {
        self.head.version
    }

    /// The source of the events it makes.
    pub fn source(&self) -> Source {
        self.head.source
    }

    /// One sentence on what it is for.
    pub fn about(&self) -> &str {
        &self.head.about
    }
}

impl fmt::Debug for MappingFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MappingFile").field("head", &self.head).finish_non_exhaustive()
    }
}

/// The place of the byte at `offset` as people count.
fn unusable(text: &str, offset: usize, reason: impl Into<String>) -> Unusable {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |position| position + 1);
    Unusable {
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests;
