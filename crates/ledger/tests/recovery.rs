//! What is left after a crash, a torn write, damage, and a version of the future.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs;
use std::path::Path;

use gatelog_event::tenant::TenantName;
use gatelog_ledger::{Error, Ledger, TenantLedger};
use gatelog_query::{Filter, Query};

fn tenant(ledger: &Ledger) -> TenantLedger {
    ledger.tenant(&TenantName::default_tenant()).expect("a tenant")
}

fn append(ledger: &Ledger, from: u32, to: u32) {
    for number in from..to {
        let json = format!(r#"{{"type":"t","id":"e{number}","time":"2026-11-20T10:00:00Z"}}"#);
        support::append(&tenant(ledger), vec![support::event(&json)]);
    }
}

fn count(ledger: &Ledger) -> u64 {
    tenant(ledger).count(&Query::new(Filter::All)).expect("a count")
}

/// Overwrites bytes of a file.
fn overwrite(path: &Path, offset: usize, bytes: &[u8]) {
    let mut contents = fs::read(path).expect("readable");
    contents[offset..offset + bytes.len()].copy_from_slice(bytes);
    fs::write(path, contents).expect("writable");
}

fn opening_fails(directory: &Path) -> String {
    Ledger::open(support::options(directory, 1_000)).expect_err("must be refused").to_string()
}

#[test]
fn a_crash_loses_nothing_that_was_acknowledged() {
    let (running, crashed) = (tempfile::tempdir().expect("a"), tempfile::tempdir().expect("b"));
    let ledger = support::open(running.path(), 40);
    append(&ledger, 0, 100);
    support::copy(running.path(), crashed.path());
    let recovered = support::open(crashed.path(), 40);
    assert_eq!(count(&recovered), 100);
    // And it goes on from there, without a gap.
    append(&recovered, 90, 120);
    assert_eq!(count(&recovered), 120);
    let last = tenant(&recovered).get("e119").expect("readable").expect("kept");
    assert_eq!(last.position.seq, 119);
}

#[test]
fn a_torn_tail_is_cut_off() {
    let directory = tempfile::tempdir().expect("a directory");
    let ledger = support::open(directory.path(), 1_000);
    append(&ledger, 0, 3);
    drop(ledger);
    let log = support::only_file(&directory.path().join("wal"), ".wal");
    let whole = fs::read(&log).expect("readable");
    for cut in [9, 40, 70] {
        // The last group lost its end, or its end is garbage.
        fs::write(&log, &whole[..whole.len() - cut]).expect("writable");
        let torn = tempfile::tempdir().expect("a directory");
        support::copy(directory.path(), torn.path());
        assert_eq!(count(&support::open(torn.path(), 1_000)), 2, "cut by {cut}");
    }
    let mut garbage = whole.clone();
    let end = garbage.len();
    garbage[end - 12] ^= 0xff;
    garbage.extend_from_slice(&[0xaa; 100]);
    fs::write(&log, garbage).expect("writable");
    let ledger = support::open(directory.path(), 1_000);
    assert_eq!(count(&ledger), 2);
    append(&ledger, 2, 5);
    drop(ledger);
    assert_eq!(count(&support::open(directory.path(), 1_000)), 5);
}

#[test]
fn damage_before_acknowledged_events_is_refused_with_its_place() {
    let directory = tempfile::tempdir().expect("a directory");
    let ledger = support::open(directory.path(), 1_000);
    append(&ledger, 0, 3);
    drop(ledger);
    let log = support::only_file(&directory.path().join("wal"), ".wal");
    overwrite(&log, 24 + 24 + 30, b"x");
    let message = opening_fails(directory.path());
    assert!(message.contains(".wal is damaged at byte 24"), "{message}");
}

#[test]
fn a_lost_first_page_is_not_an_empty_file() {
    let directory = tempfile::tempdir().expect("a directory");
    append(&support::open(directory.path(), 1_000), 0, 3);
    let log = support::only_file(&directory.path().join("wal"), ".wal");
    overwrite(&log, 0, &[0; 24]);
    let message = opening_fails(directory.path());
    assert!(message.contains("damaged at byte 0"), "{message}");
}

#[test]
fn damage_at_the_end_of_a_file_that_has_a_successor_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    append(&support::open(directory.path(), 1_000), 0, 3);
    let wal = directory.path().join("wal");
    let log = support::only_file(&wal, ".wal");
    let mut header = fs::read(&log).expect("readable")[..24].to_vec();
    header[16] = 2;
    // A crash right after the next file was begun: it has no group yet.
    fs::write(wal.join("0000000000000002.wal"), &header).expect("writable");
    let end = fs::read(&log).expect("readable").len();
    overwrite(&log, end - 20, b"x");
    let message = opening_fails(directory.path());
    assert!(message.contains("the last group is damaged"), "{message}");
}

#[test]
fn a_missing_log_file_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    for round in 0..3 {
        let ledger = support::open(directory.path(), 1_000);
        append(&ledger, round * 10, round * 10 + 5);
    }
    let middle = directory.path().join("wal/0000000000000002.wal");
    fs::remove_file(middle).expect("there");
    let message = opening_fails(directory.path());
    assert!(message.contains("groups before this one are missing"), "{message}");
}

#[test]
fn a_log_file_whose_number_has_no_successor_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    append(&support::open(directory.path(), 1_000), 0, 3);
    fs::write(directory.path().join("wal/ffffffffffffffff.wal"), [1; 64]).expect("writable");
    let message = opening_fails(directory.path());
    assert!(message.contains("the file's number is out of range"), "{message}");
}

