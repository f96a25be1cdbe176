//! What is asked of the ledger: which events, from when to when, in which order.
//!
//! This crate answers "does this event match?" in words; the ledger answers it with indexes. It is
//! not for executing anything over stored events and does no I/O. The query language (PQL) will be
//! parsed here into the same [`Filter`].
//!
//! - [`field`]: every field that can be asked for, by name.
//! - [`filter`]: conditions on fields and how they combine; their plain meaning.
//! - `own_audit`: Gatelog's own audit stays out of every answer unless it is asked for.
//! - [`window`]: time range and order.

pub mod field;
pub mod filter;
mod own_audit;
pub mod window;

pub use field::Field;
pub use filter::{Filter, Subject, Test};
pub use window::{Order, Query};
