//! A reverse proxy in front of an API that records what people and programs do through it.
//!
//! This crate answers "what did people do through this API?", for products that do not record it
//! themselves. It keeps no events: a running Gatelog does. **It never changes, delays or refuses an
//! answer because of the log**: what passes through is noted in memory, and everything else happens
//! when the call is over.
//!
//! Modules in reading order:
//!
//! - [`run`]: start and stop.
//! - `proxy`: a request is passed on, and the answer back.
//! - `headers`: what an intermediary adds and takes away.
//! - `upstream`: connections to the API.
//! - `tee`: a body that is copied while it passes.
//! - `call`: what is noted of a call.
//! - `recorder`: calls to redacted records.
//! - `caller`: who called.
//! - [`route`]: which route a path is of, and whose ids stand in it.
//! - `graphql`: what a GraphQL document does.
//! - `event`: a call as an event.
//! - `spool`: records on disk until Gatelog has taken them.
//! - `sender`: from the spool to Gatelog.
//! - `limits`: every bound, and why it is there.

mod call;
mod caller;
mod event;
mod graphql;
mod headers;
mod limits;
mod proxy;
mod recorder;
pub mod route;
pub mod run;
mod sender;
mod spool;
mod tee;
mod upstream;

pub use run::{Running, start};
pub use sender::Destination;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why the proxy does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration does not fit together.
    #[error(transparent)]
    Config(#[from] gatelog_server::config::ConfigError),
    /// There is nothing to stand in front of.
    #[error(
        "`{0}` is no address of an API: give --upstream or record.upstream, such as \
         http://127.0.0.1:3001, without a path"
    )]
    Upstream(String),
    /// The system's certificates cannot be read.
    #[error("the system's certificates cannot be read: {0}")]
    Certificates(io::Error),
    /// No HTTP client can be had.
    #[error("cannot start an HTTP client: {0}")]
    Client(#[from] reqwest::Error),
    /// Certificate or key cannot be used.
    #[error("TLS: {0}")]
    Tls(String),
    /// The spool cannot be used.
    #[error("the spool {}: {source}", directory.display())]
    Spool {
        /// Where it is.
        directory: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
}
