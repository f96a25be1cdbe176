//! `/users/find`: whoever is meant by something that was typed: an e-mail address, a phone number,
//! a user name or an id.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::redact::is_marker;
use gatelog_meta::DirectoryKind;
use gatelog_query::{Field, Filter, Query};

use crate::event_view::Name;
use crate::filter::{Facet, LogFilter};
use crate::frame::{Frame, Section};
use crate::people;
use crate::problem::Problem;
use crate::text::{Shown, visible};
use crate::visitor::{Visit, Visitor, html};

/// People listed when a text may mean several.
const PEOPLE_MAX: u32 = 50;

#[derive(Debug, Template)]
#[template(path = "find.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    /// What was typed; empty before anything was.
    who: String,
    heading: String,
    people: Vec<Person>,
    /// The events in which it was typed.
    attempts: String,
    back: String,
}

#[derive(Debug)]
struct Person {
    name: Name,
    identifier: Option<Shown>,
}

/// `GET /users/find`
pub(crate) async fn show(visitor: Visitor) -> Response {
    visitor.answer(answer).await
}

fn answer(visit: &Visit) -> Result<Response, Problem> {
    let who = visit.parameters.get("who").unwrap_or_default().trim();
    let ids = match who {
        "" => Vec::new(),
        who => people_called(visit, who)?,
    };
    if let [id] = ids.as_slice() {
        return Ok(Redirect::to(&visit.links.user(id)).into_response());
    }
    let texts = &visit.texts.subject.find;
    let heading = match (who, ids.as_slice()) {
        ("", _) => String::new(),
        (who, []) => (texts.nobody)(&visible(who)),
        (who, _) => (texts.several)(&visible(who)),
    };
    html(Page {
        frame: visit.frame(Section::Users),
        heading,
        people: ids.iter().map(|id| person(visit, id)).collect(),
        attempts: visit.links.filtered(&LogFilter::of(Facet::User, who)),
        back: visit.links.users(),
        who: who.to_owned(),
    })
}

/// The ids of those whom a text names, those first who it names exactly: only they, if there are
/// any.
fn people_called(visit: &Visit, who: &str) -> Result<Vec<String>, Problem> {
    let (names, ledger) = (visit.tenant.names(), visit.tenant.ledger());
    let by_id = Filter::equals(Field::Indexed(IndexedField::ActorId), who);
    if names.get(DirectoryKind::User, who).is_some() || ledger.count(&Query::new(by_id))? > 0 {
        return Ok(vec![who.to_owned()]);
    }
    let found = people::found(visit, who, PEOPLE_MAX)?;
    let wanted = who.to_lowercase();
    let is_named = |text: &str| text.to_lowercase() == wanted;
    let exact = found.iter().filter(|person| is_named(&person.identifier));
    let mut ids: BTreeSet<String> = exact.map(|person| person.id.clone()).collect();
    // Somebody may have had it before.
    let typed = Filter::equals(Field::Indexed(IndexedField::ActorIdentifier), who);
    let typed = typed.and(Filter::equals(Field::Outcome, Outcome::Success.name()));
    let typed = visit.tenant.resolve(Some(names), typed)?.filter;
    let seen =
        ledger.matches(&Query::new(typed))?.values(IndexedField::ActorId, PEOPLE_MAX as usize)?;
    ids.extend(seen.into_iter().map(|seen| seen.value));
    if ids.is_empty() {
        ids.extend(found.into_iter().map(|person| person.id));
    }
    Ok(ids.into_iter().collect())
}

fn person(visit: &Visit, id: &str) -> Person {
    let name = visit.viewer().name(DirectoryKind::User, id, None, visit.links.user(id));
    let known = visit.names().get(DirectoryKind::User, id);
    let identifier = known.map(|entry| entry.identifier);
    let identifier = identifier.filter(|text| !text.is_empty() && !is_marker(text));
    Person { name, identifier: identifier.map(|text| Shown::new(&text, 60)) }
}
