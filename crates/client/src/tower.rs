//! A `tower` layer that records each HTTP call of a service as an event.
//!
//! What is recorded: method, route, status, duration, the client's address, user agent and request
//! id. Never a body, a header beside those, or the values of a query string. The route is axum's
//! template, such as `/users/{id}`, with the feature `axum` and when the layer stands within the
//! router ([`axum::Router::route_layer`]); without it the path is not recorded either, as paths hold
//! ids and tokens: the callback can add what it knows to be harmless.
//!
//! ```
//! use gatelog_client::tower::EventLayer;
//! use gatelog_client::{Emitter, Party};
//!
//! #[derive(Clone)]
//! struct User(String);
//!
//! fn layer(emitter: Emitter) -> EventLayer {
//!     EventLayer::new(emitter, |request, event| match request.extensions.get::<User>() {
//!         Some(User(id)) => event.actor(Party::user(id)).application("shop"),
//!         None => event.application("shop"),
//!     })
//! }
//! ```
//!
//! [`axum::Router::route_layer`]: https://docs.rs/axum/latest/axum/struct.Router.html#method.route_layer

use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use http::request::Parts;
use http::{Request, Response, StatusCode, header};
use tower_layer::Layer;
use tower_service::Service;

use crate::emitter::Emitter;
use crate::event::{Event, Outcome};

/// The type of the events.
pub const EVENT_TYPE: &str = "http.request";

/// Adds to an event what the program knows of a request: who, through which application, or nothing.
type Describe = Arc<dyn Fn(&Parts, Event) -> Event + Send + Sync>;

/// Records each call of the services it is put around. See the [module](self).
#[derive(Clone)]
pub struct EventLayer {
    emitter: Emitter,
    describe: Describe,
}

/// A service whose calls are recorded.
#[derive(Clone)]
pub struct EventService<S> {
    service: S,
    layer: EventLayer,
}

impl EventLayer {
    /// A layer that emits with `emitter`. `describe` is asked before the call is made: it adds actor,
    /// application and whatever else to the event; an address only if proxies in front are known, as
    /// without it the address is that of the connection.
    pub fn new(
        emitter: Emitter,
        describe: impl Fn(&Parts, Event) -> Event + Send + Sync + 'static,
    ) -> Self {
        Self { emitter, describe: Arc::new(describe) }
    }
}

impl<S> Layer<S> for EventLayer {
    type Service = EventService<S>;

    fn layer(&self, service: S) -> Self::Service {
        EventService { service, layer: self.clone() }
    }
}

impl<S, RequestBody, ResponseBody> Service<Request<RequestBody>> for EventService<S>
where
    S: Service<Request<RequestBody>, Response = Response<ResponseBody>>,
    S::Future: Send + 'static,
    S::Error: 'static,
    ResponseBody: 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let event = (self.layer.describe)(&parts, described(&parts));
        let call = self.service.call(Request::from_parts(parts, body));
        let mut unfinished = Unfinished {
            emitter: self.layer.emitter.clone(),
            event: Some(event),
            started: Instant::now(),
        };
        Box::pin(async move {
            let answer = call.await;
            unfinished.finish(answer.as_ref().ok().map(Response::status));
            answer
        })
    }
}

/// A call that is not answered yet. One that never is, as its client has gone, is recorded too.
struct Unfinished {
    emitter: Emitter,
    event: Option<Event>,
    started: Instant,
}

impl Unfinished {
    fn finish(&mut self, status: Option<StatusCode>) {
        let Some(event) = self.event.take() else { return };
        let duration_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let event = event.data("duration_ms", duration_ms);
        let event = match status {
            None => event.outcome(Outcome::Failure).error("http.unanswered", "no answer was made"),
            Some(status) => {
                let has_failed = status.is_client_error() || status.is_server_error();
                let outcome = if has_failed { Outcome::Failure } else { Outcome::Success };
                event.outcome(outcome).data("status", status.as_u16())
            }
        };
        self.emitter.emit(event);
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.finish(None);
    }
}

/// What every request tells.
fn described(parts: &Parts) -> Event {
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let mut event = Event::new(EVENT_TYPE).data("method", parts.method.as_str());
    if let Some(route) = route(parts) {
        event = event.data("route", route);
    }
    if let Some(address) = address(parts) {
        event = event.ip(address);
    }
    if let Some(user_agent) = text(header::USER_AGENT.as_str()) {
        event = event.user_agent(user_agent);
    }
    match text("x-request-id") {
        Some(request) => event.request(request),
        None => event,
    }
}

#[cfg(feature = "axum")]
fn route(parts: &Parts) -> Option<&str> {
    parts.extensions.get::<axum::extract::MatchedPath>().map(axum::extract::MatchedPath::as_str)
}

#[cfg(not(feature = "axum"))]
fn route(_: &Parts) -> Option<&str> {
    None
}

#[cfg(feature = "axum")]
fn address(parts: &Parts) -> Option<IpAddr> {
    use std::net::SocketAddr;

    use axum::extract::ConnectInfo;

    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())
}

#[cfg(not(feature = "axum"))]
fn address(_: &Parts) -> Option<IpAddr> {
    None
}

impl fmt::Debug for EventLayer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("EventLayer").field("emitter", &self.emitter).finish_non_exhaustive()
    }
}

impl<S> fmt::Debug for EventService<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("EventService").field("layer", &self.layer).finish_non_exhaustive()
    }
}
