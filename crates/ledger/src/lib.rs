//! The embedded store: an append-only ledger of events, one per tenant, in one data directory.
//!
//! This crate answers "which events match, how many, and what did they say?", and promises that
//! what it acknowledged survives. It is not for parsing what senders send (`event`), for a query
//! language (`query`), or for users and keys (`meta`). Everything it needs of the outside, the file
//! system and randomness, is a parameter.
//!
//! - [`ledger`]: opening and closing a data directory; a tenant's handle.
//! - [`row`]: what is stored of an event, its position, the columns.
//! - [`queue`]: batches on their way to the writer.
//! - [`writer`]: the single writer: sequences, group commit, answers.
//! - [`wal`]: the log that makes events durable.
//! - [`duplicate`]: is this event here already?
//! - [`memtable`]: durable events that are not in a segment yet.
//! - [`seal`]: memtables become segments.
//! - [`segment`]: immutable files of rows.
//! - [`merge`]: neighbouring segments become one.
//! - [`commitments`]: are the sealed events what was committed to?
//! - [`tenant`], [`manifest`], [`seeds`]: what belongs to one tenant, in memory and on disk.
//! - [`execute`]: filters over parts, pages, totals, statistics.
//! - [`inspect`]: checking a data directory without changing it.
//! - [`activity`]: what all this has done, for operators.
//! - `fuzzing`: what reads the formats on disk, alone, with the feature of that name.
//! - [`cache`], [`compression`], [`codec`], [`atomic`], [`files`], [`limits`], [`error`]: what
//!   these stand on.

mod activity;
mod atomic;
mod cache;
mod codec;
mod commitments;
mod compression;
mod duplicate;
mod error;
mod execute;
pub mod files;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod inspect;
mod ledger;
pub mod limits;
mod manifest;
mod memtable;
mod merge;
mod queue;
mod row;
mod seal;
mod seeds;
mod segment;
mod tenant;
mod wal;
mod writer;

pub use activity::{Activity, Distribution, Done, Holdings};
pub use cache::CacheActivity;
pub use error::{Error, Result};
pub use execute::access::Access;
pub use execute::actors::ActorSummary;
pub use execute::counts::{Facet, KindCount, ValueCount};
pub use execute::explain::Explanation;
pub use execute::follow::Following;
pub use execute::glimpse::Glimpse;
pub use execute::histogram::{Bucket, CountedBy, Histogram};
pub use execute::matches::Matches;
pub use execute::page::{Page, PageStart, Reading};
pub use ledger::{Ledger, LedgerOptions, PendingAppend, TenantLedger};
pub use row::{Position, RowFlags, Sequence, StoredEvent};
pub use writer::Appended;
