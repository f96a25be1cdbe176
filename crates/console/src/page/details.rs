//! `/logs/{id}`: one event.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use gatelog_ledger::{PageStart, Position};
use gatelog_query::{Order, Query};

use crate::event_view::{Group, OutcomeView, Viewer, groups, meaning_of, read};
use crate::filter::LogFilter;
use crate::frame::{Frame, Section};
use crate::moment::{Moment, counted};
use crate::problem::Problem;
use crate::record::RenderedRecord;
use crate::text::Shown;
use crate::visitor::{Visit, Visitor};

#[derive(Debug, Template)]
#[template(path = "details.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    title: Shown,
    event_type: Shown,
    outcome: OutcomeView,
    time: Moment,
    groups: Vec<Group>,
    /// Safe HTML.
    record: String,
    record_size: String,
    /// How much of the record's end is not shown.
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
    let event = event.ok_or_else(|| Problem::NotFound { what: "event", name: id.to_owned() })?;
    visit.reading.returned(1);
    let filter = LogFilter::read(&visit.parameters);
    let query = filter.query(&visit.tenant, visit.now)?;
    let neighbour = |order| neighbour(visit, &filter, &query, event.position, order);
    let viewer = Viewer { tenant: &visit.tenant, links: &visit.links, now: visit.now };
    let meaning = meaning_of(&event);
    let record = RenderedRecord::new(&event.record);
    Ok(Page {
        title: Shown::new(meaning.title, 200),
        event_type: Shown::new(&event.event_type, 200),
        outcome: meaning.outcome.into(),
        time: Moment::new(event.position.time, visit.now),
        groups: read(&event, |fields| groups(viewer, &event, fields)),
        record: record.html,
        omitted: (record.omitted_bytes > 0).then(|| counted(record.omitted_bytes as u64, "byte")),
        record_size: counted(event.record.len() as u64, "byte"),
        back: visit.links.filtered(&filter),
        is_filtered: filter != LogFilter::default(),
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
