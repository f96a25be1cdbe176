//! `/users/{id}`: one user.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use gatelog_event::catalogue::meaning;
use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_ledger::{Matches, ValueCount};
use gatelog_meta::DirectoryKind;
use gatelog_query::Query;

use crate::change;
use crate::event_view::{EventTable, Name, OutcomeView, Viewer, heads};
use crate::filter::{Facet, LogFilter};
use crate::frame::{Frame, Section};
use crate::listing::{Listing, Pager, Place};
use crate::moment::{Moment, Total};
use crate::people;
use crate::problem::Problem;
use crate::text::{Shown, visible};
use crate::view::Columns;
use crate::visitor::{Visit, Visitor};

/// Applications and addresses listed, those with the most events.
const VALUES_MAX: usize = 6;

#[derive(Debug, Template)]
#[template(path = "user.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    /// What the links of its rows are relative to.
    base: String,
    name: Shown,
    id: Shown,
    identifiers: Vec<String>,
    total: Total,
    first_seen: Option<Moment>,
    last_seen: Option<Moment>,
    outcomes: Vec<OutcomeCount>,
    applications: Vec<Used>,
    addresses: Vec<Used>,
    table: EventTable,
    pager: Pager,
    /// The same events with all filters.
    filtered: String,
    back: String,
}

/// How many events ended in one way.
#[derive(Debug)]
struct OutcomeCount {
    outcome: OutcomeView,
    count: String,
    link: String,
}

/// Something the user used, and how often.
#[derive(Debug)]
struct Used {
    name: Name,
    count: String,
}

/// `GET /users/{id}`
pub(crate) async fn show(Path(id): Path<String>, visitor: Visitor) -> Response {
    visitor.page(Section::Users, move |visit, frame| page(visit, frame, &id)).await
}

fn page(visit: &Visit, frame: Frame, id: &str) -> Result<Page, Problem> {
    let identifiers = people::identifiers(&visit.tenant, id)?;
    let events = people::events_of(id, &identifiers);
    let query = Query::new(visit.tenant.resolve(Some(visit.tenant.names()), events)?.filter);
    let known = visit.tenant.names().get(DirectoryKind::User, id);
    let matches = visit.tenant.ledger().matches(&query)?;
    let listing = Listing::read(&matches, Place::read(&visit.parameters))?;
    visit.reading.returned(listing.events.len());
    if listing.total == 0 && known.is_none() {
        return Err(Problem::NoUser(id.to_owned()));
    }
    let extent = matches.extent()?;
    let filter = LogFilter::of(Facet::User, id);
    let (viewer, texts) = (visit.viewer(), visit.texts);
    let columns = Columns::of_user();
    let rows = viewer.rows(&listing.events, &columns);
    let columns = heads(&columns, texts);
    let identifiers: Vec<String> =
        identifiers.iter().map(|identifier| visible(identifier).into_owned()).collect();
    let name = known.map(|entry| entry.name).filter(|name| !name.is_empty());
    let caption =
        format!("{} {}", texts.user.caption, texts.counted(listing.total, texts.nouns.event));
    Ok(Page {
        base: change::base(&visit.links, &filter),
        name: Shown::new(name.as_deref().or(identifiers.first().map(|i| &**i)).unwrap_or(id), 80),
        id: Shown::new(id, 128),
        identifiers,
        total: Total::new(listing.total, texts.nouns.event, texts),
        first_seen: extent.map(|(first, _)| visit.moment(first)),
        last_seen: extent.map(|(_, last)| visit.moment(last)),
        outcomes: outcomes(visit, &matches, &filter)?,
        applications: applications(viewer, &matches, &filter)?,
        addresses: addresses(viewer, &matches, &filter)?,
        table: EventTable { caption, columns, rows, class: "of-user", is_dense: false },
        pager: listing.pager(visit, |place| visit.links.user_page(id, place)),
        filtered: visit.links.filtered(&filter),
        back: visit.links.users(),
        frame,
    })
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
        let narrowed = filter.with_outcome(outcome);
        OutcomeCount {
            outcome: OutcomeView::new(outcome, visit.texts),
            count: visit.texts.number(ended_so.map(|kind| kind.count).sum()),
            link: visit.links.filtered(&narrowed),
        }
    });
    Ok(outcomes.into())
}

fn applications(
    viewer: Viewer<'_>,
    matches: &Matches,
    filter: &LogFilter,
) -> Result<Vec<Used>, Problem> {
    let values = matches.values(IndexedField::ApplicationId, VALUES_MAX)?;
    let used = |ValueCount { value, count }| {
        let link = viewer.links.filtered(&filter.with(Facet::Application, &value));
        let name = viewer.name(DirectoryKind::Application, &value, None, link);
        Used { name, count: viewer.texts.number(count) }
    };
    Ok(values.into_iter().map(used).collect())
}

fn addresses(
    viewer: Viewer<'_>,
    matches: &Matches,
    filter: &LogFilter,
) -> Result<Vec<Used>, Problem> {
    let values = matches.values(IndexedField::Ip, VALUES_MAX)?;
    let used = |ValueCount { value, count }| {
        let link = viewer.links.filtered(&filter.with(Facet::Address, &value));
        Used { name: Name::code(&value, link), count: viewer.texts.number(count) }
    };
    Ok(values.into_iter().map(used).collect())
}
