//! `GET /v1/stats/count`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use gatelog_query::Order;
use gatelog_service::Service;
use serde::Serialize;

use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::question::{Asked, Question};
use crate::reader::Reader;

#[derive(Serialize)]
pub(crate) struct WireCount {
    count: u64,
}

pub(crate) async fn count(
    State(service): State<Arc<Service>>,
    reader: Reader,
    uri: Uri,
) -> Result<Json<WireCount>, Problem> {
    let mut parameters = Parameters::of(&uri)?;
    let question = Question::take(&mut parameters, service.now())?;
    parameters.finish(&Question::known_parameters(""))?;
    let answer = |reader: &Reader, asked: Asked| {
        Ok(Json(WireCount { count: reader.tenant.ledger().count(&asked.query)? }))
    };
    reader.ask(question, Order::NewestFirst, false, answer).await
}
