//! `/users`: everybody who did something.

use std::collections::{HashMap, HashSet};

use askama::Template;
use axum::response::Response;
use gatelog_event::fields::IndexedField;
use gatelog_event::personal::is_free_of_shapes;
use gatelog_ledger::{ActorSummary, TenantLedger};
use gatelog_meta::DirectoryKind;
use gatelog_query::{Field, Filter, Query};
use gatelog_service::Names;

use crate::frame::{Frame, Section};
use crate::moment::{Moment, Total};
use crate::people;
use crate::problem::Problem;
use crate::seen;
use crate::text::{Shown, sorting_key};
use crate::visitor::{Visit, Visitor};

const ROWS_MAX: usize = 50;

#[derive(Debug, Template)]
#[template(path = "users.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    search: String,
    sort: Sort,
    total: Total,
    columns: Vec<Column>,
    rows: Vec<Row>,
    newer: Option<String>,
    older: Option<String>,
    span: String,
    clear: String,
    /// Whoever the search may mean by what they typed.
    find: String,
}

#[derive(Debug)]
struct Column {
    title: String,
    /// The list in the order of this column, unless it is in it or has none.
    link: Option<String>,
    is_sorted: bool,
    is_number: bool,
}

#[derive(Debug)]
struct Row {
    link: String,
    name: Shown,
    /// Whether there is no better name than the id.
    is_code: bool,
    identifier: Option<Shown>,
    id: Shown,
    last_seen: Moment,
    events: String,
    failures: String,
    has_failures: bool,
}

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Sort {
    /// Latest first.
    #[default]
    Seen,
    /// By name; those without one last.
    Name,
    /// Most first.
    Events,
    /// Most first.
    Failures,
}

impl Sort {
    const ALL: [Self; 4] = [Self::Seen, Self::Name, Self::Events, Self::Failures];

    fn name(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Name => "name",
            Self::Events => "events",
            Self::Failures => "failures",
        }
    }

    fn read(visit: &Visit) -> Self {
        let name = visit.parameters.get("sort");
        let sort = Self::ALL.into_iter().find(|sort| Some(sort.name()) == name);
        sort.filter(|sort| sort.is_open_to(visit)).unwrap_or_default()
    }

    /// The order of names would tell how they begin to a reader who may not see them.
    fn is_open_to(self, visit: &Visit) -> bool {
        self != Self::Name || !visit.sight.is_masked()
    }
}

/// Which users, in which order, from which page on.
#[derive(Clone, Copy, Debug)]
struct Listed<'l> {
    search: &'l str,
    sort: Sort,
    /// From 0.
    page: usize,
}

impl Listed<'_> {
    fn write(self) -> Vec<(&'static str, String)> {
        let search = (!self.search.is_empty()).then(|| ("search", self.search.to_owned()));
        let sort = (self.sort != Sort::default()).then(|| ("sort", self.sort.name().to_owned()));
        let page = (self.page > 0).then(|| ("page", (self.page + 1).to_string()));
        [search, sort, page].into_iter().flatten().collect()
    }
}

/// `GET /users`
pub(crate) async fn show(visitor: Visitor) -> Response {
    visitor.page(Section::Users, page).await
}

fn page(visit: &Visit, frame: Frame) -> Result<Page, Problem> {
    if let Some(address) = visit.parameters.tidier("/users") {
        return Err(Problem::Tidier(address));
    }
    let search = visit.parameters.get("search").unwrap_or_default().trim();
    let page = visit.parameters.get("page").and_then(|page| page.parse::<usize>().ok());
    let page = page.unwrap_or(1).saturating_sub(1);
    let listed = Listed { search, sort: Sort::read(visit), page };

    let users = users(visit, listed)?;
    let total = users.len();
    let first = page.saturating_mul(ROWS_MAX);
    let rows: Vec<Row> =
        users.iter().skip(first).take(ROWS_MAX).map(|user| row(visit, user)).collect();
    let link = |page| visit.links.users_page(Listed { page, ..listed }.write());
    let span = match rows.len() {
        0 => String::new(),
        count => {
            let number = |number: usize| visit.texts.number(number as u64);
            format!("{}–{}", number(first + 1), number(first + count))
        }
    };
    Ok(Page {
        search: search.to_owned(),
        sort: listed.sort,
        total: Total::new(total as u64, visit.texts.nouns.user, visit.texts),
        columns: columns(visit, listed),
        newer: page.checked_sub(1).map(link),
        older: (first + rows.len() < total).then(|| link(page + 1)),
        rows,
        span,
        clear: visit.links.users(),
        find: visit.links.find(search),
        frame,
    })
}

