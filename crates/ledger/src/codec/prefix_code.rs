//! Few bits for what is frequent: canonical Huffman codes.
//!
//! ```text
//! PREFIX_CODE := longest u8 | count varint *        codes of 0, 1, ... `longest` bits
//! ```
//! What is coded are ranks: 0 for the most frequent, and so on. Codes are numbered by length, then
//! by rank, so the counts say all of them. A code's first bit is its highest. The only rank of a
//! code with one rank takes no bits.

use super::bits::{BitReader, BitWriter};
use super::bytes::{Malformed, Put, Take, small};

/// Longest code, in bits. Frequencies that ask for longer ones are evened out.
const LENGTH_MAX: usize = 32;

/// A code for ranks.
#[derive(Clone, Debug)]
pub(crate) struct PrefixCode {
    /// How many codes there are of each length, from 0 on.
    counts: Vec<u32>,
}

impl PrefixCode {
    /// A code for ranks that are as frequent as this, in descending order. O(ranks).
    pub(crate) fn new(frequencies: &[u64]) -> Self {
        let mut frequencies = frequencies.to_vec();
        loop {
            let counts = counts_by_length(&frequencies);
            if counts.len() <= LENGTH_MAX + 1 {
                return Self { counts };
            }
            frequencies.iter_mut().for_each(|frequency| *frequency = *frequency / 2 + 1);
        }
    }

    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        out.push(small(self.counts.len().saturating_sub(1)).to_le_bytes()[0]);
        self.counts.iter().for_each(|count| out.put_varint(u64::from(*count)));
    }

    /// Reads a code that [`PrefixCode::put`] wrote; any that is possible.
    ///
    /// # Errors
    /// [`Malformed`] when there are more codes of a length than there can be.
    pub(crate) fn take(from: &mut Take<'_>) -> Result<Self, Malformed> {
        let mut counts = Vec::new();
        Self::for_each_count(from, |count| counts.push(count))?;
        Ok(Self { counts })
    }

    /// Reads past a code, and tells how many ranks have one.
    ///
    /// # Errors
    /// As [`PrefixCode::take`].
    pub(crate) fn skip(from: &mut Take<'_>) -> Result<u64, Malformed> {
        let mut ranks = 0;
        Self::for_each_count(from, |count| ranks += u64::from(count))?;
        Ok(ranks)
    }

    fn for_each_count(from: &mut Take<'_>, mut visit: impl FnMut(u32)) -> Result<(), Malformed> {
        let longest = usize::from(from.u8()?);
        if longest > LENGTH_MAX {
            return from.malformed();
        }
        let mut room = 1_u64;
        for length in 0..=longest {
            let count = from.varint()?;
            room = if length == 0 { room } else { room * 2 };
            room = room.checked_sub(count).map_or_else(|| from.malformed(), Ok)?;
            visit(u32::try_from(count).or_else(|_| from.malformed())?);
        }
        Ok(())
    }

    /// How many ranks have a code.
    pub(crate) fn len(&self) -> u64 {
        self.counts.iter().map(|count| u64::from(*count)).sum()
    }

    /// The code of a rank, its first bit lowest, and its length.
    fn code(&self, rank: u64) -> (u64, u32) {
        let (mut code, mut first_rank) = (0_u64, 0_u64);
        for (length, count) in (0_u32..).zip(&self.counts) {
            code = if length == 0 { 0 } else { code << 1 };
            let count = u64::from(*count);
            if rank < first_rank + count {
                let code = code + (rank - first_rank);
                return (
                    if length == 0 { 0 } else { code.reverse_bits() >> (64 - length) },
                    length,
                );
            }
            code += count;
            first_rank += count;
        }
        (0, 0)
    }

    pub(crate) fn write(&self, rank: u64, to: &mut BitWriter) {
        let (code, length) = self.code(rank);
        to.write(code, length);
    }

    /// Reads a rank; it is below [`PrefixCode::len`].
    ///
    /// # Errors
    /// [`Malformed`] when the bits are no code.
    pub(crate) fn read(&self, from: &mut BitReader<'_>) -> Result<u64, Malformed> {
        let mut bits = from.peek();
        let (mut code, mut first_code, mut first_rank) = (0_u64, 0_u64, 0_u64);
        for (length, count) in (0_u64..).zip(&self.counts) {
            if length > 0 {
                code = (code << 1) | (bits & 1);
                bits >>= 1;
                first_code <<= 1;
            }
            let count = u64::from(*count);
            match code.checked_sub(first_code) {
                Some(offset) if offset < count => {
                    from.skip(length)?;
                    return Ok(first_rank + offset);
                }
                _ => {}
            }
            first_code += count;
            first_rank += count;
        }
        from.malformed()
    }
}

