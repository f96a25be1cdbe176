//! A file that has its name only when it is whole: until then `.partial` stands behind it.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

const EXTENSION: &str = ".partial";

/// A file that is being written. What was written stays when it is dropped.
pub(super) struct Partial {
    /// The name it gets.
    path: PathBuf,
    /// The name it has.
    partial: PathBuf,
    file: BufWriter<File>,
}

/// A file that is whole and has not got its name yet.
pub(super) struct Complete {
    path: PathBuf,
    partial: PathBuf,
}

/// The name of a file that is not whole.
pub(super) fn partial_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(EXTENSION);
    name.into()
}

/// Whether something is at a path.
///
/// # Errors
/// When that cannot be told.
pub(super) fn is_there(path: &Path) -> anyhow::Result<bool> {
    path.try_exists().with_context(|| format!("cannot look for {}", path.display()))
}

/// Refuses a file that is there, unless it is to be replaced.
///
/// # Errors
/// A sentence on how to replace it.
pub(super) fn check_free(path: &Path, force: bool) -> anyhow::Result<()> {
    if path.is_dir() {
        bail!("{} is a folder; --output names a file", path.display());
    }
    if !force && is_there(path)? {
        bail!("{} is there already; --force replaces it", path.display());
    }
    Ok(())
}

impl Partial {
    /// Begins the file anew.
    ///
    /// # Errors
    /// When it cannot be created.
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        Self::open(path, OpenOptions::new().write(true).create(true).truncate(true))
    }

    /// Goes on with the file behind its first `length` bytes; the others are cut off.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(super) fn resume(path: &Path, length: u64) -> anyhow::Result<Self> {
        let mut partial = Self::open(path, OpenOptions::new().write(true))?;
        let file = partial.file.get_mut();
        file.set_len(length)
            .and_then(|()| file.seek(SeekFrom::End(0)))
            .with_context(|| format!("cannot go on with {}", partial.partial.display()))?;
        Ok(partial)
    }

    fn open(path: &Path, options: &OpenOptions) -> anyhow::Result<Self> {
        let partial = partial_path(path);
        let file = options.open(&partial);
        let file = file.with_context(|| format!("cannot write {}", partial.display()))?;
        let file = BufWriter::with_capacity(1 << 20, file);
        Ok(Self { path: path.to_owned(), partial, file })
    }

    /// Adds to it.
    ///
    /// # Errors
    /// When the disk fails.
    pub(super) fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        let written = self.file.write_all(bytes);
        written.with_context(|| format!("cannot write {}", self.partial.display()))
    }

    /// Makes it durable and gives it its name.
    ///
    /// # Errors
    /// When the disk fails.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        self.complete()?.take_name()
    }

    /// Makes it durable.
    ///
    /// # Errors
    /// When the disk fails.
    pub(super) fn complete(mut self) -> anyhow::Result<Complete> {
        self.file
            .flush()
            .and_then(|()| self.file.get_ref().sync_all())
            .with_context(|| format!("cannot finish {}", self.path.display()))?;
        Ok(Complete { path: self.path, partial: self.partial })
    }
}

impl Complete {
    /// Where it is until it has its name.
    pub(super) fn partial(&self) -> &Path {
        &self.partial
    }

    /// Gives it its name, in place of a file that has it.
    ///
    /// # Errors
    /// When the disk fails.
    pub(super) fn take_name(self) -> anyhow::Result<()> {
        std::fs::rename(&self.partial, &self.path)
            .with_context(|| format!("cannot finish {}", self.path.display()))
    }
}

/// Bytes of a file.
///
/// # Errors
/// When it cannot be read.
pub(super) fn bytes_at(file: &mut File, start: u64, end: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(end.saturating_sub(start)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
