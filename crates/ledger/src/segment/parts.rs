//! A segment file under construction.

use std::path::Path;

use roaring::RoaringBitmap;

use super::dictionary::Encoder;
use super::layout::{Directory, Entry, HEADER_BYTES, MAGIC, PartKind, Summary, VERSION, header};
use super::present;
use super::tokens::values;
use crate::codec::ascending::write_ascending;
use crate::codec::bytes::Put;
use crate::codec::packed::pack;
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
        self.any_part(kind, column, 0, bytes)
    }

    /// Appends a part that belongs to a run.
    pub(super) fn part_of_run(&mut self, kind: PartKind, run: u16, bytes: &[u8]) -> Result<()> {
        self.any_part(kind, Column::Kind, run, bytes)
    }

    fn any_part(&mut self, kind: PartKind, column: Column, run: u16, bytes: &[u8]) -> Result<()> {
        let (kind, column) = (kind as u8, column.code());
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

    /// Appends when rows happened and arrived, and their sequences; each in the order of time.
    pub(super) fn positions(
        &mut self,
        summary: &Summary,
        times: impl Iterator<Item = i64> + Clone,
        sequences: impl Iterator<Item = u64> + Clone,
        arrivals: impl Iterator<Item = i64> + Clone,
    ) -> Result<()> {
        let distance = |from: i64, to: i64| to.wrapping_sub(from).cast_unsigned();
        let time_min = summary.time_min.micros();
        let mut ascending = Vec::new();
        write_ascending(times.map(|time| distance(time_min, time)), &mut ascending);
        self.part(PartKind::AscendingTimes, Column::Kind, &ascending)?;
        self.packed(PartKind::Sequences, sequences)?;
        let earliest = arrivals.clone().min().unwrap_or(0);
        let mut bytes = Vec::new();
        bytes.put_i64(earliest);
        pack(arrivals.map(|arrival| distance(earliest, arrival)), &mut bytes);
        self.part(PartKind::Arrivals, Column::Kind, &bytes)
    }

    /// Appends a dictionary column, and the words of its values. `codes` are one per row; they are
    /// only looked at if the column keeps them.
    pub(super) fn dictionary(
        &mut self,
        column: Column,
        encoder: Encoder,
        codes: impl Iterator<Item = u64> + Clone,
    ) -> Result<()> {
        if encoder.values().len() == 0 {
            // No row has a value: a missing part says so.
            return Ok(());
        }
        if let Some(tokens) = values::encode(column, encoder.values()) {
            self.part(PartKind::ValueTokens, column, &tokens)?;
        }
        let encoded = encoder.finish();
        self.part(PartKind::Values, column, &encoded.values)?;
        self.part(PartKind::Postings, column, &encoded.postings)?;
        if column.keeps_codes() {
            let mut packed = Vec::new();
            pack(codes, &mut packed);
            self.part(PartKind::Codes, column, &packed)?;
        }
        Ok(())
    }

    /// Appends which of so many rows have a value in a column without a dictionary, if some have.
    pub(super) fn present(
        &mut self,
        column: Column,
        rows: RoaringBitmap,
        row_count: u32,
    ) -> Result<()> {
        match present::encode(rows, row_count) {
            Some(part) => self.part(PartKind::Present, column, &part),
            None => Ok(()),
        }
    }

    /// Appends a part of packed numbers that belongs to no column.
    pub(super) fn packed(
        &mut self,
        kind: PartKind,
        values: impl Iterator<Item = u64> + Clone,
    ) -> Result<()> {
        let mut bytes = Vec::new();
        pack(values, &mut bytes);
        self.part(kind, Column::Kind, &bytes)
    }
}
