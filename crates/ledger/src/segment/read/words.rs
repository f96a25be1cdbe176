//! What a segment knows of words, from the cache or from disk.

use std::sync::Arc;

use gatelog_query::words::Phrase;
use roaring::RoaringBitmap;

use super::Segment;
use crate::cache::Cached;
use crate::codec::bytes::{Malformed, small};
use crate::error::Result;
use crate::row::Column;
use crate::segment::dictionary::Dictionary;
use crate::segment::layout::PartKind;
use crate::segment::present;
use crate::segment::tokens::TokenHash;
use crate::segment::tokens::records::RecordTokens;
use crate::segment::tokens::values::{self, ValueTokens};

impl Segment {
    /// The words of the records; `None` before version 3.
    pub(crate) fn words(&self) -> Result<Option<Words<'_>>> {
        let row_count = self.row_count();
        let piece = self.piece(PartKind::Tokens, Column::Kind, |bytes| {
            let tokens = RecordTokens::open(&bytes, row_count)?;
            Ok(Cached::RecordTokens(Arc::new(tokens)))
        })?;
        Ok(match piece {
            Some(Cached::RecordTokens(tokens)) => Some(Words { segment: self, tokens }),
            _ => None,
        })
    }

    fn value_tokens(
        &self,
        column: Column,
        dictionary: &Dictionary,
    ) -> Result<Option<Arc<ValueTokens>>> {
        let value_count = small(dictionary.len());
        let piece = self.piece(PartKind::ValueTokens, column, |bytes| {
            let tokens = ValueTokens::open(&bytes, value_count)?;
            Ok(Cached::ValueTokens(Arc::new(tokens)))
        })?;
        Ok(match piece {
            Some(Cached::ValueTokens(tokens)) => Some(tokens),
            _ => None,
        })
    }

    /// The rows that have a value in a column without a dictionary, from version 3 on.
    pub(crate) fn rows_present(&self, column: Column) -> Result<RoaringBitmap> {
        if column == Column::Id {
            return Ok(present::every_row(self.row_count()));
        }
        let piece = self.piece(PartKind::Present, column, |bytes| Ok(Cached::Bytes(bytes)))?;
        let Some(Cached::Bytes(part)) = piece else { return Ok(RoaringBitmap::new()) };
        present::decode(&part, self.row_count())
            .map_err(|malformed| self.malformed(PartKind::Present, column, malformed))
    }
}

/// Finds rows of a segment by words.
#[derive(Debug)]
pub(crate) struct Words<'s> {
    segment: &'s Segment,
    tokens: Arc<RecordTokens>,
}

impl Words<'_> {
    /// The granules that may have all of these tokens.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`].
    pub(crate) fn granules(&self, tokens: &[TokenHash]) -> Result<RoaringBitmap> {
        self.checked(self.tokens.granules(tokens))
    }

    /// The rows of granules.
    pub(crate) fn rows(&self, granules: &RoaringBitmap) -> RoaringBitmap {
        self.tokens.records(granules)
    }

    /// Whether some record has `::ffff:` before its address.
    pub(crate) fn has_mapped_address(&self) -> bool {
        self.tokens.has_mapped_address()
    }

    /// Whether all records that have an id, session or interaction state it as a string, without
    /// escapes.
    pub(crate) fn is_stated(&self, column: Column) -> bool {
        self.tokens.is_stated(column)
    }

    /// The granules with rows that have a value in a column and do not state it in their record.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`].
    pub(crate) fn unstated(&self, column: Column, value: &str) -> Result<RoaringBitmap> {
        self.checked(self.tokens.unstated(column, value))
    }

    /// The values of a dictionary column that have a phrase, whose tokens have these hashes.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] or [`crate::Error::Io`].
    pub(crate) fn values(
        &self,
        (column, dictionary): (Column, &Dictionary),
        phrase: &Phrase,
        hashes: &[TokenHash],
    ) -> Result<Vec<usize>> {
        let tokens = self.segment.value_tokens(column, dictionary)?;
        values::positions((column, dictionary), tokens.as_deref(), phrase, hashes)
            .map_err(|malformed| self.segment.malformed(PartKind::ValueTokens, column, malformed))
    }

    fn checked<T>(&self, read: std::result::Result<T, Malformed>) -> Result<T> {
        read.map_err(|malformed| self.segment.malformed(PartKind::Tokens, Column::Kind, malformed))
    }
}
