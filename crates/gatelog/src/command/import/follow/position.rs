//! Where to go on after a restart, in a file beside the one that is followed.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// A place between two lines of a file. The file is known again by what the operating system calls
/// it, and by the bytes before the place, as such numbers are used again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Position {
    pub(super) device: u64,
    pub(super) inode: u64,
    /// Bytes before the place.
    pub(super) offset: u64,
    /// Lines before the place.
    pub(super) lines: u64,
    /// The last bytes before the place.
    pub(super) before: Vec<u8>,
}

/// The file that keeps a position.
#[derive(Debug)]
pub(super) struct PositionFile {
    path: PathBuf,
}

impl PositionFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// The position that was saved last; `None` if there is no such file yet.
    ///
    /// # Errors
    /// When the file cannot be read, or holds something else.
    pub(super) fn load(&self) -> anyhow::Result<Option<Position>> {
        let name = self.path.display();
        let text = match fs::read(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.with_context(|| format!("cannot read {name}"))?,
        };
        let position = serde_json::from_slice(&text);
        position.map(Some).with_context(|| {
            format!("{name} holds no position; give another --position, or remove it to begin anew")
        })
    }

    /// Saves a position, durably and as a whole.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn save(&self, position: &Position) -> anyhow::Result<()> {
        let mut new = self.path.clone().into_os_string();
        new.push(".new");
        let write = || {
            let mut file = File::create(&new)?;
            file.write_all(&serde_json::to_vec(position)?)?;
            file.sync_all()?;
            fs::rename(&new, &self.path)
        };
        write().with_context(|| format!("cannot write {}", self.path.display()))
    }
}
