//! What goes wrong with events, for whoever runs the program.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Something that an emitter met. `Display` says it in words for a log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trouble {
    /// An event is not sent again: the server refused it, or it is too large.
    Rejected {
        /// The event as JSON; empty when it was too large.
        event: String,
        /// What the server says is wrong with it.
        reason: String,
    },
    /// Events do not arrive at the moment. They are kept and sent again.
    Delayed {
        /// What the server or the network says.
        reason: String,
    },
    /// The spool cannot be written. Events wait in memory.
    Spool {
        /// What the file system says.
        reason: String,
    },
    /// The rest of a file of the spool is not what was written, and is left out: after a power loss
    /// or a kill, what was just being written.
    Damaged {
        /// The file, the place and the number of bytes.
        place: String,
    },
    /// An event is lost, as queue and spool are full, or the emitter was shut down.
    Lost,
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected { reason, .. } => write!(formatter, "event refused: {reason}"),
            Self::Delayed { reason } => write!(formatter, "events are delayed: {reason}"),
            Self::Spool { reason } => write!(formatter, "the spool cannot be used: {reason}"),
            Self::Damaged { place } => write!(formatter, "the spool is damaged: {place}"),
            Self::Lost => formatter.write_str("event lost: the emitter is full or has ended"),
        }
    }
}

/// How many events of this emitter have met which end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Emitted, whatever became of them.
    pub emitted: u64,
    /// Kept by the server, now or before.
    pub kept: u64,
    /// Refused by the server, or too large.
    pub rejected: u64,
    /// Lost, as queue and spool were full, or the emitter was shut down.
    pub lost: u64,
}

/// Called for every trouble.
pub(crate) type OnTrouble = Arc<dyn Fn(Trouble) + Send + Sync>;

/// The counts while they change.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) emitted: AtomicU64,
    pub(crate) kept: AtomicU64,
    pub(crate) rejected: AtomicU64,
    pub(crate) lost: AtomicU64,
}

impl Counters {
    pub(crate) fn now(&self) -> Counts {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (emitted, kept) = (of(&self.emitted), of(&self.kept));
        Counts { emitted, kept, rejected: of(&self.rejected), lost: of(&self.lost) }
    }
}

/// Adds to a counter.
pub(crate) fn count(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}
