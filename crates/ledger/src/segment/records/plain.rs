//! Records in segments of version 1, which are read as long as there are some.
//!
//! ```text
//! block       := row *                              decompressed
//! row         := flags u8 | [id text, if derived] | record bytes
//! BLOCK_INDEX := dictionary_id u32 | block_count u32 | BLOCK *
//! BLOCK       := first_row u32 | raw_length u32 | length u32 | crc32c u32 | offset u64
//! ```
//! `text` and `bytes` stand behind their length as a varint. The checksum covers the compressed
//! block. Dictionary 0 means none; others are the tenant's own, see [`crate::compression`].

use bytes::Bytes;

use super::StoredRow;
use super::index::{BlockEntry, BlockIndex};
use crate::codec::bytes::{Malformed, Take, small};
use crate::row::RowFlags;

/// Reads the index of a segment of version 1.
///
/// # Errors
/// [`Malformed`] when it ends early.
pub(crate) fn decode_index(bytes: &[u8]) -> Result<BlockIndex, Malformed> {
    let mut take = Take::new(bytes);
    let (dictionary_id, block_count) = (take.u32()?, take.u32()?);
    let mut blocks = Vec::with_capacity(bytes.len() / 24);
    for _ in 0..block_count {
        blocks.push(BlockEntry {
            first_row: take.u32()?,
            row_count: 0,
            raw_length: take.u32()?,
            length: take.u32()?,
            crc: take.u32()?,
            offset: take.u64()?,
        });
    }
    Ok(BlockIndex { dictionary_id: Some(dictionary_id), blocks })
}

/// A decompressed block.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    bytes: Bytes,
    first_row: u32,
    rows: Vec<BlockRow>,
}

/// One row of a block: spans of the block's bytes.
#[derive(Clone, Copy, Debug)]
struct BlockRow {
    flags: RowFlags,
    id_start: u32,
    id_end: u32,
    record_start: u32,
    record_end: u32,
}

impl Block {
    pub(crate) fn parse(bytes: Bytes, first_row: u32) -> Result<Self, Malformed> {
        let mut take = Take::new(&bytes);
        let mut rows = Vec::new();
        while !take.is_empty() {
            let flags = RowFlags::from_byte(take.u8()?).map_or_else(|| take.malformed(), Ok)?;
            let id = if flags.derived_id() { take.text()? } else { "" };
            let id_end = small(take.position());
            let record = take.bytes()?;
            let record_end = small(take.position());
            rows.push(BlockRow {
                flags,
                id_start: id_end - small(id.len()),
                id_end,
                record_start: record_end - small(record.len()),
                record_end,
            });
        }
        Ok(Self { bytes, first_row, rows })
    }

    /// The row with this number in the segment, if the block holds it.
    pub(crate) fn row(&self, row: u32) -> Option<StoredRow> {
        let row = self.rows.get(row.checked_sub(self.first_row)? as usize)?;
        let id = self.bytes.get(row.id_start as usize..row.id_end as usize)?;
        let derived_id = (!id.is_empty()).then(|| String::from_utf8_lossy(id).into());
        let record = self.bytes.slice(row.record_start as usize..row.record_end as usize);
        Some(StoredRow { flags: row.flags, derived_id, record })
    }

    /// What the block costs in memory, in bytes.
    pub(crate) fn weight(&self) -> u64 {
        (self.bytes.len() + self.rows.len() * size_of::<BlockRow>()) as u64
    }
}
