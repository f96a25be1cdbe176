//! In which runs the records of a segment stand; the grammar is in [`super::layout`].

use std::path::Path;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::layout::{Directory, HEADER_BYTES, PartKind};
use crate::codec::bytes::{Malformed, Put, Take, small};
use crate::codec::packed::Packed;
use crate::error::{Context, Error, Result};
use crate::files::File;
use crate::row::Column;

/// Records that were written together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) row_count: u32,
    /// Where its first block is.
    pub(super) blocks_offset: u64,
}

/// All runs of a segment, in the order in which their records are numbered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Runs {
    runs: Vec<Run>,
    /// The number of the first record of each run, and that of the record after the last one.
    bounds: Vec<u32>,
    /// Whether a row may be another record than that with its number.
    pub(super) are_placed: bool,
}

impl Runs {
    /// Reads which runs a file has.
    ///
    /// # Errors
    /// [`Error::Corrupt`] or [`Error::Io`].
    pub(super) fn read(file: &dyn File, directory: &Directory, path: &Path) -> Result<Self> {
        let row_count = directory.summary.row_count;
        let are_placed = directory.find(PartKind::Places, Column::Kind).is_some();
        let Some(entry) = directory.find(PartKind::Runs, Column::Kind) else {
            let only = Run { row_count, blocks_offset: HEADER_BYTES };
            return Ok(Self { runs: vec![only], bounds: vec![0, row_count], are_placed });
        };
        let damaged = |reason: &str| Error::corrupt(path, entry.offset, reason);
        let byte_count = file.byte_count().context("measure", path)?;
        if entry.length > byte_count {
            return Err(damaged("a part lies outside the file"));
        }
        let mut bytes = vec![0; usize::try_from(entry.length).unwrap_or(0)];
        file.read_exact_at(&mut bytes, entry.offset).context("read", path)?;
        if crc32c::crc32c(&bytes) != entry.crc {
            return Err(damaged("the checksum differs"));
        }
        let runs = decode(&bytes).map_err(|_| damaged("the part Runs is malformed"))?;
        let mut bounds = vec![0_u32];
        for run in &runs {
            let start = bounds.last().copied().unwrap_or(0);
            bounds.push(start.saturating_add(run.row_count));
        }
        if bounds.last() != Some(&row_count) {
            return Err(damaged("the runs have more or fewer records than there are rows"));
        }
        Ok(Self { runs, bounds, are_placed })
    }

    /// The runs with their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u16, Run)> + '_ {
        (0..).zip(self.runs.iter().copied())
    }

    /// A run by its number.
    pub(super) fn get(&self, run: u16) -> Option<Run> {
        self.runs.get(usize::from(run)).copied()
    }

    /// The number of the first record of a run.
    pub(super) fn first_record(&self, run: u16) -> u32 {
        self.bounds.get(usize::from(run)).copied().unwrap_or(0)
    }

    /// Which run has the record with this number, and its number there.
    pub(super) fn find(&self, record: u32) -> (u16, u32) {
        let run = self.bounds.partition_point(|start| *start <= record).saturating_sub(1);
        let run = u16::try_from(run).unwrap_or(u16::MAX);
        (run, record - self.first_record(run).min(record))
    }
}

/// Encodes a segment's runs.
pub(super) fn encode(runs: &[Run]) -> Vec<u8> {
    let mut out = Vec::with_capacity(runs.len() * 16);
    for run in runs {
        out.put_u32(run.row_count);
        out.put_u32(0);
        out.put_u64(run.blocks_offset);
    }
    out
}

fn decode(bytes: &[u8]) -> std::result::Result<Vec<Run>, Malformed> {
    let mut take = Take::new(bytes);
    let mut runs = Vec::with_capacity(bytes.len() / 16);
    while !take.is_empty() {
        let (row_count, _zero, blocks_offset) = (take.u32()?, take.u32()?, take.u64()?);
        runs.push(Run { row_count, blocks_offset });
    }
    // Runs are numbered in 16 bits.
    if runs.is_empty() || runs.len() > usize::from(u16::MAX) { take.malformed() } else { Ok(runs) }
}

/// How far a row is from its record, as the part has it.
pub(super) fn fold(row: u32, record: u32) -> u64 {
    let distance = i64::from(record) - i64::from(row);
    ((distance << 1) ^ (distance >> 63)).cast_unsigned()
}

/// Which record each row is, where it is not the one with its number.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    pub(super) packed: Arc<Packed>,
    pub(super) row_count: u32,
}

impl Places {
    /// The number of a row's record among those of all runs; `None` if there cannot be one.
    pub(crate) fn record(&self, row: u32) -> Option<u32> {
        unfold(row, self.packed.get(row as usize)).filter(|record| *record < self.row_count)
    }

    /// The rows of records. O(blocks of the part) where neighbours are as far from their records;
    /// elsewhere each row is looked at.
    pub(crate) fn rows(&self, records: &RoaringBitmap) -> RoaringBitmap {
        let mut rows = RoaringBitmap::new();
        if records.is_empty() {
            return rows;
        }
        for (of_block, folded) in self.packed.blocks() {
            let (start, end) = (small(of_block.start), small(of_block.end));
            let first = folded.and_then(|folded| unfold(start, folded));
            match first {
                Some(first) => {
                    let found = records.range(first..first.saturating_add(end - start));
                    rows.extend(found.map(|record| record - first + start));
                }
                None => rows.extend((start..end).filter(|row| {
                    self.record(*row).is_some_and(|record| records.contains(record))
                })),
            }
        }
        rows
    }
}

/// The record of a row that is so far from it; `None` if there cannot be one.
fn unfold(row: u32, folded: u64) -> Option<u32> {
    let distance = (folded >> 1).cast_signed() ^ -(folded & 1).cast_signed();
    u32::try_from(i64::from(row).checked_add(distance)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_found_in_their_runs() {
        let runs = [
            Run { row_count: 3, blocks_offset: 16 },
            Run { row_count: 70_000, blocks_offset: 900 },
        ];
        assert_eq!(decode(&encode(&runs)).expect("as written"), runs);
        let runs = Runs { runs: runs.to_vec(), bounds: vec![0, 3, 70_003], are_placed: false };
        let found = [0, 2, 3, 70_002].map(|record| runs.find(record));
        assert_eq!(found, [(0, 0), (0, 2), (1, 0), (1, 69_999)]);
    }

    #[test]
    fn distances_fold_and_unfold() {
        for (row, record) in [(0, 0), (5, 3), (3, 5), (0, u32::MAX), (u32::MAX, 0)] {
            assert_eq!(unfold(row, fold(row, record)), Some(record));
        }
        assert_eq!(unfold(0, 1), None, "before the first");
        assert_eq!(unfold(7, u64::MAX - 1), None);
    }
}
