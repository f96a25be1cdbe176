//! A set answers for one hash.

use std::ops::Range;

use bytes::Bytes;
use roaring::RoaringBitmap;

use super::{HASH_BITS_MAX, TokenHash, list};
use crate::codec::bits::BitReader;
use crate::codec::bytes::{Malformed, Take};
use crate::codec::packed::Packed;
use crate::codec::rice::read_rice;

/// The head of a set. The bits of buckets stand elsewhere; only those are read that are needed.
#[derive(Clone, Debug)]
pub(crate) struct TokenSet {
    granule_count: u32,
    hash_bits: u32,
    bucket_bits: u32,
    gap_bits: u32,
    bucket_ends: Packed,
}

impl TokenSet {
    /// Takes the head of a set over so many granules from the beginning of `bytes`. Returns also
    /// how long it is.
    ///
    /// # Errors
    /// [`Malformed`] when it cannot be as written, or is over another number of granules.
    pub(crate) fn open(bytes: &Bytes, granule_count: u32) -> Result<(Self, usize), Malformed> {
        let mut take = Take::new(bytes);
        let _token_count = take.u32()?;
        if take.u32()? != granule_count {
            return take.malformed();
        }
        let [hash_bits, bucket_bits, gap_bits] =
            [take.u8()?, take.u8()?, take.u8()?].map(u32::from);
        if hash_bits > HASH_BITS_MAX || bucket_bits > hash_bits || gap_bits > hash_bits {
            return take.malformed();
        }
        let (_zero, ends_length) = (take.u8()?, take.u32()? as usize);
        let ends_start = take.position();
        take.take(ends_length)?;
        let bucket_ends = Packed::open(bytes.slice(ends_start..take.position()))?;
        if bucket_ends.len() as u64 != 1 << bucket_bits {
            return take.malformed();
        }
        Ok((Self { granule_count, hash_bits, bucket_bits, gap_bits, bucket_ends }, take.position()))
    }

    /// The granules that may have a token; all that have it are among them. `read` gives the bytes
    /// of the set's bits in a range, and is asked for those of one bucket.
    ///
    /// # Errors
    /// [`Malformed`] when the bucket cannot be as written; those of `read`.
    pub(crate) fn granules<E: From<Malformed>>(
        &self,
        token: TokenHash,
        read: impl FnOnce(Range<u64>) -> Result<Bytes, E>,
    ) -> Result<RoaringBitmap, E> {
        let wanted = token.highest(self.hash_bits);
        let bucket = wanted >> (self.hash_bits - self.bucket_bits);
        let (start, end) = self.bucket(bucket)?;
        if end <= start {
            return Ok(RoaringBitmap::new());
        }
        let first_byte = start / 8;
        let bytes = read(first_byte..end.div_ceil(8))?;
        let bits = BitReader::new(&bytes, start - first_byte * 8);
        Ok(self.granules_in(bits, end - first_byte * 8, (bucket, wanted))?)
    }

    /// The granules that may have all of these tokens; none if there are no tokens.
    ///
    /// # Errors
    /// As [`TokenSet::granules`].
    pub(crate) fn granules_of_all<E: From<Malformed>>(
        &self,
        tokens: &[TokenHash],
        read: impl Fn(Range<u64>) -> Result<Bytes, E>,
    ) -> Result<RoaringBitmap, E> {
        let Some((first, others)) = tokens.split_first() else { return Ok(RoaringBitmap::new()) };
        let mut granules = self.granules(*first, &read)?;
        for token in others {
            if granules.is_empty() {
                break;
            }
            granules &= self.granules(*token, &read)?;
        }
        Ok(granules)
    }

    /// The granules of a hash, of which the bucket is read up to a bit.
    fn granules_in(
        &self,
        mut bits: BitReader<'_>,
        end: u64,
        (bucket, wanted): (u64, u64),
    ) -> Result<RoaringBitmap, Malformed> {
        let mut next = bucket << (self.hash_bits - self.bucket_bits);
        while bits.position() < end {
            let found = next.saturating_add(read_rice(self.gap_bits, &mut bits)?);
            if found == wanted {
                return list::read(self.granule_count, &mut bits);
            }
            if found > wanted {
                break;
            }
            list::skip(self.granule_count, &mut bits)?;
            next = found + 1;
        }
        Ok(RoaringBitmap::new())
    }

    /// The bits at which a bucket begins and ends.
    fn bucket(&self, number: u64) -> Result<(u64, u64), Malformed> {
        let malformed = Malformed { offset: 0 };
        let number = usize::try_from(number).map_err(|_| malformed)?;
        let start = number.checked_sub(1).map_or(0, |before| self.bucket_ends.get(before));
        Ok((start, self.bucket_ends.get(number)))
    }
}
