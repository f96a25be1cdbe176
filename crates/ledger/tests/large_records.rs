//! Answers are bounded in bytes too: records may be a thousand times larger than usual.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use gatelog_event::tenant::TenantName;
use gatelog_ledger::limits::HANDFUL_BYTES_MAX;
use gatelog_ledger::{PageStart, StoredEvent};
use gatelog_query::{Filter, Order, Query};

fn bytes_of(events: &[StoredEvent]) -> u64 {
    events.iter().map(|event| event.record.len() as u64).sum()
}

#[test]
fn readings_come_in_handfuls_that_memory_can_hold() {
    let directory = tempfile::tempdir().expect("a directory");
    let ledger = support::open(directory.path(), 7);
    let tenant = ledger.tenant(&TenantName::default_tenant()).expect("a tenant");
    let padding = "word ".repeat(200_000);
    let event = |number: usize| {
        support::event(&format!(
            "{{\"id\":\"{number}\",\"type\":\"t\",\"time\":{number},\"padding\":\"{padding}\"}}"
        ))
    };
    for number in 0..20 {
        support::append(&tenant, vec![event(number)]);
    }
    let record_bytes = padding.len() as u64;
    let everything = Query::new(Filter::All);

    let matches = tenant.matches(&everything).expect("matches");
    let mut reading = matches.read(Order::OldestFirst, PageStart::First).expect("a reading");
    let mut read = Vec::new();
    while !reading.is_over() {
        let handful = reading.events(1_000).expect("events");
        assert!(!handful.is_empty());
        assert!(bytes_of(&handful) < HANDFUL_BYTES_MAX + record_bytes + 100);
        read.extend(handful.into_iter().map(|event| event.position.seq));
    }
    assert_eq!(read, (0..20).collect::<Vec<_>>());

    let (mut followed, mut next) = (Vec::new(), 0);
    while next < 20 {
        let following = tenant.follow(&Filter::All, next, 1_000).expect("events");
        assert!(bytes_of(&following.events) < HANDFUL_BYTES_MAX + record_bytes + 100);
        followed.extend(following.events.iter().map(|event| event.position.seq));
        next = following.next;
    }
    assert_eq!(followed, (0..20).collect::<Vec<_>>());

    let page = tenant.page(&everything, PageStart::First, 20).expect("a page");
    assert_eq!(page.events.len(), 20, "a page holds more than a handful");
}