/// How many codes of each length an optimal code for descending frequencies has.
fn counts_by_length(frequencies: &[u64]) -> Vec<u32> {
    let leaf_count = frequencies.len();
    // Leaves ascending, then the nodes above them in the order they are made, which ascends too:
    // the two lightest of both always stand at a front. Parents come after their children.
    let mut weights: Vec<u64> = frequencies.iter().rev().copied().collect();
    let mut parents = vec![0_usize; leaf_count.saturating_mul(2).saturating_sub(1)];
    let (mut leaf, mut inner) = (0, leaf_count);
    for node in leaf_count..parents.len() {
        let mut weight = 0_u64;
        for _ in 0..2 {
            let next_leaf = weights.get(leaf).filter(|_| leaf < leaf_count);
            let next_inner = weights.get(inner).filter(|_| inner < node);
            let lighter = match (next_leaf, next_inner) {
                (Some(light), Some(other)) if light > other => &mut inner,
                (Some(_), _) => &mut leaf,
                _ => &mut inner,
            };
            weight = weight.saturating_add(weights.get(*lighter).copied().unwrap_or(0));
            if let Some(parent) = parents.get_mut(*lighter) {
                *parent = node;
            }
            *lighter += 1;
        }
        weights.push(weight);
    }
    let mut depths = vec![0_usize; parents.len()];
    let mut counts = vec![0];
    for node in (0..parents.len()).rev() {
        let is_root = node + 1 == parents.len();
        let above = parents.get(node).and_then(|parent| depths.get(*parent)).copied();
        let depth = if is_root { 0 } else { above.unwrap_or(0) + 1 };
        if let Some(slot) = depths.get_mut(node) {
            *slot = depth;
        }
        if node < leaf_count {
            counts.resize(counts.len().max(depth + 1), 0);
            counts.iter_mut().skip(depth).take(1).for_each(|count| *count += 1);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn round_trip(mut frequencies: Vec<u64>) -> u64 {
        frequencies.sort_unstable_by(|a, b| b.cmp(a));
        let mut bytes = Vec::new();
        PrefixCode::new(&frequencies).put(&mut bytes);
        let code = PrefixCode::take(&mut Take::new(&bytes)).expect("as written");
        assert_eq!(code.len(), frequencies.len() as u64);
        let mut writer = BitWriter::default();
        (0..code.len()).for_each(|rank| code.write(rank, &mut writer));
        let bytes = writer.finish();
        let mut reader = BitReader::new(&bytes, 0);
        for rank in 0..code.len() {
            assert_eq!(code.read(&mut reader), Ok(rank));
        }
        (0..).zip(&frequencies).map(|(rank, count)| count * u64::from(code.code(rank).1)).sum()
    }

    #[test]
    fn frequent_ranks_take_few_bits() {
        assert_eq!(round_trip(vec![]), 0);
        assert_eq!(round_trip(vec![7]), 0);
        assert_eq!(round_trip(vec![1, 1]), 2);
        assert_eq!(round_trip(vec![8, 4, 2, 1, 1]), 8 + 8 + 6 + 4 + 4);
    }

    #[test]
    fn no_code_is_longer_than_the_longest() {
        let fibonacci = (0..60).scan((1, 1), |(a, b), _| {
            (*a, *b) = (*b, *a + *b);
            Some(*a)
        });
        round_trip(fibonacci.collect());
    }

    proptest! {
        #[test]
        fn any_frequencies(frequencies in prop::collection::vec(0..10_000_u64, 0..300)) {
            round_trip(frequencies);
        }

        #[test]
        fn any_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..40), bits in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(code) = PrefixCode::take(&mut Take::new(&bytes)) {
                let mut reader = BitReader::new(&bits, 0);
                for _ in 0..20 {
                    if let Ok(rank) = code.read(&mut reader) {
                        prop_assert!(rank < code.len());
                    }
                }
            }
        }
    }
}
