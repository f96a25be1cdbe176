//! A column of integers that only ascend: what lies between them, not how large they are, decides
//! how many bits they take (Elias, 1974; Fano, 1971).
//!
//! ```text
//! ASCENDING := count u32 | low_width u32 | divisor u64 | low_length u32 | high_length u32
//!            | SAMPLE * | low bits | high bits | zero[16]
//! SAMPLE    := position u32                        of the first of each 256 values in the high bits
//! ```
//! A value is divided by the greatest common divisor of all. Its lowest `low_width` bits stand among
//! the low bits; what is above them, plus its index, is the position of its one among the high bits,
//! which are zero otherwise. Any value is found in O(1).

use ::bytes::Bytes;

use super::bits::{BitReader, BitWriter, width};
use super::bytes::{Malformed, Put, Take, small};
use super::packed::greatest_common_divisor;

const SAMPLED: usize = 256;
const HEADER_BYTES: usize = 24;
/// Zero bytes at the end, so that bits can be read 16 bytes at a time.
const PADDING_BYTES: usize = 16;

/// Appends `values`, which ascend, to `out`. They are gone through twice.
pub(crate) fn write_ascending(values: impl Iterator<Item = u64> + Clone, out: &mut Vec<u8>) {
    let (mut divisor, mut count, mut largest) = (0, 0_u64, 0);
    for value in values.clone() {
        divisor = greatest_common_divisor(divisor, value);
        count += 1;
        largest = value;
    }
    let divisor = divisor.max(1);
    let low_width = width(largest / divisor / count.max(1)).saturating_sub(1);
    let mut low = BitWriter::default();
    let mut high = vec![0_u8; high_length(count, (largest / divisor) >> low_width)];
    let mut samples = Vec::new();
    for (index, value) in (0_u64..).zip(values) {
        let value = value / divisor;
        low.write(value & ((1 << low_width) - 1), low_width);
        let position = (value >> low_width) + index;
        if index.is_multiple_of(SAMPLED as u64) {
            samples.put_u32(u32::try_from(position).unwrap_or(u32::MAX));
        }
        let byte = usize::try_from(position / 8).ok().and_then(|byte| high.get_mut(byte));
        byte.into_iter().for_each(|byte| *byte |= 1 << (position % 8));
    }
    let low = low.finish();
    out.put_u32(u32::try_from(count).unwrap_or(u32::MAX));
    out.put_u32(low_width);
    out.put_u64(divisor);
    out.put_u32(small(low.len()));
    out.put_u32(small(high.len()));
    for part in [&samples, &low, &high] {
        out.extend_from_slice(part);
    }
    out.extend_from_slice(&[0; PADDING_BYTES]);
}

/// Bytes that the ones of so many values need, of which the last one's high bits are `last_high`.
fn high_length(count: u64, last_high: u64) -> usize {
    usize::try_from((count + last_high).div_ceil(8)).unwrap_or(usize::MAX)
}

/// A column that is read in place.
#[derive(Clone, Debug)]
pub(crate) struct Ascending {
    count: usize,
    low_width: u32,
    divisor: u64,
    samples: Bytes,
    low: Bytes,
    high: Bytes,
}

impl Ascending {
    /// Reads the header; the column must be all of `bytes`.
    ///
    /// # Errors
    /// [`Malformed`] when it cannot be as written.
    pub(crate) fn open(bytes: &Bytes) -> Result<Self, Malformed> {
        let mut take = Take::new(bytes);
        let (count, low_width) = (take.u32()? as usize, take.u32()?);
        let divisor = take.u64()?;
        let lengths = [count.div_ceil(SAMPLED) * 4, take.u32()? as usize, take.u32()? as usize];
        if low_width >= u64::BITS || bytes.len() < HEADER_BYTES {
            return take.malformed();
        }
        let mut part = |length: usize| {
            let start = take.position();
            take.take(length).map(|_| bytes.slice(start..start + length))
        };
        let [samples, low, high] = lengths;
        let (samples, low, high) = (part(samples)?, part(low)?, part(high)?);
        Ok(Self { count, low_width, divisor, samples, low, high })
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
        let low_bit = index as u64 * u64::from(self.low_width);
        let low = BitReader::new(&self.low, low_bit).read(self.low_width).unwrap_or(0);
        let high = self.position_of_one(index).saturating_sub(index as u64);
        (high << self.low_width | low).wrapping_mul(self.divisor)
    }

    /// The first index whose value is not below `bound`.
    pub(crate) fn partition_point(&self, bound: u64) -> usize {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.get(middle) < bound {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The position of the one that stands for the value at `index`.
    fn position_of_one(&self, index: usize) -> u64 {
        let sample = self.samples.get(index / SAMPLED * 4..).and_then(<[u8]>::first_chunk);
        let mut position = sample.map_or(0, |sample| u64::from(u32::from_le_bytes(*sample)));
        let mut ones_before = small(index % SAMPLED);
        let end = self.high.len() as u64 * 8;
        while position < end {
            let mut window = BitReader::new(&self.high, position).peek();
            let ones = window.count_ones();
            if ones_before < ones {
                for _ in 0..ones_before {
                    window &= window - 1;
                }
                return position + u64::from(window.trailing_zeros());
            }
            ones_before -= ones;
            position += u64::from(u64::BITS);
        }
        end
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
        let column = Ascending::open(&bytes.into()).expect("as written");
        assert_eq!(column.len(), values.len());
        for (index, value) in values.iter().enumerate() {
            assert_eq!(column.get(index), *value, "at {index}");
            for bound in [*value, value.saturating_add(1)] {
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
            if let Ok(column) = Ascending::open(&bytes.into()) {
                (0..column.len().min(1_000)).for_each(|index| { column.get(index); });
                column.partition_point(1_000);
            }
        }
    }
}
