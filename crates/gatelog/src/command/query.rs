//! `gatelog query`: events and numbers on a terminal, or as JSON.
//!
//! - [`columns`]: columns that were asked for.
//! - [`events`]: a page of events, as long as was asked for.
//! - [`histogram`]: events by time, as bars.
//! - [`facets`]: the most frequent values.
//! - [`explanation`]: how the question is answered.

mod columns;
mod events;
mod explanation;
mod facets;
mod histogram;

use anyhow::Context;
use serde::Deserialize;

use crate::answers::{Answers, Parameters};
use crate::arguments::Query;
use crate::output;

/// How often a value occurs.
#[derive(Debug, Deserialize)]
struct CountedValue {
    value: String,
    #[serde(default)]
    title: Option<String>,
    count: u64,
}

#[derive(Deserialize)]
struct Count {
    count: u64,
}

pub(crate) fn run(arguments: &Query) -> anyhow::Result<()> {
    let answers = Answers::open(&arguments.question.place, arguments.question.tenant.as_ref())?;
    let mut parameters = arguments.question.parameters();
    parameters.extend(arguments.window.parameters());
    if arguments.count {
        return print(arguments, &answers, "/v1/stats/count", &parameters, |count: Count| {
            output::line(&count.count.to_string());
        });
    }
    if arguments.explain {
        return print(arguments, &answers, "/v1/explain", &parameters, explanation::print);
    }
    if arguments.interval.is_some() || arguments.by.is_some() {
        parameters.extend(histogram::parameters(arguments));
        let path = "/v1/stats/histogram";
        return print(arguments, &answers, path, &parameters, histogram::print);
    }
    if let Some(fields) = &arguments.facets {
        parameters.push(("fields", fields.clone()));
        parameters.extend(arguments.limit.map(|limit| ("limit", limit.to_string())));
        let path = "/v1/stats/facets";
        let print_facets = |found| facets::print(fields, &found);
        return print(arguments, &answers, path, &parameters, print_facets);
    }
    match &arguments.fields {
        Some(fields) => columns::run(arguments, fields, &answers, parameters),
        None => events::run(arguments, &answers, parameters),
    }
}

/// Prints one answer: as it came, or for people.
fn print<T: for<'de> Deserialize<'de>>(
    arguments: &Query,
    answers: &Answers,
    path: &str,
    parameters: &Parameters,
    for_people: impl FnOnce(T),
) -> anyhow::Result<()> {
    let answer = answers.get(path, parameters)?;
    if arguments.json {
        output::json::print(&answer);
    } else {
        for_people(serde_json::from_str(&answer).context("the answer is not what was expected")?);
    }
    Ok(())
}
