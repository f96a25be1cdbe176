//! When are two events the same? (DESIGN section 3)

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use gatelog_event::intake::{AcceptedEvent, Intake};
use gatelog_event::redact::{FingerprintKey, NothingKnown};
use gatelog_event::source::Format;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::{Appended, TenantLedger};
use gatelog_query::{Filter, Query};

const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;

fn event_at(json: &str, received: UnixMicros) -> AcceptedEvent {
    let key = FingerprintKey::new([1; 32]);
    let intake = Intake { format: Format::Native, key: &key, known: &NothingKnown, received };
    intake.accept(json.as_bytes()).expect("an event")
}

fn send(tenant: &TenantLedger, json: &str, received: UnixMicros) -> &'static str {
    let pending = tenant.append(vec![event_at(json, received)], "key_test", received);
    match pending.expect("admitted").wait_blocking().expect("durable") {
        Appended { accepted: 1, duplicates: 0, conflicts: 0 } => "accepted",
        Appended { accepted: 0, duplicates: 1, conflicts: 0 } => "duplicate",
        Appended { accepted: 0, duplicates: 0, conflicts: 1 } => "conflict",
        other => panic!("{other:?}"),
    }
}

/// Each line: days after the first, what is sent, what becomes of it. `sealed` puts every row into
/// a segment of its own.
fn check(steps: &[(i64, &str, &str)]) {
    for (table_rows_max, kept_in) in [(1_000, "a memtable"), (1, "segments")] {
        let directory = tempfile::tempdir().expect("a directory");
        let ledger = support::open(directory.path(), table_rows_max);
        let tenant = ledger.tenant(&TenantName::default_tenant()).expect("a tenant");
        for (days, json, expected) in steps {
            let received = support::received().saturating_add(days * DAY_MICROS);
            let outcome = send(&tenant, json, received);
            assert_eq!(outcome, *expected, "{json} after {days} days, kept in {kept_in}");
        }
        let kept = steps.iter().filter(|(_, _, outcome)| *outcome == "accepted").count();
        assert_eq!(tenant.count(&Query::new(Filter::All)).expect("a count"), kept as u64);
    }
}

#[test]
fn id_source_and_second_make_an_event() {
    check(&[
        (0, r#"{"type":"a","id":"1","time":"2026-11-20T10:00:00.100Z"}"#, "accepted"),
        (0, r#"{"type":"a","id":"1","time":"2026-11-20T10:00:00.100Z"}"#, "duplicate"),
        (0, r#"{"type":"b","id":"1","time":"2026-11-20T10:00:00.900Z"}"#, "conflict"),
        (0, r#"{"type":"a","id":"1","time":"2026-11-20T10:00:01.000Z"}"#, "accepted"),
        (0, r#"{"type":"a","id":"2","time":"2026-11-20T10:00:00.100Z"}"#, "accepted"),
        (
            0,
            r#"{"type":"a","id":"1","time":"2026-11-20T10:00:00.100Z","source":"okta"}"#,
            "accepted",
        ),
        (40, r#"{"type":"a","id":"1","time":"2026-11-20T10:00:00.100Z"}"#, "duplicate"),
    ]);
}

#[test]
fn without_an_id_the_bytes_make_an_event() {
    check(&[
        (0, r#"{"type":"a","time":"2026-11-20T10:00:00Z"}"#, "accepted"),
        (0, r#" {"type":"a","time":"2026-11-20T10:00:00Z"} "#, "duplicate"),
        (0, r#"{"type":"a", "time":"2026-11-20T10:00:00Z"}"#, "accepted"),
    ]);
}

#[test]
fn without_a_time_an_id_counts_for_seven_days() {
    check(&[
        (0, r#"{"type":"a","id":"1"}"#, "accepted"),
        (6, r#"{"type":"a","id":"1"}"#, "duplicate"),
        (6, r#"{"type":"b","id":"1"}"#, "conflict"),
        (8, r#"{"type":"a","id":"1"}"#, "accepted"),
        (9, r#"{"type":"a","id":"1"}"#, "duplicate"),
        (9, r#"{"type":"a","id":"1","time":"2026-11-20T10:00:00Z"}"#, "accepted"),
    ]);
}

#[test]
fn a_time_far_ahead_is_kept_ordered_by_arrival_and_recognised() {
    let far = r#"{"type":"a","id":"1","time":"2100-01-01T00:00:00Z"}"#;
    check(&[(0, far, "accepted"), (1, far, "duplicate")]);
    // Ahead when it came first, not any more when it comes again.
    let soon = r#"{"type":"a","id":"1","time":"2026-11-22T11:00:00Z"}"#;
    check(&[(0, soon, "accepted"), (1, soon, "duplicate"), (5, soon, "duplicate")]);

    let directory = tempfile::tempdir().expect("a directory");
    let ledger = support::open(directory.path(), 1_000);
    let tenant = ledger.tenant(&TenantName::default_tenant()).expect("a tenant");
    send(&tenant, far, support::received());
    let event = tenant.get("1").expect("readable").expect("kept");
    assert_eq!(event.position.time, support::received());
    assert!(event.flags.time_is_ahead());
    let near = r#"{"type":"a","id":"2","time":"2026-11-21T11:59:59Z"}"#;
    send(&tenant, near, support::received());
    let event = tenant.get("2").expect("readable").expect("kept");
    assert!(!event.flags.time_is_ahead(), "within 24 hours");
}

#[test]
fn duplicates_within_one_batch_are_one_event() {
    let directory = tempfile::tempdir().expect("a directory");
    let ledger = support::open(directory.path(), 1_000);
    let tenant = ledger.tenant(&TenantName::default_tenant()).expect("a tenant");
    let same = r#"{"type":"a","id":"1","time":"2026-11-20T10:00:00Z"}"#;
    let other = r#"{"type":"b","id":"1","time":"2026-11-20T10:00:00Z"}"#;
    let events = [same, same, other].map(support::event).to_vec();
    let appended = support::append(&tenant, events);
    assert_eq!(appended, Appended { accepted: 1, duplicates: 1, conflicts: 1 });
}
