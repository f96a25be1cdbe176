//! Batches on their way to the writer.
//!
//! The queue is bounded in bytes: what does not fit is refused at once, so that a sender learns to
//! slow down instead of waiting.
//!
//! Senders that were answered together mostly send their next batches at about the same time. So
//! the writer waits a moment for as many as it took last: one wake-up and one sync are then for all
//! of them. Who sends alone never waits.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use gatelog_event::intake::AcceptedEvent;
use gatelog_event::time::UnixMicros;
use tokio::sync::oneshot;

use crate::error::{Error, Result};
use crate::limits::{GATHERING_US_MAX, GROUP_BYTES_MAX, QUEUE_BYTES_MAX};
use crate::tenant::Tenant;
use crate::writer::Appended;

/// A batch that waits for the writer.
#[derive(Debug)]
pub(crate) struct Submission {
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) events: Vec<AcceptedEvent>,
    pub(crate) submitter: Box<str>,
    pub(crate) received: UnixMicros,
    pub(crate) reply: oneshot::Sender<Result<Appended>>,
}

impl Submission {
    fn byte_count(&self) -> u64 {
        self.events.iter().map(|event| event.record.len() as u64 + 256).sum()
    }
}

/// What the writer is to do next.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// As many as one group may hold; may be none.
    pub(crate) submissions: Vec<Submission>,
    /// Who waits until the writer has left memtables to the sealer; mostly nobody.
    pub(crate) to_seal: Vec<oneshot::Sender<()>>,
}

/// Batches on their way to the writer; bounded in bytes.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    state: Mutex<QueueState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct QueueState {
    waiting: VecDeque<(Submission, u64)>,
    byte_count: u64,
    to_seal: Vec<oneshot::Sender<()>>,
    /// Batches that are worth waking the writer.
    wanted: usize,
    /// Batches that were taken last.
    taken_last: usize,
    closed: bool,
}

impl QueueState {
    /// Whether the writer has a reason to look before it has waited long enough.
    fn is_ready(&self) -> bool {
        let has_batches = !self.waiting.is_empty() && self.waiting.len() >= self.wanted;
        has_batches || self.byte_count >= GROUP_BYTES_MAX || !self.to_seal.is_empty() || self.closed
    }
}

impl Queue {
    /// Admits a batch whole or not at all. A batch is always admitted to an empty queue.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full, [`Error::Closed`] after the ledger was closed.
    pub(crate) fn submit(&self, submission: Submission) -> Result<()> {
        let byte_count = submission.byte_count();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return Err(Error::Closed);
        }
        if state.byte_count > 0 && state.byte_count + byte_count > QUEUE_BYTES_MAX {
            return Err(Error::Busy);
        }
        state.byte_count += byte_count;
        state.waiting.push_back((submission, byte_count));
        let is_ready = state.is_ready();
        drop(state);
        if is_ready {
            self.changed.notify_one();
        }
        Ok(())
    }

    /// Asks the writer to leave what is worth it to the sealer. The answer comes when it has, or
    /// when the ledger is closed.
    pub(crate) fn ask_to_seal(&self) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.closed {
            state.to_seal.push(sender);
            self.changed.notify_one();
        }
        receiver
    }

    /// What waits, in bytes.
    pub(crate) fn byte_count(&self) -> u64 {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).byte_count
    }

    /// Lets no more batches in; the writer finishes those that wait.
    pub(crate) fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.changed.notify_all();
    }

    /// Closes the queue and drops what waits, whose senders learn that the ledger is closed.
    pub(crate) fn abandon(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.closed = true;
        state.waiting.clear();
        state.to_seal.clear();
    }

    /// Waits for something to do; `None` once closed and empty.
    pub(crate) fn take(&self) -> Option<Taken> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.wanted = 1;
        let idle = self.changed.wait_while(state, |state| !state.is_ready());
        state = idle.unwrap_or_else(PoisonError::into_inner);
        if state.waiting.is_empty() && state.to_seal.is_empty() {
            return None;
        }
        state.wanted = state.taken_last;
        let moment = Duration::from_micros(GATHERING_US_MAX);
        let gathered = self.changed.wait_timeout_while(state, moment, |state| !state.is_ready());
        state = gathered.unwrap_or_else(PoisonError::into_inner).0;
        let (mut submissions, mut taken_bytes) = (Vec::new(), 0);
        while let Some((_, byte_count)) = state.waiting.front() {
            if taken_bytes > 0 && taken_bytes + byte_count > GROUP_BYTES_MAX {
                break;
            }
            let Some((submission, byte_count)) = state.waiting.pop_front() else {
                break;
            };
            taken_bytes += byte_count;
            state.byte_count -= byte_count;
            submissions.push(submission);
        }
        state.taken_last = submissions.len();
        Some(Taken { submissions, to_seal: std::mem::take(&mut state.to_seal) })
    }
}
