//! Where the blocks of a segment are.
//!
//! ```text
//! BLOCKS := row_count u8 | length u24 | crc32c u32          one per block, in order
//! ```
//! The blocks of a run stand one after the other. The checksum covers the block.

use crate::codec::bytes::{Malformed, Put, Take, small};

/// Where one block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockEntry {
    pub(crate) first_row: u32,
    /// How many rows it has; in version 1 the block itself says it, and this is 0.
    pub(crate) row_count: u8,
    /// Length before compression, in version 1.
    pub(crate) raw_length: u32,
    pub(crate) length: u32,
    pub(crate) crc: u32,
    pub(crate) offset: u64,
}

/// Where all blocks are.
#[derive(Clone, Debug)]
pub(crate) struct BlockIndex {
    /// The compression dictionary of a segment of version 1, see [`super::plain`].
    pub(crate) dictionary_id: Option<u32>,
    pub(crate) blocks: Vec<BlockEntry>,
}

/// Blocks on their way into an index.
#[derive(Debug, Default)]
pub(crate) struct IndexWriter {
    bytes: Vec<u8>,
}

impl IndexWriter {
    /// Adds the block that stands after the ones before. A block is shorter than 16 MiB: its texts
    /// are at most a record longer than their bound.
    pub(crate) fn push(&mut self, row_count: u8, block: &[u8]) {
        self.bytes.push(row_count);
        let [low, middle, high, _] = small(block.len()).to_le_bytes();
        self.bytes.extend([low, middle, high]);
        self.bytes.put_u32(crc32c::crc32c(block));
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

impl BlockIndex {
    /// Reads the index of a run whose first block is at `offset`. O(blocks).
    ///
    /// # Errors
    /// [`Malformed`] when there are more rows than a segment can have.
    pub(crate) fn decode(bytes: &[u8], mut offset: u64) -> Result<Self, Malformed> {
        let mut take = Take::new(bytes);
        let mut blocks = Vec::with_capacity(bytes.len() / 8);
        let mut first_row = 0_u32;
        while !take.is_empty() {
            let [row_count, low, middle, high] = take.u32()?.to_le_bytes();
            let length = u32::from_le_bytes([low, middle, high, 0]);
            let crc = take.u32()?;
            blocks.push(BlockEntry { first_row, row_count, raw_length: 0, length, crc, offset });
            let next = first_row.checked_add(u32::from(row_count));
            first_row = next.map_or_else(|| take.malformed(), Ok)?;
            offset = offset.saturating_add(u64::from(length));
        }
        Ok(Self { dictionary_id: None, blocks })
    }

    /// The number of the block that holds `row`.
    pub(crate) fn block_of(&self, row: u32) -> usize {
        self.blocks.partition_point(|block| block.first_row <= row).saturating_sub(1)
    }

    /// What the index costs in memory, in bytes.
    pub(crate) fn weight(&self) -> u64 {
        (self.blocks.len() * size_of::<BlockEntry>()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_by_their_rows() {
        let mut writer = IndexWriter::default();
        writer.push(64, &[7; 70_000]);
        writer.push(3, &[8; 5]);
        let index = BlockIndex::decode(&writer.finish(), 16).expect("as written");
        let places = index.blocks.iter().map(|block| (block.first_row, block.length, block.offset));
        assert_eq!(places.collect::<Vec<_>>(), [(0, 70_000, 16), (64, 5, 70_016)]);
        assert_eq!([0, 63, 64, 66].map(|row| index.block_of(row)), [0, 0, 1, 1]);
        assert!(BlockIndex::decode(&[1, 2, 3], 16).is_err());
    }
}
