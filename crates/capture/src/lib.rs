//! Foreign systems to records: dumps of the tables in which other products keep their logs, any JSON
//! that they send, and logs of OpenTelemetry.
//!
//! This crate answers "which records does this dump hold?" and "which events does this JSON hold?".
//! A row becomes the record that the product's own API would have returned for it; what a record
//! means is for `event` to say, and keeping it for `service`. It opens no file: a dump is anything that can be read. Memory does
//! not depend on the dump's size, and a row that cannot be read spoils nothing but itself.
//!
//! Modules in reading order:
//!
//! - [`input`]: how an input is written, recognised by its name or its first bytes.
//! - [`table`]: the tables that are known, and a row of one as a record.
//! - [`dump`]: the rows of a whole input, one after the other.
//! - [`copied`]: rows that a running database sends, one at a time.
//! - [`mapping_file`]: any JSON as events, by a program in jq.
//! - [`otlp`]: logs of OpenTelemetry as events.
//! - [`okta`]: the question that Okta asks before it sends anything.
//! - `text`: bytes taken in pieces, with their lines and columns.
//! - `copy`, `csv`, `sql`: one row in each way of writing it.

pub mod copied;
pub mod dump;
pub mod input;
pub mod mapping_file;
pub mod okta;
pub mod otlp;
pub mod table;

mod copy;
mod csv;
mod sql;
mod text;

use std::borrow::Cow;

/// A row that cannot be read, at a place inside its text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub(crate) struct Malformed {
    /// Byte offset in the row's text.
    pub(crate) offset: usize,
    /// What is wrong, in words.
    pub(crate) reason: String,
}

impl Malformed {
    pub(crate) fn new(offset: usize, reason: impl Into<String>) -> Self {
        Self { offset, reason: reason.into() }
    }
}

/// A value of a row and where it begins in the row's text; `None` is SQL's NULL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell<'r> {
    pub(crate) offset: usize,
    pub(crate) value: Option<Cow<'r, str>>,
}
