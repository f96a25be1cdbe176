//! Which records may have a word: the part TOKENS.
//!
//! ```text
//! TOKENS     := bits of the set
//! TOKEN_HEAD := unstated u16 | head of a TOKEN_SET | crc32c u32 of each page of 1 KiB of the bits
//! ```
//! Granules are of 64 records, in their order. To find a token, the head and mostly one page of the
//! bits are read. Heads are parts of their own, so that those of all runs can stand together.
//!
//! A record's tokens are those of its string values, with one exception: a value that is the value
//! of one of the row's dictionary columns is left out, as the dictionary knows that row already.
//! Of an address, `::ffff:` before it is left out too.
//! The dictionary can only stand for records that do state its value so. Of those that do not (a
//! number, a value that was cut, one that was put together from several), value and granule are in
//! the set like a token, `0xff | column u8 | value`, and bit `column`'s place in
//! `Column::DICTIONARIES` of `unstated` is set. Bit 15 says that some record has `::ffff:` before
//! its address.
//! The tokens of event id, session and interaction are always in the set, however the record states
//! them; a value without any is `0xfe | value`. Bits 12 (session), 13 (interaction) and 14 (event
//! id) of `unstated` say that some record does not state it as a string without escapes.

use std::ops::Range;

use bytes::Bytes;
use gatelog_event::fields::IndexedField;
use gatelog_query::words;
use roaring::RoaringBitmap;

use super::{GRANULE, TokenHash, TokenSet, TokenSetBuilder};
use crate::codec::bytes::{Malformed, Put, Take};
use crate::row::Column;

/// Bits of a set that have a checksum of their own, in bytes.
pub(crate) const PAGE_BYTES: usize = 1 << 10;

/// No token begins with these bytes.
const UNSTATED: u8 = 0xff;
const WHOLE: u8 = 0xfe;

/// Says that a record has `::ffff:` before its address.
const HAS_MAPPED: u16 = 1 << 15;

/// The hashes by which an id is found: of its tokens, or of all of it if it has none.
pub(crate) fn value_hashes(value: &str) -> Vec<TokenHash> {
    let mut hashes = Vec::new();
    words::for_each_token(value, |token| hashes.push(TokenHash::of(token.as_bytes())));
    if hashes.is_empty() {
        hashes.push(marked(&[WHOLE], value));
    }
    hashes
}

fn unstated(column: Column, value: &str) -> TokenHash {
    marked(&[UNSTATED, column.code()], value)
}

fn marked(mark: &[u8], value: &str) -> TokenHash {
    TokenHash::of(&[mark, value.as_bytes()].concat())
}

fn bit(column: Column) -> u16 {
    match column {
        Column::Field(IndexedField::Session) => 1 << 12,
        Column::Field(IndexedField::Interaction) => 1 << 13,
        Column::Id => 1 << 14,
        _ => column.dictionary_position().map_or(0, |position| 1 << position),
    }
}

/// Takes the words of records, granule by granule.
#[derive(Debug, Default)]
pub(crate) struct RecordTokensBuilder {
    set: TokenSetBuilder,
    unstated: u16,
}

impl RecordTokensBuilder {
    /// A record of the granule has a token.
    pub(crate) fn push(&mut self, token: TokenHash, granule: u32) {
        self.set.push(token, granule);
    }

    /// A record of the granule does not state a value that one of its columns has.
    pub(crate) fn push_unstated(&mut self, column: Column, value: &str, granule: u32) {
        self.unstated |= bit(column);
        self.set.push(unstated(column, value), granule);
    }

    /// A record does not state its id, session or interaction plainly.
    pub(crate) fn note_unstated_id(&mut self, column: Column) {
        self.unstated |= bit(column);
    }

    /// A record states its address with `::ffff:` before it.
    pub(crate) fn note_mapped_address(&mut self) {
        self.unstated |= HAS_MAPPED;
    }

    /// The parts, of so many records.
    pub(crate) fn finish(self, record_count: u32) -> EncodedTokens {
        let set = self.set.finish(record_count.div_ceil(GRANULE));
        let mut head = Vec::with_capacity(set.head.len() + set.bits.len() / 200);
        head.put_u16(self.unstated);
        head.extend_from_slice(&set.head);
        set.bits.chunks(PAGE_BYTES).for_each(|page| head.put_u32(crc32c::crc32c(page)));
        EncodedTokens { head, bits: set.bits }
    }
}

/// The two parts that a run's tokens are.
#[derive(Debug)]
pub(crate) struct EncodedTokens {
    pub(crate) head: Vec<u8>,
    pub(crate) bits: Vec<u8>,
}

/// What is known of a run's tokens before their bits.
#[derive(Debug)]
pub(crate) struct RecordTokens {
    set: TokenSet,
    unstated: u16,
    record_count: u32,
    /// Of each page of them.
    page_crcs: Box<[u32]>,
}

impl RecordTokens {
    /// Reads the head of the tokens of so many records.
    ///
    /// # Errors
    /// [`Malformed`] when it cannot be as written.
    pub(crate) fn open(head: &Bytes, record_count: u32) -> Result<Self, Malformed> {
        let mut take = Take::new(head);
        let unstated = take.u16()?;
        let set = head.slice(take.position()..);
        let (set, length) = TokenSet::open(&set, record_count.div_ceil(GRANULE))?;
        take.take(length)?;
        let mut page_crcs = Vec::new();
        while !take.is_empty() {
            page_crcs.push(take.u32()?);
        }
        Ok(Self { set, unstated, record_count, page_crcs: page_crcs.into() })
    }

    /// The set of tokens.
    pub(crate) fn set(&self) -> &TokenSet {
        &self.set
    }

    /// The checksum of a page of the set's bits.
    pub(crate) fn page_crc(&self, page: u32) -> Option<u32> {
        self.page_crcs.get(page as usize).copied()
    }

    /// What stands in the set for a value that a column has and some record does not state; `None`
    /// if all records state the column's values.
    pub(crate) fn unstated(&self, column: Column, value: &str) -> Option<TokenHash> {
        (self.unstated & bit(column) != 0).then(|| unstated(column, value))
    }

    /// Whether all records that have an id, session or interaction state it as a string, without
    /// escapes.
    pub(crate) fn is_stated(&self, column: Column) -> bool {
        self.unstated & bit(column) == 0
    }

    /// Whether a record has `::ffff:` before its address.
    pub(crate) fn has_mapped_address(&self) -> bool {
        self.unstated & HAS_MAPPED != 0
    }

    /// The records of granules, in their order.
    pub(crate) fn records(&self, granules: &RoaringBitmap) -> impl Iterator<Item = Range<u32>> {
        granules.iter().map(|granule| {
            let start = granule.saturating_mul(GRANULE).min(self.record_count);
            start..start.saturating_add(GRANULE).min(self.record_count)
        })
    }
}
