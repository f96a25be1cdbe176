//! `POST /v1/events`: life of an event, step 1, and the answer after step 4.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use bytes::Bytes;
use gatelog_auth::Scope;
use gatelog_capture::mapping_file::{MappingFile, Mappings};
use gatelog_event::intake::batch::{self, Batch, BrokenBody};
use gatelog_event::source::{Format, Source};
use gatelog_event::time::UnixMicros;
use gatelog_service::{IntakeReport, Prepared, RejectedLine, Service, Tenant};
use serde::Serialize;

use super::mapped::{self, Mapped};
use crate::authentication::Caller;
use crate::blocking::ahead_of_reads;
use crate::body::Bodies;
use crate::events::keep::{keep, parse};
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::shared::Shared;

/// The format of what becomes events by a mapping.
const MAPPED: &str = "mapped";

#[derive(Serialize)]
pub(crate) struct WireReport {
    accepted: u64,
    duplicates: u64,
    conflicts: u64,
    rejected: Vec<WireRejection>,
    rejected_total: u64,
    /// Records of which a mapping makes no event; only where there is a mapping.
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<u64>,
}

#[derive(Serialize)]
struct WireRejection {
    line: u64,
    column: u64,
    error: String,
}

/// How the records of a body are written.
enum Written {
    As(Format),
    ForMapping(Arc<MappingFile>),
}

/// A body that was read as its sender says.
struct Sent {
    body: Bytes,
    /// Whether the sender says that every line is a record. Otherwise the body shows what it is.
    is_lines: bool,
    /// The one source the sender may send, if it is restricted.
    only: Option<Source>,
    received: UnixMicros,
}

pub(crate) async fn post_events(
    State(service): State<Arc<Service>>,
    State(bodies): State<Bodies>,
    State(shared): State<Shared>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<WireReport>, Problem> {
    let caller = Caller::authorize(&service, &headers, Scope::Ingest).await?;
    let written = written(Parameters::of(&uri)?, &shared.mappings)?;
    let _room = bodies.room(&headers)?;
    let body = bodies.read(&headers, body).await?;
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::bad_request(
            "the body is empty; send an event, an array of events, or one event a line",
        ));
    }
    let (only, received) = (caller.principal.access.source(), service.now());
    let body_bytes = body.len();
    let sent = Sent { body, is_lines: is_ndjson(&headers), only, received };
    let tenant = Arc::clone(&caller.tenant);
    let (prepared, skipped) = match written {
        Written::As(format) => {
            let prepare = move || sent.prepare(&tenant, format);
            (parse(body_bytes, prepare).await??, None)
        }
        Written::ForMapping(mapping) => {
            // The turn belongs to the work: a client that goes away does not end it.
            let turn = mapped::turn().await?;
            let map = move || {
                let _turn = turn;
                sent.map(&tenant, &mapping)
            };
            let (prepared, skipped) = ahead_of_reads(map).await??;
            (prepared, Some(skipped))
        }
    };
    let report = keep(&caller, prepared, received).await?;
    Ok(Json(wire_report(report, skipped)))
}

impl Sent {
    fn prepare(&self, tenant: &Tenant, format: Format) -> Result<Prepared, Problem> {
        Ok(tenant.prepare_batch(format, self.only, &self.batch()?, self.received))
    }

    /// The events that a mapping makes, and how many records are none.
    fn map(&self, tenant: &Tenant, mapping: &MappingFile) -> Result<(Prepared, u64), Problem> {
        let mapped = Mapped::of(mapping, &self.batch()?);
        let mapped = mapped.map_err(|sentence| Problem::internal(&sentence))?;
        let lines = Batch::lines(&mapped.lines);
        let prepared = tenant.prepare_batch(Format::Native, self.only, &lines, self.received);
        tenant.count_unconverted(Format::Native, mapped.refused_total);
        let skipped = mapped.skipped;
        Ok((mapped.report(prepared), skipped))
    }

    fn batch(&self) -> Result<Batch<'_>, Problem> {
        if self.is_lines {
            return Ok(Batch::lines(&self.body));
        }
        batch::split(&self.body).map_err(|BrokenBody { place, reason }| {
            let detail = format!("the body is not a JSON array: {reason}");
            Problem::bad_request(detail).at(place.line, place.column)
        })
    }
}

fn is_ndjson(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/x-ndjson")
}

fn written(mut parameters: Parameters, mappings: &Mappings) -> Result<Written, Problem> {
    let (format, mapping) = (parameters.take("format")?, parameters.take("mapping")?);
    parameters.finish("format, mapping")?;
    match (format.as_deref(), mapping) {
        (Some(MAPPED), Some(name)) => {
            mappings.get(&name).map(Written::ForMapping).ok_or_else(|| {
                let known = mappings.names().collect::<Vec<_>>().join(", ");
                Problem::bad_request(format!("there is no mapping `{name}` (known: {known})"))
            })
        }
        (Some(MAPPED), None) => {
            Err(Problem::bad_request("say which mapping: format=mapped&mapping=NAME"))
        }
        (_, Some(_)) => Err(Problem::bad_request("`mapping` goes with format=mapped")),
        (None, None) => Ok(Written::As(Format::Native)),
        (Some(name), None) => {
            let format = name.parse().map(Written::As);
            format.map_err(|error| {
                Problem::bad_request(format!("{error}; `{MAPPED}` is for any other JSON"))
            })
        }
    }
}

fn wire_report(report: IntakeReport, skipped: Option<u64>) -> WireReport {
    let IntakeReport { accepted, duplicates, conflicts, rejected, rejected_total } = report;
    let wire =
        |RejectedLine { line, column, reason }| WireRejection { line, column, error: reason };
    let rejected = rejected.into_iter().map(wire).collect();
    WireReport { accepted, duplicates, conflicts, rejected, rejected_total, skipped }
}
