//! Sources: what they send here, how far each has come, and what of it is no event.
//!
//! - `POST /v1/sources/{name}/webhook`, and what stands below `/v1/sources/{name}/api/v2/logs` for
//!   senders that choose the end of an address themselves: who may send is for the source to say.
//! - `GET /v1/sources`: how far those of a tenant have come.
//! - `/v1/quarantine`: records that are no events.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRef, Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use bytes::Bytes;
use gatelog_auth::Scope;
use gatelog_meta::SourceState;
use gatelog_service::Service;
use gatelog_source::quarantine::{Held, NotTaken};
use gatelog_source::webhook::{Answer, BODY_BYTES_MAX, Received, Refusal, Request};
use gatelog_source::{Keep as _, Receiving, SharedIntake, Sources};
use serde::Serialize;

use crate::authentication::Caller;
use crate::blocking::ahead_of_reads;
use crate::body::Bodies;
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::routes::wrong_method;

/// Records of the quarantine in one answer, unless fewer are asked for.
const HELD_LIMIT: usize = 50;
const HELD_LIMIT_MAX: usize = 1_000;

#[derive(Clone, Debug)]
struct Edge {
    service: Arc<Service>,
    sources: Arc<Sources>,
    bodies: Bodies,
}

impl FromRef<Edge> for Arc<Service> {
    fn from_ref(edge: &Edge) -> Self {
        Self::clone(&edge.service)
    }
}

impl FromRef<Edge> for Arc<Sources> {
    fn from_ref(edge: &Edge) -> Self {
        Self::clone(&edge.sources)
    }
}

impl FromRef<Edge> for Bodies {
    fn from_ref(edge: &Edge) -> Self {
        edge.bodies.clone()
    }
}

/// The routes of sources.
pub fn router(service: Arc<Service>, sources: Arc<Sources>) -> Router {
    let edge = Edge { service, sources, bodies: Bodies::of(BODY_BYTES_MAX) };
    let routes = routes().into_iter();
    routes
        .fold(Router::new(), |router, (path, methods)| router.route(path, methods))
        .method_not_allowed_fallback(wrong_method)
        .with_state(edge)
}

/// The addresses that the description of the API is held against.
fn routes() -> [(&'static str, MethodRouter<Edge>); 5] {
    [
        ("/v1/sources", get(list)),
        ("/v1/sources/{name}/webhook", get(receive).post(receive)),
        ("/v1/sources/{name}/api/v2/logs", post(receive)),
        ("/v1/quarantine", get(list_held)),
        ("/v1/quarantine/{number}", post(take_again).delete(discard)),
    ]
}

/// The addresses of sources.
#[cfg(test)]
pub(crate) fn paths() -> impl Iterator<Item = &'static str> {
    routes().into_iter().map(|(path, _)| path)
}

/// Hands a request to the source it is for, and answers when what it brought is durable.
async fn receive(
    State(sources): State<Arc<Sources>>,
    State(bodies): State<Bodies>,
    name: Result<Path<String>, PathRejection>,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let Ok(Path(name)) = name else {
        return Err(Problem::bad_request("the name in the address is not UTF-8"));
    };
    let Some(Receiving { receive, intake }) = sources.receiver(&name) else {
        let detail = "no source of this name takes requests here; \
                      `gatelog source list` tells which ones there are and what is wrong with them";
        return Err(Problem::not_found(detail));
    };
    let _room = bodies.room(&headers)?;
    let body: Bytes = bodies.read(&headers, body).await?;
    // A mapping may take seconds.
    let received = ahead_of_reads(move || {
        receive.receive(&Request { method: &method, headers: &headers, body: &body })
    });
    Ok(match received.await? {
        Ok(Received::Answer(answer)) => {
            intake.note_answer();
            respond(answer)
        }
        Ok(Received::Delivery(delivery, answer)) => {
            intake.note_answer();
            let kept = SharedIntake(Arc::clone(&intake)).keep(delivery).await;
            if let Err(error) = &kept {
                intake.note_trouble(error.to_string());
            }
            respond(answer.once_kept(&kept))
        }
        Err(Refusal { status, reason }) => {
            // Anybody can send what is refused: it says nothing of the source itself.
            tracing::warn!(source = name, %status, reason, "a request to a source is refused");
            return Err(Problem::new(status, reason));
        }
    })
}

