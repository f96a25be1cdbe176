//! `/users/{id}`, `/applications/{id}`, `/addresses/{ip}`, `/organizations/{id}`: everything about
//! one person, application, address or organisation.
//!
//! - [`usage`]: what it was seen with, counted.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use gatelog_event::catalogue::meaning;
use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_ledger::Matches;
use gatelog_query::{Field, Filter, Query, Test};

use super::logs::chart::Chart;
use crate::change;
use crate::event_view::{EventTable, OutcomeView};
use crate::filter::LogFilter;
use crate::frame::{Frame, Section};
use crate::listing::{Listing, Pager, Place, ROWS_MAX};
use crate::moment::{Moment, Total};
use crate::people;
use crate::problem::Problem;
use crate::seen;
use crate::subject::Subject;
use crate::text::{Shown, visible};
use crate::view::{Columns, Series};
use crate::visitor::{Visit, Visitor};

mod usage;

use usage::{Devices, UsageList, usage_lists};

/// The text that asks for events of nobody in particular.
const WITHOUT_ID: &str = "actor.id = null";

#[derive(Debug, Template)]
#[template(path = "subject.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    subject: Subject,
    /// What the links of its rows are relative to.
    base: String,
    name: Shown,
    id: Shown,
    identifiers: Vec<String>,
    /// Where an address is, and whose network it is of.
    place: Option<String>,
    network: Option<String>,
    total: Total,
    first_seen: Option<Moment>,
    last_seen: Option<Moment>,
    outcomes: Vec<OutcomeCount>,
    /// Failures in which a person's identifier was typed and no id is known.
    without_id: Option<Attempts>,
    usage: Vec<UsageList>,
    devices: Devices,
    chart: Option<Chart>,
    table: EventTable,
    pager: Pager,
    /// The same events with all filters.
    filtered: String,
    back: Back,
}

/// How many events ended in one way.
#[derive(Debug)]
struct OutcomeCount {
    outcome: OutcomeView,
    count: String,
    link: String,
}

/// Events that are somebody's by what was typed.
#[derive(Debug)]
struct Attempts {
    count: String,
    link: String,
}

/// The way to the list that the page belongs to.
#[derive(Debug)]
struct Back {
    title: &'static str,
    link: String,
}

/// `GET /users/{id}`
pub(crate) async fn user(Path(id): Path<String>, visitor: Visitor) -> Response {
    show(Subject::User, id, visitor).await
}

/// `GET /applications/{id}`
pub(crate) async fn application(Path(id): Path<String>, visitor: Visitor) -> Response {
    show(Subject::Application, id, visitor).await
}

/// `GET /addresses/{ip}`
pub(crate) async fn address(Path(ip): Path<String>, visitor: Visitor) -> Response {
    show(Subject::Address, ip, visitor).await
}

/// `GET /organizations/{id}`
pub(crate) async fn organization(Path(id): Path<String>, visitor: Visitor) -> Response {
    show(Subject::Organization, id, visitor).await
}

async fn show(subject: Subject, id: String, visitor: Visitor) -> Response {
    let section = match subject {
        Subject::User => Section::Users,
        Subject::Application | Subject::Address | Subject::Organization => Section::Logs,
    };
    visitor.page(section, move |visit, frame| page(visit, frame, subject, &id)).await
}

