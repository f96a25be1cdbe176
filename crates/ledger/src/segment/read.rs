//! A segment file answers questions; every part is checked when it is read from disk.
//!
//! - [`values`]: which values has this column, and which rows have them?
//! - [`records`]: what is the record of this row?
//! - [`words`]: which rows may have this word?

mod gap;
mod latest;
mod records;
mod values;
mod words;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytes::Bytes;
use gatelog_event::json::Document;
use gatelog_event::mapping;
use gatelog_event::time::UnixMicros;
use roaring::RoaringBitmap;

use self::gap::LastGap;
pub(crate) use self::latest::Latest;
pub(crate) use self::times::{Arrivals, Times};
pub(crate) use self::values::ColumnValues;
pub(crate) use self::words::Words;
use super::codes::Codes;
use super::layout::{BEFORE_HEAD_BYTES, Directory, Entry, PartKind, Piece, Summary};
use super::runs::Runs;
use super::tree::{self, Bundle};
use crate::cache::{CacheKey, Cached, SegmentCache};
use crate::codec::bisect;
use crate::codec::bytes::{Malformed, Take, small};
use crate::codec::packed::Packed;
use crate::error::{Context, Error, Result};
use crate::files::{File, FileSystem};
use crate::manifest::SegmentFile;
use crate::row::{Column, KindKey, Position, Sequence, StoredEvent};

mod times;

static NEXT_NUMBER: AtomicU64 = AtomicU64::new(1);

/// One segment file, open while it is read often.
#[derive(Debug)]
pub(crate) struct Segment {
    /// Names this segment in the cache.
    number: u64,
    path: PathBuf,
    listed: SegmentFile,
    files: Arc<dyn FileSystem>,
    cache: Arc<SegmentCache>,
    /// The file goes when the last reader does.
    is_replaced: AtomicBool,
    /// For the writer, which looks for duplicates.
    last_gap: LastGap,
}

/// An open segment file.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(super) file: Box<dyn File>,
    pub(super) directory: Directory,
    pub(super) runs: Runs,
}

impl Segment {
    /// A segment the manifest names. Nothing is read yet.
    pub(crate) fn new(
        path: PathBuf,
        listed: SegmentFile,
        files: Arc<dyn FileSystem>,
        cache: Arc<SegmentCache>,
    ) -> Self {
        let number = NEXT_NUMBER.fetch_add(1, Ordering::Relaxed);
        let (is_replaced, last_gap) = (AtomicBool::new(false), LastGap::default());
        Self { number, path, listed, files, cache, is_replaced, last_gap }
    }

    /// The same file, read through another cache.
    pub(crate) fn through(&self, cache: Arc<SegmentCache>) -> Self {
        Self::new(self.path.clone(), self.listed, Arc::clone(&self.files), cache)
    }

    /// Says that another segment has its rows now: its file is removed once nobody reads it.
    pub(crate) fn replaced(&self) {
        self.is_replaced.store(true, Ordering::Release);
    }

