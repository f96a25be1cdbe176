//! Logs of OpenTelemetry to events.
//!
//! This module answers "which events do these logs hold?" for programs that send what happens in
//! them by the OpenTelemetry protocol (OTLP 1.x), in protobuf or JSON. What it makes of a log record
//! is an event in native form, which `event` reads as any other; the whole record is in its `data`.
//! It is not for answering the sender: that is `api`'s.
//!
//! A log record that cannot be read, or that names no event, spoils nothing but itself. The records
//! are read one by one, so that memory depends on their bytes and not on what they claim to hold.
//!
//! Modules in reading order:
//!
//! - `message`: the messages of the protocol that hold log records.
//! - `wire`: a request in protobuf to its log records.
//! - `json`: a request in JSON to its log records.
//! - `event`: a log record as an event.
//! - `write`: JSON, member by member.

mod event;
mod json;
mod message;
mod wire;
mod write;

use std::fmt;

use gatelog_event::limits::{BATCH_BYTES_MAX, BATCH_RECORDS_MAX, REJECTIONS_LISTED_MAX};

/// Bytes of the events of one request. Every event holds what the request says of its resource and
/// scope once, so many small records beside a large resource could become far more than was sent.
pub const EVENTS_BYTES_MAX: usize = 4 * BATCH_BYTES_MAX;

/// How a request is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `application/x-protobuf`
    Protobuf,
    /// `application/json`
    Json,
}

/// Where a log record stands in its request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// In `resource_logs`, from 0.
    pub resource: usize,
    /// In its `scope_logs`, from 0.
    pub scope: usize,
    /// In its `log_records`, from 0.
    pub record: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { resource, scope, record } = self;
        write!(formatter, "resource_logs[{resource}].scope_logs[{scope}].log_records[{record}]")
    }
}

/// A request that cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Undecodable {
    /// The first byte that is wrong.
    pub offset: usize,
    /// What is wrong, in words.
    pub reason: String,
}

/// The log records of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Logs {
    /// The events in native form, one a line, in the order of their records.
    lines: Vec<u8>,
    /// Where the record of each line stands.
    places: Vec<Place>,
    /// Records that are no events and why, the first [`REJECTIONS_LISTED_MAX`] of them.
    refused: Vec<(Place, String)>,
    refused_total: u64,
}

impl Logs {
    /// Reads the body of a request, decompressed.
    ///
    /// # Errors
    /// [`Undecodable`] when it is not an `ExportLogsServiceRequest` in that encoding.
    pub fn read(encoding: Encoding, body: &[u8]) -> Result<Self, Undecodable> {
        let mut logs = Self::default();
        match encoding {
            Encoding::Protobuf => wire::read(body, &mut logs)?,
            Encoding::Json => json::read(body, &mut logs)?,
        }
        Ok(logs)
    }

    /// The events as a body of NDJSON.
    pub fn lines(&self) -> &[u8] {
        &self.lines
    }

    /// Where the record stands that became this line, counted from 1.
    pub fn place(&self, line: u64) -> Place {
        let index = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
        self.places.get(index).copied().unwrap_or_default()
    }

    /// The records that are no events and why, the first [`REJECTIONS_LISTED_MAX`] of them.
    pub fn refused(&self) -> &[(Place, String)] {
        &self.refused
    }

    /// How many records are no events.
    pub fn refused_total(&self) -> u64 {
        self.refused_total
    }

    /// Whether another record may become an event; otherwise it is refused.
    fn has_room(&mut self, place: Place) -> bool {
        if self.places.len() < BATCH_RECORDS_MAX && self.lines.len() < EVENTS_BYTES_MAX {
            return true;
        }
        let reason = format!(
            "a request may have {BATCH_RECORDS_MAX} log records, and events of {EVENTS_BYTES_MAX} \
             bytes; send the rest in another"
        );
        self.refuse(place, reason);
        false
    }

    fn refuse(&mut self, place: Place, reason: impl Into<String>) {
        self.refused_total += 1;
        if self.refused.len() < REJECTIONS_LISTED_MAX {
            self.refused.push((place, reason.into()));
        }
    }

    /// Adds a record of this resource and scope.
    fn add(&mut self, place: Place, origin: &event::Origin, record: &message::LogRecord) {
        let start = self.lines.len();
        match event::write(origin, record, &mut self.lines) {
            Ok(()) => {
                self.lines.push(b'\n');
                self.places.push(place);
            }
            Err(reason) => {
                self.lines.truncate(start);
                self.refuse(place, reason);
            }
        }
    }
}
