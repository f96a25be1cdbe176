//! `/logs`: audit logs, filtered.
//!
//! - [`choices`]: what the filters offer.

use askama::Template;
use axum::response::Response;
use gatelog_event::catalogue::Tab;

use crate::event_view::EventTable;
use crate::filter::{Facet, LogFilter, Part};
use crate::frame::{Frame, Section};
use crate::listing::{Listing, Pager, Place};
use crate::moment::Total;
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
    total: Total,
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
    let rows = visit.viewer().rows(&listing.events, &filter);
    let texts = visit.texts;
    let caption =
        format!("{} {}", texts.logs.caption, texts.counted(listing.total, texts.nouns.event));
    Ok(Page {
        total: Total::new(listing.total, texts.nouns.event, texts),
        tabs: tabs(visit, &filter),
        choices: Choices::new(visit, &filter)?,
        chips: chips(visit, &filter),
        notices: notices(visit, &filter),
        table: EventTable { caption, rows, shows_user: true },
        pager: listing.pager(visit, |place| visit.links.logs_page(&filter, place)),
        is_narrow: filter.is_narrow(),
        clear: visit.links.filtered(&LogFilter::default().on_tab(filter.tab)),
        frame,
    })
}

fn tabs(visit: &Visit, filter: &LogFilter) -> Vec<TabLink> {
    let tabs = std::iter::once((None, visit.texts.logs.tab_all));
    let tabs = tabs.chain(Tab::ALL.into_iter().map(|tab| (Some(tab), visit.texts.tab(tab))));
    let link = |(tab, title)| TabLink {
        title,
        link: visit.links.filtered(&filter.on_tab(tab)),
        is_current: filter.tab == tab,
    };
    tabs.map(link).collect()
}

fn chips(visit: &Visit, filter: &LogFilter) -> Vec<Chip> {
    let (texts, mut chips) = (visit.texts, Vec::new());
    let mut add = |part, label, value: &str| {
        let link = visit.links.filtered(&filter.without(part));
        chips.push(Chip { label, value: Shown::new(value, 48), link });
    };
    for facet in Facet::ALL {
        if let Some(value) = filter.get(facet) {
            add(Part::Facet(facet), facet.title(texts), &facet_value(visit, facet, value));
        }
    }
    if let Some(outcome) = filter.outcome {
        add(Part::Outcome, texts.fields.result, texts.outcome(outcome));
    }
    if let Some(range) = filter.range.title(texts) {
        add(Part::Range, texts.fields.time, &range);
    }
    chips
}

/// What the reader should know about the answer.
fn notices(visit: &Visit, filter: &LogFilter) -> Vec<String> {
    let texts = visit.texts;
    let unreadable = filter.range.unreadable().into_iter().map(texts.logs.not_a_time);
    let crowd = filter.get(Facet::User).and_then(|text| {
        let count = texts.number(crowd(&visit.tenant, text)? as u64);
        Some((texts.logs.crowd)(&count, &texts.number(PEOPLE_FOUND_MAX as u64), text))
    });
    unreadable.chain(crowd).map(|notice| visible(&notice).into_owned()).collect()
}
