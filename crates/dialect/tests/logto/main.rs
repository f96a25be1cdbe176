//! The Logto dialect from outside: requests in, answers out, over a real data directory.
//!
//! - [`support`]: a server with a clock that stands still, shared by all dialects.
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
#[path = "../support/mod.rs"]
mod support;
mod tokens;

use axum::http::StatusCode;

use crate::support::{Answer, Server};
use crate::tokens::LogtoKeys;

impl Server {
    /// A server that accepts the tokens of some Logto.
    pub(crate) fn start() -> Self {
        Self::with(LogtoKeys::new().settings())
    }
}

impl Answer {
    /// The ids of the rows, in order.
    pub(crate) fn ids(&self) -> Vec<String> {
        assert_eq!(self.status, StatusCode::OK, "{}", String::from_utf8_lossy(&self.body));
        let rows = self.json();
        let ids = rows.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned());
        ids.collect()
    }
}
