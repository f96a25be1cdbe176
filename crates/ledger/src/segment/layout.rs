//! Which parts a segment file has, and where.
//!
//! ```text
//! SEGMENT   := MAGIC | VERSION u16 | zero[6] | PART* | DIRECTORY | TRAILER
//! DIRECTORY := SUMMARY | ENTRY*
//! SUMMARY   := first_seq u64 | row_count u32 | ahead_count u32 | time_min i64 | time_max i64
//! ENTRY     := kind u8 | column u8 | run u16 | crc32c u32 | offset u64 | length u64
//! TRAILER   := directory_offset u64 | directory_length u32 | crc32c u32 | MAGIC
//! RUNS      := (row_count u32 | zero u32 | blocks_offset u64) *
//! ```
//! A segment's records stand in runs: one if it was a memtable, those of all its sources if it was
//! joined from other segments. Parts that belong to one run name it; RUNS says how many records
//! each has, and where its blocks begin. Without RUNS there is one run right after the header.
//! Parts that are read piece by piece have a head with the checksums of their pieces: that of tokens
//! is a part of its own, that of values stands before them, behind its length and checksum.
//! The trailer's checksum covers the directory and the trailer's first 12 bytes; each entry's
//! covers its part. Record blocks carry checksums of their own, see [`super::records`].

use std::path::Path;

use gatelog_event::time::UnixMicros;

use crate::codec::bytes::{Malformed, Put, Take};
use crate::error::{Context, Error, Result};
use crate::files::File;
use crate::row::{Column, Sequence};

pub(crate) const MAGIC: [u8; 8] = *b"GLSEG\r\n\x1a";
pub(crate) const VERSION: u16 = 4;
pub(crate) const HEADER_BYTES: u64 = 16;
/// Bytes of a part before its head, if it has one: `head_length u32 | crc32c u32`.
pub(crate) const BEFORE_HEAD_BYTES: u64 = 8;
const TRAILER_BYTES: u64 = 24;
const SUMMARY_BYTES: usize = 32;
const ENTRY_BYTES: usize = 24;

/// What a part holds. The numbers are written to disk and never reused; a reader ignores kinds it
/// does not know, so that later versions can add some without a new format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum PartKind {
    /// Packed: the time each row is ordered by, from `time_min` on, before version 3.
    Times = 1,
    /// Packed: each row's sequence, from `first_seq` on.
    Sequences = 2,
    /// Packed: when each row arrived, as distance from the earliest.
    Arrivals = 3,
    /// A column's values, their counts and where their rows are, before version 3.
    Dictionary = 4,
    /// Packed: a column's value per row.
    Codes = 5,
    /// A column's rows per value.
    Postings = 6,
    /// A column's 16-bit fingerprint per row, before version 3.
    Fingerprints = 7,
    /// Where the record blocks are, in version 1.
    PlainBlocks = 8,
    /// Hashes for the proof.
    Tree = 9,
    /// What all record blocks of a run need.
    Tables = 10,
    /// Where the record blocks of a run are.
    Blocks = 11,
    /// Which records of a run may have a word: the bits.
    Tokens = 12,
    /// Which values of a dictionary may have a word.
    ValueTokens = 13,
    /// Which rows have a value, in a column without a dictionary.
    Present = 14,
    /// Which runs there are.
    Runs = 15,
    /// Packed: how far each row is from the record with its number, signs folded into the lowest
    /// bit. Missing if none is.
    Places = 16,
    /// A column's values in blocks, their counts and where their rows are.
    Values = 17,
    /// Ascending: the time each row is ordered by, from `time_min` on.
    AscendingTimes = 18,
    /// What is known of a run's tokens before their bits.
    TokenHead = 19,
}

