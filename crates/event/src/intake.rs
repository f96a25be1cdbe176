//! Bytes to an event that is ready for the ledger, or the reason why not.
//!
//! This is the first step of an event's life: parsed, checked, redacted. Afterwards the record's
//! bytes never change. Not for deciding whether an event is new (the ledger knows), nor for
//! titles, actions and outcomes (the catalogue adds them when an event is read).
//!
//! - [`batch`]: a request's body to records, and offsets to lines and columns.
//! - [`indexed`]: the values the ledger keeps an index for.
//! - [`learned`]: names that a record teaches.
//! - [`produced`]: the number that an emitter gave the event.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::fields::{Fields, Outcome};
use crate::json::{Document, SyntaxError};
use crate::limits::RECORD_BYTES_MAX;
use crate::mapping::{self, NotAnEvent};
use crate::redact::{FingerprintKey, KnownIdentifiers, NothingKnown, Purpose, Redactor};
use crate::source::{Format, Source};
use crate::time::UnixMicros;

pub mod batch;
pub mod indexed;
pub mod learned;
pub mod produced;

pub use indexed::IndexedValues;
pub use learned::{Learned, LearnedKind};
pub use produced::Produced;

/// Hexadecimal digits of a derived id.
const DERIVED_ID_DIGITS: usize = 32;

/// Takes records of one format for one tenant.
#[derive(Clone, Copy)]
pub struct Intake<'t> {
    /// How the records are written.
    pub format: Format,
    /// The tenant's key for hashes of what is not stored.
    pub key: &'t FingerprintKey,
    /// The tenant's user names that have been seen to be real.
    pub known: &'t dyn KnownIdentifiers,
    /// When the records arrived.
    pub received: UnixMicros,
}

/// An event as the ledger appends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedEvent {
    /// The record's own id; without one, 32 hexadecimal digits that follow from its bytes.
    pub id: Box<str>,
    /// Whether the id was derived.
    pub id_is_derived: bool,
    /// Where the event came from.
    pub source: Source,
    /// How the record is written.
    pub format: Format,
    /// The event type's key.
    pub event_type: Box<str>,
    /// What the record says of how it ended.
    pub result: Outcome,
    /// When it happened as the record says; when it arrived, if the record says nothing.
    pub time: UnixMicros,
    /// Whether the time is that of arrival.
    pub time_is_arrival: bool,
    /// Values to index.
    pub index: IndexedValues,
    /// Names the record teaches. Empty when rebuilt: the directory has learned them already.
    pub learned: Vec<Learned>,
    /// The number that its emitter gave it, if it has one.
    pub produced: Option<Produced>,
    /// The record without its secrets and without white space around it, otherwise as it came.
    pub record: Box<[u8]>,
    /// The record as it was kept if it came before its user name was known to be one: what was
    /// typed is masked. The same event may stand in the ledger in this form.
    pub record_while_unknown: Option<Box<[u8]>>,
}

/// A record that is not an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Rejection {
    /// Which kind of mistake it is.
    pub kind: RejectionKind,
    /// Byte offset in the record as given.
    pub offset: usize,
    /// What is wrong, in words.
    pub reason: String,
}

/// Why records are refused, for whoever counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectionKind {
    /// It has more bytes than are kept.
    TooLarge,
    /// It is not JSON.
    Malformed,
    /// It is JSON, but not an event of the format.
    NotAnEvent,
}

impl Intake<'_> {
    /// Parses, checks, redacts and maps one record.
    ///
    /// # Errors
    /// [`Rejection`] when the record is too large, is not JSON, is not an event of the format, or
    /// says that it is of our own audit.
    pub fn accept(&self, record: &[u8]) -> Result<AcceptedEvent, Rejection> {
        self.accept_if(record, check_not_own)
    }

    /// As [`Intake::accept`], for an event of our own audit ([`crate::own_audit`]).
    ///
    /// # Errors
    /// As [`Intake::accept`].
    pub fn accept_own(&self, record: &[u8]) -> Result<AcceptedEvent, Rejection> {
        self.accept_if(record, |_, _| Ok(()))
    }

    fn accept_if(
        &self,
        record: &[u8],
        check: impl FnOnce(&Document<'_>, &Fields<'_>) -> Result<(), Rejection>,
    ) -> Result<AcceptedEvent, Rejection> {
        check_size(record.len())?;
        let document = Document::parse(record)?;
        let fields = mapping::map(self.format, &document)?;
        check(&document, &fields)?;
        check_id(&document, &fields)?;
        let as_given = document.root().raw().as_bytes();
        let known = Watched { known: self.known, was_known: AtomicBool::new(false) };
        let redactor = Redactor { key: self.key, known: &known };
        let mut event = match redactor.redact(self.format, &document, &fields) {
            None => self.event(as_given, &document, &fields),
            Some(redacted) => {
                check_size(redacted.len())?;
                let document = Document::parse(&redacted)?;
                let fields = mapping::map(self.format, &document)?;
                self.event(as_given, &document, &fields)
            }
        };
        if known.was_known.into_inner() {
            let redactor = Redactor { key: self.key, known: &NothingKnown };
            let earlier = redactor.redact(self.format, &document, &fields);
            event.record_while_unknown = earlier.map(Vec::into_boxed_slice);
        }
        Ok(event)
    }

    /// `as_given` is the record before redaction: the id that follows from it must not depend on
    /// which user names were known when it arrived.
    fn event(
        &self,
        as_given: &[u8],
        document: &Document<'_>,
        fields: &Fields<'_>,
    ) -> AcceptedEvent {
        let id = match fields.id.as_deref() {
            Some(id) => id.to_owned(),
            None => self.key.hex(Purpose::Record, as_given, DERIVED_ID_DIGITS),
        };
        let times = (fields.time.unwrap_or(self.received), fields.time.is_none());
        let learned = learned::learned(self.format, document, fields);
        AcceptedEvent::build(self.format, document, fields, id.into(), times, learned)
    }
}

