//! What a running Logto answered (commit 1fbc55441f, 2026-11-20), compared with what we answer.
//!
//! `recorded-cases.jsonl.gz` holds the requests and answers; rows are named by id there, because
//! Logto prints all but two of them (`rows-as-printed.jsonl`) as they were loaded. Every intended
//! difference is listed in `differences.json` with its reason; one that is not listed fails, and so
//! does one that is listed and is none.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::body::Body;
use axum::http::{Method, Request};
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use serde::Deserialize;
use serde_json::Value;

use crate::support::{Answer, HOST, Server, fixture, json_lines};
use crate::tokens::{ADMIN_ORIGIN, LogtoKeys};

/// A request and its answer.
#[derive(Debug, Deserialize)]
struct Case {
    id: String,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    #[serde(default)]
    sent: String,
    status: u16,
    answer_headers: BTreeMap<String, Value>,
    /// The ids of a list.
    rows: Option<Vec<String>>,
    /// The id of a single row.
    row: Option<String>,
    /// Any other body.
    body: Option<Value>,
    #[serde(default)]
    ties: Vec<Tie>,
}

/// Places of a page that hold rows of one and the same time, in any order.
#[derive(Debug, Deserialize)]
struct Tie {
    from: usize,
    to: usize,
    candidates: BTreeSet<String>,
}

#[derive(Debug, Deserialize)]
struct Differences {
    differences: Vec<Difference>,
}

#[derive(Debug, Deserialize)]
struct Difference {
    reason: String,
    /// With which status we answer, if not with the recorded one.
    status: Option<u16>,
    cases: Vec<String>,
}

/// A server with the rows of the recordings, and what is needed to compare.
struct Comparison {
    server: Server,
    /// Values of `{NAME}` in requests and answers.
    placeholders: Vec<(String, String)>,
    /// Rows as Logto prints them, by id.
    printed: HashMap<String, Value>,
}

#[test]
fn answers_are_those_of_a_running_logto() {
    Comparison::new("").compare_all("main-");
}

#[test]
fn answers_past_the_cap_are_those_of_a_running_logto() {
    Comparison::new(&rows_of_the_cap()).compare_all("cap-");
}

impl Comparison {
    fn new(more_rows: &str) -> Self {
        let keys = LogtoKeys::new();
        let server = Server::with(keys.settings());
        server.create_tenant("admin");
        let mut printed = HashMap::new();
        for rows in [&fixture("rows-base.ndjson.gz"), &fixture("rows-edge.ndjson.gz"), more_rows] {
            load(&server, rows, &mut printed);
        }
        for row in json_lines(&fixture("rows-as-printed.jsonl")) {
            printed.insert(row["id"].as_str().unwrap().to_owned(), row);
        }
        let mut placeholders = keys.recorded();
        placeholders.push(("{ORIGIN}".to_owned(), format!("http://{HOST}")));
        placeholders.push(("{ADMIN_ORIGIN}".to_owned(), ADMIN_ORIGIN.to_owned()));
        Self { server, placeholders, printed }
    }

    fn compare_all(&self, phase: &str) {
        let listed: Differences = serde_json::from_str(&fixture("differences.json")).unwrap();
        let listed: HashMap<&str, &Difference> = listed
            .differences
            .iter()
            .flat_map(|it| it.cases.iter().map(move |id| (&**id, it)))
            .collect();
        let mut problems = Vec::new();
        let cases = fixture("recorded-cases.jsonl.gz");
        let cases =
            json_lines(&cases).into_iter().map(|case| serde_json::from_value(case).unwrap());
        for case in cases.filter(|case: &Case| case.id.starts_with(phase)) {
            let answer = self.replay(&case);
            let found = self.compare(&case, &answer);
            match listed.get(&*case.id) {
                None => problems.extend(found.map(|found| format!("{}: {found}", case.id))),
                Some(it) if found.is_none() => {
                    problems.push(format!("{}: no difference any more: {}", case.id, it.reason));
                }
                Some(it) if answer.status != it.status.unwrap_or(case.status) => {
                    problems.push(format!("{}: answered {}", case.id, answer.status));
                }
                Some(_) => {}
            }
        }
        assert!(problems.is_empty(), "{}:\n{}", problems.len(), problems.join("\n"));
    }

