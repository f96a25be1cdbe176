//! `/logs`: audit logs, filtered, with a chart of them and the values they have.
//!
//! - [`choices`]: what the filters offer.
//! - [`question`]: the query box, and what is wrong with a query.
//! - [`complete`]: what may be written in it.
//! - [`chart`]: how many over time.
//! - [`conditions`]: what the question says of single values.
//! - [`columns`]: which columns the table has.
//! - [`facets`]: the values beside the table.
//! - [`saved`]: questions that are kept under a name.
//! - [`commands`]: the same question asked elsewhere.
//! - [`export`]: all of them as a file.
//! - [`live`]: events that appear by themselves.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use gatelog_event::catalogue::Tab;
use gatelog_query::pql::{Diagnostic, Sense};

use crate::change;
use crate::event_view::{EventTable, facet_name};
use crate::filter::{Facet, LogFilter, Part, Question};
use crate::frame::{Frame, Section};
use crate::listing::{Listing, Pager, Place};
use crate::moment::Total;
use crate::people::PEOPLE_FOUND_MAX;
use crate::problem::Problem;
use crate::text::{Shown, visible};
use crate::visitor::{Prepared, Visit, Visitor, html};

pub(crate) mod chart;
mod choices;
mod columns;
mod commands;
pub(crate) mod complete;
mod conditions;
pub(crate) mod export;
mod facets;
pub(crate) mod live;
mod question;
mod saved;

use chart::Chart;
use choices::Choices;
use columns::ColumnMenu;
use commands::Command;
use export::ExportMenu;
use facets::{ValueList, value_lists};
use live::Switch;
use question::QuestionBox;
use saved::SavedMenu;

#[derive(Debug, Template)]
#[template(path = "logs.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    /// What its many links are relative to.
    base: String,
    tabs: Vec<TabLink>,
    question: QuestionBox,
    choices: Choices,
    chips: Vec<Chip>,
    notices: Vec<String>,
    /// None if the query cannot be read.
    answer: Option<Answer>,
    is_narrow: bool,
    /// The same tab without any filter.
    clear: String,
}

/// What matches.
#[derive(Debug)]
struct Answer {
    total: Total,
    live: Switch,
    export: ExportMenu,
    saved: SavedMenu,
    commands: Vec<Command>,
    chart: Option<Chart>,
    lists: Vec<ValueList>,
    columns: ColumnMenu,
    table: EventTable,
    pager: Pager,
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
    /// The id, beside a name.
    id: Option<Shown>,
    /// The list without it.
    link: String,
}

/// `GET /logs`
pub(crate) async fn show(visitor: Visitor) -> Response {
    visitor.answer_in_turn(prepare, answer).await
}

/// Reads what is asked.
fn prepare(visit: &Visit) -> Prepared<(LogFilter, Result<Question, Problem>)> {
    let filter = LogFilter::read(&visit.parameters);
    let question = match visit.parameters.tidier("/logs") {
        Some(address) => Err(Problem::Tidier(address)),
        None => match columns::added(visit, &filter) {
            Some(address) => Err(Problem::Tidier(address)),
            None => filter.question(visit),
        },
    };
    let is_scan = question.as_ref().is_ok_and(Question::is_scan);
    Prepared { value: (filter, question), is_scan }
}

fn answer(
    visit: &Visit,
    (filter, question): (LogFilter, Result<Question, Problem>),
) -> Result<Response, Problem> {
    match question {
        Ok(question) => {
            let answer = Answer::new(visit, &filter, &question)?;
            html(Page::new(visit, &filter, Some(answer), question.crowd, &[])?)
        }
        Err(Problem::MalformedQuery(diagnostics)) => {
            let page = html(Page::new(visit, &filter, None, None, &diagnostics)?)?;
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

impl Page {
    fn new(
        visit: &Visit,
        filter: &LogFilter,
        answer: Option<Answer>,
        crowd: Option<u64>,
        diagnostics: &[Diagnostic],
    ) -> Result<Self, Problem> {
        Ok(Self {
            frame: visit.frame(Section::Logs),
            base: change::base(&visit.links, filter),
            tabs: tabs(visit, filter),
            question: QuestionBox::new(visit, filter, diagnostics),
            choices: Choices::new(visit, filter)?,
            chips: chips(visit, filter),
            notices: notices(visit, filter, crowd),
            answer,
            is_narrow: filter.is_narrow(),
            clear: visit.links.filtered(&filter.cleared()),
        })
    }
}

impl Answer {
    fn new(visit: &Visit, filter: &LogFilter, question: &Question) -> Result<Self, Problem> {
        let query = &question.query;
        let (ledger, texts) = (visit.tenant.ledger(), visit.texts);
        let place = Place::read(&visit.parameters);
        // Before the list is read: what arrives meanwhile comes twice rather than never.
        let live = Switch::new(visit, filter, place, *ledger.head().borrow());
        let matches = ledger.matches(query)?;
        let listing = Listing::read(visit, &matches, place, filter.view.columns.rows_max())?;
        visit.reading.returned(listing.events.len());
        let rows = visit.viewer().rows(&listing.events, &filter.view.columns);
        let count = texts.counted(listing.total, texts.nouns.event);
        let caption = format!("{} {count}", texts.logs.caption);
        Ok(Self {
            total: Total::new(listing.total, texts.nouns.event, texts),
            live,
            export: export::menu(visit, filter, listing.total),
            saved: SavedMenu::new(visit, filter)?,
            commands: commands::commands(visit, filter, question),
            chart: Chart::new(visit, query, &matches, filter.view.series)?,
            lists: value_lists(visit, filter, &matches)?,
            table: EventTable {
                caption,
                columns: visit.viewer().heads(&filter.view.columns),
                rows,
                class: if filter.view.columns.is_default() { "plain" } else { "chosen" },
                is_dense: filter.view.is_dense,
            },
            columns: ColumnMenu::new(visit, filter),
            pager: listing.pager(visit, |place| visit.links.logs_page(filter, place)),
        })
    }
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
    let mut add = |part, label, value: Shown, id: Option<Shown>| {
        chips.push(Chip { label, value, id, link: visit.links.filtered(&filter.without(part)) });
    };
    for facet in Facet::ALL {
        if let Some(value) = filter.get(facet) {
            let name = facet_name(visit.viewer(), facet, value, String::new());
            add(Part::Facet(facet), facet.title(texts), name.shown, name.id);
        }
    }
    if let Some(outcome) = filter.outcome {
        let outcome = Shown::new(texts.outcome(outcome), 48);
        add(Part::Outcome, texts.fields.result, outcome, None);
    }
    if let Some(range) = filter.range.title(&visit.zone, texts) {
        add(Part::Range, texts.fields.time, Shown::new(&range, 100), None);
    }
    chips
}

/// What the reader should know about the answer.
fn notices(visit: &Visit, filter: &LogFilter, crowd: Option<u64>) -> Vec<String> {
    let texts = visit.texts;
    let mut notices: Vec<String> =
        filter.range.unreadable().into_iter().map(texts.logs.not_a_time).collect();
    if let (Some(text), Some(count)) = (filter.get(Facet::User), crowd) {
        let (count, shown) = (texts.number(count), texts.number(u64::from(PEOPLE_FOUND_MAX)));
        notices.push((texts.logs.crowd)(&count, &shown, text));
    }
    notices.extend(visit.parameters.get("column").map(texts.explore.not_a_column));
    notices.iter().map(|notice| visible(notice).into_owned()).collect()
}
