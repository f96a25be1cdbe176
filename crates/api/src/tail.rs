//! `GET /v1/tail`: events as they arrive. An `id` is a cursor in the order of arrival.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use gatelog_auth::Scope;
use gatelog_ledger::{Following, Sequence};
use gatelog_query::{Filter, Order};
use gatelog_service::Service;

use crate::authentication::still_may;
use crate::blocking::blocking;
use crate::events::cursor::{ArrivalCursor, NOT_OURS};
use crate::events::list::unreadable;
use crate::events::wire::write_line;
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::question::Question;
use crate::reader::Reader;
use crate::shared::Shared;
use crate::stream::{Feed, last_event_id};

/// Events read at a time.
const HANDFUL: usize = 256;

/// An open tail.
struct Tail {
    service: Arc<Service>,
    /// The request's, for the credential in them.
    headers: HeaderMap,
    reader: Reader,
    filter: Filter,
    began: ArrivalCursor,
}

pub(crate) async fn tail(
    State(service): State<Arc<Service>>,
    State(shared): State<Shared>,
    reader: Reader,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (mut question, start) = asked(&uri, &headers, &service)?;
    let seat = shared.streams.seat(reader.principal())?;
    let began = start.unwrap_or_else(|| ArrivalCursor {
        // Without a time it begins with what comes now.
        next: if question.from.is_some() { 0 } else { *reader.tenant.ledger().head().borrow() },
        from: question.from,
    });
    question.from = began.from;
    let (reader, filter) = blocking(move || {
        let filter = question.resolve(&reader, Order::OldestFirst)?.query.into_filter();
        Ok::<_, Problem>((reader, filter))
    })
    .await??;
    let ledger = reader.tenant.ledger().clone();
    let asked = filter.clone();
    let tail = Tail { service, headers, reader, filter, began };
    Ok(seat.answer(tail, &ledger, &asked, began.next, shared.stop))
}

/// What is asked for, and the cursor to go on from.
fn asked(
    uri: &Uri,
    headers: &HeaderMap,
    service: &Service,
) -> Result<(Question, Option<ArrivalCursor>), Problem> {
    let mut parameters = Parameters::of(uri)?;
    let cursor = parameters.take("cursor")?;
    let question = Question::take(&mut parameters, service.now())?;
    parameters.finish(&Question::known_parameters("cursor"))?;
    // A browser sends the address as it was and adds where it is.
    let start = match last_event_id(headers).or(cursor.as_deref()) {
        None => None,
        Some(text) => {
            Some(ArrivalCursor::decode(text).ok_or_else(|| Problem::bad_request(NOT_OURS))?)
        }
    };
    Ok((question, start))
}

impl Feed for Tail {
    type Error = Problem;

    fn may_go_on(&mut self) -> Result<bool, Problem> {
        Ok(still_may(&self.service, &self.headers, Scope::Read))
    }

    fn messages(&mut self, from: Sequence) -> Result<(Vec<u8>, Sequence), Problem> {
        let ledger = self.reader.tenant.ledger();
        let Following { events, next, .. } = ledger.follow(&self.filter, from, HANDFUL)?;
        self.reader.returned(events.len());
        let mut out = Vec::new();
        for event in &events {
            let behind = self.id(event.position.seq.saturating_add(1));
            out.extend_from_slice(format!("id: {behind}\ndata: ").as_bytes());
            write_line(event, self.reader.names(), None, &mut out)
                .map_err(|error| unreadable(&error))?;
            out.extend_from_slice(b"\n\n");
        }
        Ok((out, next))
    }

    fn id(&self, next: Sequence) -> String {
        ArrivalCursor { next, ..self.began }.encode()
    }
}