fn respond(answer: Answer) -> Response {
    let Answer { status, body, retry_after_seconds } = answer;
    let mut response = (status, body).into_response();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    if let Some(seconds) = retry_after_seconds {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

#[derive(Debug, Serialize)]
struct WireSources {
    sources: Vec<WireSource>,
}

#[derive(Debug, Serialize)]
struct WireSource {
    name: String,
    kind: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<WireTrouble>,
    #[serde(skip_serializing_if = "Option::is_none")]
    silent_since: Option<String>,
    last_event: Option<String>,
    last_delivery: Option<String>,
    last_answer: Option<String>,
    lag_seconds: Option<i64>,
    events_per_minute: u64,
    accepted: u64,
    duplicates: u64,
    conflicts: u64,
    quarantined: u64,
    cursor: Option<String>,
}

#[derive(Debug, Serialize)]
struct WireTrouble {
    reason: String,
    since: String,
}

async fn list(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
) -> Result<Json<WireSources>, Problem> {
    let caller = Caller::authorize(&service, &headers, Scope::Read).await?;
    let of = caller.tenant.name().clone();
    let reading = Arc::clone(&service);
    let states = ahead_of_reads(move || reading.meta().source_states()).await?;
    let states = states.map_err(gatelog_service::Error::from)?.into_iter();
    let sources = states.filter(|state| state.tenant == of).map(wire).collect();
    Ok(Json(WireSources { sources }))
}

fn wire(state: SourceState) -> WireSource {
    let word = state.condition().name();
    let lag_seconds = state.lag_micros().map(|micros| micros / 1_000_000);
    WireSource {
        state: word,
        trouble: state
            .trouble
            .map(|(reason, since)| WireTrouble { reason, since: since.to_string() }),
        silent_since: state.silent_since.map(|time| time.to_string()),
        last_event: state.newest.map(|time| time.to_string()),
        last_delivery: state.delivered.map(|time| time.to_string()),
        last_answer: state.answered.map(|time| time.to_string()),
        lag_seconds,
        events_per_minute: state.minute_events,
        accepted: state.accepted,
        duplicates: state.duplicates,
        conflicts: state.conflicts,
        quarantined: state.quarantined,
        cursor: state.cursor,
        name: state.name,
        kind: state.kind,
    }
}

#[derive(Debug, Serialize)]
struct WireHeldRecords {
    records: Vec<WireHeld>,
}

#[derive(Debug, Serialize)]
struct WireHeld {
    number: i64,
    source: String,
    received: String,
    format: String,
    reason: String,
    /// As text; what is no UTF-8 in it is replaced.
    record: Option<String>,
}

async fn list_held(
    State(service): State<Arc<Service>>,
    State(sources): State<Arc<Sources>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<WireHeldRecords>, Problem> {
    // What may be secret in these records was not taken out.
    let caller = Caller::authorize(&service, &headers, Scope::Admin).await?;
    let mut parameters = Parameters::of(&uri)?;
    let source = parameters.take("source")?;
    let before = parameters.take_number("before")?;
    let limit = parameters.take_limit("limit", HELD_LIMIT, HELD_LIMIT_MAX)?;
    parameters.finish("source, before, limit")?;
    let before = before.and_then(|before| i64::try_from(before).ok());
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    let tenant = caller.tenant;
    let held =
        ahead_of_reads(move || sources.quarantine(&tenant, source.as_deref(), before, limit));
    let records = held.await?.map_err(not_taken)?.into_iter().map(wire_held).collect();
    Ok(Json(WireHeldRecords { records }))
}

fn wire_held(held: Held) -> WireHeld {
    let Held { number, source, received, format, reason, record, .. } = held;
    let record = record.ok().map(|record| String::from_utf8_lossy(&record).into_owned());
    WireHeld { number, source, received: received.to_string(), format, reason, record }
}

#[derive(Debug, Serialize)]
struct WireTaken {
    accepted: u64,
    duplicates: u64,
    conflicts: u64,
}

async fn take_again(
    State(service): State<Arc<Service>>,
    State(sources): State<Arc<Sources>>,
    State(bodies): State<Bodies>,
    number: Result<Path<i64>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<WireTaken>, Problem> {
    let caller = Caller::authorize(&service, &headers, Scope::Admin).await?;
    let number = number_of(number)?;
    let _room = bodies.room(&headers)?;
    let body = bodies.read(&headers, body).await?;
    let tenant = caller.tenant;
    let taken = ahead_of_reads(move || {
        let mended = Some(&*body).filter(|body| !body.trim_ascii().is_empty());
        sources.take_again(&tenant, number, mended)
    });
    let appended = taken.await?.map_err(not_taken)?;
    Ok(Json(WireTaken {
        accepted: appended.accepted,
        duplicates: appended.duplicates,
        conflicts: appended.conflicts,
    }))
}

async fn discard(
    State(service): State<Arc<Service>>,
    number: Result<Path<i64>, PathRejection>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let caller = Caller::authorize(&service, &headers, Scope::Admin).await?;
    let number = number_of(number)?;
    let discarding = Arc::clone(&service);
    let discarded = ahead_of_reads(move || {
        discarding.meta().take_from_quarantine(caller.tenant.name(), number)
    });
    discarded.await?.map_err(|error| not_taken(error.into()))?;
    Ok(StatusCode::NO_CONTENT)
}

/// The number of a record in an address.
fn number_of(number: Result<Path<i64>, PathRejection>) -> Result<i64, Problem> {
    let none = "the number in the address is no number of a record";
    number.map(|Path(number)| number).map_err(|_| Problem::bad_request(none))
}

fn not_taken(error: NotTaken) -> Problem {
    match error {
        NotTaken::NoEvent(_) | NotTaken::NotOpened(_) => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
        }
        NotTaken::NoKey(reason) => Problem::new(StatusCode::CONFLICT, reason),
        NotTaken::Meta(gatelog_meta::Error::UnknownQuarantined(_)) => {
            Problem::not_found(error.to_string())
        }
        NotTaken::Meta(error) => Problem::from(gatelog_service::Error::from(error)),
        NotTaken::Ledger(error) => Problem::from(error),
    }
}
