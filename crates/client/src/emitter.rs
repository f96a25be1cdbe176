//! The emitter as a program sees it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use uuid::Uuid;

use crate::builder::Builder;
use crate::error::Error;
use crate::event::Event;
use crate::queue::NotQueued;
use crate::trouble::{Counts, Trouble, count};
use crate::worker::{Progress, Shared};

/// What became of an event when it was emitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emitted {
    /// It is in memory, and will be in the spool in a moment.
    Queued,
    /// It is lost, counted, and told as a [`Trouble`]: the emitter is full or was shut down, or the
    /// event is larger than 1 MiB.
    Lost,
}

/// Sends events to a Gatelog server. Clones are the same emitter.
///
/// When the last clone is dropped, what was emitted is written to the spool and the thread ends;
/// [`Emitter::shutdown`] waits for the server too.
#[derive(Clone)]
pub struct Emitter {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) shared: Shared,
    pub(crate) progress: watch::Receiver<Progress>,
    pub(crate) ending: watch::Sender<Option<Instant>>,
    pub(crate) thread: Mutex<Option<JoinHandle<()>>>,
}

impl Emitter {
    /// An emitter for the server at `url` (such as `https://log.example`) with an API key of the
    /// scope `ingest`.
    pub fn builder(url: impl Into<String>, key: impl Into<String>) -> Builder {
        Builder::new(url.into(), key.into())
    }

    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// Takes an event. Never waits for a disk or a network: the event is written as JSON into a
    /// queue in memory, from which the emitter's thread takes it.
    pub fn emit(&self, event: Event) -> Emitted {
        let Shared { queue, counters, on_trouble, .. } = &self.inner.shared;
        count(&counters.emitted, 1);
        match queue.push(stamped(event)) {
            Ok(()) => return Emitted::Queued,
            Err(NotQueued::TooLarge) => {
                count(&counters.rejected, 1);
                let reason = "the event is larger than 1 MiB".to_owned();
                on_trouble(Trouble::Rejected { event: String::new(), reason });
            }
            Err(NotQueued::Full | NotQueued::Closed) => {
                count(&counters.lost, 1);
                on_trouble(Trouble::Lost);
            }
        }
        Emitted::Lost
    }

    /// Waits until everything that was queued before is in the spool: what happens to this process
    /// afterwards does not lose it. Needs no async runtime of any kind.
    ///
    /// # Errors
    /// [`Error::Ended`] when the emitter ended before.
    pub async fn spooled(&self) -> Result<(), Error> {
        let last = self.inner.shared.queue.last_queued();
        self.reached(|progress| progress.spooled >= last).await
    }

    /// Waits until everything that was queued before is kept by the server or refused by it. That
    /// can take as long as the server is away.
    ///
    /// # Errors
    /// [`Error::Ended`] when the emitter ended before.
    pub async fn flush(&self) -> Result<(), Error> {
        let last = self.inner.shared.queue.last_queued();
        self.inner.shared.hurry.notify_one();
        self.reached(|progress| progress.settled >= last).await
    }

    /// Takes no more events, and waits so long for the server to keep those that were taken. What it
    /// has not kept by then stays in the spool, and is sent by the next emitter with that folder.
    pub async fn shutdown(&self, patience: Duration) -> Counts {
        let now = Instant::now();
        self.inner.end(now.checked_add(patience).unwrap_or(now));
        // That it is over is all that is waited for.
        let _ = self.reached(|_| false).await;
        self.counts()
    }

    /// What became of the events so far.
    pub fn counts(&self) -> Counts {
        self.inner.shared.counters.now()
    }

    async fn reached(&self, is_reached: impl Fn(&Progress) -> bool) -> Result<(), Error> {
        let mut progress = self.inner.progress.clone();
        match progress.wait_for(|progress| is_reached(progress) || progress.is_over).await {
            Ok(progress) if is_reached(&progress) => Ok(()),
            _ => Err(Error::Ended),
        }
    }
}

impl Inner {
    fn end(&self, at: Instant) {
        self.shared.queue.close();
        self.ending.send_replace(Some(at));
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.end(Instant::now());
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        // It writes what is queued to the spool, which takes as long as the disk does. A thread that
        // panicked has said so itself.
        let _ = thread.map(JoinHandle::join);
    }
}

impl fmt::Debug for Emitter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Emitter").field("counts", &self.counts()).finish_non_exhaustive()
    }
}

/// The event with an id and the time, unless it has its own.
pub(crate) fn stamped(mut event: Event) -> Event {
    event.stamp(|| Uuid::now_v7().to_string(), || format!("{:.6}", jiff::Timestamp::now()));
    event
}
