//! A block of records, of which rows are read one by one.
//!
//! - [`read_back`]: whether a block that was just written has its rows.
//! - [`sift`]: whether a row may have a text.

mod read_back;
mod sift;

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use gatelog_event::limits::RECORD_BYTES_MAX;

use super::form::Form;
use super::sieve::Sieve;
use super::tables::{Symbol, Tables, Template};
use super::{BLOCK_TEXT_BYTES_MAX, LENGTH_WIDTH_BITS, StoredRow};
use crate::codec::bits::BitReader;
use crate::codec::bytes::{Malformed, Take};
use crate::row::RowFlags;

pub(crate) use read_back::ReadBack;

/// The longest row, id and record together; a longer one is not of our making.
const ROW_BYTES_MAX: usize = 2 * RECORD_BYTES_MAX;

/// A block with the tables it needs.
#[derive(Debug)]
pub(crate) struct Block {
    tables: Arc<Tables>,
    bits: Bytes,
    texts: Bytes,
    first_row: u32,
    /// Where each row's bits and texts begin.
    starts: Vec<(u64, usize)>,
}

impl Block {
    /// Finds the rows of a block, which are these of the segment. O(rows): nothing of a record is
    /// made yet.
    ///
    /// # Errors
    /// [`Malformed`] when the block cannot be as written.
    pub(crate) fn open(
        bytes: &Bytes,
        rows: Range<u32>,
        tables: Arc<Tables>,
    ) -> Result<Self, Malformed> {
        let Content { text_length, texts, bits } = Content::of(bytes)?;
        let texts = if texts.len() == text_length {
            bytes.slice_ref(texts)
        } else {
            let texts = tables.decompressor().and_then(|mut it| it.decompress(texts, text_length));
            texts.map_err(|_| Malformed { offset: 0 })?.into()
        };
        let bits = bytes.slice_ref(bits);
        let mut cursor = Cursor::new(&tables, &bits, &texts, (0, 0));
        let mut starts = Vec::with_capacity(rows.len());
        for _ in rows.clone() {
            starts.push(cursor.position());
            cursor.skip_row()?;
        }
        Ok(Self { tables, bits, texts, first_row: rows.start, starts })
    }

    /// The row with this number in the segment.
    ///
    /// # Errors
    /// [`Malformed`] when the block does not hold it or it cannot be as written.
    pub(crate) fn row(&self, row: u32, row_millis: i64) -> Result<StoredRow, Malformed> {
        let mut made = MadeRow { bytes: Vec::with_capacity(1_024), ..MadeRow::default() };
        let value = |choice, number, out: &mut Vec<u8>| self.tables.value(choice, number, out);
        let flags = self.cursor(row)?.row(row_millis, &mut made, value)?;
        let id = String::from_utf8_lossy(made.id()).into();
        let id_end = made.id_end;
        let record = Bytes::from(made.bytes).slice(id_end..);
        Ok(StoredRow { flags, derived_id: flags.derived_id().then_some(id), record })
    }

    /// Whether the row with this number may have a text that `sieve` lets pass. Its record is not
    /// made.
    ///
    /// # Errors
    /// As [`Block::row`].
    pub(crate) fn may_have(
        &self,
        row: u32,
        row_millis: i64,
        sieve: &mut Sieve<'_>,
    ) -> Result<bool, Malformed> {
        self.cursor(row)?.may_have(row_millis, sieve)
    }

    fn cursor(&self, row: u32) -> Result<Cursor<'_>, Malformed> {
        let number = row.checked_sub(self.first_row).map(|number| number as usize);
        let start = number.and_then(|number| self.starts.get(number)).copied();
        let start = start.ok_or(Malformed { offset: 0 })?;
        Ok(Cursor::new(&self.tables, &self.bits, &self.texts, start))
    }

    /// What the block costs in memory besides its tables, in bytes.
    pub(crate) fn weight(&self) -> u64 {
        (self.bits.len() + self.texts.len() + self.starts.len() * 16) as u64
    }
}

/// What the bytes of a block are.
struct Content<'b> {
    text_length: usize,
    /// Compressed if they are not as long as that.
    texts: &'b [u8],
    bits: &'b [u8],
}

impl<'b> Content<'b> {
    fn of(bytes: &'b [u8]) -> Result<Self, Malformed> {
        let mut take = Take::new(bytes);
        let text_length = take.count()?;
        if text_length > BLOCK_TEXT_BYTES_MAX + ROW_BYTES_MAX {
            return take.malformed();
        }
        let texts = take.bytes()?;
        let bits = bytes.get(take.position()..).unwrap_or_default();
        Ok(Self { text_length, texts, bits })
    }
}

/// A row as it is made: memory that the next one can use again.
#[derive(Debug, Default)]
struct MadeRow {
    /// Its id, if that was derived, and its record.
    bytes: Vec<u8>,
    id_end: usize,
    /// What its holes were filled with.
    spans: Vec<Range<usize>>,
}

impl MadeRow {
    fn id(&self) -> &[u8] {
        self.bytes.get(..self.id_end).unwrap_or_default()
    }

    fn record(&self) -> &[u8] {
        self.bytes.get(self.id_end..).unwrap_or_default()
    }
}

/// Reads rows one after the other.
struct Cursor<'b> {
    tables: &'b Tables,
    bits: BitReader<'b>,
    texts: &'b [u8],
    text_position: usize,
    symbols: Vec<Option<Symbol>>,
}