impl fmt::Debug for Intake<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Intake")
            .field("format", &self.format)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}

impl AcceptedEvent {
    /// The event that was accepted earlier and whose record was stored. Never redacts again.
    ///
    /// # Errors
    /// [`Rejection`] when the record is not an event of the format, so not one that was accepted.
    pub fn from_stored(
        format: Format,
        record: &[u8],
        id: Box<str>,
        time: UnixMicros,
        time_is_arrival: bool,
    ) -> Result<Self, Rejection> {
        let document = Document::parse(record)?;
        let fields = mapping::map(format, &document)?;
        Ok(Self::build(format, &document, &fields, id, (time, time_is_arrival), Vec::new()))
    }

    fn build(
        format: Format,
        document: &Document<'_>,
        fields: &Fields<'_>,
        id: Box<str>,
        (time, time_is_arrival): (UnixMicros, bool),
        learned: Vec<Learned>,
    ) -> Self {
        Self {
            id,
            id_is_derived: fields.id.is_none(),
            source: fields.source,
            format,
            event_type: fields.event_type.as_ref().into(),
            result: fields.result,
            time,
            time_is_arrival,
            index: IndexedValues::of(fields),
            learned,
            produced: produced::produced(format, document),
            record: document.root().raw().as_bytes().into(),
            record_while_unknown: None,
        }
    }
}

/// Known identifiers, and whether one of them was asked for.
struct Watched<'t> {
    known: &'t dyn KnownIdentifiers,
    was_known: AtomicBool,
}

impl KnownIdentifiers for Watched<'_> {
    fn is_known(&self, identifier: &str) -> bool {
        let is_known = self.known.is_known(identifier);
        self.was_known.fetch_or(is_known, Ordering::Relaxed);
        is_known
    }
}

impl From<SyntaxError> for Rejection {
    fn from(error: SyntaxError) -> Self {
        let reason = error.reason.to_owned();
        Self { kind: RejectionKind::Malformed, offset: error.offset, reason }
    }
}

impl From<NotAnEvent> for Rejection {
    fn from(error: NotAnEvent) -> Self {
        Self { kind: RejectionKind::NotAnEvent, offset: error.offset, reason: error.reason }
    }
}

/// No source writes control characters into an id. They are refused here, where an event comes in,
/// and not where one is read: ids stand in the log as they are, between its own bytes.
fn check_id(document: &Document<'_>, fields: &Fields<'_>) -> Result<(), Rejection> {
    if fields.id.as_deref().is_none_or(|id| !id.contains(char::is_control)) {
        return Ok(());
    }
    let offset = document.root().get("id").map_or(0, |id| id.span().start);
    let reason = "`id` has a control character in it, which no id may have".to_owned();
    Err(Rejection { kind: RejectionKind::NotAnEvent, offset, reason })
}

/// Our own audit is what nobody else can write.
fn check_not_own(document: &Document<'_>, fields: &Fields<'_>) -> Result<(), Rejection> {
    if fields.source != Source::Gatelog {
        return Ok(());
    }
    let offset = document.root().get("source").map_or(0, |source| source.span().start);
    let reason = "`source` cannot be `gatelog`: that is Gatelog's own audit, which nobody sends";
    Err(Rejection { kind: RejectionKind::NotAnEvent, offset, reason: reason.to_owned() })
}

fn check_size(length: usize) -> Result<(), Rejection> {
    if length <= RECORD_BYTES_MAX {
        return Ok(());
    }
    let reason = format!("record is {length} bytes long, at most {RECORD_BYTES_MAX} are kept");
    Err(Rejection { kind: RejectionKind::TooLarge, offset: 0, reason })
}

#[cfg(test)]
mod tests;
