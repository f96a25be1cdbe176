//! How many events an answer may still take: bounded in number and in bytes.

use crate::row::StoredEvent;

/// What is left of an answer's bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) events: usize,
    /// Of records.
    pub(super) bytes: u64,
}

impl Room {
    /// Whether another event may be taken. The last one may be larger than what is left, so that
    /// every answer has at least one.
    pub(super) fn is_left(self) -> bool {
        self.events > 0 && self.bytes > 0
    }

    /// Takes an event's share.
    pub(super) fn take(&mut self, event: &StoredEvent) {
        self.events = self.events.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(event.record.len() as u64);
    }
}
