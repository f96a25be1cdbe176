//! What the record of a row is.
//!
//! ```text
//! BLOCKS      := zstd frame *                       right after the file's header
//! block       := row *                              decompressed
//! row         := flags u8 | [id text, if derived] | record bytes
//! BLOCK_INDEX := dictionary_id u32 | block_count u32 | BLOCK *
//! BLOCK       := first_row u32 | raw_length u32 | length u32 | crc32c u32 | offset u64
//! ```
//! `text` and `bytes` stand behind their length as a varint. The checksum covers the compressed
//! block. Dictionary 0 means none; others are the tenant's own, see [`crate::compression`].

use bytes::Bytes;

use crate::codec::bytes::{Malformed, Put, Take, small};
use crate::row::RowFlags;

/// A block is closed at this many rows or bytes, whichever comes first: opening one for a single
/// record stays within tens of microseconds.
pub(crate) const BLOCK_ROWS_MAX: usize = 64;
pub(crate) const BLOCK_BYTES_MAX: usize = 96 << 10;

/// One row on its way into a block.
pub(crate) struct RecordRow<'a> {
    pub(crate) flags: RowFlags,
    pub(crate) id: &'a str,
    pub(crate) record: &'a [u8],
}

impl RecordRow<'_> {
    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        out.put_u8(self.flags.byte());
        if self.flags.derived_id() {
            out.put_bytes(self.id.as_bytes());
        }
        out.put_bytes(self.record);
    }
}

/// Where one block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockEntry {
    pub(crate) first_row: u32,
    pub(crate) raw_length: u32,
    pub(crate) length: u32,
    pub(crate) crc: u32,
    pub(crate) offset: u64,
}

/// Where all blocks are.
#[derive(Clone, Debug)]
pub(crate) struct BlockIndex {
    pub(crate) dictionary_id: u32,
    pub(crate) blocks: Vec<BlockEntry>,
}

impl BlockIndex {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(8 + self.blocks.len() * 24);
        out.put_u32(self.dictionary_id);
        out.put_u32(small(self.blocks.len()));
        for block in &self.blocks {
            for field in [block.first_row, block.raw_length, block.length, block.crc] {
                out.put_u32(field);
            }
            out.put_u64(block.offset);
        }
        out
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut take = Take::new(bytes);
        let (dictionary_id, block_count) = (take.u32()?, take.u32()?);
        let mut blocks = Vec::with_capacity(bytes.len() / 24);
        for _ in 0..block_count {
            blocks.push(BlockEntry {
                first_row: take.u32()?,
                raw_length: take.u32()?,
                length: take.u32()?,
                crc: take.u32()?,
                offset: take.u64()?,
            });
        }
        Ok(Self { dictionary_id, blocks })
    }

    /// The number of the block that holds `row`.
    pub(crate) fn block_of(&self, row: u32) -> usize {
        self.blocks.partition_point(|block| block.first_row <= row).saturating_sub(1)
    }
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

/// One row as read.
#[derive(Clone, Debug)]
pub(crate) struct StoredRow {
    pub(crate) flags: RowFlags,
    /// The id, if it was derived and is not in the record.
    pub(crate) derived_id: Option<Box<str>>,
    pub(crate) record: Bytes,
}

impl Block {
    pub(crate) fn parse(bytes: Bytes, first_row: u32) -> Result<Self, Malformed> {
        let mut take = Take::new(&bytes);
        let mut rows = Vec::with_capacity(BLOCK_ROWS_MAX);
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
