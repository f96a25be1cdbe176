//! A thousand questions over 5,000 rows, compared with a plain look at every row.

use gatelog_event::source::Format;
use gatelog_testkit::{RowsOptions, Source, World, WorldOptions};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestCaseResult, TestRunner};
use serde_json::{Value, json};

use crate::support::{NOW_MS, Reader, Server, base64, global_id};

const ROWS: usize = 5_000;
const SPAN_MS: i64 = 5 * 24 * 3_600 * 1_000;

const QUERY: &str = "query($types: [AuditLogActivityType!], $users: [ID!], $emails: [String!], \
    $phones: [String!], $from: DateTime, $to: DateTime, $order: SortDirection, $first: Int, \
    $after: String) { auditLogs(activityTypes: $types, userIDs: $users, emailAddresses: $emails, \
    phoneNumbers: $phones, rangeFrom: $from, rangeTo: $to, sortDirection: $order, first: $first, \
    after: $after) { totalCount edges { cursor node { id activityType user { id } } } } }";

/// A row, as far as anybody can ask for it.
#[derive(Clone, Debug)]
struct Row {
    id: String,
    activity_type: String,
    user: Option<String>,
    recipient: Option<String>,
    seconds: i64,
    is_shown: bool,
}

/// What is asked.
#[derive(Clone, Debug)]
struct Question {
    types: Option<Vec<String>>,
    users: Option<Vec<String>>,
    emails: Option<Vec<String>>,
    phones: Option<Vec<String>>,
    from: Option<i64>,
    to: Option<i64>,
    order: Option<&'static str>,
    first: Option<usize>,
    after: Option<usize>,
}

#[test]
fn a_thousand_questions() {
    let server = Server::start();
    let records = records();
    server.keep("default", Format::Authgear, &records.join("\n"));
    let rows: Vec<Row> = records.iter().map(|record| Row::of(record)).collect();
    assert!(rows.iter().any(|row| !row.is_shown));
    let reader = server.reader();
    let seed = match Config::default().rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => getrandom::u64().unwrap(),
    };
    println!("to see the same questions again: PROPTEST_RNG_SEED={seed}");
    let rng_seed = RngSeed::Fixed(seed);
    let mut runner = TestRunner::new(Config { cases: 1_000, rng_seed, ..Config::default() });
    let outcome = runner.run(&questions(&rows), |question| compare(&reader, &rows, &question));
    outcome.unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
}

/// Rows of an invented Authgear, with some of types that its schema does not know.
fn records() -> Vec<String> {
    let world = World::new(WorldOptions { users: 50, ..WorldOptions::default() });
    let options = RowsOptions { seed: 1, from_ms: NOW_MS - SPAN_MS, to_ms: NOW_MS, count: ROWS };
    let records = world.rows_of(Source::Authgear, options).enumerate().map(|(at, row)| {
        let verified = "\"type\":\"identity.email.verified\"";
        match at % 2 {
            0 => row.json.replace(verified, "\"type\":\"identity.username.verified\""),
            _ => row.json,
        }
    });
    records.collect()
}

fn compare(reader: &Reader<'_>, rows: &[Row], question: &Question) -> TestCaseResult {
    let result = reader.result(QUERY, &question.variables());
    prop_assert_eq!(result.get("errors"), None);
    prop_assert_eq!(&result["data"]["auditLogs"], &question.look_at(rows));
    Ok(())
}