    pub(crate) fn summary(&self) -> &Summary {
        &self.listed.summary
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn row_count(&self) -> u32 {
        self.listed.summary.row_count
    }

    /// Whether it was written with a column; if not, the values are in its records only.
    pub(crate) fn keeps(&self, column: Column) -> Result<bool> {
        Ok(self.opened()?.directory.version >= column.since_version())
    }

    /// Each row's distance from the segment's first sequence.
    pub(crate) fn sequences(&self) -> Result<Arc<Packed>> {
        let packed = self.packed(PartKind::Sequences, Column::Kind)?;
        packed.ok_or_else(|| self.missing("sequences"))
    }

    /// A dictionary column's code per row; `None` if no row has a value. Where no codes are
    /// stored they are made of the rows of all values, O(rows), and kept in the cache.
    pub(crate) fn codes(&self, column: Column) -> Result<Option<Arc<Codes>>> {
        let stored = self.piece(PartKind::Codes, column, |bytes| {
            Packed::open(bytes).map(|packed| Cached::Codes(Arc::new(Codes::Stored(packed))))
        })?;
        if let Some(Cached::Codes(codes)) = stored {
            return Ok(Some(codes));
        }
        let Some(dictionary) = self.dictionary(column)? else { return Ok(None) };
        let postings = self.postings(column)?;
        let codes = Codes::derive(&dictionary, &postings, self.row_count());
        let codes = codes.map_err(|bad| self.malformed(PartKind::Postings, column, bad))?;
        let codes = Arc::new(codes);
        let key = self.key(PartKind::Codes, column, 0);
        let byte_count = u64::from(self.row_count()) * size_of::<u32>() as u64;
        self.cache.insert(key, Cached::Codes(Arc::clone(&codes)), byte_count);
        Ok(Some(codes))
    }

    /// The fingerprints of a column, two bytes a row, before version 3; `None` if no row has a
    /// value.
    pub(crate) fn fingerprints(&self, column: Column) -> Result<Option<Bytes>> {
        let piece = self.piece(PartKind::Fingerprints, column, |bytes| Ok(Cached::Bytes(bytes)))?;
        Ok(match piece {
            Some(Cached::Bytes(bytes)) => Some(bytes),
            _ => None,
        })
    }

    /// The hashes of the bundles this segment touches.
    pub(crate) fn bundles(&self) -> Result<Vec<Bundle>> {
        let piece = self.piece(PartKind::Tree, Column::Kind, |bytes| Ok(Cached::Bytes(bytes)))?;
        let Some(Cached::Bytes(bytes)) = piece else {
            return Err(self.missing("tree"));
        };
        tree::decode(&bytes)
            .map_err(|malformed| self.malformed(PartKind::Tree, Column::Kind, malformed))
    }

    /// A row's place in the order.
    pub(crate) fn position(&self, row: u32) -> Result<Position> {
        let time = self.times()?.get(row);
        Ok(Position { time, seq: self.seq(row)? })
    }

    /// The places of many rows.
    pub(crate) fn positions(&self, rows: &[u32]) -> Result<Vec<Position>> {
        let (times, sequences) = (self.times()?, self.sequences()?);
        let first_seq = self.listed.summary.first_seq;
        let position = |row: &u32| {
            let seq = first_seq + sequences.get(*row as usize);
            Position { time: times.get(*row), seq }
        };
        Ok(rows.iter().map(position).collect())
    }

    /// A row's sequence.
    pub(crate) fn seq(&self, row: u32) -> Result<Sequence> {
        Ok(self.listed.summary.first_seq + self.sequences()?.get(row as usize))
    }

    /// The rows whose sequences lie in a range.
    pub(crate) fn rows_in_sequences(&self, range: &Range<Sequence>) -> Result<RoaringBitmap> {
        let before = |seq: Sequence| seq.saturating_sub(self.listed.summary.first_seq);
        let (sequences, range) = (self.sequences()?, before(range.start)..before(range.end));
        Ok(sequences.indices_within(range).map(small).collect())
    }

    /// The first row not earlier than `from` and the first not earlier than `to`, in microseconds
    /// since the epoch. Times are read only if a bound falls into the segment.
    pub(crate) fn rows_between(&self, from: Option<i64>, to: Option<i64>) -> Result<(u32, u32)> {
        let Summary { time_min, time_max, row_count, .. } = self.listed.summary;
        let bound = |time: Option<i64>, otherwise: u32| match time {
            None => Ok(otherwise),
            Some(time) if time <= time_min.micros() => Ok(0),
            Some(time) if time > time_max.micros() => Ok(row_count),
            Some(time) => Ok(self.times()?.first_not_before(UnixMicros::clamped(time))),
        };
        Ok((bound(from, 0)?, bound(to, row_count)?))
    }

    /// How many rows stand before `position` in the order.
    pub(crate) fn rows_before(&self, position: Position) -> Result<u32> {
        let times = self.times()?;
        let row = times.first_not_before(position.time);
        let end = times.first_not_before(position.time.saturating_add(1)).max(row);
        // Rows of the same time stand in the order of their sequences.
        let (first_seq, sequences) = (self.listed.summary.first_seq, self.sequences()?);
        let is_before = |row| first_seq + sequences.get(row) < position.seq;
        Ok(small(bisect(row as usize..end as usize, is_before)))
    }

    /// A row as the ledger returns it.
    pub(crate) fn event(&self, row: u32) -> Result<StoredEvent> {
        let stored = self.record(row)?;
        let kind_bytes = self.value(Column::Kind, row)?.unwrap_or_default();
        let kind = KindKey::decode(&kind_bytes).ok_or_else(|| self.missing("kind"))?;
        let submitter = self.value(Column::Submitter, row)?.unwrap_or_default();
        let id = match stored.derived_id {
            Some(id) => id,
            None => self.stated_id(&kind, &stored.record)?,
        };
        Ok(StoredEvent {
            position: self.position(row)?,
            received: self.arrivals()?.get(row),
            id,
            source: kind.source,
            format: kind.format,
            event_type: kind.event_type.into(),
            result: kind.result,
            submitter: String::from_utf8_lossy(&submitter).into(),
            flags: stored.flags,
            record: stored.record,
        })
    }

    fn stated_id(&self, kind: &KindKey<'_>, record: &[u8]) -> Result<Box<str>> {
        let unreadable = || Error::corrupt(&self.path, 0, "a record does not state its id");
        let document = Document::parse(record).map_err(|_| unreadable())?;
        let fields = mapping::map(kind.format, &document).map_err(|_| unreadable())?;
        fields.id.map(|id| id.as_ref().into()).ok_or_else(unreadable)
    }

    fn value(&self, column: Column, row: u32) -> Result<Option<Vec<u8>>> {
        let (dictionary, codes) = (self.dictionary(column)?, self.codes(column)?);
        let (Some(dictionary), Some(codes)) = (dictionary, codes) else {
            return Ok(None);
        };
        let position = codes.get(row as usize).checked_sub(1);
        let position = position.and_then(|position| usize::try_from(position).ok());
        Ok(position.map(|position| dictionary.value(position).to_vec()))
    }

    /// When each row arrived.
    pub(crate) fn arrivals(&self) -> Result<Arc<Arrivals>> {
        let piece = self.piece(PartKind::Arrivals, Column::Kind, |bytes| {
            Arrivals::open(&bytes).map(|arrivals| Cached::Arrivals(Arc::new(arrivals)))
        })?;
        match piece {
            Some(Cached::Arrivals(arrivals)) => Ok(arrivals),
            _ => Err(self.missing("arrivals")),
        }
    }

    /// Whether its file is open, so that what questions need of it may be in memory.
    pub(crate) fn is_open(&self) -> bool {
        self.cache.has_file(self.number)
    }

    pub(super) fn opened(&self) -> Result<Arc<Opened>> {
        self.cache.file(self.number, || {
            let file = self.files.open_read_only(&self.path).context("open", &self.path)?;
            let directory = Directory::read(&*file, &self.path)?;
            // Manifests have not always said which version a segment has.
            let is_version = [0, directory.version].contains(&self.listed.version);
            if directory.summary != self.listed.summary || !is_version {
                let reason = "the manifest describes another segment";
                return Err(Error::corrupt(&self.path, 0, reason));
            }
            let runs = Runs::read(&*file, &directory, &self.path)?;
            Ok(Opened { file, directory, runs })
        })
    }

    fn key(&self, kind: PartKind, column: Column, block: u32) -> CacheKey {
        CacheKey { segment: self.number, kind, column: column.code(), run: 0, block }
    }

    fn packed(&self, kind: PartKind, column: Column) -> Result<Option<Arc<Packed>>> {
        let piece = self.piece(kind, column, |bytes| {
            Packed::open(bytes).map(|packed| Cached::Packed(Arc::new(packed)))
        })?;
        Ok(match piece {
            Some(Cached::Packed(packed)) => Some(packed),
            _ => None,
        })
    }

    /// A part, from the cache or from disk; `None` if the segment has no such part.
    fn piece(
        &self,
        kind: PartKind,
        column: Column,
        open: impl FnOnce(Bytes) -> std::result::Result<Cached, Malformed>,
    ) -> Result<Option<Cached>> {
        let find = |directory: &Directory| directory.find(kind, column);
        self.found_piece(self.key(kind, column, 0), find, open)
    }

    /// A part of a run, from the cache or from disk; `None` if the run has no such part.
    fn piece_of_run(
        &self,
        kind: PartKind,
        run: u16,
        open: impl FnOnce(Bytes) -> std::result::Result<Cached, Malformed>,
    ) -> Result<Option<Cached>> {
        let key = CacheKey { run, ..self.key(kind, Column::Kind, 0) };
        self.found_piece(key, |directory| directory.find_of_run(kind, run), open)
    }

    fn found_piece(
        &self,
        key: CacheKey,
        find: impl FnOnce(&Directory) -> Option<Entry>,
        open: impl FnOnce(Bytes) -> std::result::Result<Cached, Malformed>,
    ) -> Result<Option<Cached>> {
        if let Some(piece) = self.cache.get(key) {
            return Ok(Some(piece));
        }
        let Some(entry) = find(&self.opened()?.directory) else {
            return Ok(None);
        };
        let bytes = self.checked(entry.offset, entry.length, entry.crc)?;
        let piece = open(bytes).map_err(|bad| self.malformed_at(key.kind, entry.offset, bad))?;
        self.cache.insert(key, piece.clone(), piece.weight(entry.length));
        Ok(Some(piece))
    }

    /// Reads bytes from disk and compares their checksum.
    pub(super) fn checked(&self, offset: u64, length: u64, crc: u32) -> Result<Bytes> {
        let opened = self.opened()?;
        let byte_count = opened.file.byte_count().context("measure", &self.path)?;
        if offset.checked_add(length).is_none_or(|end| end > byte_count) {
            return Err(Error::corrupt(&self.path, offset, "a part lies outside the file"));
        }
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        opened.file.read_exact_at(&mut bytes, offset).context("read", &self.path)?;
        if crc32c::crc32c(&bytes) != crc {
            return Err(Error::corrupt(&self.path, offset, "the checksum differs"));
        }
        Ok(bytes.into())
    }

    /// Reads the head of a part that begins with `head_length u32 | crc32c u32 | HEAD`.
    fn head_of(&self, kind: PartKind, part: Entry) -> Result<Bytes> {
        let mut bytes = [0; 8];
        let opened = self.opened()?;
        opened.file.read_exact_at(&mut bytes, part.offset).context("read", &self.path)?;
        let mut take = Take::new(&bytes);
        let fields = |take: &mut Take<'_>| Ok((u64::from(take.u32()?), take.u32()?));
        let malformed = |bad| self.malformed_at(kind, part.offset, bad);
        let (length, crc) = fields(&mut take).map_err(malformed)?;
        self.checked_piece(part, Piece { offset: BEFORE_HEAD_BYTES, length, crc })
    }

    /// Reads some bytes of a part that have a checksum of their own.
    fn checked_piece(&self, part: Entry, piece: Piece) -> Result<Bytes> {
        if piece.end() > part.length {
            return Err(Error::corrupt(&self.path, part.offset, "a piece lies outside its part"));
        }
        self.checked(part.offset + piece.offset, piece.length, piece.crc)
    }

    pub(crate) fn missing(&self, what: &str) -> Error {
        Error::corrupt(&self.path, 0, format!("the part `{what}` is missing"))
    }

    fn malformed(&self, kind: PartKind, column: Column, malformed: Malformed) -> Error {
        let entry = self.opened().ok().and_then(|opened| opened.directory.find(kind, column));
        self.malformed_at(kind, entry.map_or(0, |entry| entry.offset), malformed)
    }

    fn malformed_at(&self, kind: PartKind, part_offset: u64, malformed: Malformed) -> Error {
        let offset = part_offset + malformed.offset as u64;
        Error::corrupt(&self.path, offset, format!("the part {kind:?} is malformed"))
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        self.cache.close_file(self.number);
        if self.is_replaced.load(Ordering::Acquire)
            && let Err(error) = self.files.remove(&self.path)
        {
            // The next start removes what the manifest does not name.
            tracing::warn!(path = %self.path.display(), %error, "a replaced segment stays");
        }
    }
}
