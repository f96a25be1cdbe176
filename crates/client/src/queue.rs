//! Events in memory, between whoever emits them and the spool.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::json;
use tokio::sync::Notify;

use crate::event::Event;
use crate::limits::{EVENT_BYTES_MAX, GROUP_BYTES_MAX, QUEUE_BYTES_MAX, QUEUE_EVENTS_MAX};

/// An event on one line, with its number.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Numbered {
    pub(crate) sequence: u64,
    pub(crate) line: Vec<u8>,
}

/// Why an event was not queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotQueued {
    /// The queue is full, as the spool is full or its disk too slow.
    Full,
    /// It is larger than the server keeps.
    TooLarge,
    /// The emitter was shut down.
    Closed,
}

/// A bounded queue. Numbers are given where events enter, so their order is that of the spool; an
/// event that is lost takes its number with it, by which the server sees the gap.
#[derive(Debug)]
pub(crate) struct Queue {
    producer: String,
    state: Mutex<State>,
    came: Notify,
}

#[derive(Debug)]
struct State {
    events: VecDeque<Numbered>,
    bytes: usize,
    /// Of the last event that was given a number.
    last_sequence: u64,
    /// Of the last event that was queued.
    last_queued: u64,
    /// Events that were lost since that was last told.
    lost_untold: u64,
    is_closed: bool,
}

impl Queue {
    /// An empty queue, whose first event follows `last_sequence`.
    pub(crate) fn new(producer: &str, last_sequence: u64) -> Self {
        let state = State {
            events: VecDeque::new(),
            bytes: 0,
            last_sequence,
            last_queued: last_sequence,
            lost_untold: 0,
            is_closed: false,
        };
        Self { producer: producer.to_owned(), state: Mutex::new(state), came: Notify::new() }
    }

    /// Numbers and queues an event, which has an id and a time.
    pub(crate) fn push(&self, event: Event) -> Result<(), NotQueued> {
        let mut state = self.lock();
        let outcome = match state.is_closed {
            true => Err(NotQueued::Closed),
            false => state.push(&self.producer, event),
        };
        if outcome == Err(NotQueued::Full) {
            state.lost_untold += 1;
        }
        drop(state);
        self.came.notify_one();
        outcome
    }

    /// Waits for events, or for the end of the queue.
    pub(crate) async fn came(&self) {
        self.came.notified().await;
    }

    /// The first events that wait, as many as are written at once. If events were lost,
    /// `tell_lost` makes one more of their count.
    pub(crate) fn take(&self, tell_lost: impl FnOnce(u64) -> Event) -> Vec<Numbered> {
        let mut state = self.lock();
        let mut taken = Vec::new();
        let mut bytes = 0;
        while bytes < GROUP_BYTES_MAX
            && let Some(event) = state.events.pop_front()
        {
            bytes += event.line.len();
            taken.push(event);
        }
        state.bytes -= bytes;
        if state.lost_untold > 0 {
            let event = tell_lost(std::mem::take(&mut state.lost_untold));
            // It is small, and what was taken has made room.
            let _ = state.push(&self.producer, event);
        }
        taken
    }

    /// No more events are queued.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.came.notify_one();
    }

    /// Whether nothing waits and nothing will.
    pub(crate) fn is_over(&self) -> bool {
        let state = self.lock();
        state.is_closed && state.events.is_empty()
    }

    /// How many events wait.
    pub(crate) fn len(&self) -> usize {
        self.lock().events.len()
    }

    /// The number of the last event that was queued.
    pub(crate) fn last_queued(&self) -> u64 {
        self.lock().last_queued
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock can leave the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn push(&mut self, producer: &str, event: Event) -> Result<(), NotQueued> {
        let sequence = self.last_sequence + 1;
        if self.events.len() >= QUEUE_EVENTS_MAX || self.bytes >= QUEUE_BYTES_MAX {
            self.last_sequence = sequence;
            return Err(NotQueued::Full);
        }
        let line = event.into_line(producer, sequence);
        if line.len() > EVENT_BYTES_MAX {
            return Err(NotQueued::TooLarge);
        }
        (self.last_sequence, self.last_queued) = (sequence, sequence);
        self.bytes += line.len();
        self.events.push_back(Numbered { sequence, line });
        Ok(())
    }
}

/// The event that tells how many were lost.
pub(crate) fn lost_event(count: u64) -> Event {
    let message = "the queue and the spool of the emitter were full";
    Event::new("emitter.lost").error("emitter.full", message).data("lost", json!(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequences(events: &[Numbered]) -> Vec<u64> {
        events.iter().map(|event| event.sequence).collect()
    }

    #[test]
    fn a_full_queue_loses_events_with_their_numbers_and_tells_how_many() {
        let queue = Queue::new("p", 0);
        let pushed = (0..QUEUE_EVENTS_MAX + 3).map(|_| queue.push(Event::new("t")));
        assert_eq!(pushed.filter(|pushed| *pushed == Err(NotQueued::Full)).count(), 3);
        let last_queued = QUEUE_EVENTS_MAX as u64;
        assert_eq!(queue.last_queued(), last_queued);
        let mut taken = Vec::new();
        while let more @ [_, ..] = &mut *queue.take(lost_event) {
            taken.extend(more.iter_mut().map(|event| std::mem::take(&mut event.line)));
        }
        assert_eq!(taken.len(), QUEUE_EVENTS_MAX + 1);
        let lost: serde_json::Value = serde_json::from_slice(taken.last().unwrap()).unwrap();
        assert_eq!(lost["type"], "emitter.lost");
        let producer = json!({ "id": "p", "sequence": last_queued + 4 });
        assert_eq!(lost["data"], json!({ "lost": 3, "producer": producer }));
    }

    #[test]
    fn an_event_that_is_too_large_takes_no_number() {
        let queue = Queue::new("p", 41);
        let large = Event::new("t").data("text", "x".repeat(EVENT_BYTES_MAX));
        assert_eq!(queue.push(large), Err(NotQueued::TooLarge));
        queue.push(Event::new("t")).unwrap();
        assert_eq!(sequences(&queue.take(lost_event)), [42]);
    }

    #[test]
    fn a_closed_queue_gives_what_it_has() {
        let queue = Queue::new("p", 0);
        queue.push(Event::new("t")).unwrap();
        queue.close();
        assert_eq!(queue.push(Event::new("t")), Err(NotQueued::Closed));
        assert!(!queue.is_over());
        assert_eq!(sequences(&queue.take(lost_event)), [1]);
        assert!(queue.is_over());
    }
}
