//! A column of integers in as few bits as each block of it needs.
//!
//! ```text
//! PACKED   := count u32 | divisor u64 | BLOCK* | bits | zero[16]
//! BLOCK    := minimum u64 | bits_offset u32 | width u32          one per 256 values
//! ```
//! Value `i` of a block is `(minimum + the i-th width-bit number) * divisor`. The divisor is the
//! greatest common divisor of the column, so that times in whole milliseconds cost no bits for
//! their microseconds. Any value is found in O(1): no block needs to be decoded for one of them.

use std::ops::Range;

use ::bytes::Bytes;

use super::bisect;
use super::bits::{BitWriter, width};
use super::bytes::{Malformed, Put, Take, small};

pub(super) const BLOCK_VALUES: usize = 256;
pub(super) const BLOCK_BYTES: usize = 16;
pub(super) const HEADER_BYTES: usize = 12;
/// Zero bytes after the bits, so that a value can always be read as 16 whole bytes.
const PADDING_BYTES: usize = 16;

/// Appends the packed form of `values` to `out`. They are gone through twice.
pub(crate) fn pack(values: impl Iterator<Item = u64> + Clone, out: &mut Vec<u8>) {
    pack_blocks(values, pack_block, out);
}

/// Appends a column in blocks, of which `pack_block` writes one: its header, and its bits.
pub(super) fn pack_blocks(
    values: impl Iterator<Item = u64> + Clone,
    pack_block: impl Fn(&mut Vec<u64>, &mut BitWriter, &mut Vec<u8>),
    out: &mut Vec<u8>,
) {
    let (mut divisor, mut count) = (0, 0);
    for value in values.clone() {
        divisor = greatest_common_divisor(divisor, value);
        count += 1;
    }
    let divisor = divisor.max(1);
    out.put_u32(small(count));
    out.put_u64(divisor);
    let (mut bits, mut block) = (BitWriter::default(), Vec::with_capacity(BLOCK_VALUES));
    for value in values {
        block.push(value / divisor);
        if block.len() == BLOCK_VALUES {
            pack_block(&mut block, &mut bits, out);
        }
    }
    if !block.is_empty() {
        pack_block(&mut block, &mut bits, out);
    }
    out.extend_from_slice(&bits.finish());
    out.extend_from_slice(&[0; PADDING_BYTES]);
}

fn pack_block(block: &mut Vec<u64>, bits: &mut BitWriter, out: &mut Vec<u8>) {
    let minimum = block.iter().copied().min().unwrap_or(0);
    let widest = block.iter().map(|value| value - minimum).max().unwrap_or(0);
    let width = width(widest);
    out.put_u64(minimum);
    out.put_u32(small(bits.byte_count()));
    out.put_u32(width);
    block.drain(..).for_each(|value| bits.write(value - minimum, width));
    bits.align();
}

fn greatest_common_divisor(left: u64, right: u64) -> u64 {
    let (mut left, mut right) = (left, right);
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

/// A packed column that is read in place.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    bytes: Bytes,
    count: usize,
    divisor: u64,
    bits_start: usize,
}

impl Packed {
    /// Reads the header; the column must be all of `bytes`. O(blocks).
    pub(crate) fn open(bytes: Bytes) -> Result<Self, Malformed> {
        let mut take = Take::new(&bytes);
        let count = take.u32()? as usize;
        let divisor = take.u64()?;
        let block_count = count.div_ceil(BLOCK_VALUES);
        let bits_start = HEADER_BYTES + block_count * BLOCK_BYTES;
        for _ in 0..block_count {
            take.take(BLOCK_BYTES - 4)?;
            if take.u32()? > u64::BITS {
                return take.malformed();
            }
        }
        if bits_start + PADDING_BYTES > bytes.len() {
            return take.malformed();
        }
        Ok(Self { bytes, count, divisor, bits_start })
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The value at `index`; 0 beyond the end.
    pub(crate) fn get(&self, index: usize) -> u64 {
        if index >= self.count {
            return 0;
        }
        let header = HEADER_BYTES + index / BLOCK_VALUES * BLOCK_BYTES;
        let minimum = self.number::<8>(header);
        let bits_offset = self.number::<4>(header + 8);
        let width = self.number::<4>(header + 12);
        let bit = (index % BLOCK_VALUES) as u64 * width;
        // Offsets come from u32 fields within a slice, so they fit.
        let byte = usize::try_from(bits_offset + bit / 8).unwrap_or(usize::MAX);
        let window = self.window(self.bits_start.saturating_add(byte)) >> (bit % 8);
        let offset = u64::try_from(window & ((1_u128 << width) - 1)).unwrap_or(u64::MAX);
        minimum.wrapping_add(offset).wrapping_mul(self.divisor)
    }

    /// The first index whose value is not below `bound`, in a column that only ascends.
    pub(crate) fn partition_point(&self, bound: u64) -> usize {
        bisect(0..self.count, |index| self.get(index) < bound)
    }

    /// The indices of all values within `range`, ascending. O(blocks), and O(1) for each value of
    /// a block that may have one.
    pub(crate) fn indices_within(&self, range: Range<u64>) -> impl Iterator<Item = usize> + '_ {
        let may_hold = {
            let range = range.clone();
            move |block: &usize| {
                let header = HEADER_BYTES + block * BLOCK_BYTES;
                let minimum = self.number::<8>(header);
                let span = match self.number::<4>(header + 12) {
                    64.. => u64::MAX,
                    width => (1 << width) - 1,
                };
                let least = minimum.saturating_mul(self.divisor);
                let most = minimum.saturating_add(span).saturating_mul(self.divisor);
                least < range.end && most >= range.start
            }
        };
        let blocks = (0..self.count.div_ceil(BLOCK_VALUES)).filter(may_hold);
        let indices = blocks.flat_map(|block| {
            let start = block * BLOCK_VALUES;
            start..self.count.min(start + BLOCK_VALUES)
        });
        indices.filter(move |index| range.contains(&self.get(*index)))
    }

