//! The ledger against a plain vector: random operations, every answer compared.
//!
//! proptest prints the operations of a failing case and keeps its seed.
//!
//! - [`plain`]: the plain vector.
//! - [`operations`]: random events and questions.
//! - [`words`]: values that are found by their words.
//! - [`checks`]: answers, compared.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod checks;
mod operations;
mod plain;
#[path = "../support/mod.rs"]
mod support;
mod words;

use checks::{
    Held, ask, check_among, check_following, check_glimpses, check_histogram, check_reading,
    check_statistics,
};
use gatelog_event::fields::IndexedField;
use gatelog_event::intake::AcceptedEvent;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::Ledger;
use gatelog_query::{Field, Filter, Order, Query};
use operations::{EPOCH_MS, Operation, at_edges, operation};
use plain::Model;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_those_of_a_plain_vector(
        // Many segments, which are joined; more of them, and with values of more rows than are
        // written as a list; all in memory.
        table_rows_max in prop_oneof![Just(5_u32), Just(50), Just(300), Just(10_000)],
        merged_segments_min in prop_oneof![Just(2_usize), Just(3), Just(8)],
        has_own_audit in any::<bool>(),
        operations in prop::collection::vec(operation(), 1..50),
    ) {
        let directory = tempfile::tempdir().expect("a directory");
        let name = TenantName::default_tenant();
        let open = |rows| support::open_merging(directory.path(), rows, merged_segments_min);
        let mut ledger: Option<Ledger> = Some(open(table_rows_max));
        let mut model = Model::default();
        let mut held: Option<Held> = None;
        let mut last = Filter::All;
        for operation in operations {
            let tenant = ledger.as_ref().expect("open").tenant(&name).expect("a tenant");
            match operation {
                Operation::Append(events) => {
                    let before = model.0.len();
                    let count = events.len() as u64;
                    let source = if has_own_audit { "gatelog" } else { "native" };
                    let events = events.iter().map(|json| json.replace("gatelog", source));
                    let events: Vec<AcceptedEvent> =
                        events.map(|json| support::own_event(&json)).collect();
                    events.iter().cloned().for_each(|event| model.append(event));
                    let appended = support::append(&tenant, events);
                    assert_eq!(appended.accepted, (model.0.len() - before) as u64);
                    assert_eq!(appended.accepted + appended.duplicates + appended.conflicts, count);
                }
                Operation::Reopen { with_tiny_tables } => {
                    drop(tenant);
                    drop(ledger.take());
                    // Tiny segments are written again as one once tables may be larger.
                    let table_rows_max = if with_tiny_tables { 3 } else { table_rows_max };
                    ledger = Some(open(table_rows_max));
                }
                Operation::Settle { early } => {
                    let ledger = ledger.as_ref().expect("open");
                    if early {
                        ledger.seal_early();
                    }
                    ledger.settle();
                }
                Operation::Ask { query, edges, offset, limit } => {
                    let query = at_edges(query, edges, &model);
                    if let Some(held) = held.take() {
                        held.check(offset, limit);
                    }
                    ask(&tenant, &model, &query, offset, limit);
                    check_statistics(&tenant, &model, &query);
                    check_histogram(&tenant, &model, &query);
                    check_glimpses(&tenant, &model, &query, limit);
                    check_following(&tenant, &model, &query.filter, offset as u64);
                    check_reading(&tenant, &model, &query, limit);
                    check_among(&tenant, &model, &query, &last);
                    let explained = tenant.explain(&query).expect("an explanation");
                    assert_eq!(explained.total, model.matching(&query).len() as u64);
                    held = Some(Held::find(&tenant, &model, &query));
                    last = query.filter;
                }
            }
        }
        drop(ledger.take());
        let tenant = support::open(directory.path(), table_rows_max);
        let tenant = tenant.tenant(&name).expect("a tenant");
        ask(&tenant, &model, &Query::new(Filter::All), 0, 1_000);
        let sealed = tenant.verify_commitments().expect("what was committed to");
        assert!(sealed <= model.0.len() as u64);
    }
}

/// Rows that arrived latest first, of which few match: those are sorted rather than looked for.
#[test]
fn few_rows_of_a_memtable_stand_in_the_order_of_time() {
    let directory = tempfile::tempdir().expect("a directory");
    let ledger = support::open(directory.path(), 10_000);
    let tenant = ledger.tenant(&TenantName::default_tenant()).expect("a tenant");
    let event = |number: i64| {
        let actor = if number % 300 == 7 { "user-1" } else { "user-2" };
        let time = EPOCH_MS + (1_000 - number) * 50;
        support::event(&format!(
            r#"{{"id":"e{number}","type":"type.1","time":{time},"actor":{{"id":"{actor}"}}}}"#
        ))
    };
    let events: Vec<AcceptedEvent> = (0..1_000).map(event).collect();
    let mut model = Model::default();
    events.iter().cloned().for_each(|event| model.append(event));
    support::append(&tenant, events);
    let few = Filter::equals(Field::Indexed(IndexedField::ActorId), "user-1");
    let bound = |millis: i64| UnixMicros::from_millis(EPOCH_MS + millis);
    for (from, to) in [(None, None), (bound(5_000), bound(40_000))] {
        for order in [Order::NewestFirst, Order::OldestFirst] {
            let query = Query { filter: few.clone(), from, to, order };
            ask(&tenant, &model, &query, 1, 2);
            check_statistics(&tenant, &model, &query);
            check_histogram(&tenant, &model, &query);
        }
    }
}
