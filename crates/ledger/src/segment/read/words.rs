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
use crate::segment::runs::Run;
use crate::segment::tokens::TokenHash;
use crate::segment::tokens::records::RecordTokens;
use crate::segment::tokens::values::{self, ValueTokens};

impl Segment {
    /// The words of the records; `None` before version 3.
    pub(crate) fn words(&self) -> Result<Option<Words<'_>>> {
        let opened = self.opened()?;
        let mut runs = Vec::new();
        for (run, Run { row_count, .. }) in opened.runs.iter() {
            let piece = self.piece_of_run(PartKind::Tokens, run, |bytes| {
                let tokens = RecordTokens::open(&bytes, row_count)?;
                Ok(Cached::RecordTokens(Arc::new(tokens)))
            })?;
            let Some(Cached::RecordTokens(tokens)) = piece else { return Ok(None) };
            runs.push((opened.runs.first_record(run), tokens));
        }
        Ok(Some(Words { segment: self, runs }))
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
    /// Of each run, the number of its first record, and the words.
    runs: Vec<(u32, Arc<RecordTokens>)>,
}

impl Words<'_> {
    /// The rows that may have all of these tokens.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] or [`crate::Error::Io`].
    pub(crate) fn rows(&self, tokens: &[TokenHash]) -> Result<RoaringBitmap> {
        self.rows_of(|run| run.granules(tokens))
    }

    /// Whether some record has `::ffff:` before its address.
    pub(crate) fn has_mapped_address(&self) -> bool {
        self.runs.iter().any(|(_, run)| run.has_mapped_address())
    }

    /// Whether all records that have an id, session or interaction state it as a string, without
    /// escapes.
    pub(crate) fn is_stated(&self, column: Column) -> bool {
        self.runs.iter().all(|(_, run)| run.is_stated(column))
    }

    /// Rows among which are all that have a value in a column and do not state it in their record.
    ///
    /// # Errors
    /// As [`Words::rows`].
    pub(crate) fn unstated(&self, column: Column, value: &str) -> Result<RoaringBitmap> {
        self.rows_of(|run| run.unstated(column, value))
    }

    /// The rows of the granules that `granules` finds in each run.
    fn rows_of(
        &self,
        granules: impl Fn(&RecordTokens) -> std::result::Result<RoaringBitmap, Malformed>,
    ) -> Result<RoaringBitmap> {
        let mut records = RoaringBitmap::new();
        for (first_record, run) in &self.runs {
            let found = granules(run).map_err(|malformed| {
                self.segment.malformed(PartKind::Tokens, Column::Kind, malformed)
            })?;
            for range in run.records(&found) {
                let shift = |record: u32| record.saturating_add(*first_record);
                records.insert_range(shift(range.start)..shift(range.end));
            }
        }
        match self.segment.places()? {
            Some(places) => Ok(places.rows(&records)),
            None => Ok(records),
        }
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
}
