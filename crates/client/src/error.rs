//! Why there is no emitter.

use std::io;
use std::path::PathBuf;

/// What can go wrong with an emitter. What goes wrong with events is a [`crate::Trouble`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is none.
    #[error("`{url}` is not the address of a server: give one such as https://log.example")]
    Address {
        /// As it was given.
        url: String,
    },
    /// The key cannot stand in a header.
    #[error(
        "the key has characters in it that no key has: `gatelog token create` prints one alone"
    )]
    Key,
    /// No folder was given.
    #[error("the emitter has no folder for its spool: call `spool` with one that is its own")]
    NoSpool,
    /// The spool is to be smaller than it can be.
    #[error("the spool cannot be smaller than {} bytes", crate::limits::SPOOL_BYTES_MIN)]
    SpoolTooSmall,
    /// Another process, or another emitter of this one, uses the folder.
    #[error("{} is the spool of another emitter that is running: give each its own", folder.display())]
    SpoolInUse {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder cannot be used.
    #[error("{} cannot be used as a spool: {source}", folder.display())]
    Spool {
        /// The folder.
        folder: PathBuf,
        /// What the file system says.
        source: io::Error,
    },
    /// The emitter's thread did not start.
    #[error("the emitter's thread cannot be started: {0}")]
    Thread(io::Error),
    /// TLS cannot be spoken, as the system's certificates cannot be read.
    #[error("the HTTP client cannot be started: {0}")]
    Http(String),
    /// The emitter was shut down, or its thread is gone.
    #[error("the emitter has ended")]
    Ended,
}
