//! A block of records, of which rows are read one by one.
//!
//! - [`sift`]: whether a row may have a text.

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
        let mut take = Take::new(bytes);
        let text_length = take.count()?;
        if text_length > BLOCK_TEXT_BYTES_MAX + ROW_BYTES_MAX {
            return take.malformed();
        }
        let texts = take.bytes()?;
        let text_end = take.position();
        let bits = bytes.slice(text_end..);
        let texts = if texts.len() == text_length {
            bytes.slice(text_end - texts.len()..text_end)
        } else {
            tables.decompress(texts, text_length).or_else(|_| take.malformed())?.into()
        };
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
        self.cursor(row)?.row(row_millis)
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
        let template = usize::try_from(rank).ok().and_then(|rank| self.tables.templates.get(rank));
        template.map_or_else(|| self.bits.malformed(), |template| Ok((rank, template)))
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
                        self.tables.symbols(part, rank, &mut self.symbols)?;
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
                self.tables.symbols(part, rank, &mut self.symbols)?;
                continue;
            }
            for hole in &part.holes {
                let symbol = self.tables.alone(&mut self.bits)?;
                if let Some(place) = self.symbols.get_mut(hole.number as usize) {
                    *place = Some(symbol);
                }
            }
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

    fn row(mut self, row_millis: i64) -> Result<StoredRow, Malformed> {
        let template = self.symbols()?;
        let symbols = std::mem::take(&mut self.symbols);
        let mut out = Vec::with_capacity(1_024);
        let mut ends = Vec::with_capacity(symbols.len());
        let mut pieces = template.pieces.iter();
        for symbol in symbols {
            let piece = pieces.next().map(|piece| self.tables.text(piece));
            out.extend_from_slice(piece.unwrap_or_default());
            let start = out.len();
            match symbol {
                Some(Symbol::Form(Form::Text)) => out.extend_from_slice(self.text()?),
                Some(Symbol::Form(Form::Same(hole))) => {
                    let span: Option<&(usize, usize)> = ends.get(usize::from(hole));
                    let Some((start, end)) = span else { return self.bits.malformed() };
                    out.extend_from_within(*start..*end);
                }
                Some(Symbol::Form(form)) => form.read(&mut self.bits, row_millis, &mut out)?,
                Some(Symbol::Value { choice, number }) => {
                    self.tables.value(choice, number, &mut out)?;
                }
                None => return self.bits.malformed(),
            }
            if out.len() > ROW_BYTES_MAX {
                return self.bits.malformed();
            }
            ends.push((start, out.len()));
        }
        let piece = pieces.next().map(|piece| self.tables.text(piece));
        out.extend_from_slice(piece.unwrap_or_default());
        let id_end = ends.first().filter(|_| template.flags.derived_id()).map_or(0, |id| id.1);
        let record = Bytes::from(out);
        let (id, record) = (record.slice(..id_end), record.slice(id_end..));
        let derived_id = template.flags.derived_id().then(|| String::from_utf8_lossy(&id).into());
        Ok(StoredRow { flags: template.flags, derived_id, record })
    }
}
