//! The ledger against a plain vector: random operations, every answer compared.
//!
//! proptest prints the operations of a failing case and keeps its seed.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::intake::{AcceptedEvent, IndexedValues};
use gatelog_event::source::Source;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::{Ledger, Page, PageStart, Position, TenantLedger};
use gatelog_query::filter::Kind;
use gatelog_query::{Field, Filter, Order, Query, Subject, Test};
use proptest::prelude::*;

/// One event of the model, as the ledger must return it.
#[derive(Clone, Debug)]
struct Kept {
    position: Position,
    id: Box<str>,
    event_type: Box<str>,
    result: Outcome,
    index: IndexedValues,
    record: Box<[u8]>,
}

impl Subject for Kept {
    fn id(&self) -> &str {
        &self.id
    }

    fn kind(&self) -> Kind<'_> {
        Kind { source: Source::Native, event_type: &self.event_type, result: self.result }
    }

    fn indexed(&self, field: IndexedField) -> Option<&str> {
        self.index.get(field)
    }
}

/// The plain vector.
#[derive(Debug, Default)]
struct Model(Vec<Kept>);

impl Model {
    /// Appends unless an event with the same id and second is there.
    fn append(&mut self, event: AcceptedEvent) {
        let second = event.time.seconds_floor();
        let same =
            |kept: &Kept| kept.id == event.id && kept.position.time.seconds_floor() == second;
        if self.0.iter().any(same) {
            return;
        }
        let position = Position { time: event.time, seq: self.0.len() as u64 };
        let AcceptedEvent { id, event_type, result, index, record, .. } = event;
        self.0.push(Kept { position, id, event_type, result, index, record });
    }

    fn matching(&self, query: &Query) -> Vec<&Kept> {
        let asked = |kept: &&Kept| query.covers(kept.position.time) && query.filter.matches(*kept);
        let mut matching: Vec<&Kept> = self.0.iter().filter(asked).collect();
        matching.sort_by_key(|kept| kept.position);
        if query.order == Order::NewestFirst {
            matching.reverse();
        }
        matching
    }
}

#[derive(Clone, Debug)]
enum Operation {
    Append(Vec<String>),
    Reopen,
    Ask { query: Query, offset: usize, limit: usize },
}

const EPOCH_MS: i64 = 1_790_000_000_000;

