//! Which rows may have this word: a set of tokens, and the granules that have each.
//!
//! A granule is a run of neighbours: of 64 records, or of 64 values of a dictionary. A token is
//! known by its hash, of as many bits as let an absent token be taken for one that is there in at
//! most one of 64 sets. So an answer may name a granule that does not have the token, and never
//! leaves one out that does: whoever asks reads what it names.
//!
//! ```text
//! TOKEN_SET := head | bits of BUCKET *
//! head      := token_count u32 | granule_count u32 | hash_bits u8 | bucket_bits u8 | gap_bits u8
//!            | zero u8 | ends_length u32 | bucket_ends PACKED
//! BUCKET    := TOKEN *
//! TOKEN     := gap RICE(gap_bits) | GRANULES
//! GRANULES  := 1 | granule, in the bits that the last one needs          the only one
//!            | 0 | are_spans u1 | GAMMA(count) | gap RICE(list_bits) *   several
//! RICE(n)   := as many 0 as number >> n | 1 | the lowest n bits of the number
//! GAMMA     := as many 0 as the number has bits after its highest | 1 | those bits
//! ```
//! Bits stand lowest first, without gaps. There are 2^`bucket_bits` buckets; a bucket has the tokens
//! whose hashes begin with its number, ascending, and ends at the bit that `bucket_ends` has for it.
//! A token in several granules has a list of places: of granules, or, if it is in more than one of 8,
//! of spans of 4 granules. A gap is how many hashes (or places) lie between one and the one before,
//! within the bucket (or list). Of a token in more than half of all places, those that lack it are
//! listed. `list_bits` is `floor(log2(2 * places / (3 * listed)))`, at least 0.
//!
//! The hash of a token is FNV-1a of its UTF-8, 64 bits, `x`; then the highest `hash_bits` of
//! `(x ^ x >> 32) * 0x9e3779b97f4a7c15`.
//!
//! - [`mod@write`]: pairs of hash and granule become a set.
//! - [`read`]: a set answers for one hash.
//! - [`list`]: the granules of one token.
//! - [`records`]: the set of a segment's records, and what it leaves to dictionaries.
//! - [`values`]: the set of a dictionary's values.

mod list;
mod read;
pub(crate) mod records;
pub(crate) mod values;
mod write;

pub(crate) use read::TokenSet;
pub(crate) use write::TokenSetBuilder;

/// Neighbours that are found together. Twice as many take a bit less for each token, and twice as
/// long to look through: of so many records some 50 microseconds.
pub(crate) const GRANULE: u32 = 64;

/// Bits of a hash beyond those that number the tokens: one absent token in 2^6 is taken for another.
const SPARE_BITS: u32 = 6;

/// Tokens of a bucket: the larger, the fewer bits say where buckets end, and the more tokens are
/// passed on the way to one.
const BUCKET_TOKENS: usize = 32;

/// Most bits of a hash: enough for 2^30 tokens.
const HASH_BITS_MAX: u32 = 36;

/// What stands for a token: 64 bits, of which a set keeps the highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TokenHash(u64);

impl TokenHash {
    /// The hash of a token, or of anything else that is to be found like one. O(length).
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let fnv = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        // The highest bits of FNV hardly depend on the last bytes.
        Self((fnv ^ fnv >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// The highest bits, at most [`HASH_BITS_MAX`].
    fn highest(self, bits: u32) -> u64 {
        self.0.checked_shr(u64::BITS - bits).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;
