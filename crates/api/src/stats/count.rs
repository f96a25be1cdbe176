//! `GET /v1/stats/count`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use gatelog_auth::Scope;
use gatelog_query::Order;
use gatelog_service::Service;
use serde::Serialize;

use crate::authentication::Caller;
use crate::blocking::blocking;
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::question::Question;

#[derive(Serialize)]
pub(crate) struct WireCount {
    count: u64,
}

pub(crate) async fn count(
    State(service): State<Arc<Service>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<WireCount>, Problem> {
    let caller = Caller::authorize(&service, &headers, Scope::Read).await?;
    let mut parameters = Parameters::of(&uri)?;
    let question = Question::take(&mut parameters, service.now())?;
    parameters.finish(&Question::known_parameters(""))?;
    blocking(move || {
        let query = question.query(&caller, Order::NewestFirst);
        Ok(Json(WireCount { count: caller.tenant.ledger().count(&query)? }))
    })
    .await?
}
