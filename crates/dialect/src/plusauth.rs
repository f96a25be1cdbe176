//! PlusAuth's REST API as far as it reads logs (client `@plusauth/plusauth-rest-js` 2.4.0).
//!
//! | asked for | answered |
//! |---|---|
//! | `GET {prefix}/api/v1/logs` | with and without a slash behind it, with doubled slashes, never redirected |
//! | rows | entries of the source `plusauth` as they came; those of other sources that have a PlusAuth code; newest first, equal times by arrival |
//! | `limit` | rows of a page: 25 if absent, 0 to 1,000 |
//! | `offset` | the number of the page, from 0: `limit * offset` rows are skipped |
//! | `from`, `to` | RFC 3339 or date math, which rounds down; `from` inclusive, `to` exclusive; no bound if absent |
//! | `q` | PQL; names mean what a row shows: see `shown` |
//! | `type` | levels, separated by commas; `warning` is `warn`; `debug` is accepted, and no code has it |
//! | `operation` | event codes and names of operations, separated by commas: see `operation` |
//! | `include_api` | `true` or `false`, which is the default and hides the codes 100 to 103, also from whoever names them |
//! | empty values, unknown names | as if they were absent |
//! | names given twice | lists are joined, anything else is refused |
//! | `stacked`, `interval` | on every page of a question that finds anything: events per bucket and level, without zeros; the width of a bucket in milliseconds, as JavaScript counts time |
//! | `HEAD`, `OPTIONS` | as `GET` without a body; for cross-origin requests |
//! | `Authorization: Bearer` | an API key with the scope `read`, or the access token of a client made for PlusAuth; an operator's key picks the tenant with `Gatelog-Tenant` or `X-PlusAuth-Tenant` |
//! | `POST /oauth2/token` | an access token for a client (`gatelog client create --dialect plusauth`), by `client_credentials` in form, JSON or Basic; any `audience` and `scope` |
//! | errors | `{"error","error_description","status"}` with PlusAuth's names |
//!
//! What a row shows is what conditions find, with these exceptions: the level of an entry is shown
//! as it came, and everything that asks for levels goes by the catalogue's level of its code
//! (`docs/sources.md`); words and phrases look into the records, where the messages made for events
//! of other sources do not stand; addresses of entries are shown as they came and compared as
//! addresses.
//!
//! Modules in reading order:
//!
//! - `parameters`: the query string.
//! - `question`: parameters to a question for the ledger.
//! - `operation`: names of operations.
//! - `shown`: what names mean on rows of this API.
//! - `row`: a stored event as an entry.
//! - `chart`: `stacked` and `interval`.
//! - `caller`: who is asking; `token`: how a client gets a token.
//! - `refusal`: error bodies.
//! - `answer`: what goes over the wire, and who may read it in a browser.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use gatelog_api::blocking::{blocking, scanning};
use gatelog_api::problem::Problem;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::{Access, PageStart};
use gatelog_query::{Order, Query};
use gatelog_service::{Reading, Service};

use self::answer::{READ_METHODS, preflight, refused};
use self::chart::Chart;
use self::parameters::{Page, Parameters};
use self::question::{Question, Window};
use self::refusal::Refusal;
use crate::caller::Caller;

mod answer;
mod caller;
mod chart;
mod operation;
mod parameters;
mod question;
mod refusal;
mod row;
mod shown;
mod token;

/// The route as reads are recorded under it, whatever stands before it.
const ROUTE: &str = "GET /api/v1/logs";

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// The log.
    Logs,
    /// Something below `/api/v1` that is not there.
    Nowhere,
}

/// `others` with this API beside them: at `/api/v1`, which must be free for it, and at
/// `api/v1/logs` below any other path.
pub fn beside(others: Router, service: Arc<Service>) -> Router {
    let routes = Router::new()
        .route("/api/v1", any(at_its_route))
        .route("/api/v1/", any(at_its_route))
        .route("/api/v1/{*path}", any(at_its_route))
        .route("/oauth2/token", any(token::answer))
        .with_state(Arc::clone(&service));
    others.merge(routes).layer(from_fn_with_state(service, at_other_paths))
}

async fn at_its_route(State(service): State<Arc<Service>>, request: Request) -> Response {
    let place = place(request.uri().path()).unwrap_or(Place::Nowhere);
    answer(&service, place, request).await
}

/// Clients put any prefix before `/api/v1` and double slashes, which no route can name: such paths
/// lead to other routes, or to none. They are not redirected, as browsers drop the token then.
async fn at_other_paths(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let has_route = path.starts_with("/api/v1/") && !path.contains("//");
    match place(path).filter(|_| !has_route) {
        Some(place) => answer(&service, place, request).await,
        None => next.run(request).await,
    }
}

/// Every request comes through here, so nothing is made of the path but a look at both its ends.
fn place(path: &str) -> Option<Place> {
    let segments = || path.split('/').filter(|segment| !segment.is_empty());
    if segments().rev().take(3).eq(["logs", "v1", "api"]) {
        return Some(Place::Logs);
    }
    segments().take(2).eq(["api", "v1"]).then_some(Place::Nowhere)
}

async fn answer(service: &Arc<Service>, place: Place, request: Request) -> Response {
    let (parts, _body) = request.into_parts();
    let answered = match (place, &parts.method) {
        (_, &Method::OPTIONS) => return preflight(READ_METHODS),
        (Place::Nowhere, _) => Err(Refusal::NoSuchPlace),
        (Place::Logs, &Method::GET | &Method::HEAD) => logs(service, parts).await,
        (Place::Logs, _) => Err(Refusal::MethodNotAllowed(READ_METHODS)),
    };
    answered.unwrap_or_else(|refusal| refused(&refusal))
}

async fn logs(service: &Arc<Service>, parts: Parts) -> Result<Response, Refusal> {
    let caller = caller::reader(service, &parts.headers).await?;
    let parameters = Parameters::of(&parts.uri);
    let reading = caller.tenant.begin_read(&caller.principal, ROUTE, parameters.pairs());
    let now = service.now();
    let question = Question::read(&parameters, now)?;
    let is_scan = Access::is_scan(&question.filter);
    let work = move || found(&caller, &reading, question, now);
    match is_scan {
        true => scanning(work).await.map_err(no_turn)?,
        false => blocking(work).await.map_err(|_panicked| Refusal::Internal)?,
    }
}

/// The page that `question` asks for, as far as `caller` may see it.
fn found(
    caller: &Caller,
    reading: &Reading,
    question: Question,
    now: UnixMicros,
) -> Result<Response, Refusal> {
    let tenant = &caller.tenant;
    // The directory does not say which source it learned a name from.
    let is_bound = caller.principal.access.source().is_some();
    let names = (!is_bound).then(|| tenant.names());
    let filter = caller.readable(tenant.resolve(names, question.filter)?.filter);
    let Window { from, to } = question.window;
    let query = Query { filter, from, to, order: Order::NewestFirst };
    let matches = tenant.ledger().matches(&query)?;
    let Page { limit, number } = question.page;
    let start = PageStart::Offset(number.saturating_mul(limit as u64));
    let events = matches.page(query.order, start, limit)?.events;
    reading.returned(events.len());
    let chart = Chart::of(&query, &matches, now)?;
    answer::page(&events, matches.total(), question.page, chart.as_ref())
}

/// Why records could not be read one by one: too many wait for that, or it was logged.
fn no_turn(problem: Problem) -> Refusal {
    match problem.into_response().status() {
        StatusCode::TOO_MANY_REQUESTS => Refusal::TooManyRequests,
        _ => Refusal::Internal,
    }
}
