//! Dictionaries of segments before version 3: a text, and packed columns of numbers.
//!
//! ```text
//! DICTIONARY := value_count u32 | text_length u32 | ends_length u32 | counts_length u32
//!             | text | ends PACKED | counts PACKED | postings_ends PACKED
//! ```

use bytes::Bytes;

use super::Dictionary;
use crate::codec::bytes::{Malformed, Take};
use crate::codec::packed::Packed;

impl Dictionary {
    /// All values of a part of this form. O(values).
    ///
    /// # Errors
    /// [`Malformed`] when it cannot be as written.
    pub(crate) fn open_packed(bytes: &Bytes) -> Result<Self, Malformed> {
        let mut take = Take::new(bytes);
        let value_count = take.u32()? as usize;
        let lengths = [take.u32()? as usize, take.u32()? as usize, take.u32()? as usize];
        let mut part = |length: usize| -> Result<Bytes, Malformed> {
            let start = take.position();
            take.take(length)?;
            Ok(bytes.slice(start..start + length))
        };
        let [text_length, ends_length, counts_length] = lengths;
        let text = part(text_length)?.to_vec();
        let [ends, counts] = [part(ends_length)?, part(counts_length)?];
        let rows_ends = bytes.slice(take.position()..);
        let numbers = |bytes: Bytes| -> Result<Vec<u32>, Malformed> {
            let packed = Packed::open(bytes)?;
            let all = (0..packed.len()).map(|at| u32::try_from(packed.get(at)).ok());
            let all: Option<Vec<u32>> = all.collect();
            all.filter(|all| all.len() == value_count).ok_or(Malformed { offset: 0 })
        };
        let (ends, counts, rows_ends) = (numbers(ends)?, numbers(counts)?, numbers(rows_ends)?);
        Ok(Self { text, ends, counts, rows_ends })
    }
}
