//! Neighbouring files become one.
//!
//! Record blocks and what belongs to them are copied as they are, as runs of the new segment; what
//! serves to find rows is made anew for all rows together. So joining costs about a tenth of
//! sealing, and as much memory as the positions of the rows take: some 40 bytes each.
//!
//! Everything that is copied is compared with its checksum, and the hashes of the proof are taken
//! over, not computed: what was changed on disk is found out, never covered up.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use super::Segment;
use super::dictionary::{Dictionary, Encoder, for_each_row};
use super::layout::{PartKind, Summary, VERSION};
use super::parts::{Parts, write_file};
use super::runs::{Run, encode as encode_runs, fold};
use super::tree;
use crate::cache::SegmentCache;
use crate::codec::bytes::small;
use crate::error::{Error, Result};
use crate::files::FileSystem;
use crate::manifest::SegmentFile;
use crate::row::Column;

/// Parts are read once, so hardly anything is kept. In bytes.
const CACHE_BYTES: u64 = 1 << 20;

/// Joins segments that follow one another, two at least, to a file at `path`, durably. All of them
/// must have the current version. Readers of theirs are not disturbed.
///
/// # Errors
/// [`Error::Corrupt`] when a source is not as it was written, [`Error::Io`], [`Error::DiskFull`],
/// [`Error::Closed`] once `is_cancelled` says so; nothing is then at `path`.
pub(crate) fn join(
    files: &dyn FileSystem,
    path: &Path,
    sources: &[Arc<Segment>],
    is_cancelled: &dyn Fn() -> bool,
) -> Result<SegmentFile> {
    let cache = Arc::new(SegmentCache::new(CACHE_BYTES));
    let sources: Vec<Segment> =
        sources.iter().map(|source| source.through(Arc::clone(&cache))).collect();
    let go_on = || if is_cancelled() { Err(Error::Closed) } else { Ok(()) };
    write_file(files, path, |mut parts| {
        let runs = copy_runs(&mut parts, &sources, &go_on)?;
        let order = Order::of(&sources)?;
        let summary = write_positions(&mut parts, &sources, &order)?;
        write_places(&mut parts, &sources, &order)?;
        for column in Column::DICTIONARIES {
            go_on()?;
            write_dictionary(&mut parts, &sources, &order, column)?;
        }
        for column in Column::WITHOUT_DICTIONARY {
            write_present(&mut parts, &sources, &order, column)?;
        }
        let bundles: Vec<_> = sources.iter().map(Segment::bundles).collect::<Result<_>>()?;
        let tree = tree::concatenate(summary.first_seq, bundles.into_iter().flatten());
        parts.part(PartKind::Tree, Column::Kind, &tree)?;
        parts.part(PartKind::Runs, Column::Kind, &encode_runs(&runs))?;
        Ok(SegmentFile { summary, version: VERSION, byte_count: parts.finish(summary)? })
    })
}

/// Copies the record blocks of all sources, and the parts that belong to their runs.
fn copy_runs(
    parts: &mut Parts<'_>,
    sources: &[Segment],
    go_on: &dyn Fn() -> Result<()>,
) -> Result<Vec<Run>> {
    let mut copied = Vec::new();
    for source in sources {
        let opened = source.opened()?;
        for (number, run) in opened.runs.iter() {
            go_on()?;
            if copied.len() >= usize::from(u16::MAX) {
                return Err(Error::corrupt(source.path(), 0, "there are too many runs"));
            }
            copied.push(Run { row_count: run.row_count, blocks_offset: parts.offset() });
            for entry in &source.block_index(number)?.blocks {
                let block = source.checked(entry.offset, u64::from(entry.length), entry.crc)?;
                parts.append(&block)?;
            }
        }
    }
    for kind in PartKind::OF_RUN {
        copy_parts(parts, sources, kind)?;
    }
    Ok(copied)
}

