//! What a segment knows of words, from the cache or from disk.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use gatelog_query::words::Phrase;
use roaring::RoaringBitmap;

use super::{ColumnValues, Segment};
use crate::cache::{CacheKey, Cached};
use crate::codec::bytes::Malformed;
use crate::error::{Error, Result};
use crate::row::Column;
use crate::segment::layout::{PartKind, Piece};
use crate::segment::present;
use crate::segment::runs::Run;
use crate::segment::tokens::TokenHash;
use crate::segment::tokens::records::{PAGE_BYTES, RecordTokens};
use crate::segment::tokens::values::{ValueTokens, searched};

impl Segment {
    /// The words of the records; `None` before version 3.
    pub(crate) fn words(&self) -> Result<Option<Words<'_>>> {
        let opened = self.opened()?;
        let mut runs = Vec::new();
        for (number, Run { row_count, .. }) in opened.runs.iter() {
            let Some(tokens) = self.record_tokens(number, row_count)? else {
                return Ok(None);
            };
            let first_record = opened.runs.first_record(number);
            runs.push(WordsOfRun { number, first_record, tokens });
        }
        Ok(Some(Words { segment: self, runs }))
    }

    fn record_tokens(&self, run: u16, row_count: u32) -> Result<Option<Arc<RecordTokens>>> {
        let piece = self.piece_of_run(PartKind::TokenHead, run, |head| {
            let tokens = RecordTokens::open(&head, row_count)?;
            Ok(Cached::RecordTokens(Arc::new(tokens)))
        })?;
        Ok(match piece {
            Some(Cached::RecordTokens(tokens)) => Some(tokens),
            _ => None,
        })
    }

    /// Bytes of the bits of a run's tokens.
    fn token_bits(&self, run: &WordsOfRun, bytes: &Range<u64>) -> Result<Bytes> {
        let page_bytes = PAGE_BYTES as u64;
        let page = |number: u64| self.token_page(run, u32::try_from(number).unwrap_or(u32::MAX));
        let (first, end) = (bytes.start / page_bytes, bytes.end.div_ceil(page_bytes));
        let mut pages = page(first)?;
        if end > first + 1 {
            let mut several = pages.to_vec();
            for number in first + 1..end {
                several.extend_from_slice(&page(number)?);
            }
            pages = several.into();
        }
        within(&pages, bytes.start % page_bytes, bytes.end - bytes.start)
            .ok_or_else(|| self.malformed_tokens(Malformed { offset: 0 }))
    }

    fn token_page(&self, run: &WordsOfRun, page: u32) -> Result<Bytes> {
        let key = CacheKey { run: run.number, ..self.key(PartKind::Tokens, Column::Kind, page) };
        if let Some(Cached::Bytes(bytes)) = self.cache.get(key) {
            return Ok(bytes);
        }
        let part = self.opened()?.directory.find_of_run(PartKind::Tokens, run.number);
        let (Some(part), Some(crc)) = (part, run.tokens.page_crc(page)) else {
            return Err(self.malformed_tokens(Malformed { offset: 0 }));
        };
        let offset = u64::from(page) * PAGE_BYTES as u64;
        let length = part.length.saturating_sub(offset).min(PAGE_BYTES as u64);
        let bytes = self.checked_piece(part, Piece { offset, length, crc })?;
        self.cache.insert(key, Cached::Bytes(bytes.clone()), length);
        Ok(bytes)
    }

    fn malformed_tokens(&self, malformed: Malformed) -> Error {
        self.malformed(PartKind::Tokens, Column::Kind, malformed)
    }

    fn value_tokens(&self, values: &ColumnValues<'_>) -> Result<Option<Arc<ValueTokens>>> {
        let piece = self.piece(PartKind::ValueTokens, values.column(), |bytes| {
            let tokens = ValueTokens::open(&bytes, values.len())?;
            Ok(Cached::ValueTokens(Arc::new(tokens)))
        })?;
        Ok(match piece {
            Some(Cached::ValueTokens(tokens)) => Some(tokens),
            _ => None,
        })
    }

    /// The rows among which are all that have a value in a column without a dictionary.
    pub(crate) fn rows_that_may_have(&self, column: Column) -> Result<RoaringBitmap> {
        match self.words()? {
            Some(_) if column.is_only_in_record() => self.rows_present(column),
            _ => Ok(present::every_row(self.row_count())),
        }
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

fn within(bytes: &Bytes, start: u64, length: u64) -> Option<Bytes> {
    let (start, length) = (usize::try_from(start).ok()?, usize::try_from(length).ok()?);
    let end = start.checked_add(length).filter(|end| *end <= bytes.len())?;
    Some(bytes.slice(start..end))
}

/// Finds rows of a segment by words.
#[derive(Debug)]
pub(crate) struct Words<'s> {
    segment: &'s Segment,
    runs: Vec<WordsOfRun>,
}

