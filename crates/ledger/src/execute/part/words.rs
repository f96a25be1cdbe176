//! Which rows of a segment have certain words.
//!
//! A record's words are in the segment's token set, except those of values that a dictionary of the
//! segment has: their rows are found there, and mostly need not be read.

use std::sync::Arc;

use gatelog_event::fields::IndexedField;
use gatelog_query::words::Phrase;
use roaring::RoaringBitmap;

use crate::codec::bytes::small;
use crate::error::Result;
use crate::execute::words::{FoundRows, Wanted, WordTest};
use crate::row::Column;
use crate::segment::Segment;
use crate::segment::read::{ColumnValues, Words};
use crate::segment::tokens::TokenHash;
use crate::segment::tokens::values::searched;

const ADDRESS: Column = Column::Field(IndexedField::Ip);

/// What a record may have before an address that the column has without it.
const MAPPED: &str = "::ffff:";
/// The token of it.
const MAPPED_TOKEN: &str = "ffff";

/// Rows that pass and rows that may; `None` for a segment without an index of words.
pub(super) fn rows_by_words(segment: &Segment, test: &WordTest) -> Result<Option<FoundRows>> {
    let Some(words) = segment.words()? else { return Ok(None) };
    let possible = words.rows(&test.hashes)?;
    let mut found = FoundRows { possible, sure: RoaringBitmap::new() };
    for column in Column::SEARCHED {
        let Some(values) = segment.values(column)? else { continue };
        let column = SearchedColumn { segment, words: &words, column, values: &values };
        match &test.wanted {
            Wanted::Phrase(phrase) => column.find_phrase(phrase, &test.hashes, &mut found)?,
            Wanted::Text(text) => column.find_text(text, &mut found)?,
        }
    }
    found.possible -= &found.sure;
    Ok(Some(found))
}

/// A dictionary column with what is known of its values' words.
struct SearchedColumn<'s> {
    segment: &'s Segment,
    words: &'s Words<'s>,
    column: Column,
    values: &'s ColumnValues<'s>,
}

impl SearchedColumn<'_> {
    /// Adds the rows whose value has a phrase. Their record has it too, unless it does not state
    /// the value.
    fn find_phrase(
        &self,
        phrase: &Phrase,
        hashes: &[TokenHash],
        found: &mut FoundRows,
    ) -> Result<()> {
        let mut stated = Vec::new();
        for position in self.words.values(self.values, phrase, hashes)? {
            let value = self.values.value(position)?;
            let unstated = match searched(self.column, &value) {
                Some(value) => self.words.unstated(self.column, value)?,
                None => RoaringBitmap::new(),
            };
            if unstated.is_empty() {
                stated.push(position);
                continue;
            }
            let rows = self.rows(&[position])?;
            found.possible |= &rows & &unstated;
            found.sure |= rows - unstated;
        }
        found.sure |= self.rows(&stated)?;
        if self.column == ADDRESS && self.words.has_mapped_address() {
            found.possible |= self.rows(&self.mapped_with(phrase)?)?;
        }
        Ok(())
    }

    /// Adds the rows whose value is a text, as far as the dictionary knows it.
    fn find_text(&self, text: &str, found: &mut FoundRows) -> Result<()> {
        let mut positions = Vec::new();
        match self.column {
            Column::Kind => {
                for position in 0..self.values.len() {
                    if searched(self.column, &self.values.value(position)?) == Some(text) {
                        positions.push(position);
                    }
                }
            }
            ADDRESS => {
                positions.extend(self.values.find(text.as_bytes())?);
                if let Some(address) = text.strip_prefix(MAPPED) {
                    positions.extend(self.values.find(address.as_bytes())?);
                }
            }
            _ => positions.extend(self.values.find(text.as_bytes())?),
        }
        found.possible |= self.rows(&positions)?;
        Ok(())
    }

    /// The addresses that have a phrase if there is [`MAPPED`] before them, and it is part of it.
    fn mapped_with(&self, phrase: &Phrase) -> Result<Vec<usize>> {
        let Some((MAPPED_TOKEN, rest)) =
            phrase.tokens().split_first().map(|(first, rest)| (&**first, rest))
        else {
            return Ok(Vec::new());
        };
        let begin = rest.first().map_or(&[][..], |token| token.as_bytes());
        let mut found = Vec::new();
        for position in self.values.with_prefix(begin)? {
            let value = self.values.value(position)?;
            let address = searched(self.column, &value);
            if address.is_some_and(|address| phrase.is_in_text(&format!("{MAPPED}{address}"))) {
                found.push(position);
            }
        }
        Ok(found)
    }

    /// The rows with the values at these positions.
    fn rows(&self, positions: &[usize]) -> Result<RoaringBitmap> {
        if positions.is_empty() {
            return Ok(RoaringBitmap::new());
        }
        let codes: Vec<u32> = positions.iter().map(|at| small(*at).saturating_add(1)).collect();
        self.segment.rows_of(self.column, &codes).map(Arc::unwrap_or_clone)
    }
}
