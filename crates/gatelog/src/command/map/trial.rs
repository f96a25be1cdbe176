//! One event as it would be kept, and what there is to say of it.

use gatelog_event::catalogue::{Meaning, meaning};
use gatelog_event::intake::batch::Place;
use gatelog_event::intake::{AcceptedEvent, Intake};
use gatelog_event::json::{Document, Node};
use gatelog_event::redact::{FingerprintKey, NothingKnown};
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use gatelog_server::system::environment;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::output;

/// How a marker begins that stands for something secret.
const MARKER_START: &str = "[redacted:";

/// Takes events in as a tenant would, and keeps none of them.
pub(super) struct Trial {
    /// Not a tenant's: the hashes in markers are other ones than those of events that are kept.
    key: FingerprintKey,
    received: UnixMicros,
}

impl Trial {
    pub(super) fn new() -> Self {
        Self { key: FingerprintKey::new([0; 32]), received: environment().clock.now() }
    }

    /// Prints what would become of an event. Whether it would be kept.
    pub(super) fn report(&self, line: u64, event: &[u8], as_json: bool) -> bool {
        let intake = Intake {
            format: Format::Native,
            key: &self.key,
            known: &NothingKnown,
            received: self.received,
        };
        match intake.accept(event) {
            Ok(accepted) if as_json => report_json(line, &accepted),
            Ok(accepted) => report_text(line, &accepted),
            Err(rejection) => {
                let made = String::from_utf8_lossy(event);
                report_refused(line, &rejection.reason, &made, as_json);
                return false;
            }
        }
        true
    }
}

/// Prints why a value gives no events.
pub(super) fn report_unmapped(place: Place, reason: &str, as_json: bool) {
    let Place { line, column } = place;
    if as_json {
        output::json::print(
            &json!({"line": line, "column": column, "refused": reason}).to_string(),
        );
    } else {
        output::line(&format!("line {line}, column {column}: refused: {reason}"));
    }
}

fn report_refused(line: u64, reason: &str, made: &str, as_json: bool) {
    if as_json {
        let made = RawValue::from_string(made.to_owned()).ok();
        output::json::print(&json!({"line": line, "refused": reason, "made": made}).to_string());
    } else {
        output::line(&format!("line {line}: refused: {reason}"));
        output::line(&format!("  made: {made}"));
    }
}

fn report_text(line: u64, event: &AcceptedEvent) {
    let Meaning { title, action, outcome, level, .. } = meaning_of(event);
    let (action, outcome, level) = (action.name(), outcome.name(), level.name());
    output::line(&format!(
        "line {line}: {title} (action {action}, outcome {outcome}, level {level})"
    ));
    for remark in remarks(event) {
        output::line(&format!("  note: {remark}"));
    }
    for (path, marker) in masked(&event.record) {
        output::line(&format!("  masked: {path}: {marker}"));
    }
    output::line(&format!("  kept: {}", String::from_utf8_lossy(&event.record)));
}

fn report_json(line: u64, event: &AcceptedEvent) {
    let Meaning { title, action, outcome, level, .. } = meaning_of(event);
    let masked: Map<String, Value> =
        masked(&event.record).into_iter().map(|(path, marker)| (path, marker.into())).collect();
    let record = String::from_utf8_lossy(&event.record).into_owned();
    let report = json!({
        "line": line,
        "title": title,
        "action": action.name(),
        "outcome": outcome.name(),
        "level": level.name(),
        "notes": remarks(event),
        "masked": masked,
        "record": RawValue::from_string(record).ok(),
    });
    output::json::print(&report.to_string());
}

fn meaning_of(event: &AcceptedEvent) -> Meaning<'_> {
    meaning(event.source, &event.event_type, event.result)
}

/// What whoever writes a mapping should know of an event that is kept all the same.
fn remarks(event: &AcceptedEvent) -> Vec<String> {
    let mut remarks = Vec::new();
    let event_type = &event.event_type;
    if meaning_of(event).event_type.is_none() {
        remarks.push(format!("the type {event_type} is in no catalogue, so its action is `other`"));
    }
    if event.time_is_arrival {
        remarks.push("it has no time, so that of its arrival counts".to_owned());
    }
    if event.id_is_derived {
        remarks.push("it has no id, so one follows from its content".to_owned());
    }
    remarks
}

/// Where secrets were, and what stands there now.
fn masked(record: &[u8]) -> Vec<(String, String)> {
    let mut masked = Vec::new();
    if let Ok(document) = Document::parse(record) {
        find_masked(document.root(), &mut String::new(), &mut masked);
    }
    masked
}

/// Nesting is bounded by what a record may have.
fn find_masked(node: Node<'_, '_>, path: &mut String, masked: &mut Vec<(String, String)>) {
    if let Some(text) = node.as_str().filter(|text| text.contains(MARKER_START)) {
        masked.push((path.clone(), text.into_owned()));
    }
    for (index, child) in node.children().enumerate() {
        let length = path.len();
        match child.key() {
            Some(key) if path.is_empty() => path.push_str(&key),
            Some(key) => {
                path.push('.');
                path.push_str(&key);
            }
            None => path.push_str(&format!("[{index}]")),
        }
        find_masked(child, path, masked);
        path.truncate(length);
    }
}
