//! Events that appear by themselves: `/logs/live`, rows of the table as server-sent events.
//!
//! The id of every row is the sequence behind it, so a browser that lost its connection goes on
//! where it was. A stream ends with its session.

use askama::Template;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use gatelog_api::blocking::blocking;
use gatelog_api::stream::{Feed, Seat, last_event_id};
use gatelog_ledger::{Following, Sequence};
use gatelog_query::Filter;

use crate::event_view::EventRow;
use crate::filter::LogFilter;
use crate::listing::Place;
use crate::problem::Problem;
use crate::view::Columns;
use crate::visitor::{Visit, Visitor};

/// Events read at a time.
const HANDFUL: usize = 64;

/// The switch on the page.
#[derive(Debug)]
pub(super) struct Switch {
    pub(super) is_on: bool,
    /// The page with the switch the other way.
    pub(super) link: String,
    /// Where the rows come from, if it is on.
    pub(super) stream: Option<String>,
}

impl Switch {
    /// The switch of a page that shows what there was before the sequence `head`.
    pub(super) fn new(visit: &Visit, filter: &LogFilter, place: Place, head: Sequence) -> Self {
        // New events are not next to older pages.
        let is_on = filter.is_live && place == Place::Newest;
        Self {
            is_on,
            link: visit.links.filtered(&filter.live(!is_on)),
            stream: is_on.then(|| visit.links.live(filter, head)),
        }
    }
}

/// One row, as in the table.
#[derive(Template)]
#[template(path = "event_row.html", whitespace = "minimize")]
struct RowTemplate {
    row: EventRow,
}

/// An open stream.
struct Live {
    visitor: Visitor,
    visit: Visit,
    /// What it asks for.
    condition: Filter,
    /// As the page's table has them.
    columns: Columns,
}

/// `GET /logs/live`
pub(crate) async fn stream(headers: HeaderMap, visitor: Visitor) -> Response {
    let bare = visitor.frame.clone();
    let last = last_event_id(&headers).and_then(|last| last.parse().ok());
    let opened = blocking(move || open(visitor, last)).await;
    match opened.unwrap_or(Err(Problem::Panicked)) {
        Ok((seat, live, next)) => {
            let (ledger, stop) =
                (live.visit.tenant.ledger().clone(), live.visitor.console.stop.clone());
            let condition = live.condition.clone();
            seat.answer(live, &ledger, &condition, next, stop).into_response()
        }
        Err(problem) => problem.to_bare_page(bare),
    }
}

fn open(visitor: Visitor, last: Option<Sequence>) -> Result<(Seat, Live, Sequence), Problem> {
    let visit = visitor.visit()?;
    visit.reading.begin();
    let filter = LogFilter::read(&visit.parameters).live(true);
    let condition = filter.query(&visit)?.into_filter();
    let principal = visitor.signed_in()?.principal;
    let seat = visitor.console.streams.seat(&principal).map_err(|_| Problem::Busy)?;
    let since = visit.parameters.get("since").and_then(|since| since.parse().ok());
    let next = last.or(since).unwrap_or_else(|| *visit.tenant.ledger().head().borrow());
    Ok((seat, Live { visitor, visit, condition, columns: filter.view.columns }, next))
}

impl Feed for Live {
    type Error = Problem;

    fn may_go_on(&mut self) -> Result<bool, Problem> {
        let was_masked = self.visit.sight.is_masked();
        match self.visitor.renew(&mut self.visit) {
            // What was asked while personal data was shown may be a question that needs it.
            Ok(()) if !was_masked && self.visit.sight.is_masked() => Ok(false),
            Err(Problem::SignedOut { .. } | Problem::Denied(_)) => Ok(false),
            renewed => renewed.map(|()| true),
        }
    }

    fn messages(&mut self, from: Sequence) -> Result<(Vec<u8>, Sequence), Problem> {
        let visit = &self.visit;
        let following = visit.tenant.ledger().follow(&self.condition, from, HANDFUL)?;
        let Following { events, next, .. } = following;
        visit.reading.returned(events.len());
        let events = visit.seen(events);
        let rows = visit.viewer().rows(&events, &self.columns);
        let mut text = String::new();
        for (event, row) in events.iter().zip(rows) {
            let row = RowTemplate { row }.render()?;
            text.push_str(&format!("id: {}\n", event.position.seq + 1));
            for line in row.lines() {
                text.extend(["data: ", line, "\n"]);
            }
            text.push('\n');
        }
        Ok((text.into_bytes(), next))
    }

    fn id(&self, next: Sequence) -> String {
        next.to_string()
    }
}
