//! zstd, with dictionaries that belong to one tenant.
//!
//! ```text
//! DICTIONARY_FILE := MAGIC "GLDIC\r\n\x1a" | VERSION u16 | zero[6] | crc32c u32 | zstd dictionary
//! ```
//! Segments of version 1 name the dictionary their records were compressed with, 0 being none. It
//! was trained on a tenant's own records and holds pieces of them. Segments of version 2 have none,
//! see [`crate::segment::records`], so none is made any more.

use std::path::{Path, PathBuf};

use zstd::bulk::Decompressor;
use zstd::dict::DecoderDictionary;

use crate::error::{Error, Result};
use crate::files::FileSystem;
use crate::segment::layout::check_header;

const MAGIC: [u8; 8] = *b"GLDIC\r\n\x1a";
const VERSION: u16 = 1;

/// A dictionary, ready to decompress with.
pub(crate) struct CompressionDictionary {
    id: u32,
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
        Self { id: 0, decoder: None }
    }

    fn new(id: u32, bytes: &[u8]) -> Self {
        Self { id, decoder: Some(DecoderDictionary::copy(bytes)) }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::bytes::Put;
    use crate::files::OsFiles;
    use crate::segment::layout::header;

    #[test]
    fn dictionaries_of_earlier_versions_are_read() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = dictionary_path(directory.path(), 1);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        let dictionary = b"what many records have in common".repeat(8);
        let mut file = header(MAGIC, VERSION).to_vec();
        file.put_u32(crc32c::crc32c(&dictionary));
        file.extend_from_slice(&dictionary);
        std::fs::write(&path, &file).expect("written");

        let block = b"a record with what many records have in common";
        let mut compressor = zstd::bulk::Compressor::with_dictionary(3, &dictionary).expect("zstd");
        let compressed = compressor.compress(block).expect("compressed");
        let read = CompressionDictionary::read(1, &OsFiles, directory.path()).expect("as written");
        assert_eq!(read.decompress(&compressed, block.len()).expect("decompressed"), block);
        assert!(CompressionDictionary::none().decompress(&compressed, block.len()).is_err());

        file[30] ^= 1;
        std::fs::write(&path, &file).expect("written");
        let damaged = CompressionDictionary::read(1, &OsFiles, directory.path());
        assert!(matches!(damaged, Err(Error::Corrupt { .. })));
    }
}
