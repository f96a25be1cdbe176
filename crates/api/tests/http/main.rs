//! Our own API as its clients see it, without a network: questions, statistics, exports, tails.
//! Sending and single events are tested with the whole program (`gatelog`).
//!
//! - [`support`]: the routes over an empty data directory.
//! - [`questions`]: `q`, times, and what is wrong with them.
//! - [`polling`]: `GET /v1/events?order=seq`.
//! - [`names`]: the directory in questions and in events.
//! - [`statistics`]: counts, histograms, facets, `explain`.
//! - [`exports`]: `GET /v1/export` in every format.
//! - [`tails`]: `GET /v1/tail`.
//! - [`description`]: `/openapi.json` and `/docs`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking; clippy knows that of test functions only"
)]

mod description;
mod exports;
mod names;
mod polling;
mod questions;
mod statistics;
mod support;
mod tails;
