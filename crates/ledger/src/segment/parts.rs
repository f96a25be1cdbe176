//! A segment file under construction.

use std::path::Path;

use super::layout::{Directory, Entry, HEADER_BYTES, MAGIC, PartKind, Summary, VERSION, header};
use crate::error::{Context, Result};
use crate::files::{File, FileSystem};
use crate::row::Column;

/// Writes a file through `write` under a temporary name, and gives it its own once it is durable.
/// Returns what `write` returns.
///
/// # Errors
/// [`crate::Error::Io`], [`crate::Error::DiskFull`] or those of `write`; nothing is then at `path`.
pub(super) fn write_file<T>(
    files: &dyn FileSystem,
    path: &Path,
    write: impl FnOnce(Parts<'_>) -> Result<T>,
) -> Result<T> {
    let temporary = path.with_extension("tmp");
    files.remove(&temporary).context("remove", &temporary)?;
    let create = || {
        let file = files.create(&temporary).context("create", &temporary)?;
        write(Parts::begin(&*file, &temporary)?)
    };
    let written = create().inspect_err(|_| {
        // Half a file would take the room that is needed to try again.
        let _ = files.remove(&temporary);
    })?;
    files.rename(&temporary, path).context("rename", &temporary)?;
    let directory = path.parent().unwrap_or(Path::new("."));
    files.sync_directory(directory).context("sync", directory)?;
    Ok(written)
}

/// The file under construction: parts go to its end.
pub(super) struct Parts<'f> {
    file: &'f dyn File,
    pub(super) path: &'f Path,
    offset: u64,
    entries: Vec<Entry>,
}

impl<'f> Parts<'f> {
    fn begin(file: &'f dyn File, path: &'f Path) -> Result<Self> {
        file.write_all_at(&header(MAGIC, VERSION), 0).context("write", path)?;
        Ok(Self { file, path, offset: HEADER_BYTES, entries: Vec::new() })
    }

    /// Where the next bytes go.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all_at(bytes, self.offset).context("write", self.path)?;
        self.offset += bytes.len() as u64;
        Ok(())
    }

    /// Appends a part; `column` is [`Column::Kind`] for parts that belong to none.
    pub(super) fn part(&mut self, kind: PartKind, column: Column, bytes: &[u8]) -> Result<()> {
        self.any_part(kind as u8, column.code(), 0, bytes)
    }

    /// Appends a part of any kind.
    pub(super) fn any_part(&mut self, kind: u8, column: u8, run: u16, bytes: &[u8]) -> Result<()> {
        let (crc, offset, length) = (crc32c::crc32c(bytes), self.offset, bytes.len() as u64);
        self.append(bytes)?;
        self.entries.push(Entry { kind, column, run, crc, offset, length });
        Ok(())
    }

    /// Ends the file and makes it durable. Returns its length in bytes.
    pub(super) fn finish(mut self, summary: Summary) -> Result<u64> {
        let entries = std::mem::take(&mut self.entries);
        let directory = Directory { version: VERSION, summary, entries }.encode(self.offset);
        self.append(&directory)?;
        self.file.sync_data().context("sync", self.path)?;
        Ok(self.offset)
    }
}
