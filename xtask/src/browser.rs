//! The console in headless Chromium: `tests/browser`, against a demo server of this build.
//!
//! The tests start and stop the server themselves. This module brings what they need: the
//! program, Node.js with `playwright-core`, and Debian's Chromium.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::{machine, program};

/// Builds the program and runs the browser tests with it. Screenshots go to
/// `target/screenshots`.
///
/// # Errors
/// When a tool cannot be installed, the build fails, or a test fails.
pub(crate) fn test(root: &Path, target: &Path) -> Result<()> {
    // Chromium only recommends fonts; without any, the pages would be empty boxes.
    let chromium = machine::ensure_program("chromium", &["chromium", "fonts-liberation"])?;
    machine::ensure_program("node", &["nodejs"])?;
    machine::ensure_program("npm", &["npm"])?;
    // The whole workspace, so that what the tests have compiled is used again.
    program::run(&mut program::cargo(
        root,
        &["build", "--workspace", "--bin", "gatelog", "--locked"],
    ))?;
    let tests = root.join("tests/browser");
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
            .env("GATELOG_SCREENSHOTS", target.join("screenshots"))
            .env("CHROMIUM", chromium)
            .current_dir(&tests),
    )
}
