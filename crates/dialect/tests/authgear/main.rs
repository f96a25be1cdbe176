//! The Authgear dialect from outside: requests in, answers out, over a real data directory.
//!
//! - [`support`]: a server with a clock that stands still.
//! - [`schema`]: what introspection tells, compared with the part of Authgear's schema.
//! - [`documents`]: the documents of Authgear's portal and of its documentation.
//! - [`behaviour`]: what is promised, case by case.
//! - [`refusals`]: errors and limits.
//! - [`forwarding`]: an Authgear behind the server.
//! - [`hostile`]: documents that nobody would write.
//! - [`sources`]: events of other sources.
//! - [`random`]: a thousand questions, compared with a plain look at every row.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking; clippy knows that of test functions only"
)]

mod behaviour;
mod documents;
mod forwarding;
mod hostile;
mod random;
mod refusals;
mod schema;
mod sources;
mod support;
