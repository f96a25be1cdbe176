//! Which values has a column, and which rows have them?
//!
//! Of one value only the blocks are read that it needs; whoever looks at all values of a column
//! reads the whole of it.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use roaring::RoaringBitmap;

use super::Segment;
use crate::cache::{Cached, RowsOfValues};
use crate::codec::bytes::small;
use crate::error::Result;
use crate::row::Column;
use crate::segment::dictionary::{Dictionary, Head, Place, decode_rows};
use crate::segment::layout::{Entry, PartKind};

/// Of more values than this the whole column is read: it has not so many more blocks.
const FEW_VALUES_MAX: usize = 64;

/// Rows that are no more than this are decoded each time, and take no room in the cache.
const UNCACHED_ROWS_MAX: u64 = 64;

/// A column whose values are looked for.
#[derive(Debug)]
pub(crate) struct ColumnValues<'s> {
    segment: &'s Segment,
    column: Column,
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// All of them are in memory.
    Whole(Arc<Dictionary>),
    Blocks {
        part: Entry,
        head: Arc<Head>,
    },
}

/// A piece of the parts of a column, by its number in the cache, where 0 is the part itself.
#[derive(Clone, Copy, Debug)]
enum PieceKind {
    Head,
    Block(u32),
    RowsOfBlock(u32),
}

impl PieceKind {
    fn number(self) -> u32 {
        match self {
            Self::Head => 1,
            Self::Block(block) => block.saturating_mul(2).saturating_add(2),
            Self::RowsOfBlock(block) => block.saturating_mul(2).saturating_add(3),
        }
    }
}

impl Segment {
    /// All values of a dictionary column; `None` if no row has one. O(values) the first time.
    pub(crate) fn dictionary(&self, column: Column) -> Result<Option<Arc<Dictionary>>> {
        let in_blocks = self.piece(PartKind::Values, column, |bytes| {
            Dictionary::open(&bytes).map(|dictionary| Cached::Dictionary(Arc::new(dictionary)))
        })?;
        let found = match in_blocks {
            None => self.piece(PartKind::Dictionary, column, |bytes| {
                let dictionary = Dictionary::open_packed(&bytes)?;
                Ok(Cached::Dictionary(Arc::new(dictionary)))
            })?,
            found => found,
        };
        Ok(match found {
            Some(Cached::Dictionary(dictionary)) => Some(dictionary),
            _ => None,
        })
    }

