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

use std::collections::{BTreeMap, BTreeSet};

use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::intake::AcceptedEvent;
use gatelog_event::json::Document;
use gatelog_event::mapping;
use gatelog_event::source::{Format, Source};
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::{CountedBy, Ledger, Page, PageStart, Position, TenantLedger};
use gatelog_query::filter::Kind;
use gatelog_query::like::Like;
use gatelog_query::number::Number;
use gatelog_query::words::Phrase;
use gatelog_query::{
    Bounds, Comparison, DataPath, Field, Filter, Grouping, Measure, Order, Query, RecordTest,
    Subject, Test, UnindexedField, Value, ValueTest,
};
use proptest::prelude::*;

/// One event of the model, as the ledger must return it.
#[derive(Clone, Debug)]
struct Kept {
    position: Position,
    id: Box<str>,
    event_type: Box<str>,
    result: Outcome,
    record: Box<[u8]>,
}

impl Kept {
    /// Whether a filter holds, by its definition.
    fn is_matched_by(&self, filter: &Filter) -> bool {
        self.with_subject(|subject| filter.matches(subject))
    }

    fn with_subject<T>(&self, look: impl FnOnce(&Subject<'_>) -> T) -> T {
        let document = Document::parse(&self.record).expect("a record");
        let fields = mapping::map(Format::Native, &document).expect("an event");
        look(&Subject {
            id: &self.id,
            kind: Kind {
                source: Source::Native,
                event_type: &self.event_type,
                result: self.result,
            },
            submitter: support::SUBMITTER,
            time: self.position.time.micros(),
            received: support::received().micros(),
            sequence: self.position.seq,
            format: Format::Native,
            record: &document,
            fields: &fields,
        })
    }

    /// The event's values of a grouping, none twice.
    fn values(&self, grouping: &Grouping) -> Vec<String> {
        self.with_subject(|subject| match grouping {
            Grouping::Data(path) => {
                let values = path.values(Format::Native, subject.record.root());
                let texts = values.iter().map(|node| match node.as_str() {
                    Some(text) => text.into_owned(),
                    None => node.raw().to_owned(),
                });
                texts.collect::<BTreeSet<String>>().into_iter().collect()
            }
            Grouping::Field(field) => {
                let found = match field {
                    Field::Indexed(field) => field.value(subject.fields),
                    Field::Unindexed(field) => field.value(subject.fields),
                    Field::Outcome => Some(subject.kind.result.name()),
                    Field::Type => Some(subject.kind.event_type),
                    other => panic!("the test does not count by {other:?}"),
                };
                found.map(str::to_owned).into_iter().collect()
            }
        })
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
        let AcceptedEvent { id, event_type, result, record, .. } = event;
        self.0.push(Kept { position, id, event_type, result, record });
    }

    fn matching(&self, query: &Query) -> Vec<&Kept> {
        let asked =
            |kept: &&Kept| query.covers(kept.position.time) && kept.is_matched_by(&query.filter);
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

/// Longer than what is indexed of a value, which this field is not.
const LONG_AGENT: &str = concat!(
    r#","user_agent":""#,
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    r#"""#,
);

fn event_json() -> impl Strategy<Value = String> {
    let id = prop_oneof![8 => 0..2_000_u32, 2 => 0..5_u32];
    let actor = prop::option::of(0..6_u32);
    let millis = prop_oneof![6 => 0..100_000_i64, 1 => Just(5_000_i64), 1 => -50_000_000..0_i64];
    let data = prop::sample::select(vec![
        "",
        r#","data":{"n":1,"tags":["red","blue"],"who":"Ada Lovelace"}"#,
        r#","data":{"n":2.5,"tags":["red"],"who":"Ada \u004covelace"}"#,
        r#","data":{"n":"1","tags":[],"deep":{"who":null,"list":[{"x":1},{"x":2}]}}"#,
        r#","data":{"n":1.0,"ok":true,"who":"Žofie \u212Aelvin"},"user_agent":"curl/8""#,
        LONG_AGENT,
    ]);
    let ip = prop::sample::select(vec!["203.0.113.7", "203.0.114.9", "2001:db8::1", "unknown"]);
    (id, millis, 0..4_u32, actor, 0..3_usize, 0..4_u32, data, ip).prop_map(
        |(id, millis, kind, actor, outcome, session, data, ip)| {
            let outcome = Outcome::ALL[outcome].name();
            let actor = actor.map_or(String::new(), |n| {
                format!(r#","actor":{{"id":"user-{n}","name":"Name {n}"}}"#)
            });
            let time = EPOCH_MS + millis;
            format!(
                r#"{{"id":"e{id}","type":"type.{kind}","time":{time},"outcome":"{outcome}","session":"s{session}","ip":"{ip}"{actor}{data}}}"#
            )
        },
    )
}

fn actor() -> Field {
    Field::Indexed(IndexedField::ActorId)
}

fn comparison() -> impl Strategy<Value = Comparison> {
    use Comparison::{Above, AtLeast, AtMost, Below};
    prop::sample::select(vec![Below, AtMost, Above, AtLeast])
}

/// Conditions on fields, of every way they can be answered.
fn test() -> impl Strategy<Value = (Field, Test)> {
    let session = Field::Indexed(IndexedField::Session);
    let application = Field::Indexed(IndexedField::ApplicationId);
    let ip = Field::Indexed(IndexedField::Ip);
    let name = Field::Unindexed(UnindexedField::ActorName);
    let agent = Field::Unindexed(UnindexedField::UserAgent);
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
        (0..5_u32).prop_map(move |n| (session, Test::Equals(format!("s{n}")))),
        Just((session, Test::Missing)),
        Just((session, Test::OneOf(BTreeSet::from(["s1".into(), "s9".into()]).into()))),
        Just((actor(), Test::OneOf(BTreeSet::from(["user-1".into(), "user-3".into()]).into()))),
        Just((session, like("%2"))),
        (0..7_u32).prop_map(move |n| (name, Test::Equals(format!("Name {n}")))),
        Just((agent, Test::Missing)),
        Just((agent, Test::Equals("x".repeat(300)))),
        Just((agent, Test::Equals("x".repeat(256)))),
        (0..5_u32).prop_map(|n| (Field::Type, Test::Equals(format!("type.{n}")))),
        Just((Field::Type, Test::StartsWith("type.".into()))),
        Just((Field::Outcome, Test::Equals("failure".into()))),
        comparison().prop_map(|is| (Field::Level, Test::Is(is, "warn".into()))),
        Just((Field::Source, Test::Equals("logto".into()))),
        Just((Field::Submitter, Test::Equals(support::SUBMITTER.into()))),
        (0..2_000_u32).prop_map(|n| (Field::Id, Test::Equals(format!("e{n}")))),
        Just((Field::Id, like("e_"))),
    ]
}

/// Conditions on the record.
fn record_test() -> impl Strategy<Value = RecordTest> {
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
    ]);
    let number = |text| Value::Number(Number::parse(text).expect("a number"));
    let value = prop::sample::select(vec![
        Value::Text("red".into()),
        Value::Text("Ada Lovelace".into()),
        Value::Text("1".into()),
        Value::Bool(true),
        number("1"),
        number("2"),
    ]);
    let test = prop_oneof![
        4 => value.clone().prop_map(ValueTest::Equals),
        1 => (comparison(), value).prop_map(|(is, value)| ValueTest::Is(is, value)),
        1 => Just(ValueTest::Like(Like::new("ada%"))),
        1 => Just(ValueTest::Missing),
    ];
    let phrase = prop::sample::select(vec!["ada lovelace", "blue", "žofie", "kelvin", "name 3"]);
    prop_oneof![
        (path, test).prop_map(|(path, test)| {
            RecordTest::Value(DataPath::from_name(path).expect("a path"), test)
        }),
        phrase.prop_map(|text| RecordTest::Phrase(Phrase::new(text).expect("a phrase"))),
    ]
}

fn range() -> impl Strategy<Value = (Measure, Bounds)> {
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

fn filter() -> impl Strategy<Value = Filter> {
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

fn groupings() -> Vec<Grouping> {
    let names =
        ["actor.id", "outcome", "type", "session", "actor.name", "data.tags", "data.n", "data.who"];
    names.into_iter().map(|name| Grouping::from_name(name).expect(name)).collect()
}

fn counted<'k>(all: impl Iterator<Item = &'k &'k Kept>, grouping: &Grouping) -> Counts {
    let mut counts = Counts::new();
    for value in all.flat_map(|kept| kept.values(grouping)) {
        *counts.entry(value).or_default() += 1;
    }
    counts
}

type Counts = BTreeMap<String, u64>;

fn check_statistics(tenant: &TenantLedger, model: &Model, query: &Query) {
    let all = model.matching(query);
    let groupings = groupings();
    let matches = tenant.matches(query).expect("matches");
    for grouping in &groupings {
        let facet = matches.facet(grouping, 100).expect("a facet");
        let expected = counted(all.iter(), grouping);
        let found: Counts = facet.values.iter().map(|v| (v.value.clone(), v.count)).collect();
        assert_eq!(found, expected, "{grouping:?}");
        assert_eq!(facet.distinct, expected.len() as u64);
        let missing = all.iter().filter(|kept| kept.values(grouping).is_empty()).count();
        assert_eq!(facet.missing, missing as u64, "{grouping:?}");
    }
    let kinds = matches.kinds().expect("kinds");
    assert_eq!(kinds.iter().map(|kind| kind.count).sum::<u64>(), all.len() as u64);
    for actor in matches.actors().expect("actors") {
        let is_theirs = |kept: &&&Kept| {
            kept.is_matched_by(&Filter::equals(Field::Indexed(IndexedField::ActorId), &*actor.id))
        };
        let theirs: Vec<&&Kept> = all.iter().filter(is_theirs).collect();
        let failures = theirs.iter().filter(|kept| kept.result == Outcome::Failure);
        assert_eq!(actor.events, theirs.len() as u64);
        assert_eq!(actor.failures, failures.count() as u64);
        assert_eq!(Some(actor.last_seen), theirs.iter().map(|kept| kept.position.time).max());
    }
}

fn check_histogram(tenant: &TenantLedger, model: &Model, query: &Query) {
    let all = model.matching(query);
    let times = all.iter().map(|kept| kept.position.time);
    let extent = times.clone().min().zip(times.max());
    let matches = tenant.matches(query).expect("matches");
    assert_eq!(matches.extent().expect("an extent"), extent);
    let starts: Vec<UnixMicros> =
        (-1..11).filter_map(|n| UnixMicros::from_millis(EPOCH_MS + n * 10_000)).collect();
    for grouping in groupings() {
        let by = CountedBy { grouping, values_max: 2 };
        let found = matches.histogram(&starts, Some(&by)).expect("a histogram");
        for (number, bucket) in found.buckets.iter().enumerate() {
            let end = starts.get(number + 1).copied().unwrap_or(UnixMicros::MAX);
            let inside = |kept: &&&Kept| (bucket.start..end).contains(&kept.position.time);
            assert_eq!(bucket.count, all.iter().filter(inside).count() as u64);
            let expected = counted(all.iter().filter(inside), &by.grouping);
            for (value, count) in found.values.iter().zip(&bucket.by_value) {
                let expected = expected.get(&value.value).copied().unwrap_or(0);
                assert_eq!(*count, expected, "{by:?} {value:?}");
            }
        }
    }
}

/// Polls by sequence from `from` on, a few at a time, to the end.
fn check_following(tenant: &TenantLedger, model: &Model, filter: &Filter, from: u64) {
    let expected: Vec<u64> = (model.0.iter())
        .filter(|kept| kept.position.seq >= from && kept.is_matched_by(filter))
        .map(|kept| kept.position.seq)
        .collect();
    let (mut found, mut next) = (Vec::new(), from);
    loop {
        let following = tenant.follow(filter, next, 7).expect("events");
        assert_eq!(following.head, model.0.len() as u64);
        found.extend(following.events.iter().map(|event| event.position.seq));
        next = following.next;
        if following.events.len() < 7 {
            break;
        }
    }
    assert_eq!(found, expected);
    assert_eq!(next, from.max(model.0.len() as u64));
    assert_eq!(*tenant.head().borrow(), model.0.len() as u64);
}

/// Reads everything in handfuls from one snapshot.
fn check_reading(tenant: &TenantLedger, model: &Model, query: &Query, limit: usize) {
    let all = model.matching(query);
    let matches = tenant.matches(query).expect("matches");
    let mut reading = matches.read(query.order, PageStart::First).expect("a reading");
    assert_eq!(reading.total(), all.len() as u64);
    let mut found = Vec::new();
    while !reading.is_over() {
        found.extend(reading.events(limit).expect("events"));
    }
    let positions: Vec<Position> = found.iter().map(|event| event.position).collect();
    assert_eq!(positions, all.iter().map(|kept| kept.position).collect::<Vec<_>>());
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
                    check_histogram(&tenant, &model, &query);
                    check_following(&tenant, &model, &query.filter, offset as u64);
                    check_reading(&tenant, &model, &query, limit);
                    let explained = tenant.explain(&query).expect("an explanation");
                    assert_eq!(explained.total, model.matching(&query).len() as u64);
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
