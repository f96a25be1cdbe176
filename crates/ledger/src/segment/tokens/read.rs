//! A set answers for one hash.

use bytes::Bytes;
use roaring::RoaringBitmap;

use super::{HASH_BITS_MAX, TokenHash, list};
use crate::codec::bits::BitReader;
use crate::codec::bytes::{Malformed, Take};
use crate::codec::packed::Packed;

/// A set that is read in place.
#[derive(Clone, Debug)]
pub(crate) struct TokenSet {
    granule_count: u32,
    hash_bits: u32,
    bucket_bits: u32,
    gap_bits: u32,
    bucket_ends: Packed,
    bits: Bytes,
}

impl TokenSet {
    /// A set over so many granules.
    ///
    /// # Errors
    /// [`Malformed`] when it cannot be as written, or is over another number of granules.
    pub(crate) fn open(bytes: &Bytes, granule_count: u32) -> Result<Self, Malformed> {
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
        let bits = bytes.slice(take.position()..);
        Ok(Self { granule_count, hash_bits, bucket_bits, gap_bits, bucket_ends, bits })
    }

    /// The granules that may have a token; all that have it are among them. Reads one bucket.
    ///
    /// # Errors
    /// [`Malformed`] when the bucket cannot be as written.
    pub(crate) fn granules(&self, token: TokenHash) -> Result<RoaringBitmap, Malformed> {
        let wanted = token.highest(self.hash_bits);
        let rest_bits = self.hash_bits - self.bucket_bits;
        let bucket = wanted >> rest_bits;
        let (start, end) = self.bucket(bucket)?;
        let mut bits = BitReader::new(&self.bits, start);
        let mut next = bucket << rest_bits;
        while bits.position() < end {
            let found = next.saturating_add(list::read_rice(self.gap_bits, &mut bits)?);
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

    /// The granules that may have all of these tokens; none if there are no tokens.
    ///
    /// # Errors
    /// As [`TokenSet::granules`].
    pub(crate) fn granules_of_all(&self, tokens: &[TokenHash]) -> Result<RoaringBitmap, Malformed> {
        let Some((first, others)) = tokens.split_first() else { return Ok(RoaringBitmap::new()) };
        let mut granules = self.granules(*first)?;
        for token in others {
            if granules.is_empty() {
                break;
            }
            granules &= self.granules(*token)?;
        }
        Ok(granules)
    }

    /// The bits at which a bucket begins and ends.
    fn bucket(&self, number: u64) -> Result<(u64, u64), Malformed> {
        let malformed = Malformed { offset: 0 };
        let number = usize::try_from(number).map_err(|_| malformed)?;
        let start = number.checked_sub(1).map_or(0, |before| self.bucket_ends.get(before));
        Ok((start, self.bucket_ends.get(number)))
    }
}
