//! What is noted of every request: an id, a line of the log, counts.
//!
//! A request is over when the last byte of its answer is sent, or when its client has gone away;
//! then its line is written. Addresses are noted as route templates: queries and ids in paths are
//! other people's data.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::metrics::Traffic;

/// By this header a client or a proxy names a request, and is told its name.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest request id that is taken over.
const REQUEST_ID_BYTES_MAX: usize = 128;

/// The route of requests to addresses that do not exist.
const UNMATCHED: &str = "unmatched";

/// Routes that machines ask for all day: nobody wants to read about them.
const QUIET_ROUTES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// What stands for the status of a request whose client did not wait for one. As nginx has it.
const CLIENT_GONE: u16 = 499;

/// What all requests share.
#[derive(Clone, Debug)]
pub(crate) struct Requests {
    traffic: Traffic,
    /// Differs from one start to the next, so that ids do.
    start: u32,
    next_number: Arc<AtomicU64>,
}

impl Requests {
    /// `start` should be random.
    pub(crate) fn new(traffic: Traffic, start: u32) -> Self {
        Self { traffic, start, next_number: Arc::default() }
    }

    /// The id a request came with, if it is one, or a new one.
    fn id(&self, headers: &HeaderMap) -> HeaderValue {
        let is_id = |value: &&HeaderValue| {
            let bytes = value.as_bytes();
            (1..=REQUEST_ID_BYTES_MAX).contains(&bytes.len())
                && bytes.iter().all(u8::is_ascii_graphic)
        };
        headers.get(REQUEST_ID).filter(is_id).cloned().unwrap_or_else(|| {
            let number = self.next_number.fetch_add(1, Ordering::Relaxed);
            let id = format!("{:08x}-{number:x}", self.start);
            HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static(UNMATCHED))
        })
    }
}

/// Answers a request and notes it.
pub(crate) async fn note(
    State(requests): State<Requests>,
    request: Request,
    next: Next,
) -> Response {
    let id = requests.id(request.headers());
    let request_id = id.to_str().unwrap_or_default();
    let span = tracing::error_span!("request", request_id, principal = Empty, tenant = Empty);
    let route = request.extensions().get::<MatchedPath>().map_or(UNMATCHED, MatchedPath::as_str);
    let mut exchange = Exchange {
        traffic: requests.traffic,
        span: span.clone(),
        started: Instant::now(),
        method: method_name(request.method()),
        route: route.into(),
        status: CLIENT_GONE,
        byte_count: 0,
    };
    let mut response = next.run(request).instrument(span).await;
    exchange.status = response.status().as_u16();
    response.headers_mut().insert(REQUEST_ID, id);
    response.map(|body| Body::new(NotedBody { body, exchange }))
}

/// Methods are noted by name only if they have one: a client can send any word.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// A request and its answer, noted when dropped.
struct Exchange {
    traffic: Traffic,
    span: Span,
    started: Instant,
    method: &'static str,
    route: String,
    status: u16,
    byte_count: u64,
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let elapsed = self.started.elapsed();
        self.traffic.count(self.method, &self.route, self.status, elapsed);
        let Self { method, ref route, status, byte_count: bytes, .. } = *self;
        let duration_ms = (elapsed.as_secs_f64() * 1e6).round() / 1e3;
        let _entered = self.span.enter();
        if QUIET_ROUTES.contains(&&**route) {
            tracing::debug!(method, route, status, duration_ms, bytes, "request");
        } else {
            tracing::info!(method, route, status, duration_ms, bytes, "request");
        }
    }
}

/// The body of an answer, which ends its exchange.
struct NotedBody {
    body: Body,
    exchange: Exchange,
}

impl HttpBody for NotedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            self.exchange.byte_count += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_could_harm_is_replaced() {
        let requests = Requests::new(Traffic::default(), 0xabc);
        let id = |sent: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_bytes(sent.as_bytes()).unwrap());
            requests.id(&headers).to_str().unwrap().to_owned()
        };
        assert_eq!(id("4bf92f35-77b3:a=/+"), "4bf92f35-77b3:a=/+");
        assert_eq!(id(""), "00000abc-0");
        assert_eq!(id("two words"), "00000abc-1");
        assert_eq!(id("na\u{ef}ve"), "00000abc-2");
        assert_eq!(id(&"x".repeat(129)), "00000abc-3");
    }
}
