//! `GET /v1/explain`: how a question is answered, and what that takes.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use gatelog_ledger::Access;
use gatelog_query::{Filter, Order};
use gatelog_service::Service;
use serde::Serialize;

use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::question::{Asked, Question};
use crate::reader::Reader;

#[derive(Serialize)]
pub(crate) struct WireExplanation {
    /// The question in canonical PQL.
    query: String,
    from: Option<String>,
    to: Option<String>,
    conditions: Vec<WireCondition>,
    segments: WireSegments,
    /// Parts in memory that were looked at.
    tables: usize,
    records_read: u64,
    total: u64,
    microseconds: u64,
}

#[derive(Serialize)]
struct WireCondition {
    condition: String,
    access: &'static str,
}

#[derive(Serialize)]
struct WireSegments {
    read: usize,
    skipped: usize,
}

pub(crate) async fn explain(
    State(service): State<Arc<Service>>,
    reader: Reader,
    uri: Uri,
) -> Result<Json<WireExplanation>, Problem> {
    let mut parameters = Parameters::of(&uri)?;
    let question = Question::take(&mut parameters, service.now())?;
    parameters.finish(&Question::known_parameters(""))?;
    let (query, from, to) = (question.text(), question.from, question.to);
    let answer = move |reader: &Reader, asked: Asked| {
        let start = service.now();
        let found = reader.tenant.ledger().explain(&asked.query)?;
        let taken = service.now().micros().saturating_sub(start.micros());
        Ok(Json(WireExplanation {
            query,
            from: from.map(|time| time.to_string()),
            to: to.map(|time| time.to_string()),
            conditions: asked.conditions.iter().map(wire_condition).collect(),
            segments: WireSegments { read: found.segments, skipped: found.segments_skipped },
            tables: found.tables,
            records_read: found.records_read,
            total: found.total,
            microseconds: u64::try_from(taken).unwrap_or(0),
        }))
    };
    reader.ask(question, Order::NewestFirst, false, answer).await
}

/// A condition as it was asked, and how what it is resolved to is answered.
///
/// What it is resolved to is not shown: ids of a directory are many, and hashes of identifiers are
/// made with a key.
fn wire_condition((asked, resolved): &(Filter, Filter)) -> WireCondition {
    WireCondition { condition: asked.to_string(), access: Access::of(resolved).name() }
}