/// Actors that are programs: all they ever did was done by the application of the same id. A
/// person who shares an id with an application did something else, and stays on the list.
fn programs(ledger: &TenantLedger, actors: &[ActorSummary]) -> Result<HashSet<String>, Problem> {
    let all = Query::new(Filter::All);
    let applications = ledger.matches(&all)?.values(IndexedField::ApplicationId, usize::MAX)?;
    let applications: HashSet<String> = applications.into_iter().map(|found| found.value).collect();
    let mut programs = HashSet::new();
    for actor in actors.iter().filter(|actor| applications.contains(&actor.id)) {
        let [as_actor, as_application] = [IndexedField::ActorId, IndexedField::ApplicationId]
            .map(|field| Filter::equals(Field::Indexed(field), actor.id.as_str()));
        if ledger.count(&Query::new(as_actor.and(as_application)))? == actor.events {
            programs.insert(actor.id.clone());
        }
    }
    Ok(programs)
}

/// Everybody who matches, in order.
fn users(visit: &Visit, listed: Listed<'_>) -> Result<Vec<ActorSummary>, Problem> {
    let ledger = visit.tenant.ledger();
    let mut users = ledger.matches(&Query::new(Filter::All))?.actors()?;
    let programs = programs(ledger, &users)?;
    users.retain(|actor| !programs.contains(&actor.id));
    if !listed.search.is_empty() {
        let known = people::found(visit, listed.search, u32::MAX)?;
        let known: HashSet<String> = known.into_iter().map(|person| person.id).collect();
        let wanted = listed.search.to_lowercase();
        // An id that is an address is found by those who know it.
        let may_guess = |id: &str| !visit.sight.is_masked() || is_free_of_shapes(id);
        let has_part = |id: &str| may_guess(id) && id.to_lowercase().contains(&wanted);
        users.retain(|user| known.contains(&user.id) || has_part(&user.id));
    }
    users.sort_unstable_by(|one, other| {
        other.last_seen.cmp(&one.last_seen).then_with(|| one.id.cmp(&other.id))
    });
    match listed.sort {
        Sort::Seen => {}
        Sort::Events => users.sort_by_key(|user| std::cmp::Reverse(user.events)),
        Sort::Failures => users.sort_by_key(|user| std::cmp::Reverse(user.failures)),
        Sort::Name => sort_by_name(&mut users, visit.tenant.names())?,
    }
    Ok(users)
}

/// By name, those without one last. Of all names at once, as one by one they are read slowly.
fn sort_by_name(users: &mut [ActorSummary], names: &Names) -> Result<(), Problem> {
    let mut keys = HashMap::new();
    names.for_each(|entry| {
        if entry.kind == DirectoryKind::User {
            keys.insert(entry.id, sorting_key(&entry.name));
        }
    })?;
    users.sort_by_cached_key(|user| {
        let key = keys.get(&user.id).cloned().unwrap_or_default();
        (key.is_empty(), key)
    });
    Ok(())
}

fn row(visit: &Visit, user: &ActorSummary) -> Row {
    let known = visit.names().get(DirectoryKind::User, &user.id);
    let text = |text: &str| (!text.is_empty()).then(|| Shown::new(text, 60));
    let name = known.as_ref().and_then(|entry| text(&entry.name));
    let identifier = known.as_ref().and_then(|entry| text(&entry.identifier));
    let id = Shown::new(&seen::text(visit.sight, &user.id), 40);
    let (name, identifier, is_code) = match (name, identifier) {
        (Some(name), identifier) => (name, identifier, false),
        (None, Some(identifier)) => (identifier, None, false),
        (None, None) => (id.clone(), None, true),
    };
    Row {
        link: seen::link(visit.sight, &id.text, || visit.links.user(&user.id)),
        name,
        is_code,
        identifier,
        id,
        last_seen: visit.moment(user.last_seen),
        events: visit.texts.number(user.events),
        failures: visit.texts.number(user.failures),
        has_failures: user.failures > 0,
    }
}

fn columns(visit: &Visit, listed: Listed<'_>) -> Vec<Column> {
    let texts = &visit.texts.users;
    let columns = [
        (texts.user.to_owned(), Some(Sort::Name), false),
        (texts.id.to_owned(), None, false),
        (visit.zone.beside(texts.last_seen), Some(Sort::Seen), false),
        (texts.events.to_owned(), Some(Sort::Events), true),
        (texts.failures.to_owned(), Some(Sort::Failures), true),
    ];
    let column = |(title, sort, is_number): (_, Option<Sort>, _)| {
        let is_sorted = sort == Some(listed.sort);
        let sort = sort.filter(|sort| !is_sorted && sort.is_open_to(visit));
        let link =
            sort.map(|sort| visit.links.users_page(Listed { sort, page: 0, ..listed }.write()));
        Column { title, link, is_sorted, is_number }
    };
    columns.into_iter().map(column).collect()
}
