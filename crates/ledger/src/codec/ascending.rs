//! A column of integers that only ascend: what lies between them, not how large they are, decides
//! how many bits they take (Elias, 1974; Fano, 1971).
//!
//! ```text
//! ASCENDING := count u32 | divisor u64 | BLOCK * | bits | zero[16]
//! BLOCK     := minimum u64 | bits_offset u32 | low_width u32          one per 256 values
//! ```
//! As in [`super::packed`], values are divided by the greatest common divisor of all, and a block's
//! minimum is taken off.
//! From byte `bits_offset` on stand the lowest `low_width` bits of each value of the block, then its
//! high bits: a one for each value, at what is above its low bits plus its place in the block, and
//! zeros. Any value is found in O(1): a block has three bits or less besides the low ones for each
//! value, however uneven the values are.

use ::bytes::Bytes;

use super::bisect;
use super::bits::{BitReader, BitWriter, width};
use super::bytes::{Malformed, Put, Take, small};
use super::packed::{BLOCK_BYTES, BLOCK_VALUES, HEADER_BYTES, pack_blocks};
use super::rice::write_rice;

/// The high bits of a block: at most two zeros for each value, and its one.
const HIGH_BITS_MAX: u64 = 4 * BLOCK_VALUES as u64;

/// What is above a value's low bits is below this: as many zeros stand before its one.
const HIGH_MAX: u64 = 2 * BLOCK_VALUES as u64;

/// Appends `values`, which ascend, to `out`. They are gone through twice.
pub(crate) fn write_ascending(values: impl Iterator<Item = u64> + Clone, out: &mut Vec<u8>) {
    pack_blocks(values, write_block, out);
}

fn write_block(block: &mut Vec<u64>, bits: &mut BitWriter, out: &mut Vec<u8>) {
    let (minimum, largest) = (block.first().copied(), block.last().copied());
    let (minimum, largest) = (minimum.unwrap_or(0), largest.unwrap_or(0));
    let average = (largest - minimum) / (block.len() as u64).max(1);
    let low_width = width(average).saturating_sub(1);
    out.put_u64(minimum);
    out.put_u32(small(bits.byte_count()));
    out.put_u32(low_width);
    for value in &*block {
        bits.write((value - minimum) & ((1 << low_width) - 1), low_width);
    }
    let mut before = 0;
    for value in block.drain(..) {
        let high = (value - minimum) >> low_width;
        // Zeros, then the one.
        write_rice(high - before, 0, bits);
        before = high;
    }
    bits.align();
}

/// A column that is read in place.
#[derive(Clone, Debug)]
pub(crate) struct Ascending {
    bytes: Bytes,
    count: usize,
    divisor: u64,
    bits_start: usize,
}

/// What is known of a block before its bits.
struct Block {
    minimum: u64,
    first_bit: u64,
    low_width: u32,
}

impl Ascending {
    /// Reads the header; the column must be all of `bytes`. O(blocks).
    ///
    /// # Errors
    /// [`Malformed`] when it cannot be as written.
    pub(crate) fn open(bytes: Bytes) -> Result<Self, Malformed> {
        let mut take = Take::new(&bytes);
        let (count, divisor) = (take.u32()? as usize, take.u64()?);
        for _ in 0..count.div_ceil(BLOCK_VALUES) {
            take.take(BLOCK_BYTES - 4)?;
            if take.u32()? >= u64::BITS {
                return take.malformed();
            }
        }
        let bits_start = take.position();
        Ok(Self { bytes, count, divisor, bits_start })
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.count
    }

    /// The value at `index`; 0 beyond the end.
    pub(crate) fn get(&self, index: usize) -> u64 {
        if index >= self.count {
            return 0;
        }
        let (number, place) = (index / BLOCK_VALUES, index % BLOCK_VALUES);
        let block = self.block(number);
        let value_count = (self.count - number * BLOCK_VALUES).min(BLOCK_VALUES);
        let low_width = u64::from(block.low_width);
        let low = self.low(&block, place);
        let high_start = block.first_bit + value_count as u64 * low_width;
        let high = self.one(high_start, small(place)).saturating_sub(place as u64);
        let value = block.minimum.wrapping_add(high << block.low_width | low);
        value.wrapping_mul(self.divisor)
    }

    /// The first index whose value is not below `bound`. Bisects blocks; within one it costs
    /// little more than [`Ascending::get`].
    pub(crate) fn partition_point(&self, bound: u64) -> usize {
        // Not below it are those that are not below the next multiple of the divisor.
        let bound = bound.div_ceil(self.divisor.max(1));
        let blocks = 0..self.count.div_ceil(BLOCK_VALUES);
        let blocks = bisect(blocks, |block| self.block(block).minimum < bound);
        blocks.checked_sub(1).map_or(0, |block| self.partition_point_in(block, bound))
    }

