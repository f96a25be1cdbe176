//! A page of events, as long as was asked for.

use anyhow::Context;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::answers::{Answers, Parameters};
use crate::arguments::Query;
use crate::output::column::USUAL;
use crate::output::table::Table;
use crate::output::time::Clockface;
use crate::output::{self, grouped};

pub(super) const LIMIT_DEFAULT: u64 = 50;

/// Events in one answer.
const PAGE_EVENTS_MAX: u64 = 1_000;

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
    total: u64,
    next: Option<String>,
}

pub(super) fn run(
    arguments: &Query,
    answers: &Answers,
    mut parameters: Parameters,
) -> anyhow::Result<()> {
    parameters.push(("order", arguments.order.name().to_owned()));
    let limit = arguments.limit.unwrap_or(LIMIT_DEFAULT);
    let clockface = Clockface::new(arguments.utc);
    let mut table = Table::new(USUAL.iter().map(|column| column.heading));
    let (mut shown, mut next) = (0, None);
    let total = loop {
        let mut parameters = parameters.clone();
        // Without any event asked for, there is still the total.
        let rest = (limit - shown).clamp(1, PAGE_EVENTS_MAX);
        parameters.push(("limit", rest.to_string()));
        parameters.extend(next.map(|cursor| ("cursor", cursor)));
        let answer = answers.get("/v1/events", &parameters)?;
        let page: Page<'_> =
            serde_json::from_str(&answer).context("the answer is not what was expected")?;
        for event in page.events.iter().filter(|_| shown < limit) {
            if arguments.json {
                output::json::print(event.get());
            } else {
                let event = serde_json::from_str(event.get())?;
                table.push(USUAL.iter().map(|column| column.cell(&event, &clockface)).collect());
            }
        }
        shown = limit.min(shown + page.events.len() as u64);
        next = page.next;
        if shown == limit || next.is_none() {
            break page.total;
        }
    };
    if !arguments.json {
        table.print();
        tell_total(shown, total);
    }
    Ok(())
}

/// Tells how many of all events that match are shown.
pub(super) fn tell_total(shown: u64, total: u64) {
    output::note(&match shown == total {
        true => output::events(total),
        false => format!("{} of {}", grouped(shown), output::events(total)),
    });
}
