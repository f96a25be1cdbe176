//! Gatelog's own audit is in no answer that does not ask for it (DESIGN invariant 9).

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use gatelog_event::fields::IndexedField;
use gatelog_event::intake::{AcceptedEvent, Intake};
use gatelog_event::redact::{FingerprintKey, NothingKnown};
use gatelog_event::source::Format;
use gatelog_event::tenant::TenantName;
use gatelog_ledger::{PageStart, TenantLedger};
use gatelog_query::{Field, Filter, Query};

/// Every tenth of a hundred events is of our own audit.
fn events() -> Vec<AcceptedEvent> {
    let key = FingerprintKey::new([1; 32]);
    let (known, received) = (&NothingKnown, support::received());
    let intake = Intake { format: Format::Native, key: &key, known, received };
    let event = |number: usize| {
        let (kind, source) =
            if number.is_multiple_of(10) { ("key", "gatelog") } else { ("user", "native") };
        let json = format!(
            "{{\"id\":\"{number}\",\"type\":\"t\",\"source\":\"{source}\",\"time\":{},\
             \"actor\":{{\"id\":\"{kind}{}\"}},\"ip\":\"203.0.113.{}\"}}",
            number * 1_000,
            number % 3,
            number % 2
        );
        intake.accept_own(json.as_bytes()).expect("an event")
    };
    (0..100).map(event).collect()
}

fn all_counts(tenant: &TenantLedger, query: &Query) -> [u64; 6] {
    let page = tenant.page(query, PageStart::Offset(5), 1_000).expect("a page");
    let matches = tenant.matches(query).expect("matches");
    let kinds = matches.kinds().expect("kinds");
    let values = matches.values(IndexedField::Ip, 10).expect("values");
    let actors = matches.actors().expect("actors");
    [
        page.total,
        page.events.len() as u64 + 5,
        kinds.iter().map(|kind| kind.count).sum(),
        values.iter().map(|value| value.count).sum(),
        actors.iter().map(|actor| actor.events).sum(),
        tenant.follow(&query.filter, 0, 1_000).expect("events").events.len() as u64,
    ]
}

#[test]
fn every_answer_leaves_it_out_until_it_is_asked_for() {
    for (table_rows_max, kept_in) in [(1_000, "a memtable"), (100, "a segment")] {
        let directory = tempfile::tempdir().expect("a directory");
        let name = TenantName::default_tenant();
        let ledger = support::open(directory.path(), table_rows_max);
        support::append(&ledger.tenant(&name).expect("a tenant"), events());
        // Closing seals what is large enough.
        drop(ledger);
        let ledger = support::open(directory.path(), table_rows_max);
        let tenant = ledger.tenant(&name).expect("a tenant");

        let own = Filter::equals(Field::Source, "gatelog");
        let both = Filter::Or(vec![own.clone(), Filter::All]);
        for (filter, expected) in [(Filter::All, 90), (own, 10), (both, 100)] {
            let query = Query::new(filter);
            assert_eq!(all_counts(&tenant, &query), [expected; 6], "{query:?} in {kept_in}");
        }
        let ids = |id: &str| tenant.get(id).expect("an answer").map(|event| event.id);
        assert_eq!(ids("10").as_deref(), Some("10"), "one that is named is found");
    }
}
