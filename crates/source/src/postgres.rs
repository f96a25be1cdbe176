//! Tables of PostgreSQL in which products keep their logs: followed, and emptied of what is kept.
//!
//! This module answers "which rows of this table were not delivered yet?". A row becomes the record
//! that the product's API returns for it, which `capture` knows. It writes nothing into a
//! database, except that [`prune`](prune()) deletes rows.
//!
//! A row shows when its transaction commits, but bears the time at which that began, so rows appear
//! behind others that were read already. How none is missed is in `sweep`, which does no I/O.
//!
//! Modules in reading order:
//!
//! - [`settings`]: which table of which server.
//! - `place`: where a row stands, and cursors.
//! - `sweep`: what is read next, and again.
//! - `statement`: the SQL.
//! - `page`: rows that are read at once.
//! - [`feed`]: all of this together.
//! - [`mod@prune`]: rows that are kept here are removed there.
//! - `connection`, `tls`: the way to the server.
//! - `trouble`: what went wrong, and what to do.

pub mod feed;
pub mod prune;
pub mod settings;

mod connection;
mod page;
mod place;
mod statement;
mod sweep;
mod tls;
mod trouble;

pub use feed::PostgresFeed;
pub use prune::{Confirm, Confirming, OldRow, Prune, Pruned, prune};
pub use settings::{Product, Settings, SettingsError, TlsMode};