fn event_json() -> impl Strategy<Value = String> {
    let id = prop_oneof![8 => 0..2_000_u32, 2 => 0..5_u32];
    let actor = prop::option::of(0..6_u32);
    let millis = prop_oneof![6 => 0..100_000_i64, 1 => Just(5_000_i64), 1 => -50_000_000..0_i64];
    (id, millis, 0..4_u32, actor, 0..3_usize, 0..4_u32).prop_map(
        |(id, millis, kind, actor, outcome, session)| {
            let outcome = Outcome::ALL[outcome].name();
            let actor = actor.map_or(String::new(), |n| format!(r#","actor":{{"id":"user-{n}"}}"#));
            let time = EPOCH_MS + millis;
            format!(
                r#"{{"id":"e{id}","type":"type.{kind}","time":{time},"outcome":"{outcome}","session":"s{session}"{actor}}}"#
            )
        },
    )
}

fn test() -> impl Strategy<Value = (Field, Test)> {
    let actor = Field::Indexed(IndexedField::ActorId);
    let session = Field::Indexed(IndexedField::Session);
    let application = Field::Indexed(IndexedField::ApplicationId);
    prop_oneof![
        (0..8_u32).prop_map(move |n| (actor, Test::Equals(format!("user-{n}")))),
        Just((actor, Test::Missing)),
        Just((actor, Test::StartsWith("user-".into()))),
        Just((application, Test::Missing)),
        (0..5_u32).prop_map(move |n| (session, Test::Equals(format!("s{n}")))),
        (0..5_u32).prop_map(|n| (Field::Type, Test::Equals(format!("type.{n}")))),
        Just((Field::Type, Test::StartsWith("type.".into()))),
        Just((Field::Outcome, Test::Equals("failure".into()))),
        Just((Field::Source, Test::Equals("logto".into()))),
        (0..2_000_u32).prop_map(|n| (Field::Id, Test::Equals(format!("e{n}")))),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    let leaf = prop_oneof![
        1 => Just(Filter::All),
        6 => test().prop_map(|(field, test)| Filter::Field(field, test)),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::And),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::Or),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

fn query() -> impl Strategy<Value = Query> {
    let time = || {
        prop::option::weighted(0.3, -10_000..110_000_i64)
            .prop_map(|millis| millis.and_then(|ms| UnixMicros::from_millis(EPOCH_MS + ms)))
    };
    let order = prop_oneof![Just(Order::NewestFirst), Just(Order::OldestFirst)];
    (filter(), time(), time(), order).prop_map(|(filter, from, to, order)| Query {
        filter,
        from,
        to,
        order,
    })
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        4 => prop::collection::vec(event_json(), 1..60).prop_map(Operation::Append),
        1 => Just(Operation::Reopen),
        5 => (query(), 0..80_usize, 1..40_usize)
            .prop_map(|(query, offset, limit)| Operation::Ask { query, offset, limit }),
    ]
}

fn check_page(page: &Page, expected: &[&Kept], total: usize) {
    assert_eq!(page.total, total as u64, "total");
    let found: Vec<_> = page.events.iter().map(|event| (event.position, &event.id)).collect();
    let expected_rows: Vec<_> = expected.iter().map(|kept| (kept.position, &kept.id)).collect();
    assert_eq!(found, expected_rows, "rows");
    for (event, kept) in page.events.iter().zip(expected) {
        assert_eq!(*event.record, *kept.record);
        assert_eq!(event.event_type, kept.event_type);
        assert_eq!(event.result, kept.result);
    }
}

fn ask(tenant: &TenantLedger, model: &Model, query: &Query, offset: usize, limit: usize) {
    let all = model.matching(query);
    assert_eq!(tenant.count(query).expect("a count"), all.len() as u64);

    // By offset, also beyond the end.
    let start = PageStart::Offset(offset as u64);
    let page = tenant.page(query, start, limit).expect("a page");
    let expected = all.get(offset..all.len().min(offset + limit)).unwrap_or_default();
    check_page(&page, expected, all.len());

    // By cursor, from the first page to the last.
    let mut start = PageStart::First;
    let mut seen = 0;
    loop {
        let page = tenant.page(query, start, limit).expect("a page");
        check_page(&page, &all[seen..all.len().min(seen + limit)], all.len());
        seen += page.events.len();
        match page.next {
            Some(next) => start = PageStart::After(next),
            None => break,
        }
    }
    assert_eq!(seen, all.len(), "every row stands on exactly one page");
}

fn check_statistics(tenant: &TenantLedger, model: &Model, query: &Query) {
    let all = model.matching(query);
    let values = tenant.values(query, IndexedField::ActorId, 100).expect("values");
    for value in &values {
        let is_theirs = |kept: &&&Kept| kept.indexed(IndexedField::ActorId) == Some(&value.value);
        assert_eq!(value.count, all.iter().filter(is_theirs).count() as u64);
    }
    let with_actor = all.iter().filter(|kept| kept.indexed(IndexedField::ActorId).is_some());
    assert_eq!(values.iter().map(|value| value.count).sum::<u64>(), with_actor.count() as u64);
    let kinds = tenant.kinds(query).expect("kinds");
    assert_eq!(kinds.iter().map(|kind| kind.count).sum::<u64>(), all.len() as u64);
    for actor in tenant.actors(query).expect("actors") {
        let theirs: Vec<&&Kept> =
            all.iter().filter(|k| k.indexed(IndexedField::ActorId) == Some(&actor.id)).collect();
        let failures = theirs.iter().filter(|kept| kept.result == Outcome::Failure);
        assert_eq!(actor.events, theirs.len() as u64);
        assert_eq!(actor.failures, failures.count() as u64);
        assert_eq!(Some(actor.last_seen), theirs.iter().map(|kept| kept.position.time).max());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_those_of_a_plain_vector(operations in prop::collection::vec(operation(), 1..30)) {
        let directory = tempfile::tempdir().expect("a directory");
        let name = TenantName::default_tenant();
        let mut ledger: Option<Ledger> = Some(support::open(directory.path(), 50));
        let mut model = Model::default();
        for operation in operations {
            let tenant = ledger.as_ref().expect("open").tenant(&name).expect("a tenant");
            match operation {
                Operation::Append(events) => {
                    let before = model.0.len();
                    let count = events.len() as u64;
                    let events: Vec<AcceptedEvent> = events.iter().map(|json| support::event(json)).collect();
                    events.iter().cloned().for_each(|event| model.append(event));
                    let appended = support::append(&tenant, events);
                    assert_eq!(appended.accepted, (model.0.len() - before) as u64);
                    assert_eq!(appended.accepted + appended.duplicates + appended.conflicts, count);
                }
                Operation::Reopen => {
                    drop(tenant);
                    drop(ledger.take());
                    ledger = Some(support::open(directory.path(), 50));
                }
                Operation::Ask { query, offset, limit } => {
                    ask(&tenant, &model, &query, offset, limit);
                    check_statistics(&tenant, &model, &query);
                }
            }
        }
        drop(ledger.take());
        let tenant = support::open(directory.path(), 50);
        let tenant = tenant.tenant(&name).expect("a tenant");
        ask(&tenant, &model, &Query::new(Filter::All), 0, 1_000);
        let sealed = tenant.verify_commitments().expect("what was committed to");
        assert!(sealed <= model.0.len() as u64);
    }
}
