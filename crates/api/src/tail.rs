//! `GET /v1/tail`: events as they arrive, as server-sent events (WHATWG HTML, section 9.2).
//!
//! Every event's `id` is a cursor behind it, and so is that of every keep-alive; a client that
//! sends the last one it saw as `Last-Event-ID` goes on there, whatever happened meanwhile to the
//! connection or the server. None is lost and none comes twice: an event is found by its place in
//! the order of arrival, and no event ever changes it.
//!
//! Nothing is read before the client has taken what was, so a slow client costs no memory.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use gatelog_auth::Scope;
use gatelog_ledger::{Following, Sequence};
use gatelog_query::Filter;
use gatelog_service::Service;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, sleep_until};

use crate::authentication::Caller;
use crate::blocking::blocking;
use crate::events::cursor::{ArrivalCursor, NOT_OURS};
use crate::events::list::unreadable;
use crate::events::wire::write_line;
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::question::Question;
use crate::reader::Reader;
use crate::stop::Stop;

/// Tails open at once. Each is a connection, and work whenever something arrives.
const TAILS_MAX: usize = 256;

/// A sign of life is sent this often, and the credential is looked at again.
const KEEP_ALIVE_INTERVAL_MS: u64 = 15_000;

/// A client that lost its connection waits this long before it asks again.
const RETRY_MS: u64 = 1_000;

/// Events read at a time.
const HANDFUL: usize = 256;

/// How browsers ask to go on.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Room for open tails.
#[derive(Clone, Debug)]
pub(crate) struct Tails(Arc<Semaphore>);

impl Default for Tails {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(TAILS_MAX)))
    }
}

/// An open tail.
struct Tail {
    service: Arc<Service>,
    /// The request's, for the credential in them.
    headers: HeaderMap,
    reader: Arc<Reader>,
    filter: Arc<Filter>,
    at: ArrivalCursor,
    head: watch::Receiver<Sequence>,
    stop: Stop,
    sign_of_life_at: Instant,
    _room: OwnedSemaphorePermit,
}

pub(crate) async fn tail(
    State(service): State<Arc<Service>>,
    State(tails): State<Tails>,
    State(stop): State<Stop>,
    reader: Reader,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (mut question, start) = asked(&uri, &headers, &service)?;
    let room = tails.0.try_acquire_owned().map_err(|_| {
        Problem::too_many(format!("{TAILS_MAX} tails are open, which is as many as there may be"))
    })?;
    let head = reader.tenant.ledger().head();
    let at = start.unwrap_or_else(|| ArrivalCursor {
        // Without a time it begins with what comes now.
        next: if question.from.is_some() { 0 } else { *head.borrow() },
        from: question.from,
    });
    question.from = at.from;
    let (reader, filter) = blocking(move || {
        let filter = question.filter(&reader);
        (Arc::new(reader), Arc::new(filter))
    })
    .await?;
    // At once: a client that is cut off before the first event must know where it began.
    let sign_of_life_at = Instant::now();
    let tail =
        Tail { service, headers, reader, filter, at, head, stop, sign_of_life_at, _room: room };
    Ok((answer_head(), Body::from_stream(pieces(tail))).into_response())
}

/// What is asked for, and the cursor to go on from.
fn asked(
    uri: &Uri,
    headers: &HeaderMap,
    service: &Service,
) -> Result<(Question, Option<ArrivalCursor>), Problem> {
    let mut parameters = Parameters::of(uri)?;
    let cursor = parameters.take("cursor")?;
    let question = Question::take(&mut parameters, service.now())?;
    parameters.finish(&Question::known_parameters("cursor"))?;
    // A browser sends the address as it was and adds where it is.
    let last = headers.get(LAST_EVENT_ID).map(|last| last.to_str().unwrap_or_default());
    let start = match last.filter(|last| !last.is_empty()).or(cursor.as_deref()) {
        None => None,
        Some(text) => {
            Some(ArrivalCursor::decode(text).ok_or_else(|| Problem::bad_request(NOT_OURS))?)
        }
    };
    Ok((question, start))
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

/// The body, piece by piece. It ends when the server stops or the credential does.
fn pieces(tail: Tail) -> impl futures_util::Stream<Item = Result<Bytes, std::io::Error>> {
    futures_util::stream::try_unfold(tail, |mut tail| async move {
        let piece = tail.piece().await.map_err(|problem| {
            let tenant = tail.reader.tenant.name();
            tracing::error!(%tenant, ?problem, "a tail was cut off");
            std::io::Error::other("a tail was cut off")
        })?;
        Ok(piece.map(|piece| (piece, tail)))
    })
}

impl Tail {
    /// Waits for the next piece; `None` at the end.
    async fn piece(&mut self) -> Result<Option<Bytes>, Problem> {
        loop {
            if self.stop.is_told() {
                return Ok(None);
            }
            if Instant::now() >= self.sign_of_life_at {
                return Ok(self.sign_of_life().await);
            }
            let head = *self.head.borrow_and_update();
            if self.at.next < head {
                let events = self.events().await?;
                if !events.is_empty() {
                    return Ok(Some(events));
                }
                continue;
            }
            tokio::select! {
                () = self.stop.told() => {}
                () = sleep_until(self.sign_of_life_at) => {}
                changed = self.head.changed() => {
                    if changed.is_err() {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// What tells a client that it is still connected, and where it is. `None` when its
    /// credential is not valid any more: asking again, it is told so.
    async fn sign_of_life(&mut self) -> Option<Bytes> {
        Caller::authorize(&self.service, &self.headers, Scope::Read).await.ok()?;
        self.sign_of_life_at = Instant::now() + Duration::from_millis(KEEP_ALIVE_INTERVAL_MS);
        // An id without data is taken note of and handed to nobody.
        Some(format!(": still here\nretry: {RETRY_MS}\nid: {}\n\n", self.at.encode()).into())
    }

    /// The next handful of events, and where the client is behind each; empty if none matches.
    async fn events(&mut self) -> Result<Bytes, Problem> {
        let (reader, filter) = (Arc::clone(&self.reader), Arc::clone(&self.filter));
        let at = self.at;
        let (events, next) = blocking(move || {
            let Following { events, next, .. } =
                reader.tenant.ledger().follow(&filter, at.next, HANDFUL)?;
            reader.returned(events.len());
            let mut out = Vec::new();
            for event in &events {
                let behind = ArrivalCursor { next: event.position.seq.saturating_add(1), ..at };
                out.extend_from_slice(format!("id: {}\ndata: ", behind.encode()).as_bytes());
                write_line(event, reader.tenant.names(), None, &mut out)
                    .map_err(|error| unreadable(&error))?;
                out.extend_from_slice(b"\n\n");
            }
            Ok::<_, Problem>((out, next))
        })
        .await??;
        self.at.next = next;
        Ok(events.into())
    }
}