    fn replay(&self, case: &Case) -> Answer {
        let etag_of_get = || {
            let headers = case.headers.iter().filter(|(_, value)| value != "{ETAG}");
            let answer = self.server.ask(self.request(Method::GET, case, headers, ""));
            answer.header("etag")[0].to_owned()
        };
        let has_etag = case.headers.iter().any(|(_, value)| value.contains("{ETAG}"));
        let etag = if has_etag { etag_of_get() } else { String::new() };
        let method = case.method.parse().unwrap();
        self.server.ask(self.request(method, case, case.headers.iter(), &etag))
    }

    fn request<'c>(
        &self,
        method: Method,
        case: &Case,
        headers: impl Iterator<Item = &'c (String, String)>,
        etag: &str,
    ) -> Request<Body> {
        let target = self.filled_in(&case.target);
        let mut request = Request::builder().method(method).uri(target).header("Host", HOST);
        for (name, value) in headers {
            let value = self.filled_in(value).replace("{ETAG}", etag);
            // On its way over the wire, white space around a value is lost.
            request = request.header(name, value.trim());
        }
        request.body(Body::from(case.sent.clone())).unwrap()
    }

    fn filled_in(&self, text: &str) -> String {
        let fill = |text: String, (name, value): &(String, String)| text.replace(name, value);
        self.placeholders.iter().fold(text.to_owned(), fill)
    }

    /// The first difference.
    fn compare(&self, case: &Case, answer: &Answer) -> Option<String> {
        if answer.status != case.status {
            let body = String::from_utf8_lossy(&answer.body);
            return Some(format!("{} instead of {}: {body:.200}", answer.status, case.status));
        }
        let mut headers = case.answer_headers.iter();
        let different = headers.find_map(|(name, value)| self.compare_header(name, value, answer));
        if different.is_some() {
            return different;
        }
        match (&case.rows, &case.row, &case.body) {
            (Some(ids), _, _) => self.compare_list(ids, case, answer),
            (_, Some(id), _) => self.compare_row(id, true, &answer.json()),
            (_, _, Some(Value::String(text))) => {
                let body = String::from_utf8_lossy(&answer.body);
                (body != *text).then(|| format!("text {body:?} instead of {text:?}"))
            }
            (_, _, Some(body)) => {
                let found = answer.json();
                let body: Value = serde_json::from_str(&self.filled_in(&body.to_string())).unwrap();
                (found != body).then(|| format!("body {found} instead of {body}"))
            }
            _ => (!answer.body.is_empty()).then(|| "a body instead of none".to_owned()),
        }
    }

    fn compare_header(&self, name: &str, value: &Value, answer: &Answer) -> Option<String> {
        let found = answer.header(name);
        let expected = match value {
            // Its length depends on how the rows are written.
            _ if name == "content-length" => return found.is_empty().then(|| name.to_owned()),
            Value::Bool(is_there) => {
                return (*is_there == found.is_empty()).then(|| format!("{name}: {found:?}"));
            }
            Value::Array(lines) => lines.iter().map(|line| line.as_str().unwrap()).collect(),
            line => vec![line.as_str().unwrap()],
        };
        let expected: Vec<String> = expected.into_iter().map(|line| self.filled_in(line)).collect();
        (found != expected).then(|| format!("{name}: {found:?} instead of {expected:?}"))
    }

    fn compare_list(&self, ids: &[String], case: &Case, answer: &Answer) -> Option<String> {
        let found = answer.ids();
        if found.len() != ids.len() {
            return Some(format!("{} rows instead of {}", found.len(), ids.len()));
        }
        if found.iter().collect::<BTreeSet<_>>().len() != found.len() {
            return Some(format!("a row that comes twice in {found:?}"));
        }
        for (place, (found, recorded)) in found.iter().zip(ids).enumerate() {
            let tie = case.ties.iter().find(|tie| (tie.from..=tie.to).contains(&place));
            if !tie.map_or(found == recorded, |tie| tie.candidates.contains(found)) {
                return Some(format!("{found} instead of {recorded} in place {place}"));
            }
        }
        let rows = answer.json();
        let mut rows = rows.as_array().unwrap().iter().zip(&found);
        let has_tenant = !case.target.contains("/recent-logs");
        rows.find_map(|(row, id)| self.compare_row(id, has_tenant, row))
    }

    fn compare_row(&self, id: &str, has_tenant: bool, found: &Value) -> Option<String> {
        let mut expected = self.printed[id].clone();
        if !has_tenant {
            expected.as_object_mut().unwrap().remove("tenantId");
        }
        let difference = first_difference("row", &expected, found);
        difference.map(|difference| format!("row {id}: {difference}"))
    }
}

