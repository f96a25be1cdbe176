//! Verification records: what Logto keeps of one proof of who somebody is.
//!
//! Its steps name no interaction, but from the first proof on they name the records of the sign-in
//! they are part of. Their ids are random, so events that name the same one belong together for
//! certain.

use std::collections::BTreeSet;

use gatelog_event::json::Document;
use gatelog_event::source::Format;
use gatelog_ledger::StoredEvent;
use gatelog_query::{DataPath, Filter, RecordTest, Value, ValueTest};

/// Where a record's id stands: in what was sent, and among all that the interaction has so far.
const PATHS: [&[&str]; 2] =
    [&["payload", "verificationId"], &["interaction", "verificationRecords", "id"]];

/// Records of one event that are looked for: nobody proves more to sign in.
const IDS_MAX: usize = 8;

/// The ids of the records that an event names, each once.
pub(crate) fn ids_of(event: &StoredEvent) -> Vec<String> {
    if event.format != Format::Logto {
        return Vec::new();
    }
    let Ok(document) = Document::parse(&event.record) else { return Vec::new() };
    let mut ids = BTreeSet::new();
    for path in paths() {
        let values = path.values(event.format, document.root());
        ids.extend(values.iter().filter_map(|value| value.as_str()).map(|id| id.into_owned()));
    }
    ids.into_iter().filter(|id| !id.is_empty()).take(IDS_MAX).collect()
}

/// Events that name one of these records.
pub(crate) fn naming(ids: &[String]) -> Filter {
    let condition = |path: DataPath, id: &String| {
        Filter::Record(RecordTest::Value(path, ValueTest::Equals(Value::Text(id.clone()))))
    };
    Filter::Or(ids.iter().flat_map(|id| paths().map(move |path| condition(path, id))).collect())
}

fn paths() -> impl Iterator<Item = DataPath> {
    PATHS
        .into_iter()
        .filter_map(|names| DataPath::new(names.iter().map(|name| (*name).to_owned()).collect()))
}
