//! The records of a segment, from the cache or from disk.

use std::path::Path;
use std::sync::Arc;

use super::Segment;
use crate::cache::{CacheKey, Cached};
use crate::codec::bytes::{Malformed, small};
use crate::compression::CompressionDictionary;
use crate::error::{Error, Result};
use crate::row::Column;
use crate::segment::layout::{HEADER_BYTES, PartKind};
use crate::segment::records::index::BlockIndex;
use crate::segment::records::{AnyBlock, Block, StoredRow, Tables, plain};
use crate::segment::runs::unfold;

impl Segment {
    /// Flags, derived id and record of a row.
    pub(crate) fn record(&self, row: u32) -> Result<StoredRow> {
        let (run, number) = self.place(row)?;
        let index = self.block_index(run)?;
        let block_number = index.block_of(number);
        let block = self.block(&index, run, block_number)?;
        let millis = self.times()?.get(row).millis_floor();
        let offset = index.blocks.get(block_number).map_or(0, |entry| entry.offset);
        block
            .row(number, millis)
            .map_err(|_| Error::corrupt(&self.path, offset, "a record is malformed"))
    }

    /// The run that a row's record stands in, and its number there.
    fn place(&self, row: u32) -> Result<(u16, u32)> {
        Ok(self.opened()?.runs.find(self.record_number(row)?))
    }

    /// The number of a row's record among the records of all runs.
    pub(in crate::segment) fn record_number(&self, row: u32) -> Result<u32> {
        if !self.opened()?.runs.are_placed {
            return Ok(row);
        }
        let places = self.packed(PartKind::Places, Column::Kind)?;
        let places = places.ok_or_else(|| self.missing("places"))?;
        let record = unfold(row, places.get(row as usize));
        record.filter(|record| *record < self.row_count()).ok_or_else(|| self.missing("record"))
    }

    pub(in crate::segment) fn block_index(&self, run: u16) -> Result<Arc<BlockIndex>> {
        let open = |index: BlockIndex| Cached::BlockIndex(Arc::new(index));
        let offset = self.opened()?.runs.get(run).map_or(HEADER_BYTES, |run| run.blocks_offset);
        let piece = self.piece_of_run(PartKind::Blocks, run, |bytes| {
            BlockIndex::decode(&bytes, offset).map(open)
        })?;
        let piece = match piece {
            Some(piece) => Some(piece),
            None => self.piece(PartKind::PlainBlocks, Column::Kind, |bytes| {
                plain::decode_index(&bytes).map(open)
            })?,
        };
        match piece {
            Some(Cached::BlockIndex(index)) => Ok(index),
            _ => Err(self.missing("block index")),
        }
    }

    /// What the record blocks of a run need.
    fn tables(&self, run: u16) -> Result<Arc<Tables>> {
        let piece = self.piece_of_run(PartKind::Tables, run, |bytes| {
            Tables::open(&bytes).map(|tables| Cached::Tables(Arc::new(tables)))
        })?;
        match piece {
            Some(Cached::Tables(tables)) => Ok(tables),
            _ => Err(self.missing("record tables")),
        }
    }

    pub(in crate::segment) fn block(
        &self,
        index: &BlockIndex,
        run: u16,
        number: usize,
    ) -> Result<Arc<AnyBlock>> {
        let key = self.key(PartKind::Blocks, Column::Kind, small(number).saturating_add(1));
        let key = CacheKey { run, ..key };
        if let Some(Cached::Block(block)) = self.cache.get(key) {
            return Ok(block);
        }
        let entry = index.blocks.get(number).ok_or_else(|| self.missing("record block"))?;
        let bytes = self.checked(entry.offset, u64::from(entry.length), entry.crc)?;
        let damaged = |reason: &str| Error::corrupt(&self.path, entry.offset, reason);
        let malformed = |_: Malformed| damaged("a record block is malformed");
        let block = match index.dictionary_id {
            Some(id) => {
                let raw = self.compression(id)?.decompress(&bytes, entry.raw_length as usize);
                let raw = raw.map_err(|error| {
                    damaged(&format!("a record block does not decompress: {error}"))
                })?;
                let block = plain::Block::parse(raw.into(), entry.first_row);
                AnyBlock::Plain(block.map_err(malformed)?)
            }
            None => {
                let rows = entry.first_row..entry.first_row.saturating_add(entry.row_count.into());
                AnyBlock::Cut(Block::open(&bytes, rows, self.tables(run)?).map_err(malformed)?)
            }
        };
        let block = Arc::new(block);
        self.cache.insert(key, Cached::Block(Arc::clone(&block)), block.weight());
        Ok(block)
    }

    /// The zstd dictionary the records of this segment need.
    fn compression(&self, id: u32) -> Result<Arc<CompressionDictionary>> {
        let tenant_directory = self.path.parent().and_then(Path::parent).unwrap_or(Path::new("."));
        self.cache.dictionary(id, &*self.files, tenant_directory)
    }
}
