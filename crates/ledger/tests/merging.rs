//! Neighbouring segments become one, and nobody notices.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gatelog_event::tenant::TenantName;
use gatelog_ledger::files::OsFiles;
use gatelog_ledger::inspect::Inspection;
use gatelog_ledger::{Error, Ledger, PageStart, TenantLedger};
use gatelog_query::{Filter, Order, Query};

fn tenant(ledger: &Ledger) -> TenantLedger {
    ledger.tenant(&TenantName::default_tenant()).expect("a tenant")
}

/// Appends events one table's worth at a time; every third one is late, so that segments overlap.
fn append(ledger: &Ledger, numbers: std::ops::Range<u64>, at_once: usize) {
    let event = |number: &u64| {
        let second = if number.is_multiple_of(3) { number / 2 } else { *number };
        let (minute, second, user) = (second / 60 % 60, second % 60, number % 7);
        support::event(&format!(
            r#"{{"id":"e{number}","type":"t.{user}","time":"2026-11-20T10:{minute:02}:{second:02}Z","actor":{{"id":"u{user}"}},"ip":"192.0.2.{user}"}}"#
        ))
    };
    let numbers: Vec<u64> = numbers.collect();
    for chunk in numbers.chunks(at_once) {
        support::append(&tenant(ledger), chunk.iter().map(event).collect());
    }
}

fn ids(tenant: &TenantLedger) -> Vec<String> {
    let query = Query { order: Order::OldestFirst, ..Query::new(Filter::All) };
    let page = tenant.page(&query, PageStart::First, 1_000).expect("a page");
    page.events.into_iter().map(|event| event.id.into()).collect()
}

fn segments(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory.join("tenants/default/segments")).expect("segments");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

/// Eight segments of ten events that nothing merges.
fn eight_segments(directory: &Path) -> Vec<String> {
    let ledger = support::open_merging(directory, 10, usize::MAX);
    append(&ledger, 0..80, 10);
    ledger.settle();
    assert_eq!(segments(directory).len(), 8);
    ids(&tenant(&ledger))
}

#[test]
fn what_trickles_in_is_sealed_early_if_it_is_worth_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let ledger = support::open(directory.path(), 100);
    append(&ledger, 0..24, 24);
    ledger.seal_early();
    ledger.settle();
    let path = directory.path().join("tenants/default/segments");
    assert!(!path.try_exists().expect("looked"), "less than a quarter");
    append(&ledger, 24..25, 1);
    ledger.seal_early();
    ledger.settle();
    assert_eq!(segments(directory.path()).len(), 1);
    append(&ledger, 25..30, 5);
    assert_eq!(ids(&tenant(&ledger)).len(), 30);
}

#[test]
fn segments_become_one_with_the_same_events_and_hashes() {
    // Joined with their records as they are; and, if a memtable may have so many, written again.
    for table_rows_max in [10, 1_000] {
        let directory = tempfile::tempdir().expect("a directory");
        let before = eight_segments(directory.path());
        let ledger = support::open_merging(directory.path(), table_rows_max, 8);
        ledger.settle();
        assert_eq!(segments(directory.path()).len(), 1, "tables of {table_rows_max}");
        assert_eq!(ids(&tenant(&ledger)), before);
        assert_eq!(tenant(&ledger).verify_commitments().expect("as committed"), 80);
        assert_eq!(ledger.activity().held.merge_pending_byte_count, 0);
        drop(ledger);

        let report = Inspection::new(directory.path(), Arc::new(OsFiles));
        let errors = report.tenant_parts(&TenantName::default_tenant(), &mut |_| {});
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(ids(&tenant(&support::open(directory.path(), 10))), before);
    }
}

#[test]
fn who_reads_goes_on_with_the_segments_there_were() {
    let directory = tempfile::tempdir().expect("a directory");
    let before = eight_segments(directory.path());
    let ledger = support::open_merging(directory.path(), 10, 9);
    let query = Query { order: Order::OldestFirst, ..Query::new(Filter::All) };
    let matches = tenant(&ledger).matches(&query).expect("matches");
    append(&ledger, 80..90, 10);
    ledger.settle();
    // The files of before are there until their last reader is through.
    assert_eq!(segments(directory.path()).len(), 9);
    let page = matches.page(Order::OldestFirst, PageStart::First, 1_000).expect("a page");
    let read: Vec<String> = page.events.into_iter().map(|event| event.id.into()).collect();
    assert_eq!(read, before);
    drop(matches);
    assert_eq!(segments(directory.path()).len(), 1);
    assert_eq!(ids(&tenant(&ledger)).len(), 90);
}

#[test]
fn what_is_damaged_is_never_merged() {
    for table_rows_max in [10, 1_000] {
        let directory = tempfile::tempdir().expect("a directory");
        eight_segments(directory.path());
        let path = segments(directory.path()).remove(3);
        let mut bytes = fs::read(&path).expect("a segment");
        // A byte of the first record block, right behind the header.
        bytes[20] ^= 1;
        fs::write(&path, bytes).expect("a segment");
        let ledger = support::open_merging(directory.path(), table_rows_max, 8);
        ledger.settle();
        assert_eq!(segments(directory.path()).len(), 8, "all are as they were");
        let error = tenant(&ledger).verify_commitments().expect_err("damaged");
        assert!(matches!(&error, Error::Corrupt { path: found, .. } if *found == path), "{error}");
    }
}