    /// A dictionary column, to look for a few of its values; `None` if no row has one.
    pub(crate) fn values(&self, column: Column) -> Result<Option<ColumnValues<'_>>> {
        let form = match self.opened()?.directory.find(PartKind::Values, column) {
            Some(part) => Some(Form::Blocks { part, head: self.head(column, part)? }),
            None => self.dictionary(column)?.map(Form::Whole),
        };
        Ok(form.map(|form| ColumnValues { segment: self, column, form }))
    }

    /// The rows that have one of the values with these codes in a dictionary column; code 0 stands
    /// for no value. What is decoded of many rows is kept in the cache.
    pub(crate) fn rows_of(&self, column: Column, codes: &[u32]) -> Result<Arc<RoaringBitmap>> {
        let values = self.values(column)?.ok_or_else(|| self.missing("values"))?;
        if let [code] = codes
            && let Some(position) = position_of(*code)
            && values.count(position)? <= UNCACHED_ROWS_MAX
        {
            return values.rows(position).map(Arc::new);
        }
        let key = self.key(PartKind::Postings, column, block_of(codes));
        if let Some(Cached::Rows(found)) = self.cache.get(key)
            && *found.codes == *codes
        {
            return Ok(Arc::clone(&found.rows));
        }
        let rows = Arc::new(self.decoded(values, codes)?);
        let byte_count = rows.serialized_size() as u64 + size_of_val(codes) as u64;
        let found = RowsOfValues { codes: codes.into(), rows: Arc::clone(&rows) };
        self.cache.insert(key, Cached::Rows(Arc::new(found)), byte_count);
        Ok(rows)
    }

    fn decoded(&self, values: ColumnValues<'_>, codes: &[u32]) -> Result<RoaringBitmap> {
        let column = values.column;
        let values = if codes.len() > FEW_VALUES_MAX { values.whole()? } else { values };
        let mut union = RoaringBitmap::new();
        for code in codes {
            union |= match position_of(*code) {
                Some(position) => values.rows(position)?,
                None => self.rows_without_value(column)?,
            };
        }
        Ok(union)
    }

    /// The rows of all values of a dictionary column.
    pub(in crate::segment) fn postings(&self, column: Column) -> Result<Bytes> {
        match self.piece(PartKind::Postings, column, |bytes| Ok(Cached::Bytes(bytes)))? {
            Some(Cached::Bytes(postings)) => Ok(postings),
            _ => Err(self.missing("postings")),
        }
    }

    fn rows_without_value(&self, column: Column) -> Result<RoaringBitmap> {
        let codes = self.codes(column)?.ok_or_else(|| self.missing("codes"))?;
        Ok((0..self.row_count()).filter(|row| codes.get(*row as usize) == 0).collect())
    }

    fn head(&self, column: Column, part: Entry) -> Result<Arc<Head>> {
        let key = self.key(PartKind::Values, column, PieceKind::Head.number());
        if let Some(Cached::Head(head)) = self.cache.get(key) {
            return Ok(head);
        }
        let bytes = self.head_of(PartKind::Values, part)?;
        let malformed = |bad| self.malformed_at(PartKind::Values, part.offset, bad);
        let head = Arc::new(Head::open(&bytes).map_err(malformed)?);
        self.cache.insert(key, Cached::Head(Arc::clone(&head)), head.weight());
        Ok(head)
    }
}

