//! Tests that Node.js runs against the program of this build: a folder each, with what it needs
//! from npm.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::{machine, program};

/// Installs the packages of `folder` (below the repository), builds the program, and runs the tests with it.
/// `environment` is told to them, beside where the program is.
///
/// # Errors
/// When a tool cannot be installed, the build fails, or a test fails.
pub(crate) fn test<'e>(
    root: &Path,
    target: &Path,
    folder: &str,
    environment: impl IntoIterator<Item = (&'e str, &'e OsStr)>,
) -> Result<()> {
    machine::ensure_program("node", &["nodejs"])?;
    machine::ensure_program("npm", &["npm"])?;
    // The whole workspace, so that what the tests have compiled is used again.
    program::run(&mut program::cargo(
        root,
        &["build", "--workspace", "--bin", "gatelog", "--locked"],
    ))?;
    let tests = root.join(folder);
    program::run(
        Command::new("npm")
            .args([
                "ci",
                "--include=dev",
                "--prefer-offline",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .current_dir(&tests),
    )?;
    program::run(
        Command::new("npm")
            .args(["test", "--silent"])
            .env("GATELOG_PROGRAM", target.join("debug/gatelog"))
            .envs(environment)
            .current_dir(&tests),
    )
}
