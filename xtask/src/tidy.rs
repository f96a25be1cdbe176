//! The project's own rules about its files, which no other tool knows.
//!
//! Not style that rustfmt or clippy can judge. Every rule is a function from what was read to
//! findings, so that its tests can hand it a wrong file. In reading order:
//!
//! - [`files`]: the files that are read;
//! - [`text`]: every source file opens with its purpose, is short, and holds no leftovers;
//! - [`purity`]: which crates never touch files, sockets, clocks or the async runtime;
//! - [`layers`]: dependency arrows point downwards;
//! - [`documents`]: what must be written down is written down.

mod documents;
mod files;
mod layers;
mod purity;
mod text;

use std::fmt;
use std::path::Path;

use anyhow::{Result, ensure};

use crate::metadata::Metadata;

/// A broken rule and where it is broken.
struct Finding {
    /// A file relative to the repository, or a crate.
    place: String,
    /// The line in the file, from 1, where one line is to blame.
    line: Option<usize>,
    message: String,
}

impl Finding {
    fn in_line(place: &str, line: usize, message: impl Into<String>) -> Self {
        Self { line: Some(line), ..Self::of(place, message) }
    }

    fn of(place: &str, message: impl Into<String>) -> Self {
        Self { place: place.into(), line: None, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "{}:{line}: {}", self.place, self.message),
            None => write!(formatter, "{}: {}", self.place, self.message),
        }
    }
}

/// Checks every rule and reports every finding.
///
/// # Errors
/// When a file cannot be read or a rule is broken.
pub(crate) fn check(root: &Path, metadata: &Metadata) -> Result<()> {
    let files = files::read(root)?;
    let findings = [
        text::check(&files),
        purity::check(&files),
        layers::check(&metadata.members),
        documents::check(&files, &metadata.members),
        documents::check_ci_entry(root)?,
    ];
    let findings: Vec<&Finding> = findings.iter().flatten().collect();
    for finding in &findings {
        println!("{finding}");
    }
    println!("{} files read", files.len());
    ensure!(findings.is_empty(), "{} findings, listed above", findings.len());
    Ok(())
}