impl PartKind {
    const ALL: [(Self, &'static str); 19] = [
        (Self::Times, "times"),
        (Self::Sequences, "sequences"),
        (Self::Arrivals, "arrivals"),
        (Self::Dictionary, "dictionaries"),
        (Self::Codes, "codes"),
        (Self::Postings, "postings"),
        (Self::Fingerprints, "fingerprints"),
        (Self::PlainBlocks, "block index"),
        (Self::Tree, "tree"),
        (Self::Tables, "record tables"),
        (Self::Blocks, "block index"),
        (Self::Tokens, "tokens"),
        (Self::ValueTokens, "tokens of values"),
        (Self::Present, "present"),
        (Self::Runs, "block index"),
        (Self::Places, "places"),
        (Self::Values, "dictionaries"),
        (Self::AscendingTimes, "times"),
        (Self::TokenHead, "tokens"),
    ];

    /// Parts that each run has of its own. They are joined as they are. Those of one kind stand
    /// together, as a question needs them of all runs.
    pub(crate) const OF_RUN: [Self; 4] =
        [Self::Tables, Self::Tokens, Self::Blocks, Self::TokenHead];

    /// What a report calls parts of the kind with this number.
    pub(crate) fn name_of(number: u8) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind as u8 == number).map_or("other", |(_, name)| name)
    }
}

/// What is known of a segment without opening it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) first_seq: Sequence,
    pub(crate) row_count: u32,
    /// Rows whose stated time is ahead of their arrival, by which they are ordered.
    pub(crate) ahead_count: u32,
    pub(crate) time_min: UnixMicros,
    pub(crate) time_max: UnixMicros,
}

impl Summary {
    /// The first sequence after the segment.
    pub(crate) fn end_seq(&self) -> Sequence {
        self.first_seq + u64::from(self.row_count)
    }

    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        out.put_u64(self.first_seq);
        out.put_u32(self.row_count);
        out.put_u32(self.ahead_count);
        out.put_i64(self.time_min.micros());
        out.put_i64(self.time_max.micros());
    }

    pub(crate) fn take(from: &mut Take<'_>) -> std::result::Result<Self, Malformed> {
        let (first_seq, row_count, ahead_count) = (from.u64()?, from.u32()?, from.u32()?);
        let time_min = UnixMicros::new(from.i64()?);
        let time_max = UnixMicros::new(from.i64()?);
        let is_possible = row_count > 0 && first_seq.checked_add(u64::from(row_count)).is_some();
        match (time_min, time_max) {
            (Some(time_min), Some(time_max)) if is_possible => {
                Ok(Self { first_seq, row_count, ahead_count, time_min, time_max })
            }
            _ => from.malformed(),
        }
    }
}

/// Where a part is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) kind: u8,
    pub(crate) column: u8,
    pub(crate) run: u16,
    pub(crate) crc: u32,
    pub(crate) offset: u64,
    pub(crate) length: u64,
}

/// Some bytes of a part, with a checksum of their own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) crc: u32,
}

impl Piece {
    pub(crate) fn end(&self) -> u64 {
        self.offset.saturating_add(self.length)
    }
}

/// All parts of a segment.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    /// Of the format the file has.
    pub(crate) version: u16,
    pub(crate) summary: Summary,
    pub(crate) entries: Vec<Entry>,
}

impl Directory {
    /// The part of that kind; `column` is [`Column::Kind`] for parts that belong to none.
    pub(crate) fn find(&self, kind: PartKind, column: Column) -> Option<Entry> {
        let is_it = |entry: &&Entry| entry.kind == kind as u8 && entry.column == column.code();
        self.entries.iter().find(is_it).copied()
    }

    /// The part of that kind that belongs to a run.
    pub(crate) fn find_of_run(&self, kind: PartKind, run: u16) -> Option<Entry> {
        let is_it = |entry: &&Entry| entry.kind == kind as u8 && entry.run == run;
        self.entries.iter().find(is_it).copied()
    }

    /// Directory and trailer, for a file whose parts end at `offset`.
    pub(crate) fn encode(&self, offset: u64) -> Vec<u8> {
        let mut out = Vec::with_capacity(SUMMARY_BYTES + self.entries.len() * ENTRY_BYTES + 24);
        self.summary.put(&mut out);
        for entry in &self.entries {
            out.put_u8(entry.kind);
            out.put_u8(entry.column);
            out.put_u16(entry.run);
            out.put_u32(entry.crc);
            out.put_u64(entry.offset);
            out.put_u64(entry.length);
        }
        let length = crate::codec::bytes::small(out.len());
        out.put_u64(offset);
        out.put_u32(length);
        let crc = crc32c::crc32c(&out);
        out.put_u32(crc);
        out.extend_from_slice(&MAGIC);
        out
    }

