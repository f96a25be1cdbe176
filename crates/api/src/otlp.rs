//! `POST /v1/logs`: logs of OpenTelemetry (OTLP/HTTP 1.x), whose records become events.
//!
//! What becomes of a record is said in `capture::otlp`. Answers, also those that refuse, are
//! messages of the protocol in the encoding of the request.
//!
//! - [`answer`]: the protocol's answers.

mod answer;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use gatelog_auth::Scope;
use gatelog_capture::otlp::{Encoding, Logs};
use gatelog_event::intake::batch::{self, Batch};
use gatelog_event::source::Format;
use gatelog_service::{Prepared, RejectedLine, Service};

use self::answer::Outcome;
use crate::authentication::Caller;
use crate::body::Bodies;
use crate::events::keep::{keep, parse};
use crate::problem::Problem;

pub(crate) async fn post_logs(
    State(service): State<Arc<Service>>,
    State(bodies): State<Bodies>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Some(encoding) = encoding(&headers) else {
        let problem = Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "logs come as `application/x-protobuf` or `application/json`; say which in Content-Type",
        );
        return answer::refusal(Encoding::Json, &problem);
    };
    match take(&service, &bodies, encoding, &headers, body).await {
        Ok(outcome) => answer::report(encoding, &outcome),
        Err(problem) => answer::refusal(encoding, &problem),
    }
}

fn encoding(headers: &HeaderMap) -> Option<Encoding> {
    let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    match content_type.split(';').next()?.trim().to_ascii_lowercase().as_str() {
        "application/x-protobuf" => Some(Encoding::Protobuf),
        "application/json" => Some(Encoding::Json),
        _ => None,
    }
}

async fn take(
    service: &Arc<Service>,
    bodies: &Bodies,
    encoding: Encoding,
    headers: &HeaderMap,
    body: Body,
) -> Result<Outcome, Problem> {
    let caller = Caller::authorize(service, headers, Scope::Ingest).await?;
    let _room = bodies.room(headers)?;
    let body = bodies.read(headers, body).await?;
    let (received, body_bytes) = (service.now(), body.len());
    let only = caller.principal.access.source();
    let tenant = Arc::clone(&caller.tenant);
    let read = move || {
        let logs = Logs::read(encoding, &body).map_err(|error| {
            let problem = Problem::bad_request(&*error.reason);
            match encoding {
                Encoding::Protobuf => problem,
                Encoding::Json => {
                    let place = batch::place_in(&body, error.offset);
                    problem.at(place.line, place.column)
                }
            }
        })?;
        let lines = Batch::lines(logs.lines());
        let prepared = tenant.prepare_batch(Format::Native, only, &lines, received);
        tenant.count_unconverted(Format::Native, logs.refused_total());
        Ok::<_, Problem>((logs, prepared))
    };
    let (logs, prepared) = parse(body_bytes, read).await??;
    let mut outcome = outcome(&logs, &prepared);
    outcome.conflicts = keep(&caller, prepared, received).await?.conflicts;
    Ok(outcome)
}

/// The records that are refused, in the order of the request.
fn outcome(logs: &Logs, prepared: &Prepared) -> Outcome {
    let of_line =
        |RejectedLine { line, reason, .. }: &RejectedLine| (logs.place(*line), reason.clone());
    let mut refused = logs.refused().to_vec();
    refused.extend(prepared.rejected.iter().map(of_line));
    refused.sort_by_key(|(place, _)| *place);
    Outcome { refused, refused_total: logs.refused_total() + prepared.rejected_total, conflicts: 0 }
}
