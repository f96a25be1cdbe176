//! Reading records one by one, where no index answers: what is tested, and how much of it.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use gatelog_event::intake::indexed::indexed;
use gatelog_event::json::Document;
use gatelog_event::mapping;
use gatelog_event::source::Format;
use gatelog_query::{Field, RecordTest, Test};

use super::evaluate::column;
use super::plan::DerivedTest;
use super::words::WordTest;
use crate::error::{Error, Result};
use crate::limits::SCANNED_RECORDS_MAX;
use crate::row::Column;
use crate::segment::records::{IsWanted, WantedText};

/// A condition that only the record can answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RowTest<'f> {
    /// On a field, as far as it is indexed.
    Field(Field, &'f Test),
    /// On what follows from a field.
    Derived(&'f DerivedTest),
    /// On the record itself.
    Record(&'f RecordTest),
    /// On the record itself, which must have certain words.
    Words(&'f WordTest),
}

/// One row as a scan reads it.
#[derive(Clone, Debug)]
pub(crate) struct ScannedRow {
    pub(crate) format: Format,
    /// The id, where it is not read from the record.
    pub(crate) id: Option<Box<str>>,
    pub(crate) record: Bytes,
}

/// How many records one question may still read, in all segments together.
#[derive(Debug)]
pub(crate) struct Budget {
    whole: u64,
    rest: AtomicU64,
}

impl Budget {
    pub(crate) fn new() -> Self {
        Self::of(SCANNED_RECORDS_MAX)
    }

    pub(crate) fn of(records: u64) -> Self {
        Self { whole: records, rest: AtomicU64::new(records) }
    }

    /// Takes the reading of this many records out of the budget.
    ///
    /// # Errors
    /// [`Error::TooBroad`] when it has less.
    pub(crate) fn take(&self, records: u64) -> Result<()> {
        let take = |rest: u64| rest.checked_sub(records);
        match self.rest.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
            Ok(_) => Ok(()),
            Err(_) => Err(Error::TooBroad { records_max: self.whole }),
        }
    }

    /// How many were read.
    pub(crate) fn spent(&self) -> u64 {
        self.whole - self.rest.load(Ordering::Relaxed)
    }
}

/// What one of a record's string values must be like.
#[derive(Debug)]
pub(crate) struct Wanted<'f> {
    pub(crate) text: WantedText<'f>,
    /// The column that is asked for. A record decides only if it states its value.
    pub(crate) column: Option<Column>,
}

impl<'f> RowTest<'f> {
    /// What one of a record's string values must be like; `None` if that does not decide. A field
    /// must be stated as it is for this, see [`Wanted::column`].
    pub(crate) fn wanted(&self) -> Option<Wanted<'f>> {
        let column = match *self {
            Self::Derived(_) => return None,
            Self::Record(_) | Self::Words(_) => None,
            // Other fields may be made up of several values.
            Self::Field(field, _) => {
                Some(column(field).filter(|column| column.is_only_in_record())?)
            }
        };
        let (length_min, is_wanted): (_, IsWanted<'f>) = match *self {
            Self::Words(words) => {
                let passes =
                    |text: &str| !words.rule_out(text.as_bytes()) && words.wanted.accepts(text);
                (words.wanted.length_min(), Box::new(passes))
            }
            Self::Field(_, test @ Test::Equals(value)) => {
                let passes = |found: &str| test.passes(Some(indexed(found)));
                (value.len(), Box::new(passes))
            }
            Self::Field(_, test @ Test::OneOf(values)) => {
                let length_min = values.iter().map(String::len).min().unwrap_or(0);
                let passes = |found: &str| test.passes(Some(indexed(found)));
                (length_min, Box::new(passes))
            }
            _ => return None,
        };
        Some(Wanted { text: WantedText { is_wanted, length_min }, column })
    }

    /// Whether a row passes. A record that can no longer be read does not.
    pub(crate) fn passes(&self, row: &ScannedRow) -> bool {
        if let Self::Words(words) = *self
            && words.rule_out(&row.record)
        {
            return false;
        }
        if let (Self::Field(Field::Id, test), Some(id)) = (*self, &row.id) {
            return test.passes(Some(id));
        }
        let Ok(document) = Document::parse(&row.record) else { return false };
        match *self {
            Self::Record(test) => test.passes(row.format, &document),
            Self::Words(words) => words.test.passes(row.format, &document),
            Self::Derived(test) => mapping::map(row.format, &document)
                .is_ok_and(|fields| test.passes(test.base().value(&fields).map(indexed))),
            Self::Field(field, test) => {
                mapping::map(row.format, &document).is_ok_and(|fields| match field {
                    Field::Id => test.passes(fields.id.as_deref()),
                    Field::Indexed(field) => test.passes_indexed(field, &fields),
                    Field::Unindexed(field) => test.passes(field.value(&fields)),
                    _ => false,
                })
            }
        }
    }
}
