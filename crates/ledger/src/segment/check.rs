//! Is a segment file what was written?

use super::Segment;
use crate::error::{Context, Result};

impl Segment {
    /// Checks header, trailer and directory, and that the manifest means this file. Returns the
    /// file's length in bytes.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] with the offset, [`crate::Error::NewerFormat`] or
    /// [`crate::Error::Io`].
    pub(crate) fn check(&self) -> Result<u64> {
        self.opened()?.file.byte_count().context("measure", self.path())
    }

    /// Reads every part and every record and compares their checksums.
    ///
    /// # Errors
    /// As [`Segment::check`]; the first part that is damaged.
    pub(crate) fn check_parts(&self) -> Result<()> {
        for entry in &self.opened()?.directory.entries {
            self.checked(entry.offset, entry.length, entry.crc)?;
        }
        let index = self.block_index()?;
        (0..index.blocks.len()).try_for_each(|number| self.block(&index, number).map(drop))
    }
}
