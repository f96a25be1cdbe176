//! Which events match, how many, and which of them stand on this page?
//!
//! - [`access`]: how a condition is answered, and what that costs.
//! - [`part`]: segments and memtables say which of their rows pass a condition.
//! - [`words`]: conditions that words answer, at least in part.
//! - [`scan`]: reading records one by one, where no index answers.
//! - [`plan`]: a filter made ready to be evaluated over many parts.
//! - [`rows`]: sets of a part's rows, and their algebra.
//! - [`evaluate`]: a filter becomes the set of matching rows of one part, by bitmap algebra.
//! - [`run`]: matching rows of one part in the order of pages, bounded by time.
//! - [`mod@side_by_side`]: several segments at once, where one after the other would take long.
//! - [`mod@matches`]: the runs of all parts, found once for as many answers as are wanted.
//! - [`page`]: exact total and one page over all parts, by cursor or offset; or all events.
//! - [`room`]: how many events an answer may still take.
//! - [`follow`]: matching events in the order of their sequences.
//! - [`groups`], [`tally`], [`sums`], [`counts`], [`histogram`]: how many events have which value, and
//!   when.
//! - [`actors`]: what is known of each actor.
//! - [`mod@glimpse`]: events as far as columns tell of them.
//! - [`explain`]: how a question is answered.
//!
//! A part is a segment or a memtable. Records are opened only for the rows that are returned, to
//! confirm the few candidates that have the words, and where no index answers.

pub(crate) mod access;
pub(crate) mod actors;
pub(crate) mod counts;
pub(crate) mod evaluate;
pub(crate) mod explain;
pub(crate) mod follow;
pub(crate) mod glimpse;
pub(crate) mod groups;
pub(crate) mod histogram;
pub(crate) mod matches;
pub(crate) mod page;
pub(crate) mod part;
pub(crate) mod plan;
mod room;
pub(crate) mod rows;
pub(crate) mod run;
pub(crate) mod scan;
mod side_by_side;
mod sums;
mod tally;
pub(crate) mod words;
