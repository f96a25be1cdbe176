//! What Cargo knows of the workspace: `cargo metadata`, the parts that the checks read.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::program;

/// The workspace and its crates.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    /// The crates of this workspace, none of a third party.
    #[serde(rename = "packages")]
    pub(crate) members: Vec<Member>,
    /// Where Cargo puts what it builds.
    pub(crate) target_directory: PathBuf,
}

/// One crate of ours.
#[derive(Deserialize)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One line under `[dependencies]`, `[dev-dependencies]` or `[build-dependencies]`.
#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: Option<Kind>,
    /// Where the crate comes from, `None` for a crate of ours.
    pub(crate) source: Option<String>,
}

/// What a dependency is for; a plain one has no kind.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Dev,
    Build,
}

impl Metadata {
    /// Asks Cargo.
    ///
    /// # Errors
    /// When Cargo fails, for example because a manifest is malformed.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let arguments = ["metadata", "--format-version=1", "--no-deps"];
        let json = program::output(&mut program::cargo(root, &arguments))?;
        serde_json::from_str(&json).context("`cargo metadata` has an unknown shape")
    }
}
