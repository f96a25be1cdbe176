//! Pairs of hash and granule become a set.

use super::{BUCKET_TOKENS, HASH_BITS_MAX, SPARE_BITS, TokenHash, list};
use crate::codec::bits::{BitWriter, width};
use crate::codec::bytes::{Put, small};
use crate::codec::packed::pack;
use crate::codec::rice::write_rice;

/// Bits of a granule's number within a pair: of 2^32 rows there are fewer granules.
const GRANULE_BITS: u32 = u64::BITS - HASH_BITS_MAX;

/// A set as written: its head, and the bits of its buckets.
pub(crate) struct Encoded {
    pub(crate) head: Vec<u8>,
    pub(crate) bits: Vec<u8>,
}

/// Takes pairs in any order, also more than once.
#[derive(Debug, Default)]
pub(crate) struct TokenSetBuilder {
    /// The highest bits of a hash and, in the lowest [`GRANULE_BITS`], a granule.
    pairs: Vec<u64>,
}

impl TokenSetBuilder {
    /// Notes that a granule has a token.
    pub(crate) fn push(&mut self, hash: TokenHash, granule: u32) {
        self.pairs.push(hash.highest(HASH_BITS_MAX) << GRANULE_BITS | u64::from(granule));
    }

    /// The set of granules 0 to `granule_count`. O(pairs).
    pub(crate) fn finish(mut self, granule_count: u32) -> Encoded {
        sort(&mut self.pairs);
        self.pairs.dedup();
        let token_count = self.pairs.chunk_by(|one, other| hash(*one) == hash(*other)).count();
        let hash_bits = (width(token_count as u64) + SPARE_BITS).min(HASH_BITS_MAX);
        let bucket_bits = width((token_count / BUCKET_TOKENS) as u64);
        let (bits, ends) = self.buckets(granule_count, hash_bits, bucket_bits);
        let mut packed_ends = Vec::new();
        pack(ends.iter().copied(), &mut packed_ends);

        let mut head = Vec::with_capacity(packed_ends.len() + 16);
        head.put_u32(small(token_count));
        head.put_u32(granule_count);
        for number in [hash_bits, bucket_bits, SPARE_BITS, 0] {
            head.put_u8(number.to_le_bytes()[0]);
        }
        head.put_u32(small(packed_ends.len()));
        head.extend_from_slice(&packed_ends);
        Encoded { head, bits }
    }

    /// All buckets, and the bit each ends at.
    fn buckets(&self, granule_count: u32, hash_bits: u32, bucket_bits: u32) -> (Vec<u8>, Vec<u64>) {
        let shorter = |pair: u64| hash(pair) >> (HASH_BITS_MAX - hash_bits);
        let (mut bits, mut granules) = (BitWriter::default(), Vec::new());
        let mut ends = Vec::with_capacity(1 << bucket_bits);
        let rest_bits = hash_bits - bucket_bits;
        let mut next = 0;
        for pairs in self.pairs.chunk_by(|one, other| shorter(*one) == shorter(*other)) {
            let Some(found) = pairs.first().map(|pair| shorter(*pair)) else { continue };
            while ends.len() as u64 != found >> rest_bits {
                ends.push(bits.bit_count());
                next = (ends.len() as u64) << rest_bits;
            }
            write_rice(found.saturating_sub(next), SPARE_BITS, &mut bits);
            next = found + 1;
            granules.clear();
            granules.extend(pairs.iter().map(|pair| granule(*pair)));
            if shorter_is_shared(pairs) {
                // Two tokens are one now, and may have been in the same granules.
                granules.sort_unstable();
                granules.dedup();
            }
            list::write(&granules, granule_count, &mut bits);
        }
        ends.resize(1 << bucket_bits, bits.bit_count());
        (bits.finish(), ends)
    }
}

/// Bits of a hash that pairs are sorted by at a time.
const DIGIT_BITS: u32 = 12;
const DIGIT_COUNT: usize = HASH_BITS_MAX.div_ceil(DIGIT_BITS) as usize;

/// Sorts pairs. Those of many records come granule by granule, so only their hashes have to be put
/// in order: digit by digit from the lowest, as hashes are spread evenly.
fn sort(pairs: &mut Vec<u64>) {
    if pairs.len() < 1 << DIGIT_BITS || !pairs.is_sorted_by_key(|pair| granule(*pair)) {
        pairs.sort_unstable();
        return;
    }
    let digit = |pair: u64, place: u32| {
        let digit = pair >> (GRANULE_BITS + place * DIGIT_BITS) & ((1 << DIGIT_BITS) - 1);
        usize::try_from(digit).unwrap_or(0)
    };
    let mut starts = vec![[0_usize; 1 << DIGIT_BITS]; DIGIT_COUNT];
    for pair in &*pairs {
        for (place, counts) in (0..).zip(&mut starts) {
            counts.get_mut(digit(*pair, place)).into_iter().for_each(|count| *count += 1);
        }
    }
    let mut sorted = vec![0; pairs.len()];
    for (place, starts) in (0..).zip(&mut starts) {
        let mut end = 0;
        for start in starts.iter_mut() {
            end += std::mem::replace(start, end);
        }
        for pair in &*pairs {
            let Some(start) = starts.get_mut(digit(*pair, place)) else { continue };
            sorted.get_mut(*start).into_iter().for_each(|slot| *slot = *pair);
            *start += 1;
        }
        std::mem::swap(pairs, &mut sorted);
    }
}

fn hash(pair: u64) -> u64 {
    pair >> GRANULE_BITS
}

fn granule(pair: u64) -> u32 {
    u32::try_from(pair & ((1 << GRANULE_BITS) - 1)).unwrap_or(u32::MAX)
}

/// Whether pairs have more than one hash.
fn shorter_is_shared(pairs: &[u64]) -> bool {
    let ends = pairs.first().zip(pairs.last());
    ends.is_some_and(|(first, last)| hash(*first) != hash(*last))
}
