//! `GET /v1/events?order=seq`: events in the order in which they arrived, for those who ask again
//! and again.
//!
//! An event that arrives late has an early time: a walk in the order of time that has passed it
//! never meets it. In the order of arrival everything new comes last. The answer's `watermark` is
//! the last sequence it covers: every matching event up to it was in this answer or one before, and
//! none can appear there any more. `next` is the cursor to ask again with, always; `more` says
//! whether something is there already.

use axum::response::Response;
use gatelog_ledger::Following;
use gatelog_query::Query;
use serde::Serialize;
use serde_json::value::RawValue;

use super::cursor::{ArrivalCursor, NOT_OURS};
use super::list::{json_answer, unreadable};
use super::wire::event_json;
use crate::problem::Problem;
use crate::question::Question;
use crate::reader::Reader;

/// What is asked for, and from where on.
#[derive(Debug)]
pub(super) struct Poll {
    pub(super) question: Question,
    pub(super) start: ArrivalCursor,
    pub(super) limit: usize,
}

#[derive(Serialize)]
struct WirePoll {
    events: Vec<Box<RawValue>>,
    next: String,
    watermark: Option<u64>,
    more: bool,
}

impl Poll {
    /// A question from a cursor on; without one from the first event that was ever kept.
    pub(super) fn new(
        mut question: Question,
        cursor: Option<String>,
        limit: usize,
    ) -> Result<Self, Problem> {
        let start = match cursor {
            None => ArrivalCursor { next: 0, from: question.from },
            Some(text) => {
                ArrivalCursor::decode(&text).ok_or_else(|| Problem::bad_request(NOT_OURS))?
            }
        };
        question.from = start.from;
        Ok(Self { question, start, limit })
    }
}

pub(super) fn answer(
    reader: &Reader,
    query: Query,
    start: ArrivalCursor,
    limit: usize,
) -> Result<Response, Problem> {
    let filter = query.into_filter();
    let following = reader.tenant.ledger().follow(&filter, start.next, limit)?;
    let Following { events, next, head } = following;
    reader.returned(events.len());
    let names = reader.names();
    let events = events.iter().map(|event| event_json(event, names));
    json_answer(&WirePoll {
        events: events.collect::<Result<_, _>>().map_err(|error| unreadable(&error))?,
        next: ArrivalCursor { next, ..start }.encode(),
        watermark: next.checked_sub(1),
        more: next < head,
    })
}