impl ColumnValues<'_> {
    pub(crate) fn column(&self) -> Column {
        self.column
    }

    /// The position of a value, if there is such a value.
    pub(crate) fn find(&self, value: &[u8]) -> Result<Option<usize>> {
        match &self.form {
            Form::Whole(all) => Ok(all.find(value)),
            Form::Blocks { head, .. } => {
                let Some(number) = head.block_with(value) else { return Ok(None) };
                let Some(place) = head.places().get(number) else { return Ok(None) };
                let found = self.block(number, place)?.find(value);
                Ok(found.map(|position| place.first_position + position))
            }
        }
    }

    /// The value at a position.
    pub(crate) fn value(&self, position: usize) -> Result<Vec<u8>> {
        match &self.form {
            Form::Whole(all) => Ok(all.value(position).to_vec()),
            Form::Blocks { head, .. } => {
                let Some((number, place)) = place_at(head, position) else { return Ok(Vec::new()) };
                Ok(self.block(number, place)?.value(position - place.first_position).to_vec())
            }
        }
    }

    /// The positions of all values that begin with `prefix`.
    pub(crate) fn with_prefix(&self, prefix: &[u8]) -> Result<Range<usize>> {
        let start = self.partition_point(|value| value < prefix)?;
        // Mostly there is none.
        if start == self.len() || !self.value(start)?.starts_with(prefix) {
            return Ok(start..start);
        }
        let end = self.partition_point(|value| value < prefix || value.starts_with(prefix))?;
        Ok(start..end)
    }

    /// How many values there are that are `before` something, which are the first ones.
    fn partition_point(&self, before: impl Fn(&[u8]) -> bool) -> Result<usize> {
        match &self.form {
            Form::Whole(all) => Ok(all.partition_point(before)),
            Form::Blocks { head, .. } => {
                let places = head.places();
                let number = places.partition_point(|place| before(head.first_value(place)));
                let Some(number) = number.checked_sub(1) else { return Ok(0) };
                let Some(place) = places.get(number) else { return Ok(0) };
                Ok(place.first_position + self.block(number, place)?.partition_point(before))
            }
        }
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        match &self.form {
            Form::Whole(all) => all.len(),
            Form::Blocks { head, .. } => head.len(),
        }
    }

    /// How many rows have a value.
    pub(crate) fn rows_with_value(&self) -> u64 {
        match &self.form {
            Form::Whole(all) => all.rows_with_value(),
            Form::Blocks { head, .. } => head.rows_with_value(),
        }
    }

    /// How many rows have the value at a position.
    pub(crate) fn count(&self, position: usize) -> Result<u64> {
        match &self.form {
            Form::Whole(all) => Ok(all.count(position)),
            Form::Blocks { head, .. } => {
                let Some((number, place)) = place_at(head, position) else { return Ok(0) };
                Ok(self.block(number, place)?.count(position - place.first_position))
            }
        }
    }

    /// The rows that have the value at a position.
    fn rows(&self, position: usize) -> Result<RoaringBitmap> {
        let (postings, (start, end)) = match &self.form {
            Form::Whole(all) => (self.segment.postings(self.column)?, all.postings_run(position)),
            Form::Blocks { head, .. } => {
                let Some((number, place)) = place_at(head, position) else {
                    return Ok(RoaringBitmap::new());
                };
                let block = self.block(number, place)?;
                let run = block.postings_run(position - place.first_position);
                (self.rows_of_block(number, place)?, run)
            }
        };
        decode_rows(postings.get(start..end).unwrap_or_default(), self.segment.row_count())
            .map_err(|bad| self.segment.malformed(PartKind::Postings, self.column, bad))
    }

    /// The same column with all its values in memory.
    fn whole(self) -> Result<Self> {
        let all = self.segment.dictionary(self.column)?;
        let form = all.map_or(self.form, Form::Whole);
        Ok(Self { form, ..self })
    }

    fn block(&self, number: usize, place: &Place) -> Result<Arc<Dictionary>> {
        let (segment, column) = (self.segment, self.column);
        let Form::Blocks { part, head } = &self.form else {
            return Err(segment.missing("values"));
        };
        let key = segment.key(PartKind::Values, column, PieceKind::Block(small(number)).number());
        if let Some(Cached::Dictionary(block)) = segment.cache.get(key) {
            return Ok(block);
        }
        let bytes = segment.checked_piece(*part, place.block)?;
        let block = Dictionary::open_block(&bytes, head, place).map_err(|bad| {
            segment.malformed_at(PartKind::Values, part.offset + place.block.offset, bad)
        })?;
        let block = Arc::new(block);
        segment.cache.insert(key, Cached::Dictionary(Arc::clone(&block)), block.weight());
        Ok(block)
    }

    fn rows_of_block(&self, number: usize, place: &Place) -> Result<Bytes> {
        let (segment, column) = (self.segment, self.column);
        let number = PieceKind::RowsOfBlock(small(number)).number();
        let key = segment.key(PartKind::Values, column, number);
        if let Some(Cached::Bytes(rows)) = segment.cache.get(key) {
            return Ok(rows);
        }
        let part = segment.opened()?.directory.find(PartKind::Postings, column);
        let part = part.ok_or_else(|| segment.missing("postings"))?;
        let rows = segment.checked_piece(part, place.rows)?;
        segment.cache.insert(key, Cached::Bytes(rows.clone()), rows.len() as u64);
        Ok(rows)
    }
}

fn place_at(head: &Head, position: usize) -> Option<(usize, &Place)> {
    let number = head.block_at(position)?;
    Some((number, head.places().get(number)?))
}

fn position_of(code: u32) -> Option<usize> {
    code.checked_sub(1).map(|position| position as usize)
}

/// Under which number the cache keeps the rows of values. One value has a number of its own; of
/// several, who finds rows there compares the codes.
fn block_of(codes: &[u32]) -> u32 {
    match codes {
        // 0 is the part itself.
        [code] => code.saturating_add(1),
        _ => {
            let bytes: Vec<u8> = codes.iter().flat_map(|code| code.to_le_bytes()).collect();
            crc32c::crc32c(&bytes) | 1 << 31
        }
    }
}
