//! `/logs`: audit logs, filtered.
//!
//! - [`choices`]: what the filters offer.

use askama::Template;
use axum::response::Response;
use gatelog_event::catalogue::Tab;

use crate::event_view::{EventTable, OutcomeView, Viewer};
use crate::filter::{Facet, LogFilter, Part};
use crate::frame::{Frame, Section};
use crate::listing::{Listing, Pager, Place};
use crate::moment::{counted, grouped};
use crate::people::{PEOPLE_FOUND_MAX, crowd};
use crate::problem::Problem;
use crate::text::{Shown, visible};
use crate::visitor::{Visit, Visitor};

mod choices;

use choices::{Choices, facet_value};

#[derive(Debug, Template)]
#[template(path = "logs.html", whitespace = "minimize")]
pub(super) struct Page {
    frame: Frame,
    total: u64,
    total_text: String,
    tabs: Vec<TabLink>,
    choices: Choices,
    chips: Vec<Chip>,
    notices: Vec<String>,
    table: EventTable,
    pager: Pager,
    is_narrow: bool,
    /// The same tab without any filter.
    clear: String,
}

#[derive(Debug)]
struct TabLink {
    title: &'static str,
    link: String,
    is_current: bool,
}

/// A part of the filter that can be taken away with a click.
#[derive(Debug)]
struct Chip {
    label: &'static str,
    value: Shown,
    /// The list without it.
    link: String,
}

/// `GET /logs`
pub(crate) async fn show(visitor: Visitor) -> Response {
    visitor.page(Section::Logs, page).await
}

fn page(visit: &Visit, frame: Frame) -> Result<Page, Problem> {
    if let Some(address) = visit.parameters.tidier("/logs") {
        return Err(Problem::Tidier(address));
    }
    let filter = LogFilter::read(&visit.parameters);
    let query = filter.query(&visit.tenant, visit.now)?;
    let listing = Listing::read(visit.tenant.ledger(), &query, Place::read(&visit.parameters))?;
    visit.reading.returned(listing.events.len());
    let viewer = Viewer { tenant: &visit.tenant, links: &visit.links, now: visit.now };
    let rows = viewer.rows(&listing.events, &filter);
    let caption = format!("Audit logs, newest first: {}", counted(listing.total, "event"));
    Ok(Page {
        total: listing.total,
        total_text: grouped(listing.total),
        tabs: tabs(visit, &filter),
        choices: Choices::new(visit, &filter)?,
        chips: chips(visit, &filter),
        notices: notices(visit, &filter),
        table: EventTable { caption, rows, shows_user: true },
        pager: listing.pager(visit.now, |place| visit.links.logs_page(&filter, place)),
        is_narrow: filter.is_narrow(),
        clear: visit.links.filtered(&LogFilter::default().on_tab(filter.tab)),
        frame,
    })
}

fn tabs(visit: &Visit, filter: &LogFilter) -> Vec<TabLink> {
    let tabs = std::iter::once((None, "All"));
    let tabs = tabs.chain(Tab::ALL.into_iter().map(|tab| (Some(tab), tab.title())));
    let link = |(tab, title)| TabLink {
        title,
        link: visit.links.filtered(&filter.on_tab(tab)),
        is_current: filter.tab == tab,
    };
    tabs.map(link).collect()
}

fn chips(visit: &Visit, filter: &LogFilter) -> Vec<Chip> {
    let mut chips = Vec::new();
    let mut add = |part, label, value: &str| {
        let link = visit.links.filtered(&filter.without(part));
        chips.push(Chip { label, value: Shown::new(value, 48), link });
    };
    for facet in Facet::ALL {
        if let Some(value) = filter.get(facet) {
            add(Part::Facet(facet), facet.title(), &facet_value(&visit.tenant, facet, value));
        }
    }
    if let Some(outcome) = filter.outcome {
        add(Part::Outcome, "Result", OutcomeView::from(outcome).title);
    }
    if let Some(range) = choices::range_text(&filter.range) {
        add(Part::Range, "Time", &range);
    }
    chips
}

/// What the reader should know about the answer.
fn notices(visit: &Visit, filter: &LogFilter) -> Vec<String> {
    let unreadable = filter.range.unreadable().into_iter().map(|text| {
        format!("“{text}” is not a time and was left out. Write it as 2026-11-20T14:29, in UTC.")
    });
    let crowd = filter.get(Facet::User).and_then(|text| {
        let count = grouped(crowd(&visit.tenant, text)? as u64);
        Some(format!(
            "{count} people match “{text}”; events of the first {PEOPLE_FOUND_MAX} by name are \
             listed. Type more of the name."
        ))
    });
    unreadable.chain(crowd).map(|notice| visible(&notice).into_owned()).collect()
}