fn page(visit: &Visit, frame: Frame, subject: Subject, id: &str) -> Result<Page, Problem> {
    let texts = visit.texts;
    let identifiers = match subject {
        Subject::User => people::identifiers(&visit.tenant, id)?,
        Subject::Application | Subject::Address | Subject::Organization => Default::default(),
    };
    let events = match subject {
        Subject::User => people::events_of(id, &identifiers),
        Subject::Application | Subject::Address | Subject::Organization => {
            Filter::equals(subject.field(), id)
        }
    };
    let query = Query::new(visit.tenant.resolve(Some(visit.tenant.names()), events)?.filter);
    let known = subject.directory().and_then(|kind| visit.names().get(kind, id));
    let matches = visit.tenant.ledger().matches(&query)?;
    let listing = Listing::read(visit, &matches, Place::read(&visit.parameters), ROWS_MAX)?;
    visit.reading.returned(listing.events.len());
    if listing.total == 0 && known.is_none() {
        return Err(Problem::NoSubject(subject, id.to_owned()));
    }
    let extent = matches.extent()?;
    let filter = LogFilter::of(subject.facet(), id);
    let identifiers: Vec<String> =
        identifiers.iter().map(|identifier| shown(visit, identifier)).collect();
    let name = known.map(|entry| entry.name).filter(|name| !name.is_empty());
    let name = name.as_deref().or(identifiers.first().map(String::as_str)).unwrap_or(id);
    let count = texts.counted(listing.total, texts.nouns.event);
    let is_address = subject == Subject::Address;
    let columns = match subject {
        Subject::User => Columns::of_user(),
        _ => Columns::default(),
    };
    Ok(Page {
        base: change::base(&visit.links, &filter),
        name: Shown::new(name, 80),
        id: Shown::new(id, 128),
        total: Total::new(listing.total, texts.nouns.event, texts),
        place: is_address.then(|| visit.places.place(id, texts.language)).flatten(),
        network: is_address.then(|| visit.places.network(id)).flatten(),
        first_seen: extent.map(|(first, _)| visit.moment(first)),
        last_seen: extent.map(|(_, last)| visit.moment(last)),
        outcomes: outcomes(visit, &matches, &filter)?,
        without_id: match identifiers.is_empty() {
            true => None,
            false => without_id(visit, &matches, &filter)?,
        },
        usage: usage_lists(visit, subject, &filter, &matches)?,
        devices: Devices::read(visit, &matches)?,
        chart: Chart::new(visit, &query, &matches, Series::Outcome)?.map(Chart::without_series),
        table: EventTable {
            caption: format!("{} {count}", texts.subject.caption),
            rows: visit.viewer().rows(&listing.events, &columns),
            columns: visit.viewer().heads(&columns),
            class: if subject == Subject::User { "of-user" } else { "plain" },
            is_dense: false,
        },
        pager: listing.pager(visit, |place| visit.links.subject_page(subject, id, place)),
        filtered: visit.links.filtered(&filter),
        back: match subject {
            Subject::User => Back { title: texts.frame.users, link: visit.links.users() },
            Subject::Application | Subject::Address | Subject::Organization => {
                Back { title: texts.frame.logs, link: visit.links.logs() }
            }
        },
        subject,
        identifiers,
        frame,
    })
}

/// What somebody has signed in with, as the reader may see it.
fn shown(visit: &Visit, identifier: &str) -> String {
    let field = Field::Indexed(IndexedField::ActorIdentifier);
    visible(&seen::value(visit.sight, field, identifier)).into_owned()
}

fn outcomes(
    visit: &Visit,
    matches: &Matches,
    filter: &LogFilter,
) -> Result<Vec<OutcomeCount>, Problem> {
    let kinds = matches.kinds()?;
    let outcomes = [Outcome::Success, Outcome::Failure, Outcome::Unknown].map(|outcome| {
        let ended_so = kinds
            .iter()
            .filter(|kind| meaning(kind.source, &kind.event_type, kind.result).outcome == outcome);
        OutcomeCount {
            outcome: OutcomeView::new(outcome, visit.texts),
            count: visit.texts.number(ended_so.map(|kind| kind.count).sum()),
            link: visit.links.filtered(&filter.with_outcome(outcome)),
        }
    });
    Ok(outcomes.into())
}

fn without_id(
    visit: &Visit,
    matches: &Matches,
    filter: &LogFilter,
) -> Result<Option<Attempts>, Problem> {
    let nobody = Filter::Field(Field::Indexed(IndexedField::ActorId), Test::Missing);
    let count = matches.among(&nobody)?.total();
    Ok((count > 0).then(|| Attempts {
        count: visit.texts.number(count),
        link: visit.links.filtered(&filter.with_text(WITHOUT_ID.to_owned())),
    }))
}
