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
use gatelog_api::Stop;
use gatelog_api::blocking::blocking;
use gatelog_ledger::{Following, Sequence};
use gatelog_query::Filter;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, sleep_until};

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
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(15);

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
    visitor: Visitor,
    visit: Visit,
    /// What it asks for, and how that is written in the links of rows.
    condition: Filter,
    filter: LogFilter,
    next: Sequence,
    head: watch::Receiver<Sequence>,
    stop: Stop,
    /// When something must be sent, even if nothing matches.
    sign_of_life_at: Instant,
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
    let opened = blocking(move || {
        let visit = visitor.visit()?;
        let filter = LogFilter::read(&visit.parameters).live(true);
        let condition = filter.query(&visit.tenant, visit.now)?.into_filter();
        let since = visit.parameters.get("since").and_then(|since| since.parse().ok());
        let head = visit.tenant.ledger().head();
        let next = last.or(since).unwrap_or_else(|| *head.borrow());
        let stop = visitor.console.stop.clone();
        let sign_of_life_at = Instant::now() + KEEP_ALIVE_INTERVAL;
        Ok(Live {
            visitor,
            visit,
            condition,
            filter,
            next,
            head,
            stop,
            sign_of_life_at,
            _room: room,
        })
    });
    opened.await.map_err(|_| Problem::Panicked)?
}

fn answer_head() -> [(HeaderName, &'static str); 3] {
    // nginx would collect events before it passes them on.
    let unbuffered = HeaderName::from_static("x-accel-buffering");
    [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store"), (unbuffered, "no")]
}

/// The body, piece by piece. What goes wrong ends it, and the browser asks again; an answer that is
/// no stream it takes as final, and the page is then loaded anew.
fn pieces(live: Live) -> impl Stream<Item = Result<Bytes, std::io::Error>> {
    let beginning = Bytes::from(format!("retry: {RETRY_MS}\nid: {}\n\n", live.next));
    try_unfold((live, Some(beginning)), |(live, beginning)| async move {
        if let Some(beginning) = beginning {
            return Ok(Some((beginning, (live, None))));
        }
        let piece = live.piece().await.map_err(|problem| {
            tracing::warn!(%problem, "a live list was cut off");
            std::io::Error::other("a live list was cut off")
        })?;
        Ok(piece.map(|(piece, live)| (piece, (live, None))))
    })
}

impl Live {
    /// Waits for the next piece; `None` at the end.
    async fn piece(mut self) -> Result<Option<(Bytes, Self)>, Problem> {
        loop {
            let next = self.next;
            let is_quiet = tokio::select! {
                () = self.stop.told() => return Ok(None),
                () = sleep_until(self.sign_of_life_at) => true,
                arrival = self.head.wait_for(|head| *head > next) => match arrival {
                    Ok(_) => false,
                    // Nobody is left who could keep events.
                    Err(_) => return Ok(None),
                },
            };
            let reading = blocking(move || {
                let rows = self.rows();
                (self, rows)
            });
            let (live, rows) = reading.await.map_err(|_| Problem::Panicked)?;
            self = live;
            match rows {
                // Asking again, the browser is told so.
                Err(Problem::SignedOut { .. } | Problem::Denied(_)) => return Ok(None),
                Err(problem) => return Err(problem),
                Ok(rows) if !rows.is_empty() => {
                    self.sign_of_life_at = Instant::now() + KEEP_ALIVE_INTERVAL;
                    return Ok(Some((rows.into(), self)));
                }
                // An id without data is taken note of and handed to nobody.
                Ok(_) if is_quiet => {
                    self.sign_of_life_at = Instant::now() + KEEP_ALIVE_INTERVAL;
                    let sign_of_life = format!(": still here\nid: {}\n\n", self.next);
                    return Ok(Some((sign_of_life.into(), self)));
                }
                Ok(_) => {}
            }
        }
    }

    /// The next handful of rows, each with the sequence behind it; empty if none matches.
    fn rows(&mut self) -> Result<String, Problem> {
        self.visitor.renew(&mut self.visit)?;
        let visit = &self.visit;
        let following = visit.tenant.ledger().follow(&self.condition, self.next, HANDFUL)?;
        let Following { events, next, .. } = following;
        visit.reading.returned(events.len());
        let rows = visit.viewer().rows(&events, &self.filter);
        let mut text = String::new();
        for (event, row) in events.iter().zip(rows) {
            let row = RowTemplate { row, shows_user: true }.render()?;
            text.push_str(&format!("id: {}\n", event.position.seq + 1));
            for line in row.lines() {
                text.extend(["data: ", line, "\n"]);
            }
            text.push('\n');
        }
        self.next = next;
        Ok(text)
    }
}
