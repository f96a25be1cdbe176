//! What a data directory needs of the outside.

use std::fmt::Debug;
use std::sync::Arc;

use gatelog_event::time::UnixMicros;
use gatelog_ledger::files::{FileSystem, Randomness};
use gatelog_meta::{Author, Change};

/// Tells the time.
pub trait Clock: Send + Sync + Debug {
    /// The time now.
    fn now(&self) -> UnixMicros;
}

/// Clock, randomness and file system.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where keys, tokens and salt seeds come from.
    pub randomness: Arc<dyn Randomness>,
    /// Where the ledger is.
    pub files: Arc<dyn FileSystem>,
}

impl Environment {
    /// A change that somebody makes now.
    pub fn change(&self, by: Author) -> Change {
        Change { by, time: self.clock.now() }
    }

    /// Unpredictable bytes for a key or a token.
    ///
    /// # Errors
    /// Whatever the operating system reports.
    pub fn random<const N: usize>(&self) -> std::io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.randomness.fill(&mut bytes)?;
        Ok(bytes)
    }
}