impl Row {
    fn of(record: &str) -> Self {
        let record: Value = serde_json::from_str(record).unwrap();
        let text = |pointer: &str| {
            let text = record.pointer(pointer).and_then(Value::as_str);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let stored = text("/type").unwrap();
        Self {
            id: text("/id").unwrap(),
            activity_type: stored.to_uppercase().replace('.', "_"),
            user: text("/context/user_id")
                .or_else(|| text("/payload/user/id"))
                .or_else(|| text("/payload/user_id")),
            recipient: text("/payload/recipient"),
            seconds: record["context"]["timestamp"].as_i64().unwrap(),
            is_shown: stored != "identity.username.verified",
        }
    }

    fn told(&self, offset: usize) -> Value {
        let user = self.user.as_ref().map(|user| json!({ "id": global_id("User", user) }));
        json!({
            "cursor": base64(&format!("offset:{offset}")),
            "node": {
                "id": global_id("AuditLog", &self.id),
                "activityType": self.activity_type,
                "user": user,
            },
        })
    }
}

impl Question {
    fn variables(&self) -> Value {
        let users = self.users.iter().flatten().map(|user| global_id("User", user));
        let time = |millis: i64| {
            let time = gatelog_event::time::UnixMicros::from_millis(millis).unwrap();
            time.to_string()
        };
        json!({
            "types": self.types,
            "users": self.users.as_ref().map(|_| users.collect::<Vec<_>>()),
            "emails": self.emails,
            "phones": self.phones,
            "from": self.from.map(time),
            "to": self.to.map(time),
            "order": self.order,
            "first": self.first,
            "after": self.after.map(|after| base64(&format!("offset:{after}"))),
        })
    }

    fn look_at(&self, rows: &[Row]) -> Value {
        let is_among = |values: &Option<Vec<String>>, value: &Option<String>| {
            let value = value.as_ref();
            value.is_some_and(|value| values.iter().flatten().any(|it| it == value))
        };
        let concerns = |row: &Row| {
            let asked = [&self.users, &self.emails, &self.phones].into_iter().flatten();
            asked.flatten().next().is_none()
                || is_among(&self.users, &row.user)
                || is_among(&self.emails, &row.recipient)
                || is_among(&self.phones, &row.recipient)
        };
        let is_of_types = |row: &Row| match self.types.as_deref() {
            None | Some([]) => true,
            Some(types) => types.contains(&row.activity_type),
        };
        let is_in_time = |row: &Row| {
            let millis = row.seconds * 1_000;
            self.from.is_none_or(|from| from <= millis) && self.to.is_none_or(|to| millis < to)
        };
        let matches =
            |row: &&Row| row.is_shown && concerns(row) && is_of_types(row) && is_in_time(row);
        let mut matching: Vec<&Row> = rows.iter().filter(matches).collect();
        matching.sort_by_key(|row| row.seconds);
        if self.order != Some("ASC") {
            matching.reverse();
        }
        let offset = self.after.map_or(0, |after| after + 1);
        let size = self.first.unwrap_or(100).min(100);
        let page = matching.iter().enumerate().skip(offset).take(size);
        let edges: Vec<Value> = page.map(|(at, row)| row.told(at)).collect();
        json!({ "totalCount": matching.len(), "edges": edges })
    }
}

/// Questions whose values occur in the rows, mostly several of one kind.
fn questions(rows: &[Row]) -> impl Strategy<Value = Question> + use<> {
    let users: Vec<String> = rows.iter().filter_map(|row| row.user.clone()).collect();
    let recipients: Vec<String> = rows.iter().filter_map(|row| row.recipient.clone()).collect();
    let shown = rows.iter().filter(|row| row.is_shown);
    let types: Vec<String> = shown.map(|row| row.activity_type.clone()).collect();
    let times: Vec<i64> = rows.iter().map(|row| row.seconds * 1_000).collect();
    let user = prop_oneof![9 => select(users), 1 => select(recipients.clone())];
    let recipient = prop_oneof![9 => select(recipients), 1 => "[a-z]{3}@example.com"];
    let time = (select(times), -1_i64..=1).prop_map(|(time, apart)| time + apart);
    let window = (option::weighted(0.4, time.clone()), option::weighted(0.4, time));
    let whom = (
        option::weighted(0.4, vec(user, 0..4)),
        option::weighted(0.2, vec(recipient.clone(), 0..3)),
        option::weighted(0.2, vec(recipient, 0..3)),
    );
    let page = (
        option::of(select(std::vec!["ASC", "DESC"])),
        option::weighted(0.7, 0_usize..120),
        option::weighted(0.4, prop_oneof![4 => 0_usize..150, 1 => 0_usize..6_000]),
    );
    let types = option::weighted(0.5, vec(select(types), 0..5));
    (types, whom, window, page).prop_map(
        |(types, (users, emails, phones), (from, to), (order, first, after))| Question {
            types,
            users,
            emails,
            phones,
            from,
            to,
            order,
            first,
            after,
        },
    )
}
