//! A thousand questions over 4,000 rows of three sources, compared with a plain look at every row.
//!
//! The rows that are looked at are those a client sees when it pages through everything. That they
//! are the right ones is seen before, and for every event type in `sources`.

use gatelog_auth::Scope;
use gatelog_event::catalogue::{Action, catalogue};
use gatelog_event::fields::Outcome;
use gatelog_event::source::{Format, Source};
use gatelog_event::time::UnixMicros;
use gatelog_testkit::{RowsOptions, Source as Writer, World, WorldOptions};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, RngSeed, TestCaseResult, TestRunner};
use proptest::{collection, option};
use serde_json::Value;

use crate::entries::encoded;
use crate::support::{NOW_MS, Server, fixture, json_lines};

const DAYS_MS: i64 = 30 * 86_400_000;

/// What is asked.
#[derive(Clone, Debug)]
struct Question {
    levels: Vec<&'static str>,
    operations: Vec<String>,
    conditions: Option<Conditions>,
    from_ms: Option<i64>,
    to_ms: Option<i64>,
    include_api: bool,
    limit: Option<usize>,
    offset: Option<usize>,
}

/// Conditions on members of rows: all must hold, or any.
#[derive(Clone, Debug)]
struct Conditions {
    word: &'static str,
    parts: Vec<Condition>,
}

/// A member that is, or is not, this.
#[derive(Clone, Debug)]
struct Condition {
    is_negated: bool,
    name: &'static str,
    value: String,
}

/// What a page says.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    rows: Vec<Value>,
    total: usize,
    /// Bucket, level and count.
    stacked: Vec<(i64, String, u64)>,
}

#[test]
fn a_thousand_questions() {
    let server = Server::start();
    let key = server.key(Scope::Read, Some("default"));
    let seed = match Config::default().rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => getrandom::u64().unwrap(),
    };
    println!("to see the same questions again: PROPTEST_RNG_SEED={seed}");
    let sent = keep_rows(&server, seed);
    let rows = every_row(&server, &key);
    check_entries(&rows, &sent);

    let rng_seed = RngSeed::Fixed(seed);
    let mut runner = TestRunner::new(Config { cases: 1_000, rng_seed, ..Config::default() });
    let outcome =
        runner.run(&questions(&rows), |question| compare(&server, &key, &rows, &question));
    outcome.unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
}

/// Keeps rows of all sources, and returns those of PlusAuth in their order.
fn keep_rows(server: &Server, seed: u64) -> Vec<Value> {
    let world = World::new(WorldOptions { seed, users: 60, ..WorldOptions::default() });
    let options = |count| RowsOptions { seed, from_ms: NOW_MS - DAYS_MS, to_ms: NOW_MS, count };
    let lines = |writer, count| -> String {
        world.rows_of(writer, options(count)).map(|row| row.json + "\n").collect()
    };
    let (plusauth, authgear) = (lines(Writer::PlusAuth, 2_000), lines(Writer::Authgear, 1_000));
    let logto: String = fixture("rows-base.ndjson.gz").split_inclusive('\n').take(1_000).collect();
    server.keep("default", Format::Logto, &logto);
    server.keep("default", Format::PlusAuth, &plusauth);
    server.keep("default", Format::Authgear, &authgear);
    json_lines(&plusauth)
}

/// Everything a client can see, in pages.
fn every_row(server: &Server, key: &str) -> Vec<Value> {
    let page = |offset| {
        let target = format!("/api/v1/logs/?include_api=true&limit=700&offset={offset}");
        server.get(&target, key, &[]).rows()
    };
    (0..10).map(page).take_while(|rows| !rows.is_empty()).flatten().collect()
}

/// Own entries are all there, as they were sent, apart from what was redacted in their details.
fn check_entries(rows: &[Value], sent: &[Value]) {
    let without_details = |entry: &Value| {
        let mut entry = entry.clone();
        entry.as_object_mut().unwrap().remove("details");
        entry
    };
    // No event of another source has a user agent in PlusAuth's short form and a request id.
    let is_own = |row: &&Value| sent.iter().any(|entry| entry["request_id"] == row["request_id"]);
    let shown: Vec<Value> = rows.iter().filter(is_own).map(without_details).collect();
    let mut expected: Vec<Value> = sent.iter().rev().map(without_details).collect();
    expected.sort_by_key(|entry| std::cmp::Reverse(time_ms(entry)));
    assert_eq!(shown, expected);
    assert!(rows.len() > sent.len() + 800, "{}", rows.len());
}

