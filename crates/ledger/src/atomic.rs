//! A small file that is replaced as a whole: after a crash it is the old one or the new one.

use std::path::Path;

use crate::error::{Context, Result};
use crate::files::FileSystem;

/// Writes `bytes` under a temporary name, syncs, renames, and syncs the directory.
///
/// # Errors
/// [`crate::Error::Io`] or [`crate::Error::DiskFull`]; the old file, if any, is then still there.
pub(crate) fn write(files: &dyn FileSystem, path: &Path, bytes: &[u8]) -> Result<()> {
    stage(files, path, bytes)?;
    commit(files, path)
}

/// The first half of [`write()`]: what is to be at `path` stands, durably, under its temporary name.
///
/// # Errors
/// As [`write()`].
pub(crate) fn stage(files: &dyn FileSystem, path: &Path, bytes: &[u8]) -> Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    files.create_directory(directory).context("create", directory)?;
    let temporary = path.with_extension("tmp");
    files.remove(&temporary).context("remove", &temporary)?;
    let file = files.create(&temporary).context("create", &temporary)?;
    file.write_all_at(bytes, 0).context("write", &temporary)?;
    file.sync_data().context("sync", &temporary)
}

/// The second half of [`write()`]: what was staged gets its name, durably.
///
/// # Errors
/// As [`write()`].
pub(crate) fn commit(files: &dyn FileSystem, path: &Path) -> Result<()> {
    files.rename(&path.with_extension("tmp"), path).context("rename", path)?;
    // The new name survives a power loss only once the directory is synced.
    let directory = path.parent().unwrap_or(Path::new("."));
    files.sync_directory(directory).context("sync", directory)
}

/// Reads a whole file.
///
/// # Errors
/// [`crate::Error::Io`].
pub(crate) fn read(files: &dyn FileSystem, path: &Path) -> Result<Vec<u8>> {
    let file = files.open_read_only(path).context("open", path)?;
    let byte_count = file.byte_count().context("measure", path)?;
    let mut bytes = vec![0; usize::try_from(byte_count).unwrap_or(0)];
    file.read_exact_at(&mut bytes, 0).context("read", path)?;
    Ok(bytes)
}
