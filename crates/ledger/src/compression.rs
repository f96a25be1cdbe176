//! zstd, with dictionaries that belong to one tenant.
//!
//! ```text
//! DICTIONARY_FILE := MAGIC "GLDIC\r\n\x1a" | VERSION u16 | zero[6] | crc32c u32 | zstd dictionary
//! ```
//! Audit records repeat their shape, not their values: a dictionary trained on a tenant's own
//! records halves what small blocks cost. A tenant's first segment that is large enough trains
//! one (`dictionaries/1.zdict`); segments name the one they use, 0 being none. Dictionaries hold
//! pieces of records, so they are never shared between tenants.

use std::path::{Path, PathBuf};

use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::DecoderDictionary;

use crate::codec::bytes::Put;
use crate::error::{Error, Result};
use crate::files::FileSystem;
use crate::segment::layout::{check_header, header};

const MAGIC: [u8; 8] = *b"GLDIC\r\n\x1a";
const VERSION: u16 = 1;
const LEVEL: i32 = 3;
/// Size of a trained dictionary, in bytes: what zstd's own tool makes by default.
const DICTIONARY_BYTES: usize = 112 << 10;
/// Fewer samples than this teach nothing.
const SAMPLES_MIN: usize = 1_000;
/// How much to learn from, in bytes: about twenty times the dictionary.
const SAMPLE_BYTES_MAX: usize = 2 << 20;

/// A dictionary, ready to decompress with; what compressing needs is made when a table is sealed.
pub(crate) struct CompressionDictionary {
    pub(crate) id: u32,
    bytes: Vec<u8>,
    decoder: Option<DecoderDictionary<'static>>,
}

impl std::fmt::Debug for CompressionDictionary {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("CompressionDictionary").field("id", &self.id).finish()
    }
}

impl CompressionDictionary {
    /// Dictionary 0: none.
    pub(crate) fn none() -> Self {
        Self { id: 0, bytes: Vec::new(), decoder: None }
    }

    fn new(id: u32, bytes: &[u8]) -> Self {
        Self { id, bytes: bytes.to_vec(), decoder: Some(DecoderDictionary::copy(bytes)) }
    }

    /// Learns from records, or returns `None` when there are too few of them.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::DiskFull`] when the file cannot be written.
    pub(crate) fn train<'r>(
        id: u32,
        records: impl Iterator<Item = &'r [u8]>,
        files: &dyn FileSystem,
        tenant_directory: &Path,
    ) -> Result<Option<Self>> {
        let mut byte_count = 0;
        let samples: Vec<&[u8]> = records
            .take_while(|record| {
                byte_count += record.len();
                byte_count <= SAMPLE_BYTES_MAX
            })
            .collect();
        if samples.len() < SAMPLES_MIN {
            return Ok(None);
        }
        // Records too much alike, or too different, teach nothing; none is then the better choice.
        let Ok(trained) = zstd::dict::from_samples(&samples, DICTIONARY_BYTES) else {
            return Ok(None);
        };
        let path = dictionary_path(tenant_directory, id);
        write_file(files, &path, &trained)?;
        Ok(Some(Self::new(id, &trained)))
    }

    /// Reads a dictionary's file.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::NewerFormat`] or [`Error::Io`].
    pub(crate) fn read(id: u32, files: &dyn FileSystem, tenant_directory: &Path) -> Result<Self> {
        if id == 0 {
            return Ok(Self::none());
        }
        let path = dictionary_path(tenant_directory, id);
        let bytes = crate::atomic::read(files, &path)?;
        let Some((head, rest)) = bytes.split_first_chunk::<16>() else {
            return Err(Error::corrupt(&path, 0, "too short for a dictionary"));
        };
        check_header(head, MAGIC, VERSION, &path)?;
        match rest.split_first_chunk::<4>() {
            Some((crc, dictionary)) if crc32c::crc32c(dictionary).to_le_bytes() == *crc => {
                Ok(Self::new(id, dictionary))
            }
            _ => Err(Error::corrupt(&path, 16, "the checksum differs")),
        }
    }

    /// A compressor that uses this dictionary.
    pub(crate) fn compressor(&self) -> std::io::Result<Compressor<'_>> {
        match self.id {
            0 => Compressor::new(LEVEL),
            _ => Compressor::with_dictionary(LEVEL, &self.bytes),
        }
    }

    /// Decompresses one block of known length.
    pub(crate) fn decompress(&self, block: &[u8], raw_length: usize) -> std::io::Result<Vec<u8>> {
        let mut decompressor = match &self.decoder {
            Some(decoder) => Decompressor::with_prepared_dictionary(decoder)?,
            None => Decompressor::new()?,
        };
        decompressor.decompress(block, raw_length)
    }
}

/// Where the dictionary with this id is.
pub(crate) fn dictionary_path(tenant_directory: &Path, id: u32) -> PathBuf {
    tenant_directory.join("dictionaries").join(format!("{id}.zdict"))
}

/// Writes the file under a temporary name, then gives it its own: it is whole or absent.
fn write_file(files: &dyn FileSystem, path: &Path, dictionary: &[u8]) -> Result<()> {
    let mut bytes = header(MAGIC, VERSION).to_vec();
    bytes.put_u32(crc32c::crc32c(dictionary));
    bytes.extend_from_slice(dictionary);
    crate::atomic::write(files, path, &bytes)
}
