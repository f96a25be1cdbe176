//! How many instructions an event and a question take: valgrind is installed and the program built
//! here, what is counted is in `bench/instructions`.
//!
//! Not part of `cargo xtask test`: nothing says how many are too many, and it takes minutes.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::{machine, program};

/// Installs and builds what is missing, and counts. `before` is a file that `--json` was written to.
///
/// # Errors
/// When something cannot be installed or built, or cannot be counted.
pub(crate) fn run(root: &Path, target: &Path, json: bool, before: Option<&Path>) -> Result<()> {
    machine::ensure_program("valgrind", &["valgrind"])?;
    let build = ["build", "--release", "--locked", "--quiet", "--package", "gatelog-instructions"];
    program::run_aside(&mut program::cargo(root, &build))?;
    let mut command = Command::new(target.join("release/gatelog-instructions"));
    command.arg("count");
    if json {
        command.arg("--json");
    }
    if let Some(before) = before {
        command.arg("--before").arg(before);
    }
    program::run_aside(&mut command)
}
