//! `GET /v1/events/{id}`

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use gatelog_ledger::PageStart;
use gatelog_query::{Field, Filter, Query};

use super::wire::event_json;
use crate::blocking::blocking;
use crate::problem::Problem;
use crate::reader::Reader;

pub(crate) async fn get_event(
    reader: Reader,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let Ok(Path(id)) = id else {
        return Err(Problem::bad_request("the id in the address is not UTF-8"));
    };
    let unknown = Problem::not_found(format!("there is no event with the id `{id}`"));
    blocking(move || {
        let filter = reader.readable(Filter::equals(Field::Id, id));
        let page = reader.tenant.ledger().page(&Query::new(filter), PageStart::First, 1)?;
        let event = page.events.into_iter().next().ok_or(unknown)?;
        reader.returned(1);
        let json =
            event_json(&event, reader.names()).map_err(|error| super::list::unreadable(&error))?;
        Ok(([(header::CONTENT_TYPE, "application/json")], json.get().to_owned()).into_response())
    })
    .await?
}