impl<'b> Cursor<'b> {
    fn new(tables: &'b Tables, bits: &'b [u8], texts: &'b [u8], start: (u64, usize)) -> Self {
        let (bit, text_position) = start;
        let bits = BitReader::new(bits, bit);
        Self { tables, bits, texts, text_position, symbols: Vec::new() }
    }

    fn position(&self) -> (u64, usize) {
        (self.bits.position(), self.text_position)
    }

    /// Reads a row's template, and its rank.
    fn template(&mut self) -> Result<(u64, &'b Template), Malformed> {
        let rank = self.tables.template_code.read(&mut self.bits)?;
        Ok((rank, self.tables.template(rank)?))
    }

    /// Reads a row's template, and the symbols of its holes.
    fn symbols(&mut self) -> Result<&'b Template, Malformed> {
        let (_, template) = self.template()?;
        self.symbols.clear();
        self.symbols.resize(template.pieces.len() - 1, None);
        for group in &template.groups {
            match group.code.read(&mut self.bits)? {
                Some(rank) => {
                    for part in self.tables.part_ranks(template, group, rank) {
                        let (part, rank) = part?;
                        self.place(self.tables.symbols(part, rank))?;
                    }
                }
                None => self.parts(template, &group.parts)?,
            }
        }
        self.parts(template, &template.single)?;
        Ok(template)
    }

    /// Reads parts that are said one by one.
    fn parts(&mut self, template: &Template, parts: &[u32]) -> Result<(), Malformed> {
        for part in parts.iter().filter_map(|part| template.parts.get(*part as usize)) {
            if let Some(rank) = part.code.read(&mut self.bits)? {
                self.place(self.tables.symbols(part, rank))?;
                continue;
            }
            for hole in &part.holes {
                let symbol = self.tables.alone(&mut self.bits)?;
                self.place([Ok((hole.number, symbol))])?;
            }
        }
        Ok(())
    }

    /// Notes the symbols of holes.
    fn place(
        &mut self,
        symbols: impl IntoIterator<Item = Result<(u32, Symbol), Malformed>>,
    ) -> Result<(), Malformed> {
        for symbol in symbols {
            let (hole, symbol) = symbol?;
            let place = self.symbols.get_mut(hole as usize);
            place.into_iter().for_each(|place| *place = Some(symbol));
        }
        Ok(())
    }

    fn text(&mut self) -> Result<&'b [u8], Malformed> {
        let width = u32::try_from(self.bits.read(LENGTH_WIDTH_BITS)?).unwrap_or(0);
        let length = usize::try_from(self.bits.read(width)?).unwrap_or(usize::MAX);
        let end = self.text_position.saturating_add(length);
        let Some(text) = self.texts.get(self.text_position..end) else {
            return self.bits.malformed();
        };
        self.text_position = end;
        Ok(text)
    }

    fn skip_row(&mut self) -> Result<(), Malformed> {
        self.symbols()?;
        let symbols = std::mem::take(&mut self.symbols);
        for symbol in &symbols {
            match symbol {
                Some(Symbol::Form(Form::Text)) => drop(self.text()?),
                Some(Symbol::Form(form)) => self.bits.skip(u64::from(form.bits()))?,
                _ => {}
            }
        }
        self.symbols = symbols;
        Ok(())
    }

    /// Makes the row that is next, and goes on to the one after it. `value` appends a value of the
    /// tables. Returns the row's flags.
    fn row(
        &mut self,
        row_millis: i64,
        made: &mut MadeRow,
        mut value: impl FnMut(usize, u64, &mut Vec<u8>) -> Result<(), Malformed>,
    ) -> Result<RowFlags, Malformed> {
        let template = self.symbols()?;
        let symbols = std::mem::take(&mut self.symbols);
        made.bytes.clear();
        made.spans.clear();
        let mut pieces = template.pieces.iter();
        for symbol in &symbols {
            let piece = pieces.next().map(|piece| self.tables.text(piece));
            made.bytes.extend_from_slice(piece.unwrap_or_default());
            let start = made.bytes.len();
            match *symbol {
                Some(Symbol::Value { choice, number }) => value(choice, number, &mut made.bytes)?,
                Some(Symbol::Form(form)) => self.fill(form, row_millis, made)?,
                None => return self.bits.malformed(),
            }
            if made.bytes.len() > ROW_BYTES_MAX {
                return self.bits.malformed();
            }
            made.spans.push(start..made.bytes.len());
        }
        self.symbols = symbols;
        let piece = pieces.next().map(|piece| self.tables.text(piece));
        made.bytes.extend_from_slice(piece.unwrap_or_default());
        let id = made.spans.first().filter(|_| template.flags.derived_id());
        made.id_end = id.map_or(0, |id| id.end);
        Ok(template.flags)
    }

    /// Appends what the row itself says of a hole.
    fn fill(&mut self, form: Form, row_millis: i64, made: &mut MadeRow) -> Result<(), Malformed> {
        match form {
            Form::Text => made.bytes.extend_from_slice(self.text()?),
            Form::Same(hole) => {
                let Some(span) = made.spans.get(usize::from(hole)) else {
                    return self.bits.malformed();
                };
                made.bytes.extend_from_within(span.clone());
            }
            form => form.read(&mut self.bits, row_millis, &mut made.bytes)?,
        }
        Ok(())
    }
}