fn compare(server: &Server, key: &str, rows: &[Value], question: &Question) -> TestCaseResult {
    let target = question.target();
    let page = server.get(&target, key, &[]);
    let (shown, page) = (page.rows(), page.json());
    let interval = page["interval"].as_i64();
    let buckets = page["stacked"].as_array().cloned().unwrap_or_default();
    let stacked = buckets.iter().map(|bucket| {
        let start = UnixMicros::parse_rfc3339(bucket["interval"].as_str().unwrap()).unwrap();
        let level = bucket["level"].as_str().unwrap().to_owned();
        (start.millis_floor(), level, bucket["count"].as_u64().unwrap())
    });
    prop_assert_eq!(&page["length"], shown.len());
    prop_assert_eq!(&page["limit"], question.limit.unwrap_or(25));
    prop_assert_eq!(&page["offset"], question.offset.unwrap_or(0));
    let total = usize::try_from(page["total"].as_u64().unwrap()).unwrap();
    let found = Found { rows: shown, total, stacked: stacked.collect() };
    prop_assert_eq!(found, question.look_at(rows, interval), "{}", target);
    Ok(())
}

impl Question {
    fn target(&self) -> String {
        let number = |number: Option<usize>| number.map(|it| it.to_string());
        let time = |millis: Option<i64>| millis.map(iso);
        let list = |items: String| (!items.is_empty()).then_some(items);
        let parameters = [
            ("type", list(self.levels.join(","))),
            ("operation", list(self.operations.join(","))),
            ("q", self.conditions.as_ref().map(Conditions::text)),
            ("from", time(self.from_ms)),
            ("to", time(self.to_ms)),
            ("include_api", self.include_api.then(|| "true".to_owned())),
            ("limit", number(self.limit)),
            ("offset", number(self.offset)),
        ];
        let given = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let pairs: Vec<String> =
            given.map(|(name, value)| format!("{name}={}", encoded(&value))).collect();
        format!("/api/v1/logs/?{}", pairs.join("&"))
    }

    fn look_at(&self, rows: &[Value], interval: Option<i64>) -> Found {
        let meant = |level: &'static str| if level == "warning" { "warn" } else { level };
        let matches = |row: &&Value| {
            let (code, time) = (row["event_type"].as_str().unwrap(), time_ms(row));
            (self.include_api || !code.starts_with("10"))
                && (self.levels.is_empty()
                    || self.levels.iter().any(|level| meant(level) == level_of(row)))
                && (self.operations.is_empty()
                    || self.operations.iter().any(|it| is_operation(code, it)))
                && self.conditions.as_ref().is_none_or(|it| it.hold(row))
                && self.from_ms.is_none_or(|from| from <= time)
                && self.to_ms.is_none_or(|to| time < to)
        };
        let matching: Vec<&Value> = rows.iter().filter(matches).collect();
        let limit = self.limit.unwrap_or(25);
        let page = matching.iter().skip(limit * self.offset.unwrap_or(0)).take(limit);
        Found {
            rows: page.map(|row| (*row).clone()).collect(),
            total: matching.len(),
            stacked: stacked(&matching, interval.unwrap_or(1)),
        }
    }
}

fn stacked(rows: &[&Value], interval: i64) -> Vec<(i64, String, u64)> {
    let mut buckets: Vec<((i64, usize), u64)> = Vec::new();
    let levels = ["info", "warn", "error"];
    let mut places: Vec<(i64, usize)> = rows
        .iter()
        .map(|row| {
            let level = levels.iter().position(|level| *level == level_of(row)).unwrap();
            (time_ms(row).div_euclid(interval) * interval, level)
        })
        .collect();
    places.sort_unstable();
    for place in places {
        match buckets.last_mut().filter(|(last, _)| *last == place) {
            Some((_, count)) => *count += 1,
            None => buckets.push((place, 1)),
        }
    }
    buckets
        .into_iter()
        .map(|((start, level), count)| (start, levels[level].into(), count))
        .collect()
}

