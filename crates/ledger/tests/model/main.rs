//! The ledger against a plain vector: random operations, every answer compared.
//!
//! proptest prints the operations of a failing case and keeps its seed.
//!
//! - [`plain`]: the plain vector.
//! - [`operations`]: random events and questions.
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

use checks::{Held, ask, check_following, check_histogram, check_reading, check_statistics};
use gatelog_event::intake::AcceptedEvent;
use gatelog_event::tenant::TenantName;
use gatelog_ledger::Ledger;
use gatelog_query::{Filter, Query};
use operations::{Operation, at_edges, operation};
use plain::Model;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_those_of_a_plain_vector(
        // Many segments; segments with values of more rows than are written as a list; all in memory.
        table_rows_max in prop_oneof![Just(50_u32), Just(300), Just(10_000)],
        has_own_audit in any::<bool>(),
        operations in prop::collection::vec(operation(), 1..30),
    ) {
        let directory = tempfile::tempdir().expect("a directory");
        let name = TenantName::default_tenant();
        let mut ledger: Option<Ledger> = Some(support::open(directory.path(), table_rows_max));
        let mut model = Model::default();
        let mut held: Option<Held> = None;
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
                Operation::Reopen => {
                    drop(tenant);
                    drop(ledger.take());
                    ledger = Some(support::open(directory.path(), table_rows_max));
                }
                Operation::Ask { query, edges, offset, limit } => {
                    let query = at_edges(query, edges, &model);
                    if let Some(held) = held.take() {
                        held.check(offset, limit);
                    }
                    ask(&tenant, &model, &query, offset, limit);
                    check_statistics(&tenant, &model, &query);
                    check_histogram(&tenant, &model, &query);
                    check_following(&tenant, &model, &query.filter, offset as u64);
                    check_reading(&tenant, &model, &query, limit);
                    let explained = tenant.explain(&query).expect("an explanation");
                    assert_eq!(explained.total, model.matching(&query).len() as u64);
                    held = Some(Held::find(&tenant, &model, &query));
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
