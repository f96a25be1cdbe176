//! `GET /v1/events`: a page of events and the exact total, or with `order=seq` what arrived next.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use gatelog_ledger::PageStart;
use gatelog_ledger::limits::PAGE_EVENTS_MAX;
use gatelog_query::{Order, Query};
use gatelog_service::Service;
use serde::Serialize;
use serde_json::value::RawValue;

use super::cursor;
use super::poll::{self, Poll};
use super::wire::event_json;
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::question::{Asked as Resolved, Question};
use crate::reader::Reader;

const LIMIT_DEFAULT: usize = 50;

#[derive(Serialize)]
struct WirePage {
    events: Vec<Box<RawValue>>,
    total: u64,
    next: Option<String>,
}

/// What is asked for.
enum Asked {
    Page { question: Question, order: Order, start: PageStart, limit: usize },
    Poll(Poll),
}

pub(crate) async fn list_events(
    State(service): State<Arc<Service>>,
    reader: Reader,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut parameters = Parameters::of(&uri)?;
    let asked = Asked::take(&mut parameters, &service)?;
    parameters.finish(&Question::known_parameters("order, limit, cursor, offset"))?;
    match asked {
        Asked::Page { question, order, start, limit } => {
            let answer =
                move |reader: &Reader, asked: Resolved| page(reader, &asked.query, start, limit);
            reader.ask(question, order, false, answer).await
        }
        Asked::Poll(Poll { question, start, limit }) => {
            let answer = move |reader: &Reader, asked: Resolved| {
                poll::answer(reader, asked.query, start, limit)
            };
            reader.ask(question, Order::OldestFirst, false, answer).await
        }
    }
}

/// A stored record that cannot be read any more is our fault.
pub(crate) fn unreadable(error: &serde_json::Error) -> Problem {
    tracing::error!(%error, "a stored record could not be written as JSON");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "a stored record could not be read")
}

impl Asked {
    fn take(parameters: &mut Parameters, service: &Service) -> Result<Self, Problem> {
        let order = parameters.take("order")?;
        let limit = parameters.take_limit("limit", LIMIT_DEFAULT, PAGE_EVENTS_MAX)?;
        let question = Question::take(parameters, service.now())?;
        let order = match order.as_deref() {
            Some("seq") => {
                return Ok(Self::Poll(Poll::new(question, parameters.take("cursor")?, limit)?));
            }
            None | Some("desc") => Order::NewestFirst,
            Some("asc") => Order::OldestFirst,
            Some(_) => return Err(Problem::bad_request("`order` is `desc`, `asc` or `seq`")),
        };
        let start = start(parameters, order)?;
        Ok(Self::Page { question, order, start, limit })
    }
}

fn start(parameters: &mut Parameters, order: Order) -> Result<PageStart, Problem> {
    match (parameters.take("cursor")?, parameters.take_number("offset")?) {
        (None, None) => Ok(PageStart::First),
        (None, Some(offset)) => Ok(PageStart::Offset(offset)),
        (Some(text), None) => cursor::after(order, &text),
        (Some(_), Some(_)) => Err(Problem::bad_request("use either `cursor` or `offset`")),
    }
}

fn page(
    reader: &Reader,
    query: &Query,
    start: PageStart,
    limit: usize,
) -> Result<Response, Problem> {
    let page = reader.tenant.ledger().page(query, start, limit)?;
    reader.returned(page.events.len());
    let names = reader.names();
    let events = page.events.iter().map(|event| event_json(event, names));
    let events = events.collect::<Result<Vec<_>, _>>().map_err(|error| unreadable(&error))?;
    let next = page.next.map(|position| cursor::encode(query.order, position));
    json_answer(&WirePage { events, total: page.total, next })
}

/// An answer with events in it.
pub(super) fn json_answer(wire: &impl Serialize) -> Result<Response, Problem> {
    let body = serde_json::to_vec(wire).map_err(|error| unreadable(&error))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}
