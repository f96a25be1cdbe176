//! Which events match, how many, and which of them stand on this page?
//!
//! - [`evaluate`]: a filter becomes the set of matching rows of one part, by bitmap algebra.
//! - [`run`]: matching rows of one part in the order of pages, bounded by time.
//! - [`page`]: exact total and one page over all parts, by cursor or offset.
//! - [`statistics`]: facets and what is known of each actor.
//!
//! A part is a segment or a memtable. Records are opened only for the rows that are returned, and
//! to confirm the few candidates of a fingerprint.

pub(crate) mod evaluate;
pub(crate) mod page;
pub(crate) mod run;
pub(crate) mod statistics;
