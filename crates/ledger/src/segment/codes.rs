//! Which value of a column each row has.

use super::dictionary::{Dictionary, for_each_row};
use crate::codec::bytes::{Malformed, small};
use crate::codec::packed::Packed;

/// A code per row: the position of its value + 1, or 0 for none.
#[derive(Debug)]
pub(crate) enum Codes {
    /// As the segment has them.
    Stored(Packed),
    /// Made of the rows per value.
    Derived(Box<[u32]>),
}

impl Codes {
    /// O(rows).
    ///
    /// # Errors
    /// [`Malformed`] when a value has rows that there are not.
    pub(super) fn derive(
        dictionary: &Dictionary,
        postings: &[u8],
        row_count: u32,
    ) -> Result<Self, Malformed> {
        let mut codes = vec![0; row_count as usize].into_boxed_slice();
        for position in 0..dictionary.len() {
            let (start, end) = dictionary.postings_run(position);
            let code = small(position).saturating_add(1);
            for_each_row(postings.get(start..end).unwrap_or_default(), |row| {
                codes.get_mut(row as usize).map(|slot| *slot = code)
            })?;
        }
        Ok(Self::Derived(codes))
    }

    /// The code of a row; 0 beyond the end.
    pub(crate) fn get(&self, row: usize) -> u64 {
        match self {
            Self::Stored(codes) => codes.get(row),
            Self::Derived(codes) => codes.get(row).copied().map_or(0, u64::from),
        }
    }
}
