//! Duplicates where the time ranges of segments overlap: old events are back-filled while events of
//! today are written, so that every segment has some of today.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use std::collections::HashSet;
use std::path::Path;

use gatelog_event::intake::AcceptedEvent;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::Ledger;
use proptest::prelude::*;

/// Later than everything that is back-filled, in milliseconds.
const TODAY: i64 = 1_000_000_000;

fn event(id: u8, millis: i64) -> AcceptedEvent {
    let time = UnixMicros::from_millis(1_700_000_000_000 + millis).expect("a time");
    support::event(&format!(r#"{{"type":"t","id":"{id}","time":"{time}"}}"#))
}

/// A ledger whose segments stay as small as they are sealed.
fn open(directory: &Path, table_rows_max: u32) -> Ledger {
    support::open_merging(directory, table_rows_max, usize::MAX)
}

/// How often something was looked for in the cache.
fn look_ups(ledger: &Ledger) -> u64 {
    let cache = ledger.activity().cache;
    cache.hits + cache.misses
}

#[test]
fn a_gap_is_looked_for_once_in_a_segment() {
    const SEGMENTS: u8 = 10;
    let directory = tempfile::tempdir().expect("a directory");
    let name = TenantName::default_tenant();
    let ledger = open(directory.path(), 4);
    let tenant = ledger.tenant(&name).expect("a tenant");
    for number in 0..SEGMENTS {
        let (old, today) = (i64::from(number) * 10_000, TODAY + i64::from(number) * 60_000);
        let times = [old, old + 1_000, old + 2_000, today];
        support::append(&tenant, times.map(|millis| event(number, millis)).to_vec());
        ledger.settle();
    }
    drop((tenant, ledger));

    let ledger = open(directory.path(), 10_000);
    let tenant = ledger.tenant(&name).expect("a tenant");
    let after_all = i64::from(SEGMENTS) * 10_000;
    let events = |from: i64| (from..from + 500).map(|second| event(0, after_all + second * 1_000));
    support::append(&tenant, events(0).collect());
    let searched = look_ups(&ledger);
    assert!(searched >= u64::from(SEGMENTS), "{searched}");
    assert_eq!(support::append(&tenant, events(500).collect()).accepted, 500);
    assert_eq!(look_ups(&ledger), searched, "what was found before tells all of this");
    assert_eq!(support::append(&tenant, events(250).collect()).duplicates, 500);
}

/// Back-filled from several times on, near each other and far from each other, and of today.
fn millis() -> impl Strategy<Value = i64> {
    let start = prop_oneof![Just(0), Just(20_000), Just(400_000_000), Just(TODAY)];
    (start, 0..20_i64, 0..1_000_i64)
        .prop_map(|(start, second, milli)| start + second * 1_000 + milli)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn each_event_is_kept_once(
        batches in prop::collection::vec(
            prop::collection::vec((0..3_u8, millis()), 1..8), 1..30),
    ) {
        let directory = tempfile::tempdir().expect("a directory");
        let ledger = open(directory.path(), 5);
        let tenant = ledger.tenant(&TenantName::default_tenant()).expect("a tenant");
        let mut kept = HashSet::new();
        for batch in batches {
            let is_new = |(id, millis): &&(u8, i64)| kept.insert((*id, millis.div_euclid(1_000)));
            let expected = batch.iter().filter(is_new).count() as u64;
            let events = batch.iter().map(|(id, millis)| event(*id, *millis)).collect();
            prop_assert_eq!(support::append(&tenant, events).accepted, expected);
            ledger.settle();
        }
    }
}
