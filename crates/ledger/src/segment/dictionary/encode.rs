//! Values become blocks, and the head that says where each is.

use roaring::RoaringBitmap;

use super::rows::encode_rows;
use super::{BLOCK_ROWS_BYTES, BLOCK_VALUES_MAX};
use crate::codec::bytes::{Put, small};

/// The two parts of a dictionary column as written.
pub(crate) struct Encoded {
    pub(crate) values: Vec<u8>,
    pub(crate) postings: Vec<u8>,
}

/// A dictionary column on its way to disk.
#[derive(Debug, Default)]
pub(crate) struct Encoder {
    text: Vec<u8>,
    ends: Vec<usize>,
    row_count: u64,
    places: Vec<u8>,
    blocks: Vec<u8>,
    postings: Vec<u8>,
    open: OpenBlock,
}

/// The block that values are added to.
#[derive(Debug, Default)]
struct OpenBlock {
    value_count: u8,
    first_value: Vec<u8>,
    last_value: Vec<u8>,
    bytes: Vec<u8>,
    rows: Vec<u8>,
}

impl Encoder {
    /// Adds the next value in byte order.
    pub(crate) fn push(&mut self, value: &[u8], rows: &RoaringBitmap) {
        self.text.extend_from_slice(value);
        self.ends.push(self.text.len());
        self.row_count += rows.len();
        self.open.push(value, rows);
        if self.open.is_full() {
            self.close_block();
        }
    }

    /// The values so far.
    pub(crate) fn values(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        (0..self.ends.len()).map(|position| {
            let before = position.checked_sub(1).and_then(|before| self.ends.get(before));
            let (start, end) = (before.copied().unwrap_or(0), self.ends.get(position));
            self.text.get(start..end.copied().unwrap_or(start)).unwrap_or_default()
        })
    }

    fn close_block(&mut self) {
        let OpenBlock { value_count, first_value, bytes, rows, .. } =
            std::mem::take(&mut self.open);
        self.places.put_u8(value_count);
        self.places.put_bytes(&first_value);
        for part in [&bytes, &rows] {
            self.places.put_varint(part.len() as u64);
            self.places.put_u32(crc32c::crc32c(part));
        }
        self.blocks.extend_from_slice(&bytes);
        self.postings.extend_from_slice(&rows);
    }

    pub(crate) fn finish(mut self) -> Encoded {
        if self.open.value_count > 0 {
            self.close_block();
        }
        let mut head = Vec::with_capacity(self.places.len() + 8);
        head.put_u32(small(self.ends.len()));
        head.put_u32(u32::try_from(self.row_count).unwrap_or(u32::MAX));
        head.extend_from_slice(&self.places);
        let mut values = Vec::with_capacity(head.len() + self.blocks.len() + 8);
        values.put_u32(small(head.len()));
        values.put_u32(crc32c::crc32c(&head));
        values.extend_from_slice(&head);
        values.extend_from_slice(&self.blocks);
        Encoded { values, postings: self.postings }
    }
}

impl OpenBlock {
    fn push(&mut self, value: &[u8], rows: &RoaringBitmap) {
        if self.value_count == 0 {
            self.first_value.extend_from_slice(value);
            self.last_value.extend_from_slice(value);
        }
        let pairs = self.last_value.iter().zip(value);
        let shared = pairs.take_while(|(last, next)| last == next).count();
        let rest = value.get(shared..).unwrap_or_default();
        self.last_value.truncate(shared);
        self.last_value.extend_from_slice(rest);
        let rows_start = self.rows.len();
        encode_rows(rows, &mut self.rows);
        self.bytes.put_varint(shared as u64);
        self.bytes.put_bytes(rest);
        self.bytes.put_varint(rows.len());
        self.bytes.put_varint((self.rows.len() - rows_start) as u64);
        self.value_count += 1;
    }

    fn is_full(&self) -> bool {
        self.value_count == BLOCK_VALUES_MAX || self.rows.len() >= BLOCK_ROWS_BYTES
    }
}
