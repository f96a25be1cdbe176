//! A memtable becomes a file.
//!
//! Everything is built in memory part by part and written front to back under a temporary name;
//! the caller names the segment in the manifest once the file has its own. O(rows), one hash and
//! one compression pass over the records.

use std::path::Path;

use bytes::Bytes;
use roaring::RoaringBitmap;

use super::dictionary::Encoder as DictionaryEncoder;
use super::layout::{PartKind, Summary, VERSION};
use super::parts::{Parts, write_file};
use super::records::index::IndexWriter;
use super::records::{Encoder, IndexedRow, ReadBack, RecordRow, Tables};
use super::tree;
use crate::codec::bytes::small;
use crate::commitments;
use crate::error::{Context, Error, Result};
use crate::files::FileSystem;
use crate::manifest::SegmentFile;
use crate::memtable::MemTable;
use crate::row::Column;

/// Writes a memtable with at least one row to a segment file at `path`, durably.
///
/// # Errors
/// [`Error::Io`] or [`Error::DiskFull`]; nothing is then at `path`.
pub(crate) fn write_segment(
    files: &dyn FileSystem,
    path: &Path,
    table: &MemTable,
) -> Result<SegmentFile> {
    write_file(files, path, |mut parts| {
        write_records(&mut parts, table)?;
        let summary = write_positions(&mut parts, table)?;
        for column in Column::DICTIONARIES {
            write_dictionary(&mut parts, table, column)?;
        }
        for column in Column::WITHOUT_DICTIONARY {
            write_present(&mut parts, table, column)?;
        }
        let events = (0..table.row_count()).filter_map(|row| table.leaf_event(row));
        let leaves = commitments::leaves(table.first_seq(), table.seeds(), events);
        parts.part(PartKind::Tree, Column::Kind, &tree::encode(table.first_seq(), &leaves))?;
        Ok(SegmentFile { summary, version: VERSION, byte_count: parts.finish(summary)? })
    })
}

fn write_records(parts: &mut Parts<'_>, table: &MemTable) -> Result<()> {
    let path = parts.path;
    let rows = table.by_time().iter().filter_map(|number| {
        let row = table.row(*number)?;
        let millis = row.time.millis_floor();
        Some(RecordRow { flags: row.flags, id: &row.id, record: &row.record, millis })
    });
    let rows: Vec<RecordRow<'_>> = rows.collect();
    let encoder = Encoder::new(&rows);
    let (tables, prefix) = encoder.tables().context("compress for", path)?;
    // The log is given up for what is written here, so it is read back before that: an event must
    // be refused a segment rather than be kept as another.
    let tables = Bytes::from(tables);
    let unreadable = || Error::corrupt(path, 0, "records are not read back as they were kept");
    let readable = Tables::open(&tables).map_err(|_| unreadable())?;
    let mut read_back = ReadBack::of(&readable).context("decompress what was written to", path)?;
    let mut index = IndexWriter::default();
    let mut rest = rows.as_slice();
    for block in encoder.blocks(&prefix).context("compress for", path)? {
        let block = block.context("compress for", path)?;
        let (of_block, others) =
            rest.split_at_checked(block.row_count.into()).ok_or_else(unreadable)?;
        rest = others;
        if !read_back.finds(of_block, &block.bytes) {
            return Err(unreadable());
        }
        index.push(block.row_count, &block.bytes);
        parts.append(&block.bytes)?;
    }
    let indexed = table.by_time().iter().filter_map(|number| {
        let row = table.row(*number)?;
        Some(IndexedRow { id: &row.id, event_type: &row.event_type, values: &row.index })
    });
    let tokens = encoder.tokens(&rows, indexed);
    parts.part(PartKind::TokenHead, Column::Kind, &tokens.head)?;
    parts.part(PartKind::Tokens, Column::Kind, &tokens.bits)?;
    parts.part(PartKind::Tables, Column::Kind, &tables)?;
    parts.part(PartKind::Blocks, Column::Kind, &index.finish())
}

/// Writes times, sequences and arrivals.
fn write_positions(parts: &mut Parts<'_>, table: &MemTable) -> Result<Summary> {
    let rows = table.by_time();
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return Err(Error::corrupt(parts.path, 0, "a segment needs at least one row"));
    };
    let (time_min, time_max) = (table.time(*first), table.time(*last));
    let (first_seq, row_count) = (table.first_seq(), table.row_count());
    let is_ahead = |row: &&u32| table.row(**row).is_some_and(|row| row.flags.time_is_ahead());
    let ahead_count = small(rows.iter().filter(is_ahead).count());
    let summary = Summary { first_seq, row_count, ahead_count, time_min, time_max };
    parts.positions(
        &summary,
        rows.iter().map(|row| table.time(*row).micros()),
        rows.iter().map(|row| u64::from(*row)),
        rows.iter().map(|row| table.received(*row).micros()),
    )?;
    Ok(summary)
}

fn write_dictionary(parts: &mut Parts<'_>, table: &MemTable, column: Column) -> Result<()> {
    let Some(memory) = table.column(column) else {
        return Ok(());
    };
    let mut order: Vec<usize> = (0..memory.values().len()).collect();
    let value = |position: &usize| memory.values().get(*position);
    order.sort_unstable_by_key(value);
    let mut codes_by_position = vec![0_u64; order.len()];
    for (code, position) in (1..).zip(&order) {
        if let Some(slot) = codes_by_position.get_mut(*position) {
            *slot = code;
        }
    }
    let code_of = |code: u32| {
        let position = code.checked_sub(1).map(|position| position as usize);
        position.and_then(|position| codes_by_position.get(position)).copied().unwrap_or(0)
    };
    let codes: Vec<u64> = table.by_time().iter().map(|row| code_of(memory.code(*row))).collect();
    let rows_by_code = rows_by_code(&codes, order.len());
    let mut encoder = DictionaryEncoder::default();
    order.iter().map(value).zip(&rows_by_code).for_each(|(value, rows)| encoder.push(value, rows));
    parts.dictionary(column, encoder, codes.iter().copied())
}

/// The rows of each code from 1 on, in the order of time.
fn rows_by_code(codes: &[u64], value_count: usize) -> Vec<RoaringBitmap> {
    let mut rows_by_code = vec![RoaringBitmap::new(); value_count];
    for (row, code) in codes.iter().enumerate() {
        let position = code.checked_sub(1).and_then(|position| usize::try_from(position).ok());
        if let Some(rows) = position.and_then(|position| rows_by_code.get_mut(position)) {
            rows.insert(small(row));
        }
    }
    rows_by_code
}

/// Writes which rows have a value in a column without a dictionary.
fn write_present(parts: &mut Parts<'_>, table: &MemTable, column: Column) -> Result<()> {
    let Column::Field(field) = column else {
        // Every event has an id.
        return Ok(());
    };
    let has_value = |row: &u32| table.row(*row).is_some_and(|row| row.index.get(field).is_some());
    let present = (0..).zip(table.by_time()).filter(|(_, row)| has_value(row));
    let present: RoaringBitmap = present.map(|(number, _)| number).collect();
    parts.present(column, present, table.row_count())
}
