//! `/logs/{id}`: one event, as a page of its own or, with `panel=on`, as what stands beside the
//! list it is in.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use gatelog_api::seen::SeenEvent;
use gatelog_event::fields::Fields;
use gatelog_ledger::{PageStart, Position, StoredEvent};
use gatelog_query::{Order, Query};

use crate::change::{self, PANEL};
use crate::event_view::{Group, OutcomeView, groups, meaning_of, read};
use crate::filter::LogFilter;
use crate::frame::{Frame, Section};
use crate::moment::Moment;
use crate::problem::Problem;
use crate::record::{Change, FlatRecord, RecordShape, RenderedRecord, changes};
use crate::text::Shown;
use crate::texts::Texts;
use crate::verification;
use crate::visitor::{Visit, Visitor, html};
use crate::visits::{self, Mark, mark_of};

#[derive(Debug, Template)]
#[template(path = "details.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    /// What the links that narrow the list are relative to.
    base: String,
    event: EventDetails,
    /// The list the reader came from.
    back: String,
    is_filtered: bool,
    way: Way,
}

/// The same beside a list, whose base it shares.
#[derive(Debug, Template)]
#[template(path = "panel.html", whitespace = "minimize")]
struct Panel {
    texts: &'static Texts,
    event: EventDetails,
    way: Way,
    /// The page of the event.
    page: String,
}

/// Ways to the events beside this one in the list.
#[derive(Debug)]
struct Way {
    newer: Option<String>,
    older: Option<String>,
}

/// All that is shown of an event.
#[derive(Debug)]
struct EventDetails {
    title: Shown,
    /// What it means to somebody who investigates; unknown types have none.
    description: Option<&'static str>,
    event_type: Shown,
    outcome: OutcomeView,
    time: Moment,
    groups: Vec<Group>,
    changes: Vec<Change>,
    /// The events around it that belong together.
    journey: Option<String>,
    views: Vec<ViewLink>,
    record: RecordView,
    record_size: String,
}

/// A view of the record, and the way to it.
#[derive(Debug)]
struct ViewLink {
    title: &'static str,
    link: String,
    is_current: bool,
}

/// The record in the view that was asked for.
#[derive(Debug)]
enum RecordView {
    /// Safe HTML: as a tree or raw, and what is not shown of it.
    Rendered { html: String, is_tree: bool, omitted: Option<String> },
    /// Paths and values, and how many more there are.
    Flat { record: FlatRecord, omitted: Option<String> },
}

/// `GET /logs/{id}`
pub(crate) async fn show(Path(id): Path<String>, visitor: Visitor) -> Response {
    visitor.answer(move |visit| answer(visit, &id)).await
}

fn answer(visit: &Visit, id: &str) -> Result<Response, Problem> {
    let event = visit.tenant.ledger().get(id)?;
    let event = event.ok_or_else(|| Problem::NoEvent(id.to_owned()))?;
    let event = SeenEvent::new(event, visit.sight);
    visit.reading.returned(1);
    let filter = LogFilter::read(&visit.parameters);
    let view = RecordShape::read(&visit.parameters);
    let way = Way::new(visit, &filter, view, event.position)?;
    let details = EventDetails::new(visit, &filter, view, &event);
    if visit.parameters.get(PANEL).is_some() {
        let page = visit.links.event_view(id, &filter, view);
        return html(Panel { texts: visit.texts, event: details, way, page });
    }
    html(Page {
        frame: visit.frame(Section::Logs),
        base: change::base(&visit.links, &filter),
        event: details,
        back: visit.links.filtered(&filter),
        is_filtered: filter.is_narrow() || filter.tab.is_some(),
        way,
    })
}

impl Way {
    fn new(
        visit: &Visit,
        filter: &LogFilter,
        view: RecordShape,
        position: Position,
    ) -> Result<Self, Problem> {
        let query = filter.query(visit)?;
        let neighbour = |order| -> Result<Option<String>, Problem> {
            let query = Query { order, ..query.clone() };
            let page = visit.tenant.ledger().page(&query, PageStart::After(position), 1)?;
            let link = |event: &StoredEvent| visit.links.event_view(&event.id, filter, view);
            Ok(page.events.first().map(link))
        };
        Ok(Self { newer: neighbour(Order::OldestFirst)?, older: neighbour(Order::NewestFirst)? })
    }
}

impl EventDetails {
    fn new(visit: &Visit, filter: &LogFilter, view: RecordShape, event: &SeenEvent) -> Self {
        let texts = visit.texts;
        let meaning = meaning_of(event);
        let (groups, journey) = read(event, |fields| {
            (groups(visit.viewer(), event, fields), journey(visit, event, fields))
        });
        let views = RecordShape::ALL.into_iter().map(|other| ViewLink {
            title: other.title(texts),
            link: visit.links.event_view(&event.id, filter, other),
            is_current: other == view,
        });
        Self {
            title: Shown::new(meaning.title_in(texts.language), 200),
            description: meaning.event_type.map(|known| known.description(texts.language)),
            event_type: Shown::new(&event.event_type, 200),
            outcome: OutcomeView::new(meaning.outcome, texts),
            time: visit.moment(event.position.time),
            groups,
            changes: changes(&event.record),
            journey,
            views: views.collect(),
            record: RecordView::new(visit, &event.record, view),
            record_size: texts.counted(event.record.len() as u64, texts.nouns.byte),
        }
    }
}

impl RecordView {
    fn new(visit: &Visit, record: &[u8], view: RecordShape) -> Self {
        let texts = visit.texts;
        let number = |count: usize| texts.number(count as u64);
        let rendered = match view {
            RecordShape::Nested => RenderedRecord::tree(record),
            RecordShape::Raw => RenderedRecord::raw(record),
            RecordShape::Flat => {
                let record = FlatRecord::new(record, visit.sight);
                let omitted = (record.omitted > 0)
                    .then(|| (texts.record.more_values)(&number(record.omitted)));
                return Self::Flat { record, omitted };
            }
        };
        let bytes = texts.counted(rendered.omitted_bytes as u64, texts.nouns.byte);
        let omitted = (rendered.omitted_bytes > 0).then(|| (texts.details.omitted)(&bytes));
        Self::Rendered { html: rendered.html, is_tree: view == RecordShape::Nested, omitted }
    }

    /// Whether its text is the record's, to be copied as a whole.
    fn is_rendered(&self) -> bool {
        matches!(self, Self::Rendered { .. })
    }
}

/// The journey the event is a step of, if it says so.
fn journey(visit: &Visit, event: &SeenEvent, fields: &Fields<'_>) -> Option<String> {
    let is_inferred = matches!(mark_of(event), Some(Mark::Client { .. }))
        && visits::is_part(meaning_of(event).action);
    match fields.interaction.as_deref().filter(|_| !is_inferred) {
        Some(interaction) => Some(visit.links.journey(interaction, &event.id)),
        None if is_inferred
            || fields.session.is_some()
            || !verification::ids_of(event).is_empty() =>
        {
            Some(visit.links.journey_around(&event.id))
        }
        None => None,
    }
}
