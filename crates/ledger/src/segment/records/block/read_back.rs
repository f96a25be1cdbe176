//! Whether a block that was just written has its rows: read as anyone will read it, from its bytes
//! and the tables', but from the first row to the last.

use std::ops::Range;

use zstd::bulk::Decompressor;

use super::{Content, Cursor, MadeRow};
use crate::codec::bytes::{Malformed, small};
use crate::segment::records::{RecordRow, Tables};

/// Reads the blocks of a segment back. What one block needed of memory, the next uses again.
pub(crate) struct ReadBack<'t> {
    tables: &'t Tables,
    decompressor: Decompressor<'t>,
    texts: Vec<u8>,
    made: MadeRow,
    values: Values<'t>,
}

impl<'t> ReadBack<'t> {
    /// Reads blocks that need these tables.
    ///
    /// # Errors
    /// When zstd fails.
    pub(crate) fn of(tables: &'t Tables) -> std::io::Result<Self> {
        let (texts, made, values) = (Vec::new(), MadeRow::default(), Values::of(tables));
        Ok(Self { tables, decompressor: tables.decompressor()?, texts, made, values })
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
            let value = |choice, number, out: &mut _| self.values.append(choice, number, out);
            let flags = cursor.row(row.millis, &mut self.made, value)?;
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

/// The values of the tables, each read once however many rows have it.
struct Values<'t> {
    tables: &'t Tables,
    bytes: Vec<u8>,
    /// By the number of the symbol; of one that was not read yet, nothing.
    spans: Vec<Option<Range<u32>>>,
}

impl<'t> Values<'t> {
    fn of(tables: &'t Tables) -> Self {
        Self { tables, bytes: Vec::new(), spans: vec![None; tables.symbol_count()] }
    }

    fn append(&mut self, choice: usize, number: u64, out: &mut Vec<u8>) -> Result<(), Malformed> {
        let symbol = self.tables.symbol_number(choice, number);
        let Some(place) = self.spans.get_mut(symbol) else {
            return self.tables.value(choice, number, out);
        };
        let span = match place {
            Some(span) => span,
            None => {
                let start = small(self.bytes.len());
                self.tables.value(choice, number, &mut self.bytes)?;
                place.insert(start..small(self.bytes.len()))
            }
        };
        let value = self.bytes.get(span.start as usize..span.end as usize);
        out.extend_from_slice(value.unwrap_or_default());
        Ok(())
    }
}