/// Copies the parts of one kind that belong to runs, each under the new number of its run.
fn copy_parts(parts: &mut Parts<'_>, sources: &[Segment], kind: PartKind) -> Result<()> {
    let mut to = 0;
    for source in sources {
        let opened = source.opened()?;
        for (number, _) in opened.runs.iter() {
            if let Some(entry) = opened.directory.find_of_run(kind, number) {
                let bytes = source.checked(entry.offset, entry.length, entry.crc)?;
                parts.part_of_run(kind, to, &bytes)?;
            }
            to += 1;
        }
    }
    Ok(())
}

/// Where the rows of the sources stand among all rows.
struct Order {
    /// Of each row, its source and its number there.
    rows: Vec<(u16, u32)>,
    /// Of each source, the new number of each of its rows.
    new_rows: Vec<Vec<u32>>,
}

impl Order {
    /// By time, then by sequence: sources are in the order of their sequences. O(rows × log
    /// sources).
    fn of(sources: &[Segment]) -> Result<Self> {
        let times: Vec<_> = sources.iter().map(Segment::times).collect::<Result<_>>()?;
        let row_count = |source: &Segment| source.row_count() as usize;
        let mut rows = Vec::with_capacity(sources.iter().map(row_count).sum());
        let mut new_rows: Vec<Vec<u32>> =
            sources.iter().map(|source| Vec::with_capacity(row_count(source))).collect();
        let mut next: BinaryHeap<_> = (0_u16..)
            .zip(&times)
            .map(|(source, times)| Reverse((times.get(0), source, 0)))
            .collect();
        while let Some(Reverse((_, source, row))) = next.pop() {
            let at = usize::from(source);
            let (Some(times), Some(of_source)) = (times.get(at), new_rows.get_mut(at)) else {
                continue;
            };
            of_source.push(small(rows.len()));
            rows.push((source, row));
            let following = row + 1;
            if sources.get(at).is_some_and(|source| following < source.row_count()) {
                next.push(Reverse((times.get(following), source, following)));
            }
        }
        Ok(Self { rows, new_rows })
    }

    /// A number of each row in the new order, from one of each source and row.
    fn map<'o, T>(
        &'o self,
        value: impl Fn(usize, u32) -> T + Clone + 'o,
    ) -> impl Iterator<Item = T> + Clone + 'o {
        self.rows.iter().map(move |(source, row)| value(usize::from(*source), *row))
    }

    fn new_row(&self, source: usize, row: u32) -> Option<u32> {
        self.new_rows.get(source)?.get(row as usize).copied()
    }
}

/// Writes times, sequences and arrivals.
fn write_positions(parts: &mut Parts<'_>, sources: &[Segment], order: &Order) -> Result<Summary> {
    let summary = summary_of(parts.path, sources)?;
    let times: Vec<_> = sources.iter().map(Segment::times).collect::<Result<_>>()?;
    let sequences: Vec<_> = sources.iter().map(Segment::sequences).collect::<Result<_>>()?;
    let arrivals: Vec<_> = sources.iter().map(Segment::arrivals).collect::<Result<_>>()?;
    let before: Vec<u64> =
        sources.iter().map(|source| source.summary().first_seq - summary.first_seq).collect();
    let sequence = |source: usize, row: u32| {
        let of_source = sequences.get(source).map_or(0, |sequences| sequences.get(row as usize));
        before.get(source).copied().unwrap_or(0) + of_source
    };
    parts.positions(
        &summary,
        order.map(|source, row| times.get(source).map_or(0, |times| times.get(row).micros())),
        order.map(sequence),
        order.map(|source, row| arrivals.get(source).map_or(0, |times| times.get(row).micros())),
    )?;
    Ok(summary)
}

fn summary_of(path: &Path, sources: &[Segment]) -> Result<Summary> {
    let [first, others @ ..] = sources else {
        return Err(Error::corrupt(path, 0, "a segment needs at least one row"));
    };
    let mut summary = *first.summary();
    for other in others {
        let other = other.summary();
        let row_count = summary.row_count.checked_add(other.row_count);
        summary.row_count = row_count
            .filter(|_| other.first_seq == summary.end_seq())
            .ok_or_else(|| Error::corrupt(path, 0, "these segments do not follow one another"))?;
        summary.ahead_count += other.ahead_count;
        summary.time_min = summary.time_min.min(other.time_min);
        summary.time_max = summary.time_max.max(other.time_max);
    }
    Ok(summary)
}

