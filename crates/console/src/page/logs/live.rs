//! Events that appear by themselves: `/logs/live`, rows of the table as server-sent events
//! (WHATWG HTML, section 9.2).
//!
//! The id of every row is the sequence behind it, so a browser that lost its connection goes on
//! where it was. Who asks is looked at again before every handful of rows: a stream ends with its
//! session. Nothing is read before the browser has taken what was.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{Stream, try_unfold};
use gatelog_api::blocking::blocking;
use gatelog_ledger::{Following, Sequence};
use gatelog_query::{Bounds, Filter, Measure, Query};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;

use crate::event_view::EventRow;
use crate::filter::LogFilter;
use crate::listing::Place;
use crate::problem::Problem;
use crate::visitor::{Visit, Visitor};

/// Streams open at once. Each is a connection, and work whenever something arrives.
const STREAMS_MAX: usize = 256;

/// Events read at a time.
const HANDFUL: usize = 64;

/// A sign of life is sent this often, and the session is looked at again.
const KEEP_ALIVE_INTERVAL_MS: u64 = 15_000;

/// A browser that lost its connection waits this long before it asks again.
const RETRY_MS: u64 = 2_000;

/// How browsers ask to go on.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Room for open streams.
#[derive(Clone, Debug)]
pub(crate) struct Streams(Arc<Semaphore>);

impl Default for Streams {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(STREAMS_MAX)))
    }
}

/// The switch on the page.
#[derive(Debug)]
pub(super) struct Switch {
    pub(super) is_on: bool,
    /// The page with the switch the other way.
    pub(super) link: String,
    /// Where the rows come from, if it is on.
    pub(super) stream: Option<String>,
}

impl Switch {
    /// The switch of a page that shows what there was before the sequence `head`.
    pub(super) fn new(visit: &Visit, filter: &LogFilter, place: Place, head: Sequence) -> Self {
        // New events are not next to older pages.
        let is_on = filter.is_live && place == Place::Newest;
        Self {
            is_on,
            link: visit.links.filtered(&filter.live(!is_on)),
            stream: is_on.then(|| visit.links.live(filter, head)),
        }
    }
}

/// One row, as in the table.
#[derive(Template)]
#[template(path = "event_row.html", whitespace = "minimize")]
struct RowTemplate {
    row: EventRow,
    shows_user: bool,
}

/// An open stream.
struct Live {
    visitor: Arc<Visitor>,
    next: Sequence,
    head: watch::Receiver<Sequence>,
    _room: OwnedSemaphorePermit,
}

/// `GET /logs/live`
pub(crate) async fn stream(headers: HeaderMap, visitor: Visitor) -> Response {
    let bare = visitor.frame.clone();
    let last = headers.get(LAST_EVENT_ID).and_then(|last| last.to_str().ok());
    let last = last.and_then(|last| last.parse().ok());
    match open(visitor, last).await {
        Ok(live) => (answer_head(), Body::from_stream(pieces(live))).into_response(),
        Err(problem) => problem.to_bare_page(bare),
    }
}

async fn open(visitor: Visitor, last: Option<Sequence>) -> Result<Live, Problem> {
    let streams = Arc::clone(&visitor.console.streams.0);
    let room = streams.try_acquire_owned().map_err(|_| Problem::Busy)?;
    let visitor = Arc::new(visitor);
    let asking = Arc::clone(&visitor);
    let (head, since) = blocking(move || {
        let visit = asking.visit()?;
        question(&visit)?;
        let since = visit.parameters.get("since").and_then(|since| since.parse().ok());
        Ok::<_, Problem>((visit.tenant.ledger().head(), since))
    })
    .await
    .map_err(|_| Problem::Panicked)??;
    let next = last.or(since).unwrap_or_else(|| *head.borrow());
    Ok(Live { visitor, next, head, _room: room })
}

/// What the address asks for, and how it is written in the links of rows.
fn question(visit: &Visit) -> Result<(LogFilter, Filter), Problem> {
    let filter = LogFilter::read(&visit.parameters).live(true);
    let Query { filter: condition, from, to, .. } = filter.query(&visit.tenant, visit.now)?;
    let micros = |time: gatelog_event::time::UnixMicros| time.micros();
    let bounds = Bounds { from: from.map(micros), to: to.map(micros) };
    let condition = match bounds {
        Bounds { from: None, to: None } => condition,
        bounds => condition.and(Filter::Range(Measure::Time, bounds)),
    };
    Ok((filter, condition))
}

fn answer_head() -> [(HeaderName, &'static str); 3] {
    // nginx would collect events before it passes them on.
    let unbuffered = HeaderName::from_static("x-accel-buffering");
    [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store"), (unbuffered, "no")]
}

/// The body, piece by piece. What goes wrong ends it, and the browser asks again.
fn pieces(live: Live) -> impl Stream<Item = Result<Bytes, std::io::Error>> {
    let beginning = Bytes::from(format!("retry: {RETRY_MS}\nid: {}\n\n", live.next));
    try_unfold((live, Some(beginning)), |(mut live, beginning)| async move {
        let piece = match beginning {
            Some(beginning) => Some(beginning),
            None => live.piece().await.map_err(|problem| {
                tracing::warn!(%problem, "a live list was cut off");
                std::io::Error::other("a live list was cut off")
            })?,
        };
        Ok(piece.map(|piece| (piece, (live, None))))
    })
}

impl Live {
    /// Waits for the next piece; `None` at the end.
    async fn piece(&mut self) -> Result<Option<Bytes>, Problem> {
        loop {
            let interval = Duration::from_millis(KEEP_ALIVE_INTERVAL_MS);
            let next = self.next;
            let arrival = timeout(interval, self.head.wait_for(|head| *head > next)).await;
            let is_quiet = match arrival.map(|head| head.map(drop)) {
                Ok(Ok(())) => false,
                // Nobody is left who could keep events.
                Ok(Err(_)) => return Ok(None),
                Err(_) => true,
            };
            let visitor = Arc::clone(&self.visitor);
            let rows = blocking(move || rows(&visitor, next)).await;
            let (rows, next) = match rows.map_err(|_| Problem::Panicked)? {
                Ok(rows) => rows,
                // Asking again, the browser is told so.
                Err(Problem::SignedOut { .. } | Problem::Denied(_)) => return Ok(None),
                Err(problem) => return Err(problem),
            };
            self.next = next;
            if !rows.is_empty() {
                return Ok(Some(rows.into()));
            }
            if is_quiet {
                // An id without data is taken note of and handed to nobody.
                return Ok(Some(format!(": still here\nid: {next}\n\n").into()));
            }
        }
    }
}

/// The next handful of rows, each with the sequence behind it; empty if none matches.
fn rows(visitor: &Visitor, from: Sequence) -> Result<(String, Sequence), Problem> {
    let visit = visitor.visit()?;
    let (filter, condition) = question(&visit)?;
    let Following { events, next, .. } = visit.tenant.ledger().follow(&condition, from, HANDFUL)?;
    let rows = visit.viewer().rows(&events, &filter);
    let mut text = String::new();
    for (event, row) in events.iter().zip(rows) {
        let row = RowTemplate { row, shows_user: true }.render()?;
        text.push_str(&format!("id: {}\n", event.position.seq + 1));
        for line in row.lines() {
            text.extend(["data: ", line, "\n"]);
        }
        text.push('\n');
    }
    Ok((text, next))
}
