//! A directory to fill: a given one that is empty, or a temporary one that is removed at the end.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// A directory that was empty.
pub(crate) struct EmptyDirectory {
    path: PathBuf,
    is_temporary: bool,
}

impl EmptyDirectory {
    /// Takes the directory that was given, or names a temporary one for the command `name`. It
    /// need not exist.
    ///
    /// # Errors
    /// When something is in it.
    pub(crate) fn prepare(given: Option<&Path>, name: &str) -> anyhow::Result<Self> {
        let Some(path) = given else {
            let path = std::env::temp_dir().join(format!("gatelog-{name}-{}", std::process::id()));
            return Ok(Self { path, is_temporary: true });
        };
        let is_empty = match std::fs::read_dir(path) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) if error.kind() == ErrorKind::NotFound => true,
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        if !is_empty {
            bail!(
                "{} is not empty; gatelog {name} only fills an empty directory (for your own \
                 data: gatelog serve --data {0})",
                path.display()
            );
        }
        Ok(Self { path: path.to_owned(), is_temporary: false })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for EmptyDirectory {
    fn drop(&mut self) {
        if self.is_temporary {
            // What is left in the system's temporary directory is removed by the system.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