#[derive(Debug)]
struct WordsOfRun {
    number: u16,
    first_record: u32,
    tokens: Arc<RecordTokens>,
}

/// Why bits could not be read.
enum Unread {
    Malformed(Malformed),
    Error(Error),
}

impl From<Malformed> for Unread {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl Words<'_> {
    /// The rows that may have all of these tokens.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] or [`crate::Error::Io`].
    pub(crate) fn rows(&self, tokens: &[TokenHash]) -> Result<RoaringBitmap> {
        self.rows_of(|run| self.granules(run, tokens))
    }

    /// Whether some record has `::ffff:` before its address.
    pub(crate) fn has_mapped_address(&self) -> bool {
        self.runs.iter().any(|run| run.tokens.has_mapped_address())
    }

    /// Whether all records that have an id, session or interaction state it as a string, without
    /// escapes.
    pub(crate) fn is_stated(&self, column: Column) -> bool {
        self.runs.iter().all(|run| run.tokens.is_stated(column))
    }

    /// Rows among which are all that have a value in a column and do not state it in their record.
    ///
    /// # Errors
    /// As [`Words::rows`].
    pub(crate) fn unstated(&self, column: Column, value: &str) -> Result<RoaringBitmap> {
        self.rows_of(|run| match run.tokens.unstated(column, value) {
            Some(token) => self.granules(run, &[token]),
            None => Ok(RoaringBitmap::new()),
        })
    }

    fn granules(&self, run: &WordsOfRun, tokens: &[TokenHash]) -> Result<RoaringBitmap> {
        let read = |bytes| self.segment.token_bits(run, &bytes).map_err(Unread::Error);
        run.tokens.set().granules_of_all(tokens, read).map_err(|unread| match unread {
            Unread::Malformed(malformed) => self.segment.malformed_tokens(malformed),
            Unread::Error(error) => error,
        })
    }

    /// The rows of the granules that `granules` finds in each run.
    fn rows_of(
        &self,
        granules: impl Fn(&WordsOfRun) -> Result<RoaringBitmap>,
    ) -> Result<RoaringBitmap> {
        let mut records = RoaringBitmap::new();
        for run in &self.runs {
            for range in run.tokens.records(&granules(run)?) {
                let shift = |record: u32| record.saturating_add(run.first_record);
                records.insert_range(shift(range.start)..shift(range.end));
            }
        }
        match self.segment.places()? {
            Some(places) => Ok(places.rows(&records)),
            None => Ok(records),
        }
    }

    /// The positions of the values of a dictionary column that have a phrase, whose tokens have
    /// these hashes. Looks at values that may, and at those that begin like it.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] or [`crate::Error::Io`].
    pub(crate) fn values(
        &self,
        values: &ColumnValues<'_>,
        phrase: &Phrase,
        hashes: &[TokenHash],
    ) -> Result<Vec<usize>> {
        let column = values.column();
        let malformed = |bad| self.segment.malformed(PartKind::ValueTokens, column, bad);
        let mut candidates: Vec<usize> = match self.segment.value_tokens(values)? {
            None => (0..values.len()).collect(),
            Some(tokens) => {
                let beginning = match (column, phrase.tokens().first()) {
                    (Column::Kind, _) | (_, None) => 0..0,
                    (_, Some(first)) => values.with_prefix(first.as_bytes())?,
                };
                beginning.chain(tokens.positions(hashes).map_err(malformed)?).collect()
            }
        };
        candidates.sort_unstable();
        candidates.dedup();
        let mut found = Vec::new();
        for position in candidates {
            let value = values.value(position)?;
            if searched(column, &value).is_some_and(|text| phrase.is_in_text(text)) {
                found.push(position);
            }
        }
        Ok(found)
    }
}
