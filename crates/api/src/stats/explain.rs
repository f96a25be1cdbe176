//! `GET /v1/explain`: how a question is answered, and what that takes.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use gatelog_ledger::Access;
use gatelog_query::{Filter, Order};
use gatelog_service::{Service, Tenant};
use serde::Serialize;

use crate::blocking::blocking;
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::question::Question;
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
    blocking(move || {
        let query = question.text();
        let (from, to) = (question.from, question.to);
        let filter = question.filter.clone();
        let start = service.now();
        let asked = question.query(&reader, Order::NewestFirst);
        let found = reader.tenant.ledger().explain(&asked)?;
        let taken = service.now().micros().saturating_sub(start.micros());
        let accesses = found.conditions.iter().map(|(_, access)| *access);
        Ok(Json(WireExplanation {
            query,
            from: from.map(|time| time.to_string()),
            to: to.map(|time| time.to_string()),
            conditions: wire_conditions(&filter, &reader.tenant, accesses),
            segments: WireSegments { read: found.segments, skipped: found.segments_skipped },
            tables: found.tables,
            records_read: found.records_read,
            total: found.total,
            microseconds: u64::try_from(taken).unwrap_or(0),
        }))
    })
    .await?
}

/// Conditions as they were asked, and how what each is resolved to is answered. `accesses` are
/// those of the resolved conditions, in the order of the question.
///
/// What they are resolved to is not shown: the directory knows names of every source, and hashes
/// of identifiers are made with a key.
fn wire_conditions(
    asked: &Filter,
    tenant: &Tenant,
    mut accesses: impl Iterator<Item = Access>,
) -> Vec<WireCondition> {
    let wire = |condition: &Filter| {
        let resolved = tenant.resolve(condition.clone());
        let access = accesses.by_ref().take(resolved.conditions().len()).max()?;
        Some(WireCondition { condition: condition.to_string(), access: access.name() })
    };
    asked.conditions().into_iter().filter_map(wire).collect()
}
