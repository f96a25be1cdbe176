//! `GET /v1/stats/facets`: the most frequent values of fields.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use gatelog_query::{Grouping, Order};
use gatelog_service::Service;
use serde::Serialize;

use super::grouping::{self, WireValue, wire_values};
use crate::blocking::blocking;
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::question::Question;
use crate::reader::Reader;

const LIMIT_DEFAULT: usize = 10;

/// Values of one field in an answer.
const LIMIT_MAX: usize = 1_000;

/// Fields of one answer. Each costs a pass over the matching rows.
const FIELDS_MAX: usize = 24;

/// What somebody who narrows down a question looks at first.
const FIELDS_DEFAULT: &str =
    "source,type,action,outcome,level,actor.id,application.id,organization,ip,error.code";

#[derive(Serialize)]
pub(crate) struct WireFacets {
    facets: BTreeMap<String, Vec<WireValue>>,
    /// What the lists leave out, by the same names.
    summary: BTreeMap<String, WireSummary>,
}

#[derive(Serialize)]
struct WireSummary {
    /// How many different values there are.
    distinct: u64,
    /// How many matching events have none.
    missing: u64,
}

pub(crate) async fn facets(
    State(service): State<Arc<Service>>,
    reader: Reader,
    uri: Uri,
) -> Result<Json<WireFacets>, Problem> {
    let mut parameters = Parameters::of(&uri)?;
    let limit = parameters.take_limit("limit", LIMIT_DEFAULT, LIMIT_MAX)?;
    let fields = fields(parameters.take("fields")?.as_deref().unwrap_or(FIELDS_DEFAULT))?;
    let language = grouping::language(&mut parameters)?;
    let question = Question::take(&mut parameters, service.now())?;
    parameters.finish(&Question::known_parameters("fields, limit, lang"))?;
    blocking(move || {
        let query = question.query(&reader, Order::NewestFirst);
        let matches = reader.tenant.ledger().matches(&query)?;
        let names = reader.tenant.names();
        let mut wire = WireFacets { facets: BTreeMap::new(), summary: BTreeMap::new() };
        for (name, grouping) in fields {
            let facet = matches.facet(&grouping, limit)?;
            let summary = WireSummary { distinct: facet.distinct, missing: facet.missing };
            wire.facets
                .insert(name.clone(), wire_values(&facet.values, &grouping, names, language));
            wire.summary.insert(name, summary);
        }
        Ok(Json(wire))
    })
    .await?
}

/// The fields of a list with commas, by the names they were asked for with.
fn fields(list: &str) -> Result<BTreeMap<String, Grouping>, Problem> {
    let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
    let fields = names.map(|name| Ok((name.to_owned(), grouping::read("fields", name)?)));
    let fields = fields.collect::<Result<BTreeMap<_, _>, Problem>>()?;
    if (1..=FIELDS_MAX).contains(&fields.len()) {
        Ok(fields)
    } else {
        Err(Problem::bad_request(format!("`fields` names 1 to {FIELDS_MAX} fields")))
    }
}
