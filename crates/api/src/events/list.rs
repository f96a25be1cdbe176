//! `GET /v1/events`: a page of events and the exact total.
//!
//! Filters are parameters named after fields (`type`, `actor.id`, `outcome`, ...): all of them must
//! hold, and of one that is repeated any value. The query language will come as `q`.

use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use gatelog_event::time::UnixMicros;
use gatelog_ledger::PageStart;
use gatelog_ledger::limits::PAGE_EVENTS_MAX;
use gatelog_query::{Field, Filter, Order, Query};
use gatelog_service::Tenant;
use serde::Serialize;
use serde_json::value::RawValue;

use super::cursor;
use super::wire::event_json;
use crate::blocking::blocking;
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::reader::Reader;

const LIMIT_DEFAULT: usize = 50;

#[derive(Serialize)]
pub(crate) struct WirePage {
    events: Vec<Box<RawValue>>,
    total: u64,
    next: Option<String>,
}

pub(crate) async fn list_events(uri: Uri, reader: Reader) -> Result<Response, Problem> {
    let mut asked = Asked::parse(Parameters::of(&uri)?, &reader.tenant)?;
    asked.query.filter = reader.readable(asked.query.filter);
    blocking(move || {
        let Asked { query, start, limit } = asked;
        let page = reader.tenant.ledger().page(&query, start, limit)?;
        reader.returned(page.events.len());
        let names = reader.tenant.names();
        let events = page.events.iter().map(|event| event_json(event, names));
        let events = events.collect::<Result<Vec<_>, _>>().map_err(|error| unreadable(&error))?;
        let next = page.next.map(|position| cursor::encode(query.order, position));
        let body = serde_json::to_vec(&WirePage { events, total: page.total, next });
        let body = body.map_err(|error| unreadable(&error))?;
        Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
    })
    .await?
}

/// A stored record that cannot be read any more is our fault.
pub(crate) fn unreadable(error: &serde_json::Error) -> Problem {
    tracing::error!(%error, "a stored record could not be written as JSON");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "a stored record could not be read")
}

#[derive(Debug)]
struct Asked {
    query: Query,
    start: PageStart,
    limit: usize,
}

impl Asked {
    fn parse(mut parameters: Parameters, tenant: &Tenant) -> Result<Self, Problem> {
        if parameters.take("q")?.is_some() {
            return Err(Problem::new(
                StatusCode::NOT_IMPLEMENTED,
                "the query language is not part of this version; filter by fields, for example \
                 `?outcome=failure&actor.id=u1`",
            ));
        }
        let order = match parameters.take("order")?.as_deref() {
            None | Some("desc") => Order::NewestFirst,
            Some("asc") => Order::OldestFirst,
            Some(_) => return Err(Problem::bad_request("`order` is `desc` or `asc`")),
        };
        let from = time(&mut parameters, "from")?;
        let to = time(&mut parameters, "to")?;
        let limit = number(&mut parameters, "limit")?.unwrap_or(LIMIT_DEFAULT as u64);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        if !(1..=PAGE_EVENTS_MAX).contains(&limit) {
            return Err(Problem::bad_request(format!("`limit` is 1 to {PAGE_EVENTS_MAX}")));
        }
        let start = start(&mut parameters, order)?;
        let filter = filter(&mut parameters, tenant);
        parameters.finish(&known_parameters())?;
        Ok(Self { query: Query { filter, from, to, order }, start, limit })
    }
}

fn known_parameters() -> String {
    let fields: Vec<&str> = Field::all().map(Field::name).collect();
    format!("from, to, order, limit, cursor, offset, and the fields {}", fields.join(", "))
}

fn time(parameters: &mut Parameters, name: &str) -> Result<Option<UnixMicros>, Problem> {
    let Some(text) = parameters.take(name)? else { return Ok(None) };
    let time = UnixMicros::parse_rfc3339(&text);
    time.map(Some).ok_or_else(|| {
        let example = "a time such as 2026-11-20T14:00:00Z";
        Problem::bad_request(format!("`{name}` must be {example}, found `{text}`"))
    })
}

fn number(parameters: &mut Parameters, name: &str) -> Result<Option<u64>, Problem> {
    let Some(text) = parameters.take(name)? else { return Ok(None) };
    let number = text.parse().map(Some);
    number.map_err(|_| Problem::bad_request(format!("`{name}` must be a number, found `{text}`")))
}

fn start(parameters: &mut Parameters, order: Order) -> Result<PageStart, Problem> {
    match (parameters.take("cursor")?, number(parameters, "offset")?) {
        (None, None) => Ok(PageStart::First),
        (None, Some(offset)) => Ok(PageStart::Offset(offset)),
        (Some(text), None) => {
            let unusable = "this cursor is not one of ours for this order; start without one";
            let position = cursor::decode(order, &text);
            position.map(PageStart::After).ok_or_else(|| Problem::bad_request(unusable))
        }
        (Some(_), Some(_)) => Err(Problem::bad_request("use either `cursor` or `offset`")),
    }
}

fn filter(parameters: &mut Parameters, tenant: &Tenant) -> Filter {
    let filter = Field::all().fold(Filter::All, |filter, field| {
        let mut values = parameters.take_all(field.name());
        match values.len() {
            0 => filter,
            1 => filter.and(Filter::equals(field, values.remove(0))),
            _ => {
                let is_one = |value| Filter::equals(field, value);
                filter.and(Filter::Or(values.into_iter().map(is_one).collect()))
            }
        }
    });
    tenant.resolve(filter)
}