#[test]
fn a_damaged_segment_is_named_and_not_served() {
    let directory = tempfile::tempdir().expect("a directory");
    let ledger = support::open(directory.path(), 10);
    append(&ledger, 0, 10);
    drop(ledger);
    let segments = directory.path().join("tenants/default/segments");
    let segment = support::only_file(&segments, ".seg");
    let whole = fs::read(&segment).expect("readable");
    let mut refused = 0;
    for offset in (0..whole.len()).step_by(7) {
        let mut damaged = whole.clone();
        damaged[offset] ^= 0x40;
        fs::write(&segment, damaged).expect("writable");
        let ledger = support::open(directory.path(), 10);
        let page = tenant(&ledger).page(&Query::new(Filter::All), Default::default(), 10);
        let verified = tenant(&ledger).verify_commitments();
        match (page, verified) {
            (Ok(page), Ok(10)) => assert_eq!(page.total, 10, "damage in padding only"),
            (Err(error), _) | (_, Err(error)) => {
                refused += 1;
                let is_named = match &error {
                    Error::Corrupt { path, .. } | Error::NewerFormat { path, .. } => {
                        *path == segment
                    }
                    _ => false,
                };
                assert!(is_named, "byte {offset}: {error}");
            }
            (Ok(_), Ok(count)) => panic!("byte {offset}: {count} events verified"),
        }
    }
    assert!(refused > whole.len() / 7 / 2, "most damage is found by one page and one check");
}

#[test]
fn versions_of_the_future_and_foreign_files_are_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let ledger = support::open(directory.path(), 10);
    append(&ledger, 0, 15);
    drop(ledger);
    let manifest = directory.path().join("tenants/default/manifest");
    let log = support::only_file(&directory.path().join("wal"), ".wal");
    for path in [&directory.path().join("format"), &manifest, &log] {
        let whole = fs::read(path).expect("readable");
        overwrite(path, 8, &9_u16.to_le_bytes());
        let message = opening_fails(directory.path());
        assert!(message.contains("newer Gatelog (format 9, this one knows up to"), "{message}");
        overwrite(path, 0, b"something");
        let message = opening_fails(directory.path());
        assert!(message.contains("is damaged at byte 0"), "{message}");
        fs::write(path, whole).expect("writable");
    }
    overwrite(&manifest, 24, b"x");
    let message = opening_fails(directory.path());
    assert!(message.contains("manifest is damaged at byte 16: the checksum differs"), "{message}");
}

/// A log file that is sealed through must wait for an older one that is not: a gap in the log
/// would look like a loss at the next start.
#[test]
fn log_files_go_oldest_first() {
    let directory = tempfile::tempdir().expect("a directory");
    let append_to = |ledger: &Ledger, name: &str, numbers: std::ops::Range<u32>| {
        let tenant = ledger.tenant(&name.parse().expect("a name")).expect("a tenant");
        for number in numbers {
            let json = format!(r#"{{"type":"t","id":"e{number}","time":"2026-11-20T10:00:00Z"}}"#);
            support::append(&tenant, vec![support::event(&json)]);
        }
    };
    append_to(&support::open(directory.path(), 40), "small", 0..1);
    append_to(&support::open(directory.path(), 40), "large", 0..39);
    let ledger = support::open(directory.path(), 40);
    append_to(&ledger, "large", 39..40);
    append_to(&ledger, "small", 1..2);
    drop(ledger);
    let ledger = support::open(directory.path(), 40);
    for (name, expected) in [("small", 2), ("large", 40)] {
        let tenant = ledger.tenant(&name.parse().expect("a name")).expect("a tenant");
        assert_eq!(tenant.count(&Query::new(Filter::All)).expect("a count"), expected, "{name}");
    }
}

#[test]
fn a_second_process_is_kept_out() {
    let directory = tempfile::tempdir().expect("a directory");
    let _ledger = support::open(directory.path(), 10);
    assert!(opening_fails(directory.path()).contains("is in use by another process"));
}

#[test]
fn many_restarts_do_not_pile_up_log_files() {
    let directory = tempfile::tempdir().expect("a directory");
    for round in 0..40 {
        append(&support::open(directory.path(), 1_000), round, round + 1);
    }
    let ledger = support::open(directory.path(), 1_000);
    assert_eq!(count(&ledger), 40);
    drop(ledger);
    let files = fs::read_dir(directory.path().join("wal")).expect("a directory").count();
    assert!(files <= 17, "{files} log files");
    assert!(tenant(&support::open(directory.path(), 1_000)).verify_commitments().is_ok());
}

/// Small memtables of many tenants are sealed with one sync for all of them.
#[test]
fn small_tenants_are_sealed_together() {
    let directory = tempfile::tempdir().expect("a directory");
    let names: Vec<TenantName> =
        (0..30).map(|number| format!("t{number}").parse().expect("a name")).collect();
    let event = |number: u32| support::event(&format!(r#"{{"id":"e{number}","type":"t"}}"#));
    // A start with more log files than this seals everything.
    for round in 0..17 {
        let ledger = support::open(directory.path(), 1_000);
        for name in &names {
            support::append(&ledger.tenant(name).expect("a tenant"), vec![event(round)]);
        }
    }
    let ledger = support::open(directory.path(), 1_000);
    ledger.settle();
    assert_eq!(fs::read_dir(directory.path().join("wal")).expect("the log").count(), 0);
    let crashed = tempfile::tempdir().expect("a directory");
    support::copy(directory.path(), crashed.path());
    for ledger in [ledger, support::open(crashed.path(), 1_000)] {
        for name in &names {
            let tenant = ledger.tenant(name).expect("a tenant");
            assert_eq!(tenant.count(&Query::new(Filter::All)).expect("a count"), 17);
            assert_eq!(tenant.verify_commitments().expect("as committed"), 17);
        }
    }
}
