//! How far each source has come. It reads `meta.db`, beside a running server too.

use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_meta::{SourceCondition, SourceState};
use serde_json::json;

use crate::arguments::DataDirectory;
use crate::command::open_meta_there;
use crate::output;
use crate::output::table::{Cell, Table, Tone};

pub(super) fn run(
    data: &DataDirectory,
    tenant: Option<&TenantName>,
    json: bool,
) -> anyhow::Result<()> {
    let states = open_meta_there(&data.data)?.source_states()?;
    let states = states.into_iter().filter(|state| tenant.is_none_or(|it| *it == state.tenant));
    if json {
        let states: Vec<_> = states.map(|state| as_json(&state)).collect();
        output::line(&serde_json::Value::from(states).to_string());
        return Ok(());
    }
    let headings = [
        "SOURCE",
        "TENANT",
        "KIND",
        "STATE",
        "LAST EVENT",
        "LAG",
        "PER MINUTE",
        "EVENTS",
        "QUARANTINED",
        "TROUBLE",
    ];
    let mut table = Table::new(headings);
    states.for_each(|state| table.push(as_row(&state)));
    table.print();
    Ok(())
}

fn as_row(state: &SourceState) -> Vec<Cell> {
    let condition = state.condition();
    let tone = match condition {
        SourceCondition::Running => Tone::Good,
        SourceCondition::Stopped => Tone::Faint,
        SourceCondition::Silent => Tone::Warning,
        SourceCondition::Trouble => Tone::Bad,
    };
    let lag = state.lag_micros().map_or_else(|| "-".to_owned(), lag);
    let trouble = state.trouble.as_ref().map_or("", |(reason, _)| reason);
    let quarantined = Cell::number(&output::grouped(state.quarantined));
    vec![
        Cell::whole(&state.name),
        Cell::plain(state.tenant.as_str()),
        Cell::plain(&state.kind),
        Cell::whole(condition.name()).toned(tone),
        Cell::whole(&time(state.newest).unwrap_or_else(|| "-".to_owned())),
        Cell::number(&lag),
        Cell::number(&output::grouped(state.minute_events)),
        Cell::number(&output::grouped(state.accepted)),
        if state.quarantined > 0 { quarantined.toned(Tone::Warning) } else { quarantined },
        Cell::plain(trouble),
    ]
}

fn lag(micros: i64) -> String {
    match micros / 1_000 {
        millis @ ..10_000 => format!("{millis} ms"),
        millis @ ..600_000 => format!("{} s", millis / 1_000),
        millis => format!("{} min", millis / 60_000),
    }
}

fn time(time: Option<UnixMicros>) -> Option<String> {
    time.map(|time| time.to_string())
}

fn as_json(state: &SourceState) -> serde_json::Value {
    let trouble = state.trouble.as_ref();
    json!({
        "name": state.name,
        "tenant": state.tenant.as_str(),
        "kind": state.kind,
        "state": state.condition().name(),
        "trouble": trouble.map(|(reason, since)| json!({ "reason": reason, "since": since.to_string() })),
        "silent_since": time(state.silent_since),
        "last_event": time(state.newest),
        "last_delivery": time(state.delivered),
        "last_answer": time(state.answered),
        "lag_seconds": state.lag_micros().map(|micros| micros / 1_000_000),
        "events_per_minute": state.minute_events,
        "accepted": state.accepted,
        "duplicates": state.duplicates,
        "conflicts": state.conflicts,
        "quarantined": state.quarantined,
        "cursor": state.cursor,
    })
}