/// Writes which record each row is, unless they stand in the order of rows.
fn write_places(parts: &mut Parts<'_>, sources: &[Segment], order: &Order) -> Result<()> {
    let mut first_records = Vec::with_capacity(sources.len());
    let mut record_count = 0;
    for source in sources {
        first_records.push(record_count);
        record_count += source.row_count();
    }
    let places: Vec<_> = sources.iter().map(Segment::places).collect::<Result<_>>()?;
    let mut folded: Vec<u64> = Vec::with_capacity(order.rows.len());
    for (new_row, (source, row)) in (0..).zip(&order.rows) {
        let at = usize::from(*source);
        let in_source = match places.get(at) {
            Some(Some(places)) => {
                let missing = || Error::corrupt(parts.path, 0, "a record is missing");
                places.record(*row).ok_or_else(missing)?
            }
            _ => *row,
        };
        let first = first_records.get(at).copied().unwrap_or(0);
        folded.push(fold(new_row, first + in_source));
    }
    if folded.iter().all(|distance| *distance == 0) {
        return Ok(());
    }
    parts.packed(PartKind::Places, folded.iter().copied())
}

/// One source's dictionary of a column, and how far it was read.
struct Values<'s> {
    segment: &'s Segment,
    source: usize,
    dictionary: Arc<Dictionary>,
    postings: Bytes,
    position: usize,
}

impl Values<'_> {
    fn next(&self) -> Option<&[u8]> {
        (self.position < self.dictionary.len()).then(|| self.dictionary.value(self.position))
    }

    /// Adds the rows of the next value, by their new numbers, and goes on to the one after.
    fn take_rows(&mut self, order: &Order, rows: &mut Vec<u32>) -> Result<()> {
        let (start, end) = self.dictionary.postings_run(self.position);
        self.position += 1;
        let run = self.postings.get(start..end).unwrap_or_default();
        for_each_row(run, |row| order.new_row(self.source, row).map(|row| rows.push(row)))
            .map_err(|_| Error::corrupt(self.segment.path(), 0, "the part Postings is malformed"))
    }
}

fn write_dictionary(
    parts: &mut Parts<'_>,
    sources: &[Segment],
    order: &Order,
    column: Column,
) -> Result<()> {
    let mut values = Vec::with_capacity(sources.len());
    for (source, segment) in sources.iter().enumerate() {
        if let Some(dictionary) = segment.dictionary(column)? {
            let postings = segment.postings(column)?;
            values.push(Values { segment, source, dictionary, postings, position: 0 });
        }
    }
    let mut encoder = Encoder::default();
    let kept = if column.keeps_codes() { order.rows.len() } else { 0 };
    let (mut codes, mut code) = (vec![0_u32; kept], 0);
    let (mut value, mut rows) = (Vec::new(), Vec::new());
    while let Some(least) = values.iter().filter_map(Values::next).min() {
        value.clear();
        value.extend_from_slice(least);
        rows.clear();
        for of_source in &mut values {
            if of_source.next() == Some(&value) {
                of_source.take_rows(order, &mut rows)?;
            }
        }
        rows.sort_unstable();
        code += 1;
        for row in &rows {
            codes.get_mut(*row as usize).into_iter().for_each(|slot| *slot = code);
        }
        encoder.push(&value, &rows.iter().copied().collect());
    }
    parts.dictionary(column, encoder, codes.iter().copied().map(u64::from))
}

/// Writes which rows have a value in a column without a dictionary.
fn write_present(
    parts: &mut Parts<'_>,
    sources: &[Segment],
    order: &Order,
    column: Column,
) -> Result<()> {
    if column == Column::Id {
        // Every event has an id.
        return Ok(());
    }
    let mut present = Vec::new();
    for (source, segment) in sources.iter().enumerate() {
        let rows = segment.rows_present(column)?;
        present.extend(rows.iter().filter_map(|row| order.new_row(source, row)));
    }
    present.sort_unstable();
    parts.present(column, present.into_iter().collect(), small(order.rows.len()))
}
