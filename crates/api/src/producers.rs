//! `GET /v1/producers`: emitters that number their events, and which numbers are missing.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use gatelog_auth::Scope;
use gatelog_event::time::UnixMicros;
use gatelog_service::{Producer, Service};
use serde::Serialize;

use crate::authentication::Caller;
use crate::problem::Problem;

#[derive(Debug, Serialize)]
pub(crate) struct WireProducers {
    producers: Vec<WireProducer>,
}

#[derive(Debug, Serialize)]
struct WireProducer {
    id: Box<str>,
    first_sequence: u64,
    last_sequence: u64,
    last_event: String,
    missing: Vec<WireGap>,
    missing_forgotten: u64,
}

#[derive(Debug, Serialize)]
struct WireGap {
    from: u64,
    to: u64,
    since: String,
    overdue: bool,
}

pub(crate) async fn list_producers(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
) -> Result<Json<WireProducers>, Problem> {
    let caller = Caller::authorize(&service, &headers, Scope::Read).await?;
    let now = service.now();
    let producers = caller.tenant.producers().all().into_iter();
    Ok(Json(WireProducers { producers: producers.map(|producer| wire(producer, now)).collect() }))
}

fn wire(producer: Producer, now: UnixMicros) -> WireProducer {
    let gaps = producer.gaps.into_iter().map(|gap| WireGap {
        from: gap.from,
        to: gap.to,
        since: gap.since.to_string(),
        overdue: gap.is_overdue(now),
    });
    WireProducer {
        id: producer.id,
        first_sequence: producer.first_sequence,
        last_sequence: producer.last_sequence,
        last_event: producer.last_received.to_string(),
        missing: gaps.collect(),
        missing_forgotten: producer.gaps_forgotten,
    }
}
