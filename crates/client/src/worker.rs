//! The emitter's own thread: from the queue to the spool, and from the spool to the server.
//!
//! Both loops share one thread, on which reading and writing files may block. A request is under
//! way while events are written.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, sleep_until};

use crate::emitter::stamped;
use crate::limits::{BATCH_EVENTS_MAX, SPOOL_RETRY};
use crate::queue::{Numbered, Queue, lost_event};
use crate::retry;
use crate::server::{Server, Verdict};
use crate::spool::{Batch, Next, NotKept, Spool};
use crate::trouble::{Counters, OnTrouble, Trouble, count};

/// How far the events are, by their numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// Up to this one, all that were queued are in the spool.
    pub(crate) spooled: u64,
    /// Up to this one, all that were queued are kept by the server or refused by it.
    pub(crate) settled: u64,
    /// Nothing changes any more.
    pub(crate) is_over: bool,
}

/// What the thread shares with the emitter.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) queue: Arc<Queue>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) on_trouble: OnTrouble,
    /// Somebody waits for what was emitted: nothing more is collected first.
    pub(crate) hurry: Arc<Notify>,
}

pub(crate) struct Worker {
    pub(crate) shared: Shared,
    pub(crate) spool: RefCell<Spool>,
    pub(crate) server: Server,
    pub(crate) batch_wait: Duration,
    pub(crate) progress: watch::Sender<Progress>,
    /// When to stop, whatever is left.
    pub(crate) ending: watch::Receiver<Option<Instant>>,
    /// Taken from the queue, and not in the spool yet.
    pub(crate) in_hand: RefCell<Vec<Numbered>>,
    pub(crate) is_all_spooled: Cell<bool>,
    /// Events were added to the spool, or none will be.
    pub(crate) spooled: Notify,
    /// Events were settled.
    pub(crate) room: Notify,
}

impl Worker {
    /// Works until the queue is closed and everything is settled, or until the time is up; then what
    /// is queued goes into the spool.
    pub(crate) fn run(self, runtime: &Runtime) {
        runtime.block_on(async {
            tokio::select! {
                biased;
                () = self.time_is_up() => {}
                _ = async { tokio::join!(self.keep(), self.deliver()) } => {}
            }
        });
        while let Ok(true) = self.keep_group() {}
        self.lose_the_rest();
        if let Err(error) = self.spool.borrow_mut().tidy() {
            self.tell(Trouble::Spool { reason: error.to_string() });
        }
        let Self { spool, progress, .. } = self;
        // Whoever waits for the end may open the folder again.
        drop(spool);
        progress.send_modify(|progress| progress.is_over = true);
    }

    async fn time_is_up(&self) {
        let mut ending = self.ending.clone();
        loop {
            let end = *ending.borrow_and_update();
            let is_changed = match end {
                None => ending.changed().await,
                Some(end) => tokio::select! {
                    () = sleep_until(end.into()) => return,
                    is_changed = ending.changed() => is_changed,
                },
            };
            if is_changed.is_err() {
                return;
            }
        }
    }

    /// From the queue to the spool, until the queue is over.
    async fn keep(&self) {
        while !self.shared.queue.is_over() {
            self.shared.queue.came().await;
            loop {
                match self.keep_group() {
                    Ok(false) => break,
                    Ok(true) => tokio::task::yield_now().await,
                    Err(NotKept::Full) => self.room.notified().await,
                    Err(NotKept::Failed(error)) => {
                        self.tell(Trouble::Spool { reason: error.to_string() });
                        sleep(SPOOL_RETRY).await;
                    }
                }
            }
        }
        self.is_all_spooled.set(true);
        self.spooled.notify_one();
    }

    /// Whether there was something to keep.
    fn keep_group(&self) -> Result<bool, NotKept> {
        let mut in_hand = self.in_hand.borrow_mut();
        if in_hand.is_empty() {
            *in_hand = self.shared.queue.take(|lost| stamped(lost_event(lost)));
        }
        let Some(last) = in_hand.last().map(|event| event.sequence) else { return Ok(false) };
        self.spool.borrow_mut().append(&in_hand)?;
        in_hand.clear();
        self.progress.send_modify(|progress| progress.spooled = last);
        self.spooled.notify_one();
        Ok(true)
    }

