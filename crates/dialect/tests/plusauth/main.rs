//! The PlusAuth dialect from outside: requests in, answers out, over a real data directory.
//!
//! - [`support`]: a server with a clock that stands still, shared by all dialects.
//! - [`entries`]: entries of PlusAuth's log, and the rows of an answer.
//! - [`client`]: the requests of PlusAuth's JavaScript client.
//! - [`behaviour`]: what is promised of questions and rows, case by case.
//! - [`edge`]: credentials, paths, methods, errors and browsers.
//! - [`tokens`]: how a client gets one.
//! - [`sources`]: events of other sources, for every counterpart there is.
//! - [`random`]: a thousand questions, compared with a plain look at every row.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking; clippy knows that of test functions only"
)]

mod behaviour;
mod client;
mod edge;
mod entries;
mod random;
mod sources;
#[path = "../support/mod.rs"]
mod support;
mod tokens;

use std::future::{self, Future};
use std::pin::Pin;
use std::sync::Arc;

use gatelog_auth::{FetchKeys, Issuers};
use gatelog_dialect::logto::Settings;

use crate::support::Server;

/// Keys of nobody.
#[derive(Debug)]
struct NoKeys;

impl FetchKeys for NoKeys {
    fn fetch<'f>(
        &'f self,
        _url: &'f str,
    ) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'f>> {
        Box::pin(future::ready(Err("nobody is there".to_owned())))
    }
}

impl Server {
    /// A server that knows no Logto.
    pub(crate) fn start() -> Self {
        let issuers = Issuers::new([], Arc::new(NoKeys)).unwrap();
        Self::with(Settings { issuers, console_origins: Vec::new() })
    }
}
