//! Which segments a tenant has.
//!
//! ```text
//! MANIFEST := MAGIC "GLMAN\r\n\x1a" | VERSION u16 | zero[6]
//!           | crc32c u32 | dictionary_id u32 | segment_count u32 | SEGMENT *
//! SEGMENT  := SUMMARY | byte_count u64 | version u16 | zero[6]
//! ```
//! In version 1 a SEGMENT is a SUMMARY.
//! The checksum covers everything after it. Segments stand in the order of their sequences and
//! follow one another without a gap; a file is named after its sequences. The manifest is replaced
//! as a whole, so a segment exists from the moment the new manifest has its name.

use std::path::{Path, PathBuf};

use crate::atomic;
use crate::codec::bytes::{Malformed, Put, Take, small};
use crate::error::{Context, Error, Result};
use crate::files::FileSystem;
use crate::row::Sequence;
use crate::segment::layout::{Summary, check_header, header};

const MAGIC: [u8; 8] = *b"GLMAN\r\n\x1a";
const VERSION: u16 = 2;

/// The contents of a tenant's manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// The zstd dictionary of segments of version 1; 0 for none.
    pub(crate) dictionary_id: u32,
    /// All segments in the order of their sequences.
    pub(crate) segments: Vec<SegmentFile>,
}

/// A segment as the manifest lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentFile {
    pub(crate) summary: Summary,
    /// The version of its format; 0 if it is listed since before versions were.
    pub(crate) version: u16,
    /// The file's length in bytes; 0 as the version.
    pub(crate) byte_count: u64,
}

impl SegmentFile {
    /// Where the file is: `segments/<first seq>-<rows>.seg`.
    pub(crate) fn path(&self, tenant_directory: &Path) -> PathBuf {
        let Summary { first_seq, row_count, .. } = self.summary;
        segment_path(tenant_directory, first_seq, row_count)
    }
}

impl Manifest {
    /// The first sequence that is in no segment.
    pub(crate) fn end_seq(&self) -> Sequence {
        self.segments.last().map_or(0, |segment| segment.summary.end_seq())
    }

    /// Reads a tenant's manifest; an absent one is empty.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::NewerFormat`] or [`Error::Io`].
    pub(crate) fn read(files: &dyn FileSystem, tenant_directory: &Path) -> Result<Self> {
        let path = file_path(tenant_directory);
        let names = files.list(tenant_directory).context("list", tenant_directory)?;
        if !names.iter().any(|name| name == FILE_NAME) {
            return Ok(Self::default());
        }
        let bytes = atomic::read(files, &path)?;
        let Some((head, rest)) = bytes.split_first_chunk::<16>() else {
            return Err(Error::corrupt(&path, 0, "too short for a manifest"));
        };
        let version = check_header(head, MAGIC, VERSION, &path)?;
        match rest.split_first_chunk::<4>() {
            Some((crc, body)) if crc32c::crc32c(body).to_le_bytes() == *crc => {
                decode(body, version).map_err(|malformed| {
                    Error::corrupt(&path, 20 + malformed.offset as u64, "the manifest is malformed")
                })
            }
            _ => Err(Error::corrupt(&path, 16, "the checksum differs")),
        }
    }

    /// Writes what a tenant's manifest is to be, durably. It is in force once it is committed.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::DiskFull`].
    pub(crate) fn stage(&self, files: &dyn FileSystem, tenant_directory: &Path) -> Result<()> {
        let mut body = Vec::with_capacity(8 + self.segments.len() * 48);
        body.put_u32(self.dictionary_id);
        body.put_u32(small(self.segments.len()));
        for segment in &self.segments {
            segment.summary.put(&mut body);
            body.put_u64(segment.byte_count);
            body.put_u16(segment.version);
            body.extend([0; 6]);
        }
        let mut bytes = header(MAGIC, VERSION).to_vec();
        bytes.put_u32(crc32c::crc32c(&body));
        bytes.extend_from_slice(&body);
        atomic::stage(files, &file_path(tenant_directory), &bytes)
    }

    /// Puts the staged manifest of a tenant in force, durably.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::DiskFull`]; the old manifest is then still in force.
    pub(crate) fn commit(files: &dyn FileSystem, tenant_directory: &Path) -> Result<()> {
        atomic::commit(files, &file_path(tenant_directory))
    }
}

const FILE_NAME: &str = "manifest";

fn file_path(tenant_directory: &Path) -> PathBuf {
    tenant_directory.join(FILE_NAME)
}

/// Where the segment with these rows is: `segments/<first seq>-<rows>.seg`.
pub(crate) fn segment_path(
    tenant_directory: &Path,
    first_seq: Sequence,
    row_count: u32,
) -> PathBuf {
    tenant_directory.join("segments").join(format!("{first_seq:016x}-{row_count:08x}.seg"))
}

fn decode(body: &[u8], version: u16) -> std::result::Result<Manifest, Malformed> {
    let mut take = Take::new(body);
    let (dictionary_id, segment_count) = (take.u32()?, take.u32()?);
    let mut manifest = Manifest { dictionary_id, segments: Vec::new() };
    for _ in 0..segment_count {
        let summary = Summary::take(&mut take)?;
        if summary.first_seq != manifest.end_seq() {
            return take.malformed();
        }
        let mut segment = SegmentFile { summary, version: 0, byte_count: 0 };
        if version > 1 {
            (segment.byte_count, segment.version) = (take.u64()?, take.u16()?);
            take.take(6)?;
        }
        manifest.segments.push(segment);
    }
    if take.is_empty() { Ok(manifest) } else { take.malformed() }
}
