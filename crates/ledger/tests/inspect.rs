//! Data directories that are looked at: beside a running ledger, and damaged.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use gatelog_event::tenant::TenantName;
use gatelog_ledger::files::OsFiles;
use gatelog_ledger::inspect::{Inspection, LogReport};
use support::{append, event, only_file, open};

const TABLE_ROWS: u32 = 300;

fn tenant() -> TenantName {
    TenantName::default_tenant()
}

fn inspection(directory: &Path) -> Inspection {
    Inspection::new(directory, Arc::new(OsFiles))
}

/// Appends so many events in one batch.
fn fill(ledger: &gatelog_ledger::Ledger, prefix: &str, count: u32) {
    let record = |id| format!("{{\"id\":\"{prefix}{id}\",\"type\":\"t\"}}");
    let events = (0..count).map(|id| event(&record(id))).collect();
    append(&ledger.tenant(&tenant()).expect("a tenant"), events);
}

/// A directory with one segment of 300 events and 5 in its log.
fn filled(directory: &Path) {
    fill(&open(directory, TABLE_ROWS), "a", TABLE_ROWS);
    fill(&open(directory, TABLE_ROWS), "b", 5);
}

/// Every file below a directory with its content.
fn contents(directory: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            contents(&path, found);
        } else {
            found.insert(path.display().to_string(), std::fs::read(&path).expect("a file"));
        }
    }
}

#[test]
fn looking_at_a_ledger_in_use_finds_everything_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path());
    let ledger = open(folder.path(), TABLE_ROWS);
    fill(&ledger, "c", 7);
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    contents(folder.path(), &mut before);

    let inspection = inspection(folder.path());
    inspection.format().expect("a format");
    assert_eq!(inspection.tenants().expect("tenants"), [tenant()]);
    let LogReport { event_count, .. } = inspection.log().expect("a log");
    assert_eq!(event_count, 12);
    let report = inspection.tenant(&tenant());
    assert!(report.errors.is_empty(), "{report:?}");
    assert_eq!((report.segment_count, report.event_count, report.unnamed_count), (1, 300, 0));
    let mut progress = 0;
    assert!(inspection.tenant_parts(&tenant(), &mut |bytes| progress += bytes).is_empty());
    assert_eq!(progress, report.byte_count);

    contents(folder.path(), &mut after);
    assert_eq!(before, after);
    drop(ledger);
}

#[test]
fn a_damaged_byte_of_a_segment_is_found_wherever_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path());
    let segments = folder.path().join("tenants/default/segments");
    let path = only_file(&segments, ".seg");
    let whole = std::fs::read(&path).expect("a segment");
    let inspection = inspection(folder.path());
    // The six bytes behind the version are zeros that nobody reads.
    for offset in (0..10).chain((16..whole.len()).step_by(13)) {
        let mut damaged = whole.clone();
        damaged[offset] ^= 0x80;
        std::fs::write(&path, damaged).expect("a segment");
        let errors = inspection.tenant_parts(&tenant(), &mut |_| {});
        let place = path.display().to_string();
        let is_named = errors.iter().any(|error| error.to_string().contains(&place));
        assert!(is_named && errors.len() == 1, "byte {offset} of {}: {errors:?}", whole.len());
    }
    std::fs::remove_file(&path).expect("a segment");
    let report = inspection.tenant(&tenant());
    assert_eq!((report.errors.len(), report.byte_count), (1, 0), "{report:?}");
}
