//! Is a segment file what was written, and what takes how much room in it?

use super::Segment;
use super::layout::PartKind;
use crate::error::{Context, Error, Result};

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
        for (run, _) in self.opened()?.runs.iter() {
            self.check_records(run)?;
        }
        Ok(())
    }

    fn check_records(&self, run: u16) -> Result<()> {
        let index = self.block_index(run)?;
        for (number, entry) in index.blocks.iter().enumerate() {
            let block = self.block(&index, run, number)?;
            for row in entry.first_row..entry.first_row.saturating_add(entry.row_count.into()) {
                block.row(row, 0).map_err(|_| {
                    Error::corrupt(self.path(), entry.offset, "a record is malformed")
                })?;
            }
        }
        Ok(())
    }

    /// The bytes of each kind of part; what is in none of them, such as the directory, is `other`.
    ///
    /// # Errors
    /// As [`Segment::check`].
    pub(crate) fn sizes(&self) -> Result<Vec<(&'static str, u64)>> {
        let mut blocks = 0;
        for (run, _) in self.opened()?.runs.iter() {
            let index = self.block_index(run)?;
            blocks += index.blocks.iter().map(|block| u64::from(block.length)).sum::<u64>();
        }
        let mut sizes = vec![("records", blocks)];
        for entry in &self.opened()?.directory.entries {
            sizes.push((PartKind::name_of(entry.kind), entry.length));
        }
        let known: u64 = sizes.iter().map(|(_, byte_count)| byte_count).sum();
        sizes.push(("other", self.check()?.saturating_sub(known)));
        Ok(sizes)
    }
}
