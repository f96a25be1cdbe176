//! What is asked of the ledger: which events, from when to when, in which order.
//!
//! This crate answers "does this event match?" in words; the ledger answers it with indexes. It is
//! not for executing anything over stored events and does no I/O.
//!
//! - [`field`]: every field that can be asked for, by name.
//! - [`derived`]: fields that follow from another field's value.
//! - [`path`]: a path into the record.
//! - [`mod@test`]: conditions on one value; [`like`], [`number`] and [`words`] are what they are
//!   made of.
//! - [`filter`]: conditions and how they combine; their plain meaning.
//! - `own_audit`: Gatelog's own audit stays out of every answer unless it is asked for.
//! - [`window`]: time range and order.
//! - [`pql`]: the query language, from text to filter and back.
//! - [`date_math`]: times as people write them, `now-7d/d`.
//! - [`interval`]: the buckets of histograms, in the time zones of [`zone`].
//! - [`calendar`]: the units that both are made of.

pub mod calendar;
pub mod date_math;
pub mod derived;
pub mod field;
pub mod filter;
pub mod interval;
pub mod like;
pub mod number;
mod own_audit;
pub mod path;
pub mod pql;
mod suggest;
pub mod test;
pub mod window;
pub mod words;
pub mod zone;

pub use derived::{Derivation, DerivedField, NothingDerived};
pub use field::{Field, Grouping, Measure, UnindexedField};
pub use filter::{Bounds, Filter, RecordTest, Subject};
pub use interval::Interval;
pub use path::DataPath;
pub use test::{Comparison, Test, Value, ValueTest};
pub use window::{Order, Query};
