//! What an operator is shown of a ledger's work.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gatelog_event::source::Format;
use gatelog_ledger::files::Stopwatch;
use gatelog_ledger::{Appended, Holdings, Ledger, LedgerOptions};
use support::{append, event, options};

/// Every look at it costs a millisecond.
#[derive(Debug, Default)]
struct MillisecondPerLook(AtomicU64);

impl Stopwatch for MillisecondPerLook {
    fn elapsed_micros(&self) -> u64 {
        self.0.fetch_add(1_000, Ordering::Relaxed)
    }
}

#[test]
fn work_is_counted_where_it_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let stopwatch = Arc::new(MillisecondPerLook::default());
    let ledger =
        Ledger::open(LedgerOptions { stopwatch, ..options(folder.path(), 1_000) }).unwrap();
    let tenant = ledger.tenant(&"acme".parse().unwrap()).unwrap();
    let events = |content: &str| {
        let record = |id| format!("{{\"id\":\"{id}\",\"type\":\"t\",\"time\":0,{content}}}");
        (0..3).map(|id| event(&record(id))).collect()
    };
    append(&tenant, events("\"data\":1"));
    append(&tenant, events("\"data\":1"));
    append(&tenant, events("\"data\":2"));

    let activity = ledger.activity();
    let native = Appended { accepted: 3, duplicates: 3, conflicts: 3 };
    assert_eq!(activity.done.appended[0], (Format::Native, native));
    assert_eq!(activity.done.appended[1], (Format::Logto, Appended::default()));
    // What was here already needs no commit.
    let sizes = activity.done.commit_events;
    assert_eq!((sizes.sum, sizes.buckets[2]), (3, (5, 1)));
    let durations = activity.done.commit_micros;
    assert_eq!((durations.sum, durations.buckets[3]), (1_000, (1_000, 1)));
    assert_eq!(activity.queue_byte_count, 0);
    assert!(activity.log_byte_count > 100, "{}", activity.log_byte_count);
    assert!(activity.held.unsealed_byte_count > 0);
    let unsealed_byte_count = activity.held.unsealed_byte_count;
    let held =
        Holdings { tenants: 1, unsealed_events: 3, unsealed_byte_count, ..Holdings::default() };
    assert_eq!(activity.held, held);
    assert!(ledger.refusal().is_none());
}