    /// The indices of each block, and the value that all of them have, if they are alike.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = (Range<usize>, Option<u64>)> + '_ {
        (0..self.count.div_ceil(BLOCK_VALUES)).map(|block| {
            let start = block * BLOCK_VALUES;
            let width = self.number::<4>(HEADER_BYTES + block * BLOCK_BYTES + 12);
            let value = (width == 0).then(|| self.get(start));
            (start..self.count.min(start + BLOCK_VALUES), value)
        })
    }

    fn number<const N: usize>(&self, offset: usize) -> u64 {
        let mut wide = [0; 8];
        let field = self.bytes.get(offset..offset + N).unwrap_or_default();
        wide.iter_mut().zip(field).for_each(|(to, from)| *to = *from);
        u64::from_le_bytes(wide)
    }

    /// 16 bytes from `offset` on as a number; missing ones are zero.
    fn window(&self, offset: usize) -> u128 {
        let exact = self.bytes.get(offset..offset.saturating_add(16));
        exact.and_then(|bytes| bytes.try_into().ok()).map_or(0, u128::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check_ranges(values: &[u64], packed: &Packed) {
        let bound = |at: usize| values.get(at).copied().unwrap_or(0);
        let (low, high) = (bound(values.len() / 3), bound(values.len() / 2));
        for range in [low..high, high..low, 0..u64::MAX, low..low.saturating_add(1)] {
            let expected = (0..values.len()).filter(|at| range.contains(&values[*at]));
            assert!(packed.indices_within(range.clone()).eq(expected), "{range:?}");
        }
        for (indices, value) in packed.blocks() {
            let of_block = &values[indices];
            assert!(value.is_none_or(|value| of_block.iter().all(|found| *found == value)));
        }
    }

    fn check(values: &[u64]) -> usize {
        let mut bytes = Vec::new();
        pack(values.iter().copied(), &mut bytes);
        let length = bytes.len();
        check_ranges(values, &Packed::open(bytes.clone().into()).expect("as written"));
        let packed = Packed::open(bytes.into()).expect("as written");
        assert_eq!(packed.len(), values.len());
        for (index, value) in values.iter().enumerate() {
            assert_eq!(packed.get(index), *value, "at {index}");
        }
        length
    }

    #[test]
    fn edges() {
        check(&[]);
        check(&[0]);
        check(&[u64::MAX, 0, 1]);
        check(&[u64::MAX; 300]);
        let constant = check(&[7_000_000; 1000]);
        assert_eq!(constant, 12 + 4 * 16 + 16, "a constant column has no bits");
    }

    #[test]
    fn whole_milliseconds_cost_no_bits_for_microseconds() {
        let millis: Vec<u64> = (0..256).map(|row| 1_787_300_000_000_000 + row * 1_000).collect();
        assert_eq!(check(&millis), 12 + 16 + 256 + 16, "8 bits a row");
    }

    proptest! {
        #[test]
        fn any_values(values in prop::collection::vec(prop_oneof![any::<u64>(), 0..10_u64], 0..700)) {
            check(&values);
        }

        #[test]
        fn partition_point_is_that_of_the_slice(mut values in prop::collection::vec(0..50_u64, 0..600), bound in 0..60_u64) {
            values.sort_unstable();
            let mut bytes = Vec::new();
            pack(values.iter().copied(), &mut bytes);
            let packed = Packed::open(bytes.into()).expect("as written");
            prop_assert_eq!(packed.partition_point(bound), values.partition_point(|value| *value < bound));
        }

        #[test]
        fn arbitrary_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(packed) = Packed::open(bytes.into()) {
                (0..packed.len().min(1000)).for_each(|index| { packed.get(index); });
            }
        }
    }
}
