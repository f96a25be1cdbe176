//! The records of a segment, from the cache or from disk.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::{Segment, Times};
use crate::cache::{CacheKey, Cached};
use crate::codec::bytes::{Malformed, small};
use crate::compression::CompressionDictionary;
use crate::error::{Error, Result};
use crate::row::Column;
use crate::segment::layout::PartKind;
use crate::segment::records::index::BlockIndex;
use crate::segment::records::{AnyBlock, Block, Sieve, StoredRow, Tables, plain};

impl Segment {
    /// Flags, derived id and record of a row.
    pub(crate) fn record(&self, row: u32) -> Result<StoredRow> {
        self.records()?.read(row)
    }

    /// Reads records of many rows, best in their order.
    pub(crate) fn records(&self) -> Result<RecordReader<'_>> {
        let (index, times) = (self.block_index()?, self.times()?);
        Ok(RecordReader { segment: self, index, times, block: None })
    }

    pub(in crate::segment) fn block_index(&self) -> Result<Arc<BlockIndex>> {
        let open = |index: BlockIndex| Cached::BlockIndex(Arc::new(index));
        let piece = self
            .piece(PartKind::Blocks, Column::Kind, |bytes| BlockIndex::decode(&bytes).map(open))?;
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

    /// What the record blocks need.
    pub(in crate::segment) fn tables(&self) -> Result<Arc<Tables>> {
        let piece = self.piece(PartKind::Tables, Column::Kind, |bytes| {
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
        number: usize,
    ) -> Result<Arc<AnyBlock>> {
        let (segment, column) = (self.number, u8::MAX);
        let key = CacheKey { segment, kind: PartKind::Blocks, column, block: small(number) };
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
                AnyBlock::Cut(Block::open(&bytes, rows, self.tables()?).map_err(malformed)?)
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

/// Reads one record after the other, and looks up only once what they share.
#[derive(Debug)]
pub(crate) struct RecordReader<'s> {
    segment: &'s Segment,
    index: Arc<BlockIndex>,
    times: Times,
    /// The block that was read last, and its rows.
    block: Option<(Range<u32>, Arc<AnyBlock>)>,
}

impl RecordReader<'_> {
    /// Flags, derived id and record of a row.
    ///
    /// # Errors
    /// [`Error::Corrupt`] or [`Error::Io`].
    pub(crate) fn read(&mut self, row: u32) -> Result<StoredRow> {
        let block = self.block(row)?;
        block.row(row, self.millis(row)).map_err(|_| self.malformed(row))
    }

    /// Whether a row may have a text that `sieve` lets pass. Its record is not made.
    ///
    /// # Errors
    /// As [`RecordReader::read`].
    pub(crate) fn may_have(&mut self, row: u32, sieve: &mut Sieve<'_>) -> Result<bool> {
        let block = self.block(row)?;
        block.may_have(row, self.millis(row), sieve).map_err(|_| self.malformed(row))
    }

    fn millis(&self, row: u32) -> i64 {
        self.times.get(row).millis_floor()
    }

    fn malformed(&self, row: u32) -> Error {
        let entry = self.index.blocks.get(self.index.block_of(row));
        let offset = entry.map_or(0, |entry| entry.offset);
        Error::corrupt(&self.segment.path, offset, "a record is malformed")
    }

    fn block(&mut self, row: u32) -> Result<Arc<AnyBlock>> {
        match &self.block {
            Some((rows, block)) if rows.contains(&row) => Ok(Arc::clone(block)),
            _ => self.open_block(row),
        }
    }

    fn open_block(&mut self, row: u32) -> Result<Arc<AnyBlock>> {
        let number = self.index.block_of(row);
        let block = self.segment.block(&self.index, number)?;
        let first = self.index.blocks.get(number).map_or(row, |entry| entry.first_row);
        let next = self.index.blocks.get(number + 1).map(|entry| entry.first_row);
        let rows = first..next.unwrap_or(self.segment.row_count());
        self.block = Some((rows, Arc::clone(&block)));
        Ok(block)
    }
}
