//! What happened at the gate: the event, and everything that can be said of one without I/O.
//!
//! This crate answers "what does this record mean?". It is not for storing events (`ledger`),
//! asking for them (`query`), or serialising them for a client (`api`, `dialect`): nothing here
//! derives `Serialize`, opens a file or reads a clock.
//!
//! Modules in reading order:
//!
//! - [`limits`]: every bound an event must keep.
//! - [`time`]: microseconds since the epoch, and the text forms a source may use.
//! - [`tenant`]: whose log it is.
//! - [`language`]: the languages people read it in.
//! - [`source`]: the systems events come from, and the formats their records are written in.
//! - [`json`]: a record as a tree of spans over its own bytes.
//! - [`fields`]: what all sources have in common, as read from one record.
//! - [`mapping`]: record to fields, one module per format.
//! - [`redact`]: secrets out of the record, before anything is written.
//! - [`personal`]: personal data out of what is shown to a reader who may not see it.
//! - [`catalogue`]: every event type's title, section, action, outcome and level.
//! - [`intake`]: bytes to an event that is ready for the ledger, or the reason why not.
//! - [`own_audit`]: events of Gatelog's own audit, as they are written.

pub mod catalogue;
pub mod fields;
pub mod intake;
pub mod json;
pub mod language;
pub mod limits;
pub mod mapping;
pub mod own_audit;
pub mod personal;
pub mod redact;
pub mod source;
pub mod tenant;
pub mod time;