impl Conditions {
    fn text(&self) -> String {
        let text = |part: &Condition| {
            let negation = if part.is_negated { "NOT " } else { "" };
            format!("{negation}{} = {}", part.name, Value::from(part.value.as_str()))
        };
        let parts: Vec<String> = self.parts.iter().map(text).collect();
        parts.join(self.word)
    }

    fn hold(&self, row: &Value) -> bool {
        let holds = |part: &Condition| {
            let shown = match part.name {
                "level" => level_of(row),
                "details.error" => row["details"]["error"].as_str().unwrap_or("nothing"),
                name => row[name].as_str().unwrap_or("nothing"),
            };
            (shown == part.value) != part.is_negated
        };
        match self.word {
            " AND " => self.parts.iter().all(holds),
            _ => self.parts.iter().any(holds),
        }
    }
}

/// The catalogue's level of a row's code; codes that end either way show how they did.
fn level_of(row: &Value) -> &'static str {
    let known = catalogue(Source::PlusAuth).get(row["event_type"].as_str().unwrap()).unwrap();
    let outcome = match row["level"].as_str().unwrap() {
        "error" => Outcome::Failure,
        _ => Outcome::Success,
    };
    known.level(outcome).name()
}

fn is_operation(code: &str, operation: &str) -> bool {
    match operation {
        "authorization.error" => ["4000", "4001", "4002"].contains(&code),
        "token.issue" => {
            catalogue(Source::PlusAuth).get(code).unwrap().action == Action::TokenIssue
        }
        operation => code == operation,
    }
}

fn time_ms(row: &Value) -> i64 {
    UnixMicros::parse_rfc3339(row["time"].as_str().unwrap()).unwrap().millis_floor()
}

fn iso(millis: i64) -> String {
    UnixMicros::from_millis(millis).unwrap().to_string()
}

/// Questions whose values occur in the rows.
fn questions(rows: &[Value]) -> impl Strategy<Value = Question> + use<> {
    let levels = subsequence(vec!["info", "warn", "warning", "error", "debug"], 1..3);
    let levels = prop_oneof![2 => Just(Vec::new()), 1 => levels];
    let codes = select(values(rows, "event_type"));
    let names = select(vec!["authorization.error".to_owned(), "token.issue".to_owned()]);
    let operation = prop_oneof![3 => codes, 1 => names];
    let operations = prop_oneof![2 => Just(Vec::new()), 1 => collection::vec(operation, 1..4)];
    let times: Vec<i64> = rows.iter().map(time_ms).collect();
    let time = (select(times), prop_oneof![3 => Just(0), 1 => -1_i64..=1]).prop_map(|(t, d)| t + d);
    let window = (option::of(time.clone()), option::of(time)).prop_map(|window| match window {
        (Some(from), Some(to)) => (Some(from.min(to)), Some(from.max(to))),
        open => open,
    });
    let page = (option::of(0_usize..=100), option::weighted(0.4, 0_usize..6));
    let asked = (levels, operations, option::of(conditions(rows)), any::<bool>());
    (asked, window, page).prop_map(
        |((levels, operations, conditions, include_api), (from_ms, to_ms), (limit, offset))| {
            Question { levels, operations, conditions, from_ms, to_ms, include_api, limit, offset }
        },
    )
}

fn conditions(rows: &[Value]) -> impl Strategy<Value = Conditions> + use<> {
    let names = [
        "event_type",
        "message",
        "user_id",
        "client_id",
        "client_address",
        "session_id",
        "request_id",
        "ua",
    ];
    let mut choices: Vec<(&str, Vec<String>)> =
        names.iter().map(|name| (*name, values(rows, name))).collect();
    choices.push(("level", ["info", "warn", "error"].map(str::to_owned).to_vec()));
    choices.push(("details.error", vec!["invalid_grant".to_owned()]));
    let condition = (select(choices), any::<proptest::sample::Index>(), prop::bool::weighted(0.3));
    let condition = condition.prop_map(|((name, values), index, is_negated)| Condition {
        is_negated,
        name,
        value: index.get(&values).clone(),
    });
    let word = select(vec![" AND ", " OR "]);
    (word, collection::vec(condition, 1..4)).prop_map(|(word, parts)| Conditions { word, parts })
}

/// The values of a member, each as often as it occurs.
fn values(rows: &[Value], name: &str) -> Vec<String> {
    rows.iter().filter_map(|row| Some(row[name].as_str()?.to_owned())).collect()
}
