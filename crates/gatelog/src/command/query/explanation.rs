//! How a question is answered.

use serde::Deserialize;

use crate::output::table::{Cell, Table};
use crate::output::{self, grouped};

#[derive(Deserialize)]
pub(super) struct Explanation {
    query: String,
    from: Option<String>,
    to: Option<String>,
    conditions: Vec<Condition>,
    segments: Segments,
    tables: u64,
    records_read: u64,
    total: u64,
    microseconds: u64,
}

#[derive(Deserialize)]
struct Condition {
    condition: String,
    access: String,
}

#[derive(Deserialize)]
struct Segments {
    read: u64,
    skipped: u64,
}

pub(super) fn print(explanation: Explanation) {
    let Explanation { query, from, to, segments, tables, records_read, .. } = explanation;
    output::line(&format!("query    {query}"));
    if from.is_some() || to.is_some() {
        let open = || "...".to_owned();
        let (from, to) = (from.unwrap_or_else(open), to.unwrap_or_else(open));
        output::line(&format!("time     {from} to {to}"));
    }
    output::line(&format!("matching {}", output::events(explanation.total)));
    output::line(&format!("took     {} µs", grouped(explanation.microseconds)));
    output::line(&format!(
        "segments {}, ruled out by their times: {}",
        segments.read, segments.skipped
    ));
    output::line(&format!("parts    {tables} in memory"));
    output::line(&format!("records  {} read one by one", grouped(records_read)));
    if !explanation.conditions.is_empty() {
        output::line("");
        let mut table = Table::new(["CONDITION", "ANSWERED BY"]);
        for Condition { condition, access } in &explanation.conditions {
            table.push(vec![Cell::plain(condition), Cell::plain(access)]);
        }
        table.print();
    }
}
