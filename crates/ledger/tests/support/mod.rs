//! What the ledger's tests share: events made from little, and a ledger on a temporary directory.
#![allow(dead_code, reason = "each test uses what it needs")]

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gatelog_event::intake::{AcceptedEvent, Intake};
use gatelog_event::redact::{FingerprintKey, NothingKnown};
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::files::{OsFiles, Randomness};
use gatelog_ledger::{Appended, Ledger, LedgerOptions, TenantLedger};
use gatelog_query::{Derivation, DerivedField};

/// Bytes that count up: the same in every run.
#[derive(Debug, Default)]
pub(crate) struct Counting(AtomicU64);

impl Randomness for Counting {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        for chunk in bytes.chunks_mut(8) {
            let number = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
        Ok(())
    }
}

/// Knows the countries of addresses by how they are written, and browsers by their first letter.
#[derive(Debug)]
pub(crate) struct Knowing;

impl Derivation for Knowing {
    fn knows(&self, field: DerivedField) -> bool {
        field != DerivedField::OperatingSystem
    }

    fn derive(&self, field: DerivedField, value: &str) -> Option<Arc<str>> {
        match field {
            DerivedField::Country if value.contains('.') => Some("AA".into()),
            DerivedField::Country if value.contains(':') => Some("BB".into()),
            DerivedField::Browser => value.get(..1).map(Arc::from),
            DerivedField::Country | DerivedField::OperatingSystem => None,
        }
    }
}

/// Options for a ledger whose tables are sealed at `table_rows_max` rows.
pub(crate) fn options(directory: &Path, table_rows_max: u32) -> LedgerOptions {
    let randomness = Arc::new(Counting::default());
    let options = LedgerOptions::new(directory, Arc::new(OsFiles), randomness);
    LedgerOptions { table_rows_max, derivation: Arc::new(Knowing), ..options }
}

/// Opens a ledger whose tables are sealed at `table_rows_max` rows.
pub(crate) fn open(directory: &Path, table_rows_max: u32) -> Ledger {
    Ledger::open(options(directory, table_rows_max)).expect("a ledger")
}

/// As [`open`], and segments become one when there are so many of them.
pub(crate) fn open_merging(
    directory: &Path,
    table_rows_max: u32,
    merged_segments_min: usize,
) -> Ledger {
    let options = LedgerOptions { merged_segments_min, ..options(directory, table_rows_max) };
    Ledger::open(options).expect("a ledger")
}

/// The credential all test events are sent with.
pub(crate) const SUBMITTER: &str = "key_test";

/// The time all test events arrive.
pub(crate) fn received() -> UnixMicros {
    UnixMicros::parse_rfc3339("2026-11-20T12:00:00Z").expect("a time")
}

/// A native event, given as its JSON.
pub(crate) fn event(json: &str) -> AcceptedEvent {
    intake(|intake| intake.accept(json.as_bytes()).expect("an event"))
}

/// An event that may be of our own audit, given as its JSON.
pub(crate) fn own_event(json: &str) -> AcceptedEvent {
    intake(|intake| intake.accept_own(json.as_bytes()).expect("an event"))
}

fn intake<T>(take: impl FnOnce(&Intake<'_>) -> T) -> T {
    let key = FingerprintKey::new([1; 32]);
    let (known, received) = (&NothingKnown, received());
    take(&Intake { format: Format::Native, key: &key, known, received })
}

/// Appends and waits until the events are durable.
pub(crate) fn append(tenant: &TenantLedger, events: Vec<AcceptedEvent>) -> Appended {
    let pending = tenant.append(events, SUBMITTER, received()).expect("admitted");
    pending.wait_blocking().expect("durable")
}

/// Copies a data directory as it is on disk at this moment, as a crash would leave it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).expect("a copy");
        }
    }
}

/// The only file in a directory whose name ends like this.
pub(crate) fn only_file(directory: &Path, ending: &str) -> std::path::PathBuf {
    let entries = std::fs::read_dir(directory).expect("a directory");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut matching: Vec<_> =
        paths.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    assert_eq!(matching.len(), 1, "{ending} in {}: {matching:?}", directory.display());
    matching.remove(0)
}