    /// What could not be written to the spool at the end.
    fn lose_the_rest(&self) {
        let left = self.in_hand.borrow().len() + self.shared.queue.len();
        let left = left as u64;
        count(&self.shared.counters.lost, left);
        (0..left).for_each(|_| self.tell(Trouble::Lost));
    }

    /// From the spool to the server, until everything is settled and no more will come.
    async fn deliver(&self) {
        let mut failures = 0;
        let mut event_count_max = BATCH_EVENTS_MAX;
        loop {
            let wait = match self.next(event_count_max) {
                Err(reason) => {
                    self.tell(Trouble::Spool { reason });
                    SPOOL_RETRY
                }
                Ok(None) if self.is_all_spooled.get() => return,
                Ok(None) => {
                    self.progress.send_modify(|progress| progress.settled = progress.spooled);
                    self.collect().await;
                    continue;
                }
                Ok(Some(batch)) => match self.server.send(&batch.lines, batch.event_count).await {
                    Verdict::Settled(rejected) => {
                        (failures, event_count_max) = (0, BATCH_EVENTS_MAX);
                        self.settle(&batch, &rejected);
                        continue;
                    }
                    Verdict::TooLarge if batch.event_count > 1 => {
                        event_count_max = batch.event_count / 2;
                        continue;
                    }
                    Verdict::TooLarge => {
                        let reason = "larger than the server or a proxy lets pass".to_owned();
                        self.settle(&batch, &[(0, reason)]);
                        continue;
                    }
                    Verdict::Again { reason, after } => {
                        self.tell(Trouble::Delayed { reason });
                        failures += 1;
                        retry::wait(failures, after, getrandom::u32().unwrap_or_default())
                    }
                },
            };
            sleep(wait).await;
        }
    }

    /// The next batch. What is damaged is told and passed over.
    fn next(&self, event_count_max: usize) -> Result<Option<Batch>, String> {
        loop {
            match self.spool.borrow_mut().next(event_count_max) {
                Ok(Next::Nothing) => return Ok(None),
                Ok(Next::Batch(batch)) => return Ok(Some(batch)),
                Ok(Next::Damaged(damage)) => {
                    let (file, bytes) = (damage.file.display(), damage.bytes);
                    let place = format!("{file}, {bytes} bytes from byte {} on", damage.offset);
                    self.tell(Trouble::Damaged { place });
                }
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    /// Waits for events, and then a little for more, unless somebody is in a hurry.
    async fn collect(&self) {
        self.spooled.notified().await;
        if !self.is_all_spooled.get() {
            tokio::select! {
                () = sleep(self.batch_wait) => {}
                () = self.shared.hurry.notified() => {}
                () = self.spooled_last() => {}
            }
        }
    }

    /// Waits until no more events come.
    async fn spooled_last(&self) {
        while !self.is_all_spooled.get() {
            self.spooled.notified().await;
        }
    }

    fn settle(&self, batch: &Batch, rejected: &[(usize, String)]) {
        let lines: Vec<&[u8]> = batch.lines.split(|byte| *byte == b'\n').collect();
        for (place, reason) in rejected {
            let event = lines.get(*place).copied().unwrap_or_default();
            let event = String::from_utf8_lossy(event).into_owned();
            self.tell(Trouble::Rejected { event, reason: reason.clone() });
        }
        let rejected = rejected.len() as u64;
        count(&self.shared.counters.rejected, rejected);
        count(&self.shared.counters.kept, (batch.event_count as u64).saturating_sub(rejected));
        let last = self.spool.borrow_mut().settle(batch);
        self.progress.send_modify(|progress| progress.settled = last);
        self.room.notify_one();
    }

    fn tell(&self, trouble: Trouble) {
        (self.shared.on_trouble)(trouble);
    }
}
