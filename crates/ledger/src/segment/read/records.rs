//! The records of a segment, from the cache or from disk.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::{Opened, Segment, Times};
use crate::cache::{CacheKey, Cached};
use crate::codec::bytes::{Malformed, small};
use crate::compression::CompressionDictionary;
use crate::error::{Error, Result};
use crate::row::Column;
use crate::segment::layout::{HEADER_BYTES, PartKind};
use crate::segment::records::index::BlockIndex;
use crate::segment::records::{AnyBlock, Block, Sieve, StoredRow, Tables, WantedText, plain};
use crate::segment::runs::Places;

impl Segment {
    /// Flags, derived id and record of a row.
    pub(crate) fn record(&self, row: u32) -> Result<StoredRow> {
        self.records(None)?.read(row)
    }

    /// Reads records of many rows, best in their order; those `wanted` are looked for.
    pub(crate) fn records<'s>(
        &'s self,
        wanted: Option<&'s WantedText<'s>>,
    ) -> Result<RecordReader<'s>> {
        let (opened, places, times) = (self.opened()?, self.places()?, self.times()?);
        let runs = opened.runs.iter().map(|_| None).collect();
        Ok(RecordReader { segment: self, opened, places, times, wanted, runs })
    }

    /// Which record each row is; `None` if it is the one with its number.
    pub(in crate::segment) fn places(&self) -> Result<Option<Places>> {
        if !self.opened()?.runs.are_placed {
            return Ok(None);
        }
        let places = self.packed(PartKind::Places, Column::Kind)?;
        let packed = places.ok_or_else(|| self.missing("places"))?;
        Ok(Some(Places { packed, row_count: self.row_count() }))
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

/// Reads one record after the other, and looks up only once what they share.
#[derive(Debug)]
pub(crate) struct RecordReader<'s> {
    segment: &'s Segment,
    opened: Arc<Opened>,
    places: Option<Places>,
    times: Times,
    wanted: Option<&'s WantedText<'s>>,
    /// Of each run that was read, what was read last.
    runs: Vec<Option<RunReader<'s>>>,
}

#[derive(Debug)]
struct RunReader<'s> {
    run: u16,
    index: Arc<BlockIndex>,
    /// The block that was read last, and its records.
    block: Option<(Range<u32>, Arc<AnyBlock>)>,
    sieve: Option<Sieve<'s>>,
}

impl<'s> RecordReader<'s> {
    /// Flags, derived id and record of a row.
    ///
    /// # Errors
    /// [`Error::Corrupt`] or [`Error::Io`].
    pub(crate) fn read(&mut self, row: u32) -> Result<StoredRow> {
        let (segment, millis) = (self.segment, self.times.get(row).millis_floor());
        let (run, number) = self.run_of(row)?;
        let block = run.block(segment, number)?;
        block.row(number, millis).map_err(|_| run.malformed(segment, number))
    }

    /// Whether a row may have what is wanted. Its record is not made.
    ///
    /// # Errors
    /// As [`RecordReader::read`].
    pub(crate) fn may_be_wanted(&mut self, row: u32) -> Result<bool> {
        let (segment, millis) = (self.segment, self.times.get(row).millis_floor());
        let (run, number) = self.run_of(row)?;
        let block = run.block(segment, number)?;
        let Some(sieve) = &mut run.sieve else { return Ok(true) };
        let passes = block.may_have(number, millis, sieve);
        passes.map_err(|_| run.malformed(segment, number))
    }

    /// The run that a row's record stands in, and its number there.
    fn run_of(&mut self, row: u32) -> Result<(&mut RunReader<'s>, u32)> {
        let missing = || self.segment.missing("record");
        let record = match &self.places {
            Some(places) => places.record(row).ok_or_else(missing)?,
            None => row,
        };
        let (run, number) = self.opened.runs.find(record);
        let slot = self.runs.get_mut(usize::from(run)).ok_or_else(missing)?;
        let reader = match slot {
            Some(reader) => reader,
            None => {
                let (index, sieve) = (self.segment.block_index(run)?, self.wanted.map(Sieve::new));
                slot.insert(RunReader { run, index, block: None, sieve })
            }
        };
        Ok((reader, number))
    }
}

impl RunReader<'_> {
    fn block(&mut self, segment: &Segment, record: u32) -> Result<Arc<AnyBlock>> {
        match &self.block {
            Some((records, block)) if records.contains(&record) => Ok(Arc::clone(block)),
            _ => self.open_block(segment, record),
        }
    }

    fn open_block(&mut self, segment: &Segment, record: u32) -> Result<Arc<AnyBlock>> {
        let number = self.index.block_of(record);
        let block = segment.block(&self.index, self.run, number)?;
        let first = self.index.blocks.get(number).map_or(record, |entry| entry.first_row);
        let next = self.index.blocks.get(number + 1).map(|entry| entry.first_row);
        let records = first..next.unwrap_or(segment.row_count());
        self.block = Some((records, Arc::clone(&block)));
        Ok(block)
    }

    fn malformed(&self, segment: &Segment, record: u32) -> Error {
        let entry = self.index.blocks.get(self.index.block_of(record));
        let offset = entry.map_or(0, |entry| entry.offset);
        Error::corrupt(&segment.path, offset, "a record is malformed")
    }
}
