//! What is asked: the questions people ask most of an audit log, without HTTP.

use std::hint::black_box;
use std::path::Path;

use anyhow::{Context, bail};
use gatelog_event::fields::IndexedField;
use gatelog_event::tenant::TenantName;
use gatelog_ledger::{CountedBy, PageStart, TenantLedger};
use gatelog_query::pql::{self, Context as Meaning};
use gatelog_query::{Field, Filter, Grouping, Query};

use crate::data::{data_path, days_before_end, end, open};

/// Events of a page.
const PAGE_EVENTS: usize = 20;

/// A page far back.
const FAR_OFFSET: u64 = 100_000;

/// A frequent event type.
const SIGN_IN: &str = "Interaction.SignIn.Submit";

/// More event types than there are.
const TYPES_MAX: usize = 1_000;

const DAYS: i64 = 30;

/// All questions, in the order of the table.
pub(crate) const NAMES: [&str; 10] = [
    "newest page and total",
    "one event type",
    "one busy application",
    "application, type, 7 days",
    "one busy user",
    "a user who does not exist",
    "page at offset 100,000",
    "an e-mail address anywhere",
    "30 days by outcome",
    "all event types",
];

/// What an answer is.
enum Answer {
    Page(PageStart),
    OutcomesByDay,
    Types,
}

/// Asks a question so many times of the data directory that was prepared.
///
/// # Errors
/// When it is not answered.
pub(crate) fn run(directory: &Path, name: &str, times: usize) -> anyhow::Result<()> {
    let ledger = open(&data_path(directory), u32::MAX)?;
    let tenant = ledger.tenant(&TenantName::default_tenant())?;
    let (query, answer) = question(&tenant, name)?;
    for _ in 0..times {
        ask(&tenant, &query, &answer)?;
    }
    Ok(())
}

fn ask(tenant: &TenantLedger, query: &Query, answer: &Answer) -> anyhow::Result<()> {
    match answer {
        Answer::Page(start) => {
            black_box(tenant.page(query, *start, PAGE_EVENTS)?);
        }
        Answer::OutcomesByDay => {
            let starts: Vec<_> = (1..=DAYS).rev().map(days_before_end).collect();
            let by = CountedBy { grouping: Grouping::Field(Field::Outcome), values_max: 3 };
            black_box(tenant.matches(query)?.histogram(&starts, Some(&by))?);
        }
        Answer::Types => {
            let by = Grouping::Field(Field::Type);
            black_box(tenant.matches(query)?.facet(&by, TYPES_MAX)?);
        }
    }
    Ok(())
}

fn question(tenant: &TenantLedger, name: &str) -> anyhow::Result<(Query, Answer)> {
    let busiest = |field| most_frequent(tenant, field, |_| true);
    let first = Answer::Page(PageStart::First);
    let (text, answer) = match name {
        "newest page and total" => (String::new(), first),
        "one event type" => (format!("type = \"{SIGN_IN}\""), first),
        "one busy application" | "application, type, 7 days" => {
            let application = busiest(IndexedField::ApplicationId)?;
            let text = format!("application.id = \"{application}\"");
            let more = format!(" AND type = \"{SIGN_IN}\"");
            (if name == "one busy application" { text } else { text + &more }, first)
        }
        "one busy user" => (format!("actor.id = \"{}\"", busiest(IndexedField::ActorId)?), first),
        "a user who does not exist" => ("actor.id = \"nobody000000\"".to_owned(), first),
        "page at offset 100,000" => (String::new(), Answer::Page(PageStart::Offset(FAR_OFFSET))),
        "an e-mail address anywhere" => {
            let field = IndexedField::ActorIdentifier;
            (format!("\"{}\"", most_frequent(tenant, field, |it| it.contains('@'))?), first)
        }
        "30 days by outcome" => (String::new(), Answer::OutcomesByDay),
        "all event types" => (String::new(), Answer::Types),
        _ => bail!("there is no question `{name}`"),
    };
    let mut query = Query::new(compiled(&text)?);
    if name == "application, type, 7 days" {
        (query.from, query.to) = (Some(days_before_end(7)), Some(end()));
    }
    Ok((query, answer))
}

fn compiled(text: &str) -> anyhow::Result<Filter> {
    let filter = pql::compile(text, &Meaning { now: end() });
    filter.ok().with_context(|| format!("`{text}` is no query"))
}

/// The most frequent of the values that are wanted.
fn most_frequent(
    tenant: &TenantLedger,
    field: IndexedField,
    is_wanted: fn(&str) -> bool,
) -> anyhow::Result<String> {
    const VALUES_MAX: usize = 100;
    let values = tenant.matches(&Query::new(compiled("")?))?.values(field, VALUES_MAX)?;
    let wanted = values.into_iter().find(|it| is_wanted(&it.value));
    Ok(wanted.context("there is nothing to ask about")?.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_is_answered() {
        let directory = tempfile::tempdir().unwrap();
        // An empty directory: nothing to choose an application, a user or an address from.
        for name in NAMES {
            let outcome = run(directory.path(), name, 1);
            let needs_events = name.contains("application") || name.contains("busy user");
            assert_eq!(outcome.is_err(), needs_events || name.contains("e-mail"), "{name}");
        }
        assert!(run(directory.path(), "something else", 1).is_err());
    }
}
