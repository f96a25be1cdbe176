//! Which values of a dictionary may have a word: the parts VALUE_TOKENS.
//!
//! ```text
//! VALUE_TOKENS := TOKEN_SET                                granules of 64 values, in their order
//! ```
//! What a value begins with is found by bisection, so the token at its very beginning is left out
//! where it is written in lower case. Of the kind column it is the event type that is searched.
//! A part follows from its dictionary alone. Few values are looked through and have no part, nor have
//! columns other than `Column::SEARCHED`.

use std::ops::Range;

use bytes::Bytes;
use gatelog_query::words;

use super::{GRANULE, TokenHash, TokenSet, TokenSetBuilder};
use crate::codec::bytes::{Malformed, small};
use crate::row::{Column, KindKey};

/// So many values are looked through rather than indexed: it costs as much.
const VALUES_WALKED_MAX: usize = 8;

/// What is searched of a value in a dictionary column.
pub(crate) fn searched(column: Column, value: &[u8]) -> Option<&str> {
    match column {
        Column::Kind => KindKey::decode(value).map(|kind| kind.event_type),
        _ => std::str::from_utf8(value).ok(),
    }
}

/// The part for the values of a column, in their order; `None` if they need none.
pub(crate) fn encode<'v>(
    column: Column,
    values: impl ExactSizeIterator<Item = &'v [u8]>,
) -> Option<Vec<u8>> {
    let value_count = values.len();
    if value_count <= VALUES_WALKED_MAX || !Column::SEARCHED.contains(&column) {
        return None;
    }
    let mut set = TokenSetBuilder::default();
    for (position, value) in (0_u32..).zip(values) {
        let Some(text) = searched(column, value) else { continue };
        let mut is_first = column != Column::Kind;
        words::for_each_token(text, |token| {
            if !(is_first && text.starts_with(token)) {
                set.push(TokenHash::of(token.as_bytes()), position / GRANULE);
            }
            is_first = false;
        });
    }
    let set = set.finish(small(value_count).div_ceil(GRANULE));
    Some([set.head, set.bits].concat())
}

/// The part as it is read.
#[derive(Debug)]
pub(crate) struct ValueTokens {
    set: TokenSet,
    bits: Bytes,
    value_count: usize,
}

impl ValueTokens {
    /// The part for a dictionary of so many values.
    ///
    /// # Errors
    /// [`Malformed`] when it cannot be as written.
    pub(crate) fn open(bytes: &Bytes, value_count: usize) -> Result<Self, Malformed> {
        let (set, length) = TokenSet::open(bytes, small(value_count).div_ceil(GRANULE))?;
        Ok(Self { set, bits: bytes.slice(length..), value_count })
    }

    /// The positions among which are those of all values that have tokens with these hashes, except
    /// of values that begin with the first of them.
    ///
    /// # Errors
    /// [`Malformed`] when the part cannot be as written.
    pub(crate) fn positions(
        &self,
        hashes: &[TokenHash],
    ) -> Result<impl Iterator<Item = usize> + use<>, Malformed> {
        let read = |range: Range<u64>| {
            let bound = |bound: u64| usize::try_from(bound).ok();
            let range = bound(range.start).zip(bound(range.end)).map(|(start, end)| start..end);
            let range = range.filter(|range| range.end <= self.bits.len());
            range.map(|range| self.bits.slice(range)).ok_or(Malformed { offset: 0 })
        };
        let value_count = self.value_count;
        let granules = self.set.granules_of_all(hashes, read)?;
        Ok(granules.into_iter().flat_map(move |granule| {
            let start = granule as usize * GRANULE as usize;
            start..value_count.min(start + GRANULE as usize)
        }))
    }
}
