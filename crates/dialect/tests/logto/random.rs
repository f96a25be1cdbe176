//! A thousand questions over 5,000 rows, compared with a plain look at every row.

use gatelog_auth::Scope;
use gatelog_event::source::Format;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestCaseResult, TestRunner};
use serde_json::Value;

use crate::support::{Server, fixture, json_lines};

/// How a key must begin for its row to be listed.
const PREFIXES: &str = "ExchangeTokenBy RevokeToken RevokeGrants Interaction JwtCustomizer SamlApplication Action Unknown";

/// What is asked: parameters that are sent, and what they mean.
#[derive(Clone, Debug)]
struct Question {
    user: Option<String>,
    application: Option<String>,
    key: Option<String>,
    start: Option<i64>,
    end: Option<i64>,
    page: Option<usize>,
    page_size: Option<usize>,
}

/// What a plain look at every row finds.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    ids: Vec<String>,
    total: String,
    /// Which of `first`, `prev`, `last` and `next` there are.
    relations: Vec<&'static str>,
}

#[test]
fn a_thousand_questions() {
    let server = Server::start();
    let rows = fixture("rows-base.ndjson.gz");
    // One tenant: whatever the rows say of theirs, they are those of whoever sends them.
    server.keep("default", Format::Logto, &rows);
    let key = server.key(Scope::Read, Some("default"));
    let rows = json_lines(&rows);
    let strategy = questions(&rows);
    let seed = seed();
    println!("to see the same questions again: PROPTEST_RNG_SEED={seed}");
    let rng_seed = RngSeed::Fixed(seed);
    let mut runner = TestRunner::new(Config { cases: 1_000, rng_seed, ..Config::default() });
    let outcome = runner.run(&strategy, |question| compare(&server, &key, &rows, &question));
    outcome.unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
}

fn seed() -> u64 {
    match Config::default().rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => getrandom::u64().unwrap(),
    }
}

fn compare(server: &Server, key: &str, rows: &[Value], question: &Question) -> TestCaseResult {
    let answer = server.get(&question.target(), key, &[]);
    let all = ["first", "prev", "last", "next"];
    let links = answer.header("link").join("\n");
    let found = Found {
        ids: answer.ids(),
        total: answer.header("total-number").join(", "),
        relations: all.into_iter().filter(|it| links.contains(&format!("rel=\"{it}\""))).collect(),
    };
    prop_assert_eq!(found, question.look_at(rows));
    Ok(())
}

impl Question {
    fn target(&self) -> String {
        let number = |number: Option<usize>| number.map(|it| it.to_string());
        let parameters = [
            ("userId", self.user.clone()),
            ("applicationId", self.application.clone()),
            ("logKey", self.key.clone()),
            ("start_time", self.start.map(|it| it.to_string())),
            ("end_time", self.end.map(|it| it.to_string())),
            ("page", number(self.page)),
            ("page_size", number(self.page_size)),
        ];
        let given = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let pairs: Vec<String> = given.map(|(name, value)| format!("{name}={value}")).collect();
        format!("/api/logs?{}", pairs.join("&"))
    }

    fn look_at(&self, rows: &[Value]) -> Found {
        let is = |value: &Value, wanted: &Option<String>| {
            wanted.as_deref().is_none_or(|it| it.is_empty() || value.as_str() == Some(it))
        };
        let matches = |row: &&Value| {
            let (key, time) = (row["key"].as_str().unwrap(), row["createdAt"].as_i64().unwrap());
            PREFIXES.split(' ').any(|prefix| key.starts_with(prefix))
                && is(&row["payload"]["userId"], &self.user)
                && is(&row["payload"]["applicationId"], &self.application)
                && is(&row["key"], &self.key)
                && self.start.is_none_or(|start| start <= time)
                && self.end.is_none_or(|end| time <= end)
        };
        // The file is in the order of time, and no two times are equal.
        let matching: Vec<&Value> = rows.iter().rev().filter(matches).collect();
        let (page, size) = (self.page.unwrap_or(1), self.page_size.unwrap_or(20));
        let ids = matching.iter().skip((page - 1) * size).take(size);
        let last = matching.len().div_ceil(size).max(1);
        let relations =
            [("first", true), ("prev", page > 1), ("last", true), ("next", page < last)];
        Found {
            ids: ids.map(|row| row["id"].as_str().unwrap().to_owned()).collect(),
            total: matching.len().to_string(),
            relations: relations.into_iter().filter_map(|(it, is)| is.then_some(it)).collect(),
        }
    }
}

/// Questions whose values occur in the rows, mostly in one and the same row.
fn questions(rows: &[Value]) -> impl Strategy<Value = Question> + use<> {
    let values = |of: fn(&Value) -> &Value| -> Vec<String> {
        rows.iter().filter_map(|row| Some(of(row).as_str()?.to_owned())).collect()
    };
    let users = values(|row| &row["payload"]["userId"]);
    let applications = values(|row| &row["payload"]["applicationId"]);
    let keys = values(|row| &row["key"]);
    // An application is not a user, though it acts for itself in some rows.
    let other_users =
        prop_oneof![select(applications.clone()), Just(String::new()), "[a-z0-9]{12}"];
    let times: Vec<i64> = rows.iter().map(|row| row["createdAt"].as_i64().unwrap()).collect();
    let time = (select(times), prop_oneof![3 => Just(0), 1 => -1_i64..=1]).prop_map(|(t, d)| t + d);
    let window = (option::of(time.clone()), option::of(time)).prop_map(|window| match window {
        (Some(start), Some(end)) => (Some(start.min(end)), Some(start.max(end))),
        open => open,
    });
    let user = option::weighted(0.3, prop_oneof![3 => select(users), 1 => other_users]);
    let application = option::weighted(0.4, select(applications));
    let key = option::weighted(0.4, prop_oneof![9 => select(keys), 1 => Just(String::new())]);
    let page = option::weighted(0.6, prop_oneof![4 => 1_usize..5, 1 => 1_usize..400]);
    let page_size = option::weighted(0.7, 1_usize..=100);
    (user, application, key, window, page, page_size).prop_map(
        |(user, application, key, (start, end), page, page_size)| Question {
            user,
            application,
            key,
            start,
            end,
            page,
            page_size,
        },
    )
}
