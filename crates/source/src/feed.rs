//! What is fetched from a system, with a place to go on from.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use gatelog_event::time::UnixMicros;

use crate::delivery::Delivery;

/// Where to go on: whatever the feed that wrote it understands, as text that people can read in a
/// list. A feed must understand the cursors of its earlier versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(pub String);

/// What was fetched at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The records; may be empty.
    pub delivery: Delivery,
    /// Where to go on when they are kept. It is saved only then.
    pub cursor: Cursor,
    /// Whether there was nothing newer: it is asked again after [`Feed::interval`] only.
    pub is_at_head: bool,
}

/// Why nothing could be fetched. It is tried again in any case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Trouble {
    /// For whoever runs this: what was asked, what came, what to do. No secrets.
    pub reason: String,
    /// When to try again, if the other side said so.
    pub retry_after: Option<Duration>,
}

/// A batch that is being fetched.
pub type Fetching<'f> = Pin<Box<dyn Future<Output = Result<Batch, Trouble>> + Send + 'f>>;

/// A system that is asked for its events, again and again.
///
/// Whoever runs a feed fetches the next batch while the last one is being kept, so `after` may be
/// ahead of what is durable; after a restart it is what was durable. A feed keeps connections, and
/// nothing that a restart would miss. Dropping a [`Fetching`] before it ends loses nothing.
pub trait Feed: Send {
    /// Fetches what comes after a place; from the beginning of everything without one.
    fn fetch<'f>(&'f mut self, after: Option<&'f Cursor>, now: UnixMicros) -> Fetching<'f>;

    /// How long to wait when there was nothing newer.
    fn interval(&self) -> Duration;
}

impl Trouble {
    /// Trouble after which whoever runs the feed chooses when to try again.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), retry_after: None }
    }
}
