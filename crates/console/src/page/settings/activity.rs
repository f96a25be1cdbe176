//! `/settings/activity`: what was read and changed here, by whom: our own audit, in words.

use askama::Template;
use axum::response::Response;
use gatelog_auth::Scope;
use gatelog_event::fields::IndexedField;
use gatelog_event::personal::is_free_of_shapes;
use gatelog_event::source::Source;
use gatelog_query::{Field, Filter, Query};

use super::{Tab, TabView};
use crate::frame::{Frame, Section};
use crate::listing::{Listing, Pager, Place, ROWS_MAX};
use crate::moment::{Moment, Total};
use crate::problem::Problem;
use crate::text::Shown;
use crate::texts::Texts;
use crate::time_range::{Preset, TimeRange};
use crate::visitor::{Visit, Visitor};

mod words;

/// People who did something here and are offered to choose from, those who did most.
const PEOPLE_MAX: usize = 100;

#[derive(Debug, Template)]
#[template(path = "settings/activity.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    tabs: Vec<TabView>,
    people: Vec<Choice>,
    kinds: Vec<Choice>,
    ranges: Vec<Choice>,
    total: Total,
    rows: Vec<Row>,
    pager: Pager,
    /// Everything, if this is a part of it.
    clear: Option<String>,
}

#[derive(Debug)]
struct Choice {
    value: String,
    title: String,
    is_chosen: bool,
}

/// Somebody did something.
#[derive(Debug)]
struct Row {
    /// The event that says so.
    link: String,
    time: Moment,
    who: Option<Shown>,
    what: Shown,
    has_failed: bool,
    /// What was asked, in the language of queries.
    questions: Vec<Shown>,
}

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Reads,
    SignIns,
    Changes,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Reads, Self::SignIns, Self::Changes];

    fn name(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::SignIns => "sign-ins",
            Self::Changes => "changes",
        }
    }

    fn title(self, texts: &Texts) -> &'static str {
        let texts = &texts.settings.activity;
        match self {
            Self::Reads => texts.reads,
            Self::SignIns => texts.sign_ins,
            Self::Changes => texts.changes,
        }
    }

    /// The events that tell of it.
    fn filter(self) -> Filter {
        let reads = || Filter::equals(Field::Type, "audit.read");
        let sign_ins = || {
            let types = ["login", "token.issue"].map(|key| Filter::equals(Field::Type, key));
            Filter::Or(types.into())
        };
        match self {
            Self::Reads => reads(),
            Self::SignIns => sign_ins(),
            Self::Changes => Filter::Not(Box::new(Filter::Or(vec![reads(), sign_ins()]))),
        }
    }
}

/// `GET /settings/activity`
pub(super) async fn show(visitor: Visitor) -> Response {
    visitor.page(Section::Settings, page).await
}

fn page(visit: &Visit, frame: Frame) -> Result<Page, Problem> {
    visit.require(Scope::Admin)?;
    let path = format!("/settings{}", Tab::Activity.path());
    if let Some(address) = visit.parameters.tidier(&path) {
        return Err(Problem::Tidier(address));
    }
    let person = visit.parameters.get("person");
    let kind = visit.parameters.get("kind");
    let kind = Kind::ALL.into_iter().find(|known| Some(known.name()) == kind);
    let range = TimeRange::read(&visit.parameters);

    let ledger = visit.tenant.ledger();
    let own = || Filter::equals(Field::Source, Source::Gatelog.name());
    let mut filter = own();
    if let Some(kind) = kind {
        filter = filter.and(kind.filter());
    }
    if let Some(person) = person {
        filter = filter.and(Filter::equals(Field::Indexed(IndexedField::ActorId), person));
    }
    let (from, to) = range.bounds(visit.now);
    let matches = ledger.matches(&Query { from, to, ..Query::new(filter) })?;
    let listing = Listing::read(visit, &matches, Place::read(&visit.parameters), ROWS_MAX)?;
    visit.reading.returned(listing.events.len());

    let mut asked = range.write();
    asked.extend(person.map(|person| ("person", person.to_owned())));
    asked.extend(kind.map(|kind| ("kind", kind.name().to_owned())));
    let link = |place: Place| {
        let parameters = asked.iter().cloned().chain(place.write()).collect();
        visit.links.settings_page(Tab::Activity.path(), parameters)
    };
    let actors = ledger.matches(&Query::new(own()))?.values(IndexedField::ActorId, PEOPLE_MAX)?;
    Ok(Page {
        tabs: Tab::open_to(visit, Tab::Activity),
        people: people(visit, actors.into_iter().map(|actor| actor.value), person),
        kinds: Kind::ALL
            .map(|each| choice(each.name(), each.title(visit.texts), kind == Some(each)))
            .into(),
        ranges: Preset::ALL
            .map(|preset| {
                let is_chosen = range == TimeRange::Last(preset);
                choice(preset.name(), preset.title(visit.texts), is_chosen)
            })
            .into(),
        total: Total::new(listing.total, visit.texts.nouns.event, visit.texts),
        rows: listing.events.iter().map(|event| words::row(visit, event)).collect(),
        pager: listing.pager(visit, link),
        clear: (!asked.is_empty()).then(|| visit.links.settings(Tab::Activity.path())),
        frame,
    })
}

/// Those who did something here, and the one asked for, by what is left of an id without its kind.
fn people(
    visit: &Visit,
    actors: impl Iterator<Item = String>,
    chosen: Option<&str>,
) -> Vec<Choice> {
    let is_seen = |id: &String| !visit.sight.is_masked() || is_free_of_shapes(id);
    let mut ids: Vec<String> = actors.filter(is_seen).chain(chosen.map(str::to_owned)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.iter()
        .map(|id| choice(id, &Shown::new(words::called(id), 60).text, chosen == Some(id)))
        .collect()
}

fn choice(value: &str, title: &str, is_chosen: bool) -> Choice {
    Choice { value: value.to_owned(), title: title.to_owned(), is_chosen }
}
