//! `GET /v1/events/{id}`

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use gatelog_auth::Scope;
use gatelog_ledger::PageStart;
use gatelog_query::{Field, Filter, Query};
use gatelog_service::Service;

use super::wire::event_json;
use crate::authentication::Caller;
use crate::blocking::blocking;
use crate::problem::Problem;

pub(crate) async fn get_event(
    State(service): State<Arc<Service>>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = Caller::authorize(&service, &headers, Scope::Read).await?;
    let Ok(Path(id)) = id else {
        return Err(Problem::bad_request("the id in the address is not UTF-8"));
    };
    let unknown = Problem::not_found(format!("there is no event with the id `{id}`"));
    blocking(move || {
        let filter = caller.readable(Filter::equals(Field::Id, id));
        let page = caller.tenant.ledger().page(&Query::new(filter), PageStart::First, 1)?;
        let event = page.events.into_iter().next().ok_or(unknown)?;
        let json = event_json(&event, caller.tenant.names())
            .map_err(|error| super::list::unreadable(&error))?;
        Ok(([(header::CONTENT_TYPE, "application/json")], json.get().to_owned()).into_response())
    })
    .await?
}
