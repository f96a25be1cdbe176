//! Which block of a dictionary has a value, without reading the others.

use std::ops::Range;

use crate::codec::bytes::{Malformed, Take};
use crate::segment::layout::{BEFORE_HEAD_BYTES, Piece};

/// The head of a dictionary: what is kept in memory of one that is large.
#[derive(Debug)]
pub(crate) struct Head {
    value_count: usize,
    rows_with_value: u64,
    /// The first values of all blocks.
    text: Vec<u8>,
    places: Vec<Place>,
}

/// Where a block is, and the rows of its values.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) first_position: usize,
    pub(crate) value_count: usize,
    first_value: Range<usize>,
    /// Within the part VALUES.
    pub(crate) block: Piece,
    /// Within the part POSTINGS.
    pub(crate) rows: Piece,
}

fn take_piece(from: &mut Take<'_>, offset: u64) -> Result<Piece, Malformed> {
    let (length, crc) = (from.varint()?, from.u32()?);
    // So that whatever is added up of these lies within 64 bits.
    if length > u64::from(u32::MAX) {
        return from.malformed();
    }
    Ok(Piece { offset, length, crc })
}

impl Head {
    /// The head of a dictionary, whose bytes are these. O(blocks).
    ///
    /// # Errors
    /// [`Malformed`] when they cannot be as written.
    pub(crate) fn open(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut take = Take::new(bytes);
        let (value_count, rows_with_value) = (take.u32()? as usize, u64::from(take.u32()?));
        let (mut text, mut places) = (Vec::new(), Vec::<Place>::new());
        let mut first_position = 0;
        while !take.is_empty() {
            let before = places.last();
            let block_start =
                before.map_or(BEFORE_HEAD_BYTES + bytes.len() as u64, |place| place.block.end());
            let rows_start = before.map_or(0, |place| place.rows.end());
            let value_count = usize::from(take.u8()?);
            let start = text.len();
            text.extend_from_slice(take.bytes()?);
            let first_value = start..text.len();
            let block = take_piece(&mut take, block_start)?;
            let rows = take_piece(&mut take, rows_start)?;
            places.push(Place { first_position, value_count, first_value, block, rows });
            first_position += value_count;
        }
        if first_position != value_count {
            return take.malformed();
        }
        Ok(Self { value_count, rows_with_value, text, places })
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.value_count
    }

    /// How many rows have a value.
    pub(crate) fn rows_with_value(&self) -> u64 {
        self.rows_with_value
    }

    /// The blocks, in order.
    pub(crate) fn places(&self) -> &[Place] {
        &self.places
    }

    /// The first value of a block.
    pub(crate) fn first_value(&self, place: &Place) -> &[u8] {
        self.text.get(place.first_value.clone()).unwrap_or_default()
    }

    /// The number of the block that has a value, if any has.
    pub(crate) fn block_with(&self, value: &[u8]) -> Option<usize> {
        self.places.partition_point(|place| self.first_value(place) <= value).checked_sub(1)
    }

    /// The number of the block with the value at a position.
    pub(crate) fn block_at(&self, position: usize) -> Option<usize> {
        self.places.partition_point(|place| place.first_position <= position).checked_sub(1)
    }

    /// What it costs in memory, in bytes.
    pub(crate) fn weight(&self) -> u64 {
        (self.text.len() + self.places.len() * size_of::<Place>()) as u64
    }
}
