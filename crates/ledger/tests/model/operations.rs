//! Random events, questions, and what is done one after the other.

use std::collections::BTreeSet;

use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::time::UnixMicros;
use gatelog_query::like::Like;
use gatelog_query::number::Number;
use gatelog_query::words::Phrase;
use gatelog_query::{
    Bounds, Comparison, DataPath, DerivedField, Field, Filter, Measure, Order, Query, RecordTest,
    Test, UnindexedField, Value, ValueTest,
};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::plain::Model;
use crate::{support, words};

#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Append(Vec<String>),
    Reopen { with_tiny_tables: bool },
    Settle { early: bool },
    Ask { query: Query, edges: [Option<Index>; 2], offset: usize, limit: usize },
}

pub(crate) const EPOCH_MS: i64 = 1_790_000_000_000;

pub(crate) fn event_json() -> impl Strategy<Value = String> {
    let id = prop_oneof![8 => 0..2_000_u32, 2 => 0..5_u32].prop_map(words::id);
    let actor = prop::option::of(0..6_u32);
    let millis = prop_oneof![6 => 0..100_000_i64, 1 => Just(5_000_i64), 1 => -50_000_000..0_i64];
    let data = prop::sample::select(words::DATA.to_vec());
    let ip = prop::sample::select(words::ADDRESSES.to_vec());
    let session = prop::sample::select(words::SESSIONS.to_vec());
    // Most rows are of few kinds, as in life, and our own audit is among them.
    let kind = prop_oneof![5 => 0..2_u32, 2 => 2..8_u32];
    let source = prop_oneof![7 => Just("native"), 1 => Just("gatelog")];
    (id, millis, (kind, source), actor, 0..3_usize, session, data, ip).prop_map(
        |(id, millis, (kind, source), actor, outcome, session, data, ip)| {
            let outcome = Outcome::ALL[outcome].name();
            let actor = actor.map_or(String::new(), |n| {
                format!(r#","actor":{{"id":"user-{n}","name":"Name {n}"}}"#)
            });
            let time = EPOCH_MS + millis;
            format!(
                r#"{{"type":"type.{kind}","source":"{source}","time":{time},"outcome":"{outcome}","ip":"{ip}"{id}{session}{actor}{data}}}"#
            )
        },
    )
}

pub(crate) fn actor() -> Field {
    Field::Indexed(IndexedField::ActorId)
}

pub(crate) fn comparison() -> impl Strategy<Value = Comparison> {
    use Comparison::{Above, AtLeast, AtMost, Below};
    prop::sample::select(vec![Below, AtMost, Above, AtLeast])
}

/// Conditions on fields, of every way they can be answered.
pub(crate) fn test() -> impl Strategy<Value = (Field, Test)> {
    let session = Field::Indexed(IndexedField::Session);
    let application = Field::Indexed(IndexedField::ApplicationId);
    let ip = Field::Indexed(IndexedField::Ip);
    let name = Field::Unindexed(UnindexedField::ActorName);
    let agent = Field::Indexed(IndexedField::UserAgent);
    let like = |pattern: &str| Test::Like(Like::new(pattern));
    prop_oneof![
        (0..8_u32).prop_map(move |n| (actor(), Test::Equals(format!("user-{n}")))),
        Just((actor(), Test::Missing)),
        Just((actor(), Test::StartsWith("user-".into()))),
        (comparison(), 0..8_u32)
            .prop_map(move |(is, n)| (actor(), Test::Is(is, format!("user-{n}")))),
        Just((actor(), like("USER-_"))),
        Just((application, Test::Missing)),
        Just((ip, Test::Within("203.0.113.0/24".parse().expect("a network")))),
        Just((ip, Test::Within("2001:db8::/32".parse().expect("a network")))),
        prop::sample::select(words::SESSION_VALUES.to_vec())
            .prop_map(move |value| (session, Test::Equals(value.into()))),
        Just((session, Test::Missing)),
        Just((
            session,
            Test::OneOf(BTreeSet::from(["s1".into(), "S2".into(), "---".into()]).into())
        )),
        Just((actor(), Test::OneOf(BTreeSet::from(["user-1".into(), "user-3".into()]).into()))),
        Just((session, like("%2"))),
        (0..7_u32).prop_map(move |n| (name, Test::Equals(format!("Name {n}")))),
        Just((agent, Test::Missing)),
        Just((agent, Test::Equals("x".repeat(300)))),
        Just((agent, Test::Equals("x".repeat(256)))),
        Just((Field::Derived(DerivedField::Country), Test::Equals("AA".into()))),
        Just((Field::Derived(DerivedField::Country), like("b_"))),
        Just((Field::Derived(DerivedField::Country), Test::Missing)),
        Just((Field::Derived(DerivedField::Browser), Test::Equals("x".into()))),
        Just((Field::Derived(DerivedField::OperatingSystem), Test::Missing)),
        (0..5_u32).prop_map(|n| (Field::Type, Test::Equals(format!("type.{n}")))),
        Just((Field::Type, Test::StartsWith("type.".into()))),
        Just((Field::Outcome, Test::Equals("failure".into()))),
        comparison().prop_map(|is| (Field::Level, Test::Is(is, "warn".into()))),
        Just((Field::Source, Test::Equals("logto".into()))),
        Just((Field::Source, Test::Equals("gatelog".into()))),
        (0..9_u32).prop_map(|n| (Field::Type, Test::Equals(format!("type.{n}")))),
        Just((Field::Submitter, Test::Equals(support::SUBMITTER.into()))),
        (0..2_000_u32).prop_map(|n| (Field::Id, Test::Equals(format!("e{n}")))),
        (0..5_u32).prop_map(|n| (Field::Id, Test::Equals(words::stated_id(n)))),
        Just((Field::Id, like("e_"))),
    ]
}

/// Conditions on the record.
pub(crate) fn record_test() -> impl Strategy<Value = RecordTest> {
    let path = prop::sample::select(vec![
        "data.n",
        "data.tags",
        "data.tags.1",
        "data.who",
        "data.deep.list.x",
        "data.deep.who",
        "data.ok",
        "data.actor.name",
        "data.data.who",
        "data.ip",
        "data.type",
        "data.id",
        "data.actor.id",
    ]);
    let number = |text| Value::Number(Number::parse(text).expect("a number"));
    let value = prop_oneof![
        2 => prop::sample::select(words::TEXTS.to_vec()).prop_map(|text| Value::Text(text.into())),
        1 => prop::sample::select(vec![Value::Bool(true), number("1"), number("2")]),
    ];
    let test = prop_oneof![
        4 => value.clone().prop_map(ValueTest::Equals),
        1 => (comparison(), value).prop_map(|(is, value)| ValueTest::Is(is, value)),
        1 => Just(ValueTest::Like(Like::new("ada%"))),
        1 => Just(ValueTest::Missing),
    ];
    let phrase = prop::sample::select(words::PHRASES.to_vec());
    prop_oneof![
        (path, test).prop_map(|(path, test)| {
            RecordTest::Value(DataPath::from_name(path).expect("a path"), test)
        }),
        phrase.prop_map(|text| RecordTest::Phrase(Phrase::new(text).expect("a phrase"))),
    ]
}

pub(crate) fn range() -> impl Strategy<Value = (Measure, Bounds)> {
    let time = |ms: i64| (EPOCH_MS + ms) * 1_000;
    let bound = |low: i64, high: i64| prop::option::of(low..high);
    prop_oneof![
        (bound(-10_000, 110_000), bound(-10_000, 110_000)).prop_map(move |(from, to)| {
            (Measure::Time, Bounds { from: from.map(time), to: to.map(time) })
        }),
        (bound(0, 500), bound(0, 500))
            .prop_map(|(from, to)| (Measure::Sequence, Bounds { from, to })),
        Just((Measure::Received, Bounds { from: Some(support::received().micros()), to: None })),
    ]
}

pub(crate) fn filter() -> impl Strategy<Value = Filter> {
    let leaf = prop_oneof![
        1 => Just(Filter::All),
        6 => test().prop_map(|(field, test)| Filter::Field(field, test)),
        4 => record_test().prop_map(Filter::Record),
        1 => range().prop_map(|(measure, bounds)| Filter::Range(measure, bounds)),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::And),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::Or),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

/// Conditions that bitmaps answer, negated and combined as people do: what is counted without
/// looking at rows.
pub(crate) fn counted_filter() -> impl Strategy<Value = Filter> {
    let ip = Field::Indexed(IndexedField::Ip);
    let leaf = prop_oneof![
        (0..8_u32).prop_map(|n| Filter::equals(Field::Type, format!("type.{n}"))),
        Just(Filter::equals(Field::Outcome, "failure")),
        Just(Filter::equals(Field::Source, "gatelog")),
        (0..8_u32).prop_map(|n| Filter::equals(actor(), format!("user-{n}"))),
        Just(Filter::Field(actor(), Test::Missing)),
        Just(Filter::equals(ip, "203.0.113.7")),
        Just(Filter::Field(ip, Test::StartsWith("203.".into()))),
        range().prop_map(|(measure, bounds)| Filter::Range(measure, bounds)),
    ];
    let leaf = (leaf, any::<bool>()).prop_map(|(filter, is_negated)| match is_negated {
        true => Filter::Not(Box::new(filter)),
        false => filter,
    });
    prop_oneof![
        1 => Just(Filter::All),
        4 => leaf.clone(),
        3 => prop::collection::vec(leaf.clone(), 2..4).prop_map(Filter::And),
        2 => prop::collection::vec(leaf, 2..4).prop_map(Filter::Or),
    ]
}

pub(crate) fn query() -> impl Strategy<Value = Query> {
    let time = || {
        prop::option::weighted(0.3, -10_000..110_000_i64)
            .prop_map(|millis| millis.and_then(|ms| UnixMicros::from_millis(EPOCH_MS + ms)))
    };
    let order = prop_oneof![Just(Order::NewestFirst), Just(Order::OldestFirst)];
    let filter = prop_oneof![filter(), counted_filter()];
    (filter, time(), time(), order).prop_map(|(filter, from, to, order)| Query {
        filter,
        from,
        to,
        order,
    })
}

pub(crate) fn operation() -> impl Strategy<Value = Operation> {
    let edges = prop::array::uniform2(prop::option::weighted(0.2, any::<Index>()));
    prop_oneof![
        4 => prop::collection::vec(event_json(), 1..60).prop_map(Operation::Append),
        4 => prop::collection::vec(event_json(), 1..8).prop_map(Operation::Append),
        1 => prop::collection::vec(event_json(), 150..300).prop_map(Operation::Append),
        2 => any::<bool>().prop_map(|with_tiny_tables| Operation::Reopen { with_tiny_tables }),
        2 => any::<bool>().prop_map(|early| Operation::Settle { early }),
        8 => (query(), edges, 0..300_usize, 1..40_usize).prop_map(
            |(query, edges, offset, limit)| Operation::Ask { query, edges, offset, limit }
        ),
    ]
}

/// The query, bounded by the times of events that are there: those of a segment's edges are some.
pub(crate) fn at_edges(query: Query, edges: [Option<Index>; 2], model: &Model) -> Query {
    let time = |edge: Option<Index>| {
        let edge = edge.filter(|_| !model.0.is_empty())?;
        Some(edge.get(&model.0).position.time)
    };
    let [from, to] = edges.map(time);
    Query { from: from.or(query.from), to: to.or(query.to), ..query }
}