    /// Reads header, trailer and directory of a segment file.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when they are not as written, [`Error::NewerFormat`].
    pub(crate) fn read(file: &dyn File, path: &Path) -> Result<Self> {
        let byte_count = file.byte_count().context("measure", path)?;
        if byte_count < HEADER_BYTES + TRAILER_BYTES {
            return Err(Error::corrupt(path, 0, "too short for a segment"));
        }
        let mut header = [0; 16];
        file.read_exact_at(&mut header, 0).context("read", path)?;
        let version = check_header(&header, MAGIC, VERSION, path)?;

        let trailer_offset = byte_count - TRAILER_BYTES;
        let mut trailer = [0; 24];
        file.read_exact_at(&mut trailer, trailer_offset).context("read", path)?;
        let damaged = |reason: &str| Error::corrupt(path, trailer_offset, reason);
        let mut take = Take::new(&trailer);
        let read_trailer = |take: &mut Take<'_>| Ok((take.u64()?, take.u32()?, take.u32()?));
        let (offset, length, crc) =
            read_trailer(&mut take).map_err(|_: Malformed| damaged("trailer ends early"))?;
        if take.take(8) != Ok(&MAGIC[..]) {
            return Err(damaged("the file does not end as a segment does"));
        }
        if offset.checked_add(u64::from(length)) != Some(trailer_offset) {
            return Err(damaged("the trailer points outside the file"));
        }
        let mut bytes = vec![0; length as usize];
        file.read_exact_at(&mut bytes, offset).context("read", path)?;
        let (covered, _) = trailer.split_at(12);
        if crc32c::crc32c_append(crc32c::crc32c(&bytes), covered) != crc {
            return Err(Error::corrupt(path, offset, "the directory's checksum differs"));
        }
        decode(&bytes, version).map_err(|malformed| {
            Error::corrupt(path, offset + malformed.offset as u64, "the directory is malformed")
        })
    }
}

fn decode(bytes: &[u8], version: u16) -> std::result::Result<Directory, Malformed> {
    let mut take = Take::new(bytes);
    let summary = Summary::take(&mut take)?;
    let mut entries = Vec::with_capacity(bytes.len() / ENTRY_BYTES);
    while !take.is_empty() {
        let (kind, column, run) = (take.u8()?, take.u8()?, take.u16()?);
        let (crc, offset, length) = (take.u32()?, take.u64()?, take.u64()?);
        entries.push(Entry { kind, column, run, crc, offset, length });
    }
    Ok(Directory { version, summary, entries })
}

/// The first 16 bytes of a file: magic, version, zeros.
pub(crate) fn header(magic: [u8; 8], version: u16) -> [u8; 16] {
    let mut bytes = [0; 16];
    let fields = magic.into_iter().chain(version.to_le_bytes());
    bytes.iter_mut().zip(fields).for_each(|(to, from)| *to = from);
    bytes
}

/// Checks the first 16 bytes of a file, and returns the version they state.
///
/// # Errors
/// [`Error::Corrupt`] for another magic, [`Error::NewerFormat`] for a later version.
pub(crate) fn check_header(
    bytes: &[u8; 16],
    magic: [u8; 8],
    version: u16,
    path: &Path,
) -> Result<u16> {
    let mut take = Take::new(bytes);
    let found_magic = take.take(8).unwrap_or_default();
    let found = take.u16().unwrap_or_default();
    if found_magic != magic || found == 0 {
        return Err(Error::corrupt(path, 0, "this is not the kind of file its name says"));
    }
    if found > version {
        return Err(Error::NewerFormat { path: path.to_owned(), found, known: version });
    }
    Ok(found)
}