    /// The first index in a block, or the one after it, whose value is not below `bound`. That is
    /// more than the block's minimum, and both are not multiplied by the divisor.
    fn partition_point_in(&self, number: usize, bound: u64) -> usize {
        let block = self.block(number);
        let start = number * BLOCK_VALUES;
        let value_count = (self.count - start).min(BLOCK_VALUES);
        let bound = bound - block.minimum;
        let high = (bound >> block.low_width).min(HIGH_MAX);
        let low = bound & ((1 << block.low_width) - 1);
        let high_start = block.first_bit + value_count as u64 * u64::from(block.low_width);
        // As many zeros stand before the ones of values whose high bits are the bound's; the values
        // whose ones stand before are below it.
        let same = match high.checked_sub(1) {
            Some(zeros_before) => self.zero(high_start, zeros_before) + 1,
            None => 0,
        };
        let place = |bit: u64| {
            usize::try_from(bit.saturating_sub(high)).map_or(value_count, |it| it.min(value_count))
        };
        let first_above = place(self.zero(high_start + same, 0) + same);
        let is_below = |place: usize| self.low(&block, place) < low;
        start + bisect(place(same)..first_above, is_below)
    }

    fn low(&self, block: &Block, place: usize) -> u64 {
        let bit = block.first_bit + place as u64 * u64::from(block.low_width);
        BitReader::new(&self.bytes, bit).read(block.low_width).unwrap_or(0)
    }

    fn block(&self, number: usize) -> Block {
        let start = HEADER_BYTES + number * BLOCK_BYTES;
        let header = self.bytes.get(start..).and_then(<[u8]>::first_chunk::<BLOCK_BYTES>);
        let mut take = Take::new(header.map_or(&[][..], |header| &header[..]));
        let fields =
            |take: &mut Take<'_>| Ok::<_, Malformed>((take.u64()?, take.u32()?, take.u32()?));
        let (minimum, offset, low_width) = fields(&mut take).unwrap_or_default();
        let first_bit = (self.bits_start as u64 + u64::from(offset)) * 8;
        Block { minimum, first_bit, low_width }
    }

    /// How many bits after `start` the one comes that has so many before it.
    fn one(&self, start: u64, ones_before: u32) -> u64 {
        self.set_bit(start, u64::from(ones_before), |window| window)
    }

    /// How many bits after `start` the zero comes that has so many before it.
    fn zero(&self, start: u64, zeros_before: u64) -> u64 {
        self.set_bit(start, zeros_before, |window| !window)
    }

    /// How many bits after `start` the bit comes that has so many before it, of those that `of`
    /// leaves set in 64 bits.
    fn set_bit(&self, start: u64, mut before: u64, of: impl Fn(u64) -> u64) -> u64 {
        let mut passed = 0;
        while passed < HIGH_BITS_MAX {
            let mut window = of(BitReader::new(&self.bytes, start + passed).peek());
            let set = u64::from(window.count_ones());
            if before < set {
                for _ in 0..before {
                    window &= window - 1;
                }
                return passed + u64::from(window.trailing_zeros());
            }
            before -= set;
            passed += u64::from(u64::BITS);
        }
        passed
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(values: &[u64]) -> usize {
        let mut bytes = Vec::new();
        write_ascending(values.iter().copied(), &mut bytes);
        let length = bytes.len();
        let column = Ascending::open(bytes.into()).expect("as written");
        assert_eq!(column.len(), values.len());
        for (index, value) in values.iter().enumerate() {
            assert_eq!(column.get(index), *value, "at {index}");
            let others = [value / 2, value.saturating_mul(2), u64::MAX];
            for bound in [*value, value.saturating_add(1)].into_iter().chain(others) {
                let expected = values.partition_point(|other| *other < bound);
                assert_eq!(column.partition_point(bound), expected, "{bound}");
            }
        }
        assert_eq!(column.get(values.len()), 0);
        length
    }

    #[test]
    fn edges() {
        check(&[]);
        check(&[0]);
        check(&[u64::MAX >> 1]);
        check(&[0, 0, 0, u64::MAX >> 8]);
        check(&[7; 600]);
        check(&(0..600).map(|number| number * number * number).collect::<Vec<u64>>());
        // One far from all others, at either end.
        check(&[&[0], &[1 << 40; 999][..], &[1 << 50]].concat());
    }

    #[test]
    fn what_lies_between_times_decides_how_many_bits_they_take() {
        let times: Vec<u64> =
            (0..10_000).map(|row| row * 500_000 + row * row % 7_000 * 1_000).collect();
        let mut sorted = times;
        sorted.sort_unstable();
        let bits = check(&sorted) * 8 / sorted.len();
        assert!(bits <= 11, "{bits} bits a time");
    }

    proptest! {
        #[test]
        fn any_ascending_values(
            mut values in prop::collection::vec(prop_oneof![0..1_u64 << 50, 0..10_u64], 0..700),
            divisor in 1..1_000_u64,
        ) {
            values.sort_unstable();
            values.iter_mut().for_each(|value| *value *= divisor);
            check(&values);
        }

        #[test]
        fn arbitrary_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(column) = Ascending::open(bytes.into()) {
                (0..column.len().min(1_000)).for_each(|index| { column.get(index); });
                column.partition_point(1_000);
            }
        }
    }
}
