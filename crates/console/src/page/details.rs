//! `/logs/{id}`: one event.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use gatelog_ledger::{PageStart, Position};
use gatelog_query::{Order, Query};

use crate::event_view::{Group, OutcomeView, groups, meaning_of, read};
use crate::filter::LogFilter;
use crate::frame::{Frame, Section};
use crate::moment::Moment;
use crate::problem::Problem;
use crate::record::RenderedRecord;
use crate::text::Shown;
use crate::visitor::{Visit, Visitor};

#[derive(Debug, Template)]
#[template(path = "details.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    title: Shown,
    /// What it means to somebody who investigates; unknown types have none.
    description: Option<&'static str>,
    event_type: Shown,
    outcome: OutcomeView,
    time: Moment,
    groups: Vec<Group>,
    /// Safe HTML.
    record: String,
    record_size: String,
    /// That the record's end is not shown.
    omitted: Option<String>,
    /// The list the reader came from.
    back: String,
    is_filtered: bool,
    newer: Option<String>,
    older: Option<String>,
}

/// `GET /logs/{id}`
pub(crate) async fn show(Path(id): Path<String>, visitor: Visitor) -> Response {
    visitor.page(Section::Logs, move |visit, frame| page(visit, frame, &id)).await
}

fn page(visit: &Visit, frame: Frame, id: &str) -> Result<Page, Problem> {
    let event = visit.tenant.ledger().get(id)?;
    let event = event.ok_or_else(|| Problem::NoEvent(id.to_owned()))?;
    visit.reading.returned(1);
    let filter = LogFilter::read(&visit.parameters);
    let query = filter.query(&visit.tenant, visit.now)?;
    let neighbour = |order| neighbour(visit, &filter, &query, event.position, order);
    let texts = visit.texts;
    let bytes = |count: usize| texts.counted(count as u64, texts.nouns.byte);
    let meaning = meaning_of(&event);
    let record = RenderedRecord::new(&event.record);
    Ok(Page {
        title: Shown::new(meaning.title_in(texts.language), 200),
        description: meaning.event_type.map(|known| known.description(texts.language)),
        event_type: Shown::new(&event.event_type, 200),
        outcome: OutcomeView::new(meaning.outcome, texts),
        time: visit.moment(event.position.time),
        groups: read(&event, |fields| groups(visit.viewer(), &event, fields)),
        record: record.html,
        omitted: (record.omitted_bytes > 0)
            .then(|| (texts.details.omitted)(&bytes(record.omitted_bytes))),
        record_size: bytes(event.record.len()),
        back: visit.links.filtered(&filter),
        is_filtered: filter.is_narrow() || filter.tab.is_some(),
        newer: neighbour(Order::OldestFirst)?,
        older: neighbour(Order::NewestFirst)?,
        frame,
    })
}

/// The event that follows in the list the reader came from.
fn neighbour(
    visit: &Visit,
    filter: &LogFilter,
    query: &Query,
    position: Position,
    order: Order,
) -> Result<Option<String>, Problem> {
    let query = Query { order, ..query.clone() };
    let page = visit.tenant.ledger().page(&query, PageStart::After(position), 1)?;
    Ok(page.events.first().map(|event| visit.links.event(&event.id, filter)))
}
