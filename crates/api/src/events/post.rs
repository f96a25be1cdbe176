//! `POST /v1/events`: life of an event, step 1, and the answer after step 4.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use bytes::Bytes;
use gatelog_auth::Scope;
use gatelog_event::intake::Produced;
use gatelog_event::intake::batch::Batch;
use gatelog_event::source::Format;
use gatelog_ledger::Appended;
use gatelog_service::{IntakeReport, Prepared, RejectedLine, Service, Tenant};
use serde::Serialize;

use crate::authentication::Caller;
use crate::blocking::ahead_of_reads;
use crate::body::{Bodies, read_body};
use crate::parameters::Parameters;
use crate::problem::Problem;

/// Bodies up to this size are parsed where they arrive, larger ones on a thread that may take
/// long: a record takes about 5 µs.
const INLINE_BYTES_MAX: usize = 64 << 10;

#[derive(Serialize)]
pub(crate) struct WireReport {
    accepted: u64,
    duplicates: u64,
    conflicts: u64,
    rejected: Vec<WireRejection>,
    rejected_total: u64,
}

#[derive(Serialize)]
struct WireRejection {
    line: u64,
    column: u64,
    error: String,
}

pub(crate) async fn post_events(
    State(service): State<Arc<Service>>,
    State(bodies): State<Bodies>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<WireReport>, Problem> {
    let caller = Caller::authorize(&service, &headers, Scope::Ingest).await?;
    let format = format(Parameters::of(&uri)?)?;
    let _room = bodies.room(&headers)?;
    let body = read_body(&headers, body).await?;
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::bad_request(
            "the body is empty; send an event, an array of events, or one event a line",
        ));
    }
    let received = service.now();
    let only = caller.principal.access.source();
    let is_lines = is_ndjson(&headers);
    let tenant = Arc::clone(&caller.tenant);
    let prepare = move |body: &Bytes| {
        if is_lines {
            Ok(tenant.prepare_batch(format, only, &Batch::lines(body), received))
        } else {
            tenant.prepare(format, only, body, received)
        }
    };
    let prepared = if body.len() <= INLINE_BYTES_MAX {
        prepare(&body)
    } else {
        ahead_of_reads(move || prepare(&body)).await?
    };
    let prepared = prepared.map_err(|broken| {
        let detail = format!("the body is not a JSON array: {}", broken.reason);
        Problem::bad_request(detail).at(broken.place.line, broken.place.column)
    })?;
    let report = keep(&caller.tenant, prepared, &caller.principal.id, received).await?;
    Ok(Json(wire_report(report)))
}

/// Whether the sender says that every line is a record. Otherwise the body shows what it is.
fn is_ndjson(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/x-ndjson")
}

fn format(mut parameters: Parameters) -> Result<Format, Problem> {
    let format = match parameters.take("format")? {
        None => Format::Native,
        Some(name) => name.parse().map_err(|error| Problem::bad_request(format!("{error}")))?,
    };
    parameters.finish("format")?;
    Ok(format)
}

async fn keep(
    tenant: &Arc<Tenant>,
    prepared: Prepared,
    submitter: &str,
    received: gatelog_event::time::UnixMicros,
) -> Result<IntakeReport, Problem> {
    let Prepared { mut events, rejected, rejected_total } = prepared;
    if events.is_empty() {
        return Ok(IntakeReport::new(Appended::default(), rejected, rejected_total));
    }
    let teaches_names = events.iter().any(|event| !event.learned.is_empty());
    let produced: Vec<Produced> =
        events.iter_mut().filter_map(|event| event.produced.take()).collect();
    let appended = tenant.ledger().append(events, submitter, received)?.wait().await?;
    tenant.producers().note(produced, received);
    // Nearly always the directory knows them already, and no other thread needs to be woken.
    if teaches_names && tenant.has_unsaved_names() {
        let tenant = Arc::clone(tenant);
        ahead_of_reads(move || tenant.save_names()).await?;
    }
    Ok(IntakeReport::new(appended, rejected, rejected_total))
}

fn wire_report(report: IntakeReport) -> WireReport {
    let IntakeReport { accepted, duplicates, conflicts, rejected, rejected_total } = report;
    let wire =
        |RejectedLine { line, column, reason }| WireRejection { line, column, error: reason };
    let rejected = rejected.into_iter().map(wire).collect();
    WireReport { accepted, duplicates, conflicts, rejected, rejected_total }
}
