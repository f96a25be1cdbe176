//! `/overview`: what happens now, beside what usually does.
//!
//! - [`period`]: the time that is looked at, and the earlier times it is compared with.
//! - [`mod@figures`]: how often the things people watch happened.
//! - [`mod@tops`]: where most of it comes from.

use askama::Template;
use axum::response::Response;
use gatelog_query::{Filter, Query};

use crate::filter::LogFilter;
use crate::frame::{Frame, Section};
use crate::moment::Total;
use crate::problem::Problem;
use crate::visitor::{Visit, Visitor};

mod figures;
mod period;
mod tops;

use figures::{FIGURE_HEIGHT, FIGURE_WIDTH, Figure, Numbers, figures, numbers};
use period::Period;
use tops::{Top, tops};

#[derive(Debug, Template)]
#[template(path = "overview.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    /// All events of the period.
    total: Total,
    /// These events as a list.
    events: String,
    periods: Vec<PeriodLink>,
    /// What the figures are compared with; nothing where the log does not go back far enough.
    compared: Option<String>,
    figures: Vec<Figure>,
    numbers: Numbers,
    tops: Vec<Top>,
}

#[derive(Debug)]
struct PeriodLink {
    title: &'static str,
    link: String,
    is_current: bool,
}

/// `GET /overview`
pub(crate) async fn show(visitor: Visitor) -> Response {
    visitor.page(Section::Overview, page).await
}

fn page(visit: &Visit, frame: Frame) -> Result<Page, Problem> {
    let (ledger, texts) = (visit.tenant.ledger(), visit.texts);
    let period = Period::read(&visit.parameters);
    let now = visit.now;
    let query = |from| Query { from: Some(from), to: Some(now), ..Query::new(Filter::All) };
    let watched = ledger.matches(&query(period.begin_of_earliest(now)))?;
    let recent = ledger.matches(&query(period.begin(now)))?;
    let first = ledger.matches(&Query::new(Filter::All))?.extent()?.map(|(first, _)| first);
    let earlier = first.map_or(0, |first| period.earlier_since(first, now));
    let figures = figures(visit, period, earlier, &watched)?;
    let filter = LogFilter::default().within(period.preset());
    Ok(Page {
        total: Total::new(recent.total(), texts.nouns.event, texts),
        events: visit.links.filtered(&filter),
        periods: periods(visit, period),
        compared: (earlier > 0).then(|| period.compared(earlier, texts)),
        numbers: numbers(visit, period, &figures),
        figures,
        tops: tops(visit, &filter, &recent)?,
        frame,
    })
}

fn periods(visit: &Visit, current: Period) -> Vec<PeriodLink> {
    let link = |period: Period| PeriodLink {
        title: period.preset().title(visit.texts),
        link: visit.links.overview(period.preset()),
        is_current: period == current,
    };
    Period::ALL.into_iter().map(link).collect()
}
