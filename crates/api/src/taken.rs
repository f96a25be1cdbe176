//! Bodies of answers that take long, which end when nobody takes them.
//!
//! What such an answer holds (a place, a snapshot of the ledger) must not be held for good by a
//! client that stopped reading without closing its connection. A connection that nothing can be
//! written to is ended by the server; this is for what shares its connection with other answers
//! (HTTP/2), where the others may well be taken.

use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::stream::{Stream, poll_fn};
use tokio::time::{Instant, sleep_until};

/// A client that takes no more of an answer for so long does not get the rest.
const UNTAKEN_MS_MAX: u64 = 60_000;

/// Pieces are handed out in parts of so many bytes, so that a slow client is seen to take them.
const PART_BYTES_MAX: usize = 64 << 10;

type Pieces = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

struct Held {
    /// `None` when they were given up, or have come to their end.
    pieces: Option<Pieces>,
    /// What is left of the last piece.
    rest: Bytes,
    /// Who is to be told when they are given up.
    waiting: Option<Waker>,
    /// When the last part was handed out, if nobody has asked for the next one yet.
    untaken_since: Option<Instant>,
}

/// A body of these pieces. What they hold is dropped as soon as the body is, when no piece was
/// asked for during [`UNTAKEN_MS_MAX`], and when `unwanted` comes; the body is then cut, so that it
/// never passes for a whole one.
pub(crate) fn body(
    pieces: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    unwanted: impl Future<Output = ()> + Send + 'static,
) -> Body {
    let held = Held {
        pieces: Some(Box::pin(pieces)),
        rest: Bytes::new(),
        waiting: None,
        untaken_since: Some(Instant::now()),
    };
    let held = Arc::new(Mutex::new(held));
    tokio::spawn(give_up(Arc::downgrade(&held), unwanted));
    Body::from_stream(poll_fn(move |context| {
        held.lock().unwrap_or_else(PoisonError::into_inner).part(context)
    }))
}

impl Held {
    /// The next part of the body.
    fn part(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let Some(pieces) = &mut self.pieces else {
            return Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())));
        };
        // While it is awaited, it is not the client who is slow.
        self.untaken_since = None;
        if self.rest.is_empty() {
            self.waiting = Some(context.waker().clone());
            match ready!(pieces.as_mut().poll_next(context)) {
                Some(Ok(piece)) => self.rest = piece,
                end => return Poll::Ready(end),
            }
        }
        self.untaken_since = Some(Instant::now());
        let part = self.rest.split_to(self.rest.len().min(PART_BYTES_MAX));
        Poll::Ready(Some(Ok(part)))
    }
}

/// Waits until the body is gone, was not taken for too long, or is not wanted any more.
async fn give_up(held: Weak<Mutex<Held>>, unwanted: impl Future<Output = ()>) {
    let patience = Duration::from_millis(UNTAKEN_MS_MAX);
    let mut until = Instant::now() + patience;
    let mut unwanted = pin!(unwanted);
    loop {
        let is_unwanted = tokio::select! {
            () = sleep_until(until) => false,
            () = &mut unwanted => true,
        };
        let Some(held) = held.upgrade() else { return };
        let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        until = held.untaken_since.unwrap_or(now) + patience;
        if is_unwanted || until <= now {
            if !is_unwanted {
                tracing::info!(
                    "an answer was cut off: its client has not taken any of it for a minute"
                );
            }
            held.pieces = None;
            if let Some(waiting) = held.waiting.take() {
                waiting.wake();
            }
            return;
        }
    }
}
