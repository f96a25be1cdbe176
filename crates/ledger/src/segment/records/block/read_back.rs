//! Whether a block that was just written has its rows: read as anyone will read it, from its bytes
//! and the tables', but from the first row to the last.

use zstd::bulk::Decompressor;

use super::{Content, Cursor, MadeRow};
use crate::codec::bytes::Malformed;
use crate::segment::records::{RecordRow, Tables};

/// Reads the blocks of a segment back. What one block needed of memory, the next uses again.
pub(crate) struct ReadBack<'t> {
    tables: &'t Tables,
    decompressor: Decompressor<'t>,
    texts: Vec<u8>,
    made: MadeRow,
}

impl<'t> ReadBack<'t> {
    /// Reads blocks that need these tables.
    ///
    /// # Errors
    /// When zstd fails.
    pub(crate) fn of(tables: &'t Tables) -> std::io::Result<Self> {
        let (texts, made) = (Vec::new(), MadeRow::default());
        Ok(Self { tables, decompressor: tables.decompressor()?, texts, made })
    }

    /// Whether these rows, and no others, are what is read from a block. O(bytes) of the rows.
    pub(crate) fn finds(&mut self, rows: &[RecordRow<'_>], block: &[u8]) -> bool {
        self.compare(rows, block).unwrap_or(false)
    }

    fn compare(&mut self, rows: &[RecordRow<'_>], block: &[u8]) -> Result<bool, Malformed> {
        let Content { text_length, mut texts, bits } = Content::of(block)?;
        if texts.len() != text_length {
            self.texts.clear();
            self.texts.reserve(text_length);
            let decompressed = self.decompressor.decompress_to_buffer(texts, &mut self.texts);
            decompressed.map_err(|_| Malformed { offset: 0 })?;
            texts = &self.texts;
        }
        let mut cursor = Cursor::new(self.tables, bits, texts, (0, 0));
        for row in rows {
            let flags = cursor.row(row.millis, &mut self.made)?;
            let id = if row.flags.derived_id() { row.id } else { "" };
            if flags != row.flags
                || self.made.id() != id.as_bytes()
                || self.made.record() != row.record
            {
                return Ok(false);
            }
        }
        // Of the bits only those that fill up the last byte may be left.
        let (bit, text) = cursor.position();
        Ok(bit.div_ceil(8) == bits.len() as u64 && text == texts.len())
    }
}
