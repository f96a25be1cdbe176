//! The most frequent values of fields.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::CountedValue;
use crate::output::grouped;
use crate::output::table::{Cell, Table, Tone};

#[derive(Deserialize)]
pub(super) struct Facets {
    facets: BTreeMap<String, Vec<CountedValue>>,
    summary: BTreeMap<String, Summary>,
}

#[derive(Deserialize)]
struct Summary {
    distinct: u64,
    missing: u64,
}

/// Prints the fields in the order they were asked for.
pub(super) fn print(asked: &str, found: &Facets) {
    let mut table = Table::new(["FIELD", "VALUE", "NAME", "EVENTS"]);
    for field in asked.split(',').map(str::trim) {
        let Some(values) = found.facets.get(field) else { continue };
        let mut heading = field;
        let mut push = |value: Cell, name: &str, count: &str| {
            let heading = Cell::plain(std::mem::take(&mut heading));
            table.push(vec![heading, value, Cell::plain(name), Cell::number(count)]);
        };
        for CountedValue { value, title, count } in values {
            push(Cell::plain(value), title.as_deref().unwrap_or_default(), &grouped(*count));
        }
        let Some(summary) = found.summary.get(field) else { continue };
        let more = summary.distinct.saturating_sub(values.len() as u64);
        if more > 0 {
            let more = format!("({} more; --limit shows them)", grouped(more));
            push(Cell::plain(&more).toned(Tone::Faint), "", "");
        }
        if summary.missing > 0 {
            push(Cell::plain("(none)").toned(Tone::Faint), "", &grouped(summary.missing));
        }
    }
    table.print();
}
