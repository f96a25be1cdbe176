//! What a data directory needs of the outside.

use std::fmt::Debug;
use std::sync::Arc;

use gatelog_event::time::UnixMicros;
use gatelog_ledger::files::{FileSystem, Randomness, Stopwatch};
use gatelog_meta::{Author, Change};
use gatelog_query::Derivation;

/// Tells the time.
pub trait Clock: Send + Sync + Debug {
    /// The time now.
    fn now(&self) -> UnixMicros;

    /// Microseconds since some fixed moment, for durations. A clock that can be set back while it
    /// is looked at must answer otherwise than by [`Clock::now`].
    fn elapsed_micros(&self) -> u64 {
        u64::try_from(self.now().micros()).unwrap_or(0)
    }
}

/// A clock as the ledger measures durations with it.
#[derive(Debug)]
pub(crate) struct ClockStopwatch(pub(crate) Arc<dyn Clock>);

impl Stopwatch for ClockStopwatch {
    fn elapsed_micros(&self) -> u64 {
        self.0.elapsed_micros()
    }
}

/// Clock, randomness, file system, and knowledge.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where keys, tokens and salt seeds come from.
    pub randomness: Arc<dyn Randomness>,
    /// Where the ledger is.
    pub files: Arc<dyn FileSystem>,
    /// What is known of addresses and user agents.
    pub derivation: Arc<dyn Derivation>,
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
