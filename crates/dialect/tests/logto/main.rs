//! The Logto dialect from outside: requests in, answers out, over a real data directory.
//!
//! - [`support`]: a server with a clock that stands still.
//! - [`behaviour`]: what is promised, case by case.
//! - [`recorded`]: what a running Logto answered, compared with what we answer.
//! - [`tokens`]: those that a Logto signs, as the recordings name them.
//! - [`clients`]: how a client gets a token, and what becomes of it.
//! - [`others`]: events of other systems.
//! - [`random`]: a thousand questions, compared with a plain look at every row.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking; clippy knows that of test functions only"
)]

mod behaviour;
mod clients;
mod others;
mod random;
mod recorded;
#[path = "../../../auth/tests/behaviour/signer.rs"]
mod signer;
mod support;
mod tokens;