/// The place of the first member in which two values differ. `1.0` and `1` are equal.
fn first_difference(path: &str, expected: &Value, found: &Value) -> Option<String> {
    let are_equal = match (expected, found) {
        (Value::Object(expected), Value::Object(found)) if expected.keys().eq(found.keys()) => {
            let mut members = expected.iter().map(|(name, value)| (name, value, &found[name]));
            return members.find_map(|(name, expected, found)| {
                first_difference(&format!("{path}.{name}"), expected, found)
            });
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            let mut items = expected.iter().zip(found);
            return items.find_map(|(expected, found)| first_difference(path, expected, found));
        }
        (Value::Number(expected), Value::Number(found)) if expected.is_f64() || found.is_f64() => {
            expected.as_f64() == found.as_f64()
        }
        _ => expected == found,
    };
    (!are_equal).then(|| format!("{path} is {found} instead of {expected}"))
}

/// Keeps rows under the tenants they name, and what Logto prints of them.
fn load(server: &Server, rows: &str, printed: &mut HashMap<String, Value>) {
    let mut bodies: BTreeMap<String, String> = BTreeMap::new();
    for line in rows.split('\n').filter(|line| !line.is_empty()) {
        let mut row: Value = serde_json::from_str(line).unwrap();
        let body = bodies.entry(row["tenantId"].as_str().unwrap().to_owned()).or_default();
        body.push_str(&with_exact_time(line, &row));
        body.push('\n');
        let members = ["tenantId", "id", "key", "payload", "createdAt"];
        row.as_object_mut().unwrap().retain(|name, _| members.contains(&&**name));
        printed.insert(row["id"].as_str().unwrap().to_owned(), row);
    }
    for (tenant, body) in bodies {
        server.keep(&tenant, Format::Logto, &body);
    }
}

/// The row with its time to the microsecond, where it is known, as a dump of the database has it.
fn with_exact_time(line: &str, row: &Value) -> String {
    match row["createdAtMicros"].as_i64() {
        Some(micros) if micros % 1_000 != 0 => {
            let rounded = format!("\"createdAt\":{}", row["createdAt"]);
            assert!(line.contains(&rounded), "{line}");
            let exact = UnixMicros::new(micros).unwrap();
            line.replace(&rounded, &format!("\"createdAt\":\"{exact}\""))
        }
        _ => line.to_owned(),
    }
}

/// 10,000 and 10,001 rows that are listed, and 10,001 that are not.
fn rows_of_the_cap() -> String {
    let kinds = [
        (
            10_000,
            "cap10000u",
            1_780_000_000_000_u64,
            "Interaction.SignIn.Update",
            r#""userId":"capuser10000""#,
        ),
        (
            10_001,
            "cap10001u",
            1_785_000_000_000,
            "Interaction.Register.Update",
            r#""userId":"capuser10001","applicationId":"capapp""#,
        ),
        (
            10_001,
            "caphookrw",
            1_786_000_000_000,
            "TriggerHook.PostSignIn",
            r#""hookId":"capcaphook00000000001""#,
        ),
    ];
    let mut rows = String::new();
    for (count, id, start, key, members) in kinds {
        for number in 0..count {
            let time = start + number;
            rows += &format!(
                r#"{{"tenantId":"default","id":"{id}{number:012}","key":"{key}","payload":{{"key":"{key}","result":"Success",{members}}},"createdAt":{time}}}"#
            );
            rows.push('\n');
        }
    }
    rows
}

#[test]
fn every_listed_difference_is_of_a_recorded_case() {
    let listed: Differences = serde_json::from_str(&fixture("differences.json")).unwrap();
    let cases = json_lines(&fixture("recorded-cases.jsonl.gz"));
    let known: BTreeSet<&str> = cases.iter().map(|case| case["id"].as_str().unwrap()).collect();
    let mut seen = BTreeSet::new();
    for difference in &listed.differences {
        assert!(difference.status.is_none_or(|status| status < 500), "{}", difference.reason);
        for id in &difference.cases {
            assert!(known.contains(&**id), "{id} was not recorded");
            assert!(seen.insert(id), "{id} is listed twice");
        }
    }
}
