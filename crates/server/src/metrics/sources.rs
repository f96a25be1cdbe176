//! How far each source has come.

use std::fmt;

use gatelog_event::time::UnixMicros;
use gatelog_meta::SourceState;

use super::write::Writer;

type Value = fn(&SourceState) -> u64;

/// Numbers that only grow: the end of the name, what it means, the number.
const COUNTERS: [(&str, &str, Value); 4] = [
    ("gatelog_source_accepted", "Events of a source that were kept", |state| state.accepted),
    ("gatelog_source_duplicate", "Events of a source that were here already", |state| {
        state.duplicates
    }),
    (
        "gatelog_source_conflicting",
        "Events of a source that were here with other content",
        |state| state.conflicts,
    ),
    ("gatelog_source_quarantined", "Records of a source that are no events", |state| {
        state.quarantined
    }),
];

/// Numbers that go up and down.
const GAUGES: [(&str, &str, Value); 5] = [
    ("gatelog_source_trouble", "1 while something is wrong with a source", |state| {
        state.trouble.is_some().into()
    }),
    ("gatelog_source_silent", "1 while a source says nothing for too long", |state| {
        state.silent_since.is_some().into()
    }),
    (
        "gatelog_source_last_event_time",
        "When the newest event of a source happened, in seconds since the epoch",
        |state| seconds(state.newest),
    ),
    (
        "gatelog_source_last_delivery_time",
        "When something new last came from a source, in seconds since the epoch",
        |state| seconds(state.delivered),
    ),
    (
        "gatelog_source_lag_micros",
        "How much later than it happened the newest event of a source came",
        |state| state.lag_micros().and_then(|lag| u64::try_from(lag).ok()).unwrap_or(0),
    ),
];

/// Writes the numbers of all sources that run.
pub(super) fn write_sources(writer: &mut Writer<'_>, states: &[SourceState]) -> fmt::Result {
    for (name, help, value) in COUNTERS {
        let values = states.iter().map(|state| ([("source", &*state.name)], value(state)));
        writer.counters((name, help, None), values)?;
    }
    for (name, help, value) in GAUGES {
        let values = states.iter().map(|state| ([("source", &*state.name)], value(state)));
        writer.gauges((name, help, None), values)?;
    }
    Ok(())
}

fn seconds(time: Option<UnixMicros>) -> u64 {
    time.and_then(|time| u64::try_from(time.seconds_floor()).ok()).unwrap_or(0)
}
