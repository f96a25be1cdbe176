//! The Authgear dialect from outside: requests in, answers out, over a real data directory.
//!
//! - [`server`]: a server with a clock that stands still, shared by all dialects.
//! - [`support`]: somebody who asks it, and the events of the examples.
//! - [`schema`]: what introspection tells, compared with the part of Authgear's schema.
//! - [`documents`]: the documents of Authgear's portal and of its documentation.
//! - [`behaviour`]: what is promised, case by case.
//! - [`refusals`]: errors and limits.
//! - [`tokens`]: those of a project's own.
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
#[path = "../support/mod.rs"]
mod server;
#[path = "../../../auth/tests/behaviour/signer.rs"]
mod signer;
mod sources;
mod support;
mod tokens;
