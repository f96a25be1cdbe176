//! How many events match a question: in all, over time, by value. All numbers are exact.
//!
//! - [`count`]: `GET /v1/stats/count`
//! - [`histogram`]: `GET /v1/stats/histogram`
//! - [`facets`]: `GET /v1/stats/facets`
//! - [`grouping`]: what events are counted by, and what its values are called.
//! - [`explain`]: `GET /v1/explain`: how a question is answered, and what that takes.

pub(crate) mod count;
pub(crate) mod explain;
pub(crate) mod facets;
mod grouping;
pub(crate) mod histogram;
