//! What the record of a row is.
//!
//! Records of one kind differ in little: ids, times, addresses. A record is cut into what does not
//! vary, its template, and what stands in the template's holes. The segment's tables list
//! templates, values that rows share, and combinations of them that rows share; blocks hold for
//! each row which of those it has, and the bits of what only it has. Any record has a form here:
//! one that is like no other is a template with one hole and a text in it.
//!
//! ```text
//! TABLES   := head_length varint | HEAD | VALUES | LISTED                each behind its length
//! HEAD     := zstd frame of: CHOICES | TEMPLATES (each behind its length) | TEXT
//! TEXT     := the texts of all templates, then those of values of form 0
//! CHOICES  := count varint | CHOICE * | PREFIX_CODE
//! CHOICE   := FORM | value_count varint
//! TEMPLATES:= count varint | PREFIX_CODE | TEMPLATE *
//! TEMPLATE := text_length varint | part_count varint | PART * | group_count varint | GROUP *
//! PART     := hole_count varint | HOLE * | LIST_CODE
//! HOLE     := hole varint | base varint | width u8
//! GROUP    := part_count varint | part varint * | LIST_CODE
//! LIST_CODE:= escape varint | PREFIX_CODE
//! ```
//! A template's text is `flags u8` and the record with a zero byte for each hole; if the flags say
//! that the id was derived, the id stands before the record, as the first hole.
//!
//! A CHOICE is a form (`form.rs`), or the values of the table that have this form: `value_count` is
//! then not 0. VALUES are the bits of all of them, in order; of a text they are the end of its part
//! of TEXT, in as many bits as the length of TEXT needs. Symbols number all choices and values in
//! order: a form has one number, values have one each.
//!
//! A template's holes are spread over its parts; parts may be in one of its groups. LISTED has combinations
//! in the order of their codes, for each template those of its parts, then those of its groups: of a
//! part's holes the symbols less `base`, in `width` bits; of a group's parts the ranks, in the bits
//! that the largest one needs. A code has a rank for each combination, and one more at `escape - 1`
//! if `escape` is not 0.
//!
//! ```text
//! BLOCK := text_length varint | TEXTS (with its length) | ROW bits *
//! ROW   := template's code | GROUP_ROW * | PART_ROW of each part in no group | hole's bits *
//! GROUP_ROW := code | if it is the escape: PART_ROW *
//! PART_ROW  := code | if it is the escape: (choice's code | number) for each hole
//! ```
//! The number of a value among those of its choice takes as many bits as the last one needs. Then
//! come the bits of the holes whose symbol is a form, in the order of the holes. TEXTS are the
//! block's texts of form 0; if they are shorter than `text_length`, they are a zstd frame that uses
//! the first 112 KiB of TEXT as dictionary.
//!
//! - [`form`], [`times`]: how a value is written, and its bits.
//! - [`split`], [`follow`], [`collect`], [`symbols`], [`groups`], [`tuples`], [`shapes`], [`encode`]: rows become
//!   tables and blocks.
//! - [`words`]: which words the rows have.
//! - [`sieve`]: which rows may have a text?
//! - [`tables`], [`block`]: tables and blocks become rows.
//! - [`index`]: where blocks are.
//! - [`plain`]: blocks of version 1.

mod block;
mod collect;
mod encode;
mod follow;
mod form;
mod groups;
pub(crate) mod index;
pub(crate) mod plain;
mod shapes;
mod sieve;
mod split;
mod symbols;
mod tables;
mod times;
mod tuples;
mod words;

use bytes::Bytes;

use crate::codec::bytes::Malformed;
use crate::row::RowFlags;

pub(crate) use block::{Block, ReadBack};
pub(crate) use encode::Encoder;
pub(crate) use sieve::{IsWanted, Sieve, WantedText};
pub(crate) use tables::Tables;
pub(crate) use words::IndexedRow;

/// Rows of a block: reading one record reads a block, and looks at what each of its rows has.
pub(crate) const BLOCK_ROWS_MAX: usize = 32;

/// A block is closed once its texts are this long, in bytes.
const BLOCK_TEXT_BYTES_MAX: usize = 96 << 10;

/// How much of the tables' text the texts of blocks are compressed with, in bytes.
const PREFIX_BYTES_MAX: usize = 112 << 10;

/// Longest head of the tables, in bytes: more than all templates and values may have.
const TABLES_HEAD_BYTES_MAX: usize = 32 << 20;

/// Bits of the width of a text's length.
const LENGTH_WIDTH_BITS: u32 = 5;

/// One row on its way into a segment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordRow<'a> {
    pub(crate) flags: RowFlags,
    /// Kept if the flags say that it was derived.
    pub(crate) id: &'a str,
    pub(crate) record: &'a [u8],
    /// The time the row is ordered by, in milliseconds since the epoch.
    pub(crate) millis: i64,
}

/// One row as read.
#[derive(Clone, Debug)]
pub(crate) struct StoredRow {
    pub(crate) flags: RowFlags,
    /// The id, if it was derived and is not in the record.
    pub(crate) derived_id: Option<Box<str>>,
    pub(crate) record: Bytes,
}

/// A block of either version.
#[derive(Debug)]
pub(crate) enum AnyBlock {
    /// Version 1: whole records.
    Plain(plain::Block),
    /// What the tables do not say of records.
    Cut(Block),
}

impl AnyBlock {
    /// The row with this number in the segment.
    ///
    /// # Errors
    /// [`Malformed`] when the block does not hold it or it cannot be as written.
    pub(crate) fn row(&self, row: u32, row_millis: i64) -> Result<StoredRow, Malformed> {
        match self {
            Self::Plain(block) => block.row(row).ok_or(Malformed { offset: 0 }),
            Self::Cut(block) => block.row(row, row_millis),
        }
    }

    /// Whether the row with this number may have a text that `sieve` lets pass.
    ///
    /// # Errors
    /// As [`AnyBlock::row`].
    pub(crate) fn may_have(
        &self,
        row: u32,
        row_millis: i64,
        sieve: &mut Sieve<'_>,
    ) -> Result<bool, Malformed> {
        match self {
            Self::Plain(_) => Ok(true),
            Self::Cut(block) => block.may_have(row, row_millis, sieve),
        }
    }

    /// What the block costs in memory, in bytes.
    pub(crate) fn weight(&self) -> u64 {
        match self {
            Self::Plain(block) => block.weight(),
            Self::Cut(block) => block.weight(),
        }
    }
}

#[cfg(test)]
mod tests;
