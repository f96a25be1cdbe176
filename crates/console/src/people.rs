//! The events of a person, whatever was typed to name them.
//!
//! A failed first factor carries no user id, only what was typed. It is one of a person's events
//! if it was typed with an identifier that has been theirs in a success.

use std::collections::BTreeSet;

use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::redact::is_marker;
use gatelog_meta::{DirectoryEntry, DirectoryKind};
use gatelog_query::{Field, Filter, Query, Test};
use gatelog_service::Tenant;

use crate::problem::Problem;
use crate::visitor::Visit;

/// People found by a part of their name at once.
pub(crate) const PEOPLE_FOUND_MAX: u32 = 200;

/// Identifiers of one person.
const IDENTIFIERS_MAX: usize = 20;

const ID: Field = Field::Indexed(IndexedField::ActorId);
const IDENTIFIER: Field = Field::Indexed(IndexedField::ActorIdentifier);

/// Everything a person did who has this id, and failures typed with one of these identifiers.
/// `Tenant::resolve` finds the identifiers where they had to be masked.
pub(crate) fn events_of(id: &str, identifiers: &BTreeSet<String>) -> Filter {
    if identifiers.is_empty() {
        return Filter::equals(ID, id);
    }
    let typed = Filter::Field(IDENTIFIER, Test::OneOf(identifiers.clone().into()));
    let typed = Filter::And(vec![Filter::Field(ID, Test::Missing), typed]);
    Filter::Or(vec![Filter::equals(ID, id), typed])
}

/// Whoever a text names.
#[derive(Debug)]
pub(crate) struct Named {
    /// Their events; to be resolved.
    pub(crate) filter: Filter,
    /// How many people the text may mean, if they are more than are looked for.
    pub(crate) crowd: Option<u64>,
}

/// Finds whoever `text` names: by an id, an identifier, or a part of a name. O(names) unless it is
/// an id.
///
/// # Errors
/// [`Problem::Ledger`], [`Problem::Meta`].
pub(crate) fn named(visit: &Visit, text: &str) -> Result<Named, Problem> {
    let (tenant, names) = (&visit.tenant, visit.tenant.names());
    if names.get(DirectoryKind::User, text).is_some() {
        let filter = events_of(text, &identifiers(tenant, text)?);
        return Ok(Named { filter, crowd: None });
    }
    let people = found(visit, text, PEOPLE_FOUND_MAX)?;
    let is_all = people.len() < PEOPLE_FOUND_MAX as usize || visit.sight.is_masked();
    let crowd = match is_all {
        true => None,
        false => Some(names.count(DirectoryKind::User, text)?),
    };
    let mut filters = vec![Filter::equals(ID, text), Filter::equals(IDENTIFIER, text)];
    for person in people {
        filters.push(Filter::equals(ID, person.id));
        if !person.identifier.is_empty() {
            filters.push(Filter::equals(IDENTIFIER, person.identifier));
        }
    }
    let crowd = crowd.filter(|count| *count > u64::from(PEOPLE_FOUND_MAX));
    Ok(Named { filter: Filter::Or(filters), crowd })
}

/// Whoever has exactly this id or identifier.
pub(crate) fn as_typed(text: &str) -> Filter {
    Filter::Or(vec![Filter::equals(ID, text), Filter::equals(IDENTIFIER, text)])
}

/// People by a part of their id, name or identifier, `people_max` at most. A reader who may not see
/// these has to know one of them whole. O(names).
///
/// # Errors
/// [`Problem::Meta`].
pub(crate) fn found(
    visit: &Visit,
    text: &str,
    people_max: u32,
) -> Result<Vec<DirectoryEntry>, Problem> {
    let names = visit.tenant.names();
    if !visit.sight.is_masked() {
        return Ok(names.search(DirectoryKind::User, text, people_max)?);
    }
    let wanted = text.to_lowercase();
    let is_wanted = |known: &str| known.to_lowercase() == wanted;
    let mut people = names.search(DirectoryKind::User, text, u32::MAX)?;
    people.retain(|person| {
        [&person.id, &person.name, &person.identifier].into_iter().any(|known| is_wanted(known))
    });
    people.truncate(people_max as usize);
    Ok(people)
}

/// What a person has signed in with: from the directory, and as seen in their successes.
///
/// # Errors
/// [`Problem::Ledger`].
pub(crate) fn identifiers(tenant: &Tenant, id: &str) -> Result<BTreeSet<String>, Problem> {
    let success = Filter::equals(Field::Outcome, Outcome::Success.name());
    let query = Query::new(Filter::equals(ID, id).and(success));
    let matches = tenant.ledger().matches(&query)?;
    let seen = matches.values(IndexedField::ActorIdentifier, IDENTIFIERS_MAX)?;
    let known = tenant.names().get(DirectoryKind::User, id).map(|person| person.identifier);
    let all = seen.into_iter().map(|seen| seen.value).chain(known);
    Ok(all.filter(|identifier| !identifier.is_empty() && !is_marker(identifier)).collect())
}
