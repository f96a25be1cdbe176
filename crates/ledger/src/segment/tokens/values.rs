//! Which values of a dictionary may have a word: the parts VALUE_TOKENS.
//!
//! ```text
//! VALUE_TOKENS := TOKEN_SET                                granules of 64 values, in their order
//! ```
//! What a value begins with is found by bisection, so the token at its very beginning is left out
//! where it is written in lower case. Of the kind column it is the event type that is searched.
//! A part follows from its dictionary alone. Few values are looked through and have no part; submitters are no
//! words of the record.

use bytes::Bytes;
use gatelog_query::words::{self, Phrase};

use super::{GRANULE, TokenHash, TokenSet, TokenSetBuilder};
use crate::codec::bytes::{Malformed, small};
use crate::row::{Column, KindKey};
use crate::segment::dictionary::Dictionary;

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
    if value_count <= VALUES_WALKED_MAX || column == Column::Submitter {
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
    Some(set.finish(small(value_count).div_ceil(GRANULE)))
}

/// The part as it is read.
#[derive(Debug)]
pub(crate) struct ValueTokens(TokenSet);

impl ValueTokens {
    /// The part for a dictionary of so many values.
    ///
    /// # Errors
    /// [`Malformed`] when it cannot be as written.
    pub(crate) fn open(bytes: &Bytes, value_count: u32) -> Result<Self, Malformed> {
        TokenSet::open(bytes, value_count.div_ceil(GRANULE)).map(Self)
    }
}

/// The positions of the values of a dictionary that have a phrase, whose tokens have these hashes.
/// Looks at the values of the granules that may, and at those that begin like it.
///
/// # Errors
/// [`Malformed`] when the part cannot be as written.
pub(crate) fn positions(
    (column, dictionary): (Column, &Dictionary),
    tokens: Option<&ValueTokens>,
    phrase: &Phrase,
    hashes: &[TokenHash],
) -> Result<Vec<usize>, Malformed> {
    let has_phrase = |position: &usize| {
        let text = searched(column, dictionary.value(*position));
        text.is_some_and(|text| phrase.is_in_text(text))
    };
    let Some(ValueTokens(tokens)) = tokens else {
        return Ok((0..dictionary.len()).filter(has_phrase).collect());
    };
    let beginning = match (column, phrase.tokens().first()) {
        (Column::Kind, _) | (_, None) => 0..0,
        (_, Some(first)) => dictionary.with_prefix(first.as_bytes()),
    };
    let mut found: Vec<usize> = beginning.filter(has_phrase).collect();
    for granule in tokens.granules_of_all(hashes)? {
        let start = granule as usize * GRANULE as usize;
        let end = dictionary.len().min(start + GRANULE as usize);
        found.extend((start..end).filter(has_phrase));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
