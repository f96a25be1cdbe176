//! Which values a column has, and which rows have this one.
//!
//! ```text
//! VALUES   := head_length u32 | crc32c u32 | HEAD | BLOCK *
//! HEAD     := value_count u32 | rows_with_value u32 | PLACE *
//! PLACE    := value_count u8 | first value (behind its length) | block_length varint | crc32c u32
//!           | rows_length varint | crc32c u32
//! BLOCK    := VALUE *
//! VALUE    := shared varint | rest (behind its length) | row_count varint | run_length varint
//! POSTINGS := RUN *                                  one per value, in the order of the values
//! ```
//! Values stand in byte order, so one is found by bisection and a prefix is a range. The code of a
//! value is its position + 1; code 0 means that the row has no value. A value begins as the one
//! before it does, `shared` bytes long; the first of a block as the block's first value. A block
//! and the rows of its values have checksums of their own: to find the rows of one value, the head,
//! a block and the rows of that block are read, however many values there are.
//!
//! - [`encode`]: writing it.
//! - [`head`]: which block?
//! - [`rows`]: the rows of a value.
//! - [`packed`]: how it was written before version 3.

mod encode;
mod head;
mod packed;
mod rows;

use crate::codec::bisect;
use crate::codec::bytes::{Malformed, Take};

pub(crate) use encode::Encoder;
pub(crate) use head::{Head, Place};
pub(crate) use rows::{decode_rows, for_each_row};

/// Values of a block.
const BLOCK_VALUES_MAX: u8 = 64;

/// A block is closed once the rows of its values take this many bytes.
const BLOCK_ROWS_BYTES: usize = 16 << 10;

/// Values in memory, in order: all of a column, or those of a block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dictionary {
    text: Vec<u8>,
    ends: Vec<u32>,
    counts: Vec<u32>,
    rows_ends: Vec<u32>,
}

impl Dictionary {
    /// All values of a part VALUES. O(values).
    ///
    /// # Errors
    /// [`Malformed`] when it cannot be as written.
    pub(crate) fn open(part: &[u8]) -> Result<Self, Malformed> {
        let mut take = Take::new(part);
        let head_length = take.u32()? as usize;
        // The checksum of the whole part was compared.
        take.u32()?;
        let head = Head::open(take.take(head_length)?)?;
        let mut all = Self::default();
        for place in head.places() {
            let length = usize::try_from(place.block.length).unwrap_or(usize::MAX);
            all.push_block(take.take(length)?, head.first_value(place), place.value_count)?;
        }
        if take.is_empty() { Ok(all) } else { take.malformed() }
    }

    /// The values of one block. O(values).
    ///
    /// # Errors
    /// [`Malformed`] when it cannot be as written.
    pub(crate) fn open_block(bytes: &[u8], head: &Head, place: &Place) -> Result<Self, Malformed> {
        let mut block = Self::default();
        block.push_block(bytes, head.first_value(place), place.value_count)?;
        Ok(block)
    }

    fn push_block(&mut self, bytes: &[u8], first: &[u8], count: usize) -> Result<(), Malformed> {
        let mut take = Take::new(bytes);
        let mut before = first.to_vec();
        for _ in 0..count {
            let shared = take.count()?;
            if shared > before.len() {
                return take.malformed();
            }
            before.truncate(shared);
            before.extend_from_slice(take.bytes()?);
            self.text.extend_from_slice(&before);
            let (row_count, run_length) = (take.varint()?, take.varint()?);
            let rows_end = u64::from(self.rows_ends.last().copied().unwrap_or(0));
            let numbers = [self.text.len() as u64, row_count, rows_end.saturating_add(run_length)];
            let [Ok(end), Ok(row_count), Ok(rows_end)] = numbers.map(u32::try_from) else {
                return take.malformed();
            };
            self.ends.push(end);
            self.counts.push(row_count);
            self.rows_ends.push(rows_end);
        }
        if take.is_empty() { Ok(()) } else { take.malformed() }
    }

    /// What it costs in memory, in bytes.
    pub(crate) fn weight(&self) -> u64 {
        (self.text.len() + 3 * size_of_val(&*self.ends)) as u64
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The value at a position.
    pub(crate) fn value(&self, position: usize) -> &[u8] {
        let (start, end) = run(&self.ends, position);
        self.text.get(start..end).unwrap_or_default()
    }

    /// How many rows have the value at a position.
    pub(crate) fn count(&self, position: usize) -> u64 {
        self.counts.get(position).copied().map_or(0, u64::from)
    }

    /// How many rows have a value. O(values).
    pub(crate) fn rows_with_value(&self) -> u64 {
        self.counts.iter().copied().map(u64::from).sum()
    }

    /// The position of a value.
    pub(crate) fn find(&self, value: &[u8]) -> Option<usize> {
        let position = self.partition_point(|other| other < value);
        (position < self.len() && self.value(position) == value).then_some(position)
    }

    /// The positions of all values that begin with `prefix`.
    pub(crate) fn with_prefix(&self, prefix: &[u8]) -> std::ops::Range<usize> {
        let start = self.partition_point(|value| value < prefix);
        // Mostly there is none.
        if start == self.len() || !self.value(start).starts_with(prefix) {
            return start..start;
        }
        start..self.partition_point(|value| value < prefix || value.starts_with(prefix))
    }

    /// Where the rows of the value at a position stand within the part POSTINGS, or, of a
    /// single block, within the rows of that.
    pub(crate) fn postings_run(&self, position: usize) -> (usize, usize) {
        run(&self.rows_ends, position)
    }

    /// How many values there are that are `before` something, which are the first ones.
    pub(crate) fn partition_point(&self, before: impl Fn(&[u8]) -> bool) -> usize {
        bisect(0..self.len(), |position| before(self.value(position)))
    }
}

/// Start and end of run `position` in a column of ends.
fn run(ends: &[u32], position: usize) -> (usize, usize) {
    let end_of = |position: usize| ends.get(position).map_or(0, |end| *end as usize);
    (position.checked_sub(1).map_or(0, end_of), end_of(position))
}

#[cfg(test)]
mod tests;
