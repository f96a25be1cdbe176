//! The console in headless Chromium: `tests/browser`, against a demo server of this build.
//!
//! The tests start and stop the server themselves. This module brings what they need: the
//! program, Node.js with `playwright-core`, and Debian's Chromium.

use std::path::Path;

use anyhow::Result;

use crate::{machine, node};

/// Builds the program and runs the browser tests with it. Screenshots go to
/// `target/screenshots`.
///
/// # Errors
/// When a tool cannot be installed, the build fails, or a test fails.
pub(crate) fn test(root: &Path, target: &Path) -> Result<()> {
    // Chromium only recommends fonts; without any, the pages would be empty boxes.
    let chromium = machine::ensure_program("chromium", &["chromium", "fonts-liberation"])?;
    let screenshots = target.join("screenshots");
    let environment =
        [("GATELOG_SCREENSHOTS", screenshots.as_os_str()), ("CHROMIUM", chromium.as_os_str())];
    node::test(root, target, "tests/browser", environment)
}
