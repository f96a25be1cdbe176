//! Events as they arrive, as server-sent events (WHATWG HTML, section 9.2): what `/v1/tail` and the
//! console's live list have in common.
//!
//! Every message has an `id` behind which a client that lost its connection goes on, and so has
//! every sign of life. None is lost and none comes twice: an event is found by its place in the
//! order of arrival, and no event ever changes it.
//!
//! Nothing is read before the client has taken what was, so a slow client costs no memory.

use std::fmt;
use std::io;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use gatelog_auth::Principal;
use gatelog_ledger::{Access, Sequence, TenantLedger};
use gatelog_query::Filter;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::blocking::{Panicked, blocking, scanning_patiently};
use crate::problem::Problem;
use crate::room::{Place, Room};
use crate::stop::Stop;
use crate::taken;

/// Streams open at once. Each is a connection, and work whenever something arrives.
const STREAMS_MAX: usize = 256;

/// Streams of one key or user: a screen of them each for some colleagues.
const STREAMS_OF_ONE_MAX: usize = 32;

/// A sign of life is sent this often, and it is looked again at who reads.
const KEEP_ALIVE_INTERVAL_MS: u64 = 15_000;

/// A client that lost its connection waits this long before it asks again.
const RETRY_MS: u64 = 1_000;

/// How browsers ask to go on.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Room for open streams.
#[derive(Clone, Debug)]
pub struct Streams(Room);

impl Default for Streams {
    fn default() -> Self {
        Self(Room::new("streams of events", STREAMS_MAX, STREAMS_OF_ONE_MAX))
    }
}

/// What is sent, and to whom.
pub trait Feed: Send + 'static {
    /// What can go wrong; it is logged.
    type Error: fmt::Debug + Send + 'static;

    /// Whether whoever asks may still read, which is looked at before anything is sent. May block.
    ///
    /// # Errors
    /// When that cannot be found out.
    fn may_go_on(&mut self) -> Result<bool, Self::Error>;

    /// A handful of messages about what arrived from `from` on, none if nothing of it matches, and
    /// where to go on. May block.
    ///
    /// # Errors
    /// When events cannot be read.
    fn messages(&mut self, from: Sequence) -> Result<(Vec<u8>, Sequence), Self::Error>;

    /// The `id` behind which `next` follows.
    fn id(&self, next: Sequence) -> String;
}

/// A place for one more stream.
#[derive(Debug)]
pub struct Seat {
    _place: Place,
}

/// Where a stream is.
struct Position {
    next: Sequence,
    head: watch::Receiver<Sequence>,
    stop: Stop,
    sign_of_life_at: Instant,
    /// Whether records have to be read to know what matches.
    is_scan: bool,
    _seat: Seat,
}

/// Why a stream is cut off.
#[derive(Debug)]
enum Cut<E> {
    Panicked,
    Feed(E),
}

impl<E> From<Panicked> for Cut<E> {
    fn from(_: Panicked) -> Self {
        Self::Panicked
    }
}

impl Streams {
    /// Takes a place for a stream.
    ///
    /// # Errors
    /// 429 when the principal, or everybody, has as many as may be.
    pub fn seat(&self, principal: &Principal) -> Result<Seat, Problem> {
        Ok(Seat { _place: self.0.take(principal)? })
    }
}

/// What the client says it saw last.
pub fn last_event_id(headers: &HeaderMap) -> Option<&str> {
    let last = headers.get(LAST_EVENT_ID).map(|last| last.to_str().unwrap_or_default());
    last.filter(|last| !last.is_empty())
}

impl Seat {
    /// The answer: what `feed` tells of the ledger's events from `next` on. It ends when the server
    /// stops, or whoever asks may not read any more. `filter` is what it asks for.
    pub fn answer(
        self,
        feed: impl Feed,
        ledger: &TenantLedger,
        filter: &Filter,
        next: Sequence,
        stop: Stop,
    ) -> Response {
        let is_scan = Access::is_scan(filter);
        // At once: a client that is cut off before the first event must know where it began.
        let sign_of_life_at = Instant::now();
        let head = ledger.head();
        let position = Position { next, head, stop, sign_of_life_at, is_scan, _seat: self };
        let tenant = ledger.name().clone();
        let pieces = try_unfold((feed, position), move |(feed, mut position)| {
            let tenant = tenant.clone();
            async move {
                let piece = position.piece(feed).await.map_err(|cut| {
                    tracing::error!(%tenant, ?cut, "a stream of events was cut off");
                    io::Error::other("a stream of events was cut off")
                })?;
                Ok(piece.map(|(piece, feed)| (piece, (feed, position))))
            }
        });
        (answer_head(), taken::body(pieces, std::future::pending())).into_response()
    }
}

fn answer_head() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would collect events before it passes them on.
    let unbuffered = HeaderName::from_static("x-accel-buffering");
    headers.insert(unbuffered, HeaderValue::from_static("no"));
    headers
}

impl Position {
    /// Waits for the next piece; `None` at the end.
    async fn piece<F: Feed>(&mut self, mut feed: F) -> Result<Option<(Bytes, F)>, Cut<F::Error>> {
        loop {
            if self.stop.is_told() {
                return Ok(None);
            }
            let is_sign_due = Instant::now() >= self.sign_of_life_at;
            let head = *self.head.borrow_and_update();
            if !is_sign_due && self.next >= head {
                tokio::select! {
                    () = self.stop.told() => {}
                    () = sleep_until(self.sign_of_life_at) => {}
                    changed = self.head.changed() => if changed.is_err() {
                        return Ok(None);
                    },
                }
                continue;
            }
            let from = (!is_sign_due).then_some(self.next);
            let (back, found) = self.read(feed, from).await?;
            feed = back;
            let Some((messages, next)) = found.map_err(Cut::Feed)? else { return Ok(None) };
            self.next = next;
            if is_sign_due {
                let interval = Duration::from_millis(KEEP_ALIVE_INTERVAL_MS);
                self.sign_of_life_at = Instant::now() + interval;
                // An id without data is taken note of and handed to nobody.
                let id = feed.id(next);
                let sign = format!(": still here\nretry: {RETRY_MS}\nid: {id}\n\n");
                return Ok(Some((sign.into(), feed)));
            }
            if !messages.is_empty() {
                return Ok(Some((messages.into(), feed)));
            }
        }
    }

    /// The messages from a sequence on, or none if only who asks is to be looked at; `None` when
    /// they may not read any more: asking again, they are told so.
    async fn read<F: Feed>(
        &self,
        mut feed: F,
        from: Option<Sequence>,
    ) -> Result<(F, Result<Option<(Vec<u8>, Sequence)>, F::Error>), Panicked> {
        let here = self.next;
        let work = move || {
            let found = feed.may_go_on().and_then(|may_go_on| match (may_go_on, from) {
                (false, _) => Ok(None),
                (true, None) => Ok(Some((Vec::new(), here))),
                (true, Some(from)) => feed.messages(from).map(Some),
            });
            (feed, found)
        };
        match self.is_scan && from.is_some() {
            true => scanning_patiently(work).await,
            false => blocking(work).await,
        }
    }
}
