//! What an operator sees of a running server: metrics and the log.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::{Folder, Server};

/// The table of `docs/metrics.md`.
const DOCUMENT: &str = include_str!("../../../../docs/metrics.md");

/// Type, unit and labels of a metric.
#[derive(Debug, Default, PartialEq, Eq)]
struct Metric {
    kind: String,
    unit: String,
    labels: BTreeSet<String>,
}

fn documented() -> BTreeMap<String, Metric> {
    let rows = DOCUMENT.lines().filter_map(|line| line.strip_prefix("| `"));
    let metric = |row: &str| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 7, "{row}");
        assert!(!cells[4].is_empty() && !cells[5].is_empty(), "{row}");
        let labels = cells[3].split(", ").filter(|label| !label.is_empty()).map(str::to_owned);
        let (kind, unit) = (cells[1].to_owned(), cells[2].to_owned());
        let metric = Metric { kind, unit, labels: labels.collect() };
        (cells[0].trim_end_matches('`').to_owned(), metric)
    };
    rows.map(metric).collect()
}

/// The metrics of an answer in OpenMetrics text.
fn answered(text: &str) -> BTreeMap<String, Metric> {
    let mut metrics: BTreeMap<String, Metric> = BTreeMap::new();
    let mut name = "";
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["#", "TYPE", described, kind] => {
                name = described;
                let before = metrics.insert(name.to_owned(), Metric::default());
                assert!(before.is_none(), "twice: {line}");
                metrics.get_mut(name).unwrap().kind = kind.to_owned();
            }
            ["#", "UNIT", _, unit] => metrics.get_mut(name).unwrap().unit = unit.to_owned(),
            ["#", ..] => {}
            _ => {
                assert!(line.starts_with(name), "{line}");
                let labels = line.split_once('{').map_or("", |(_, rest)| rest);
                let labels = labels.split_once('}').map_or("", |(labels, _)| labels);
                let names = labels.split("\",").filter_map(|label| label.split_once('='));
                let names = names.map(|(name, _)| name.to_owned()).filter(|name| name != "le");
                metrics.get_mut(name).unwrap().labels.extend(names);
            }
        }
    }
    metrics
}

/// The value of a sample, named with its labels.
fn sample(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is not in {text}")).parse().unwrap()
}

#[test]
fn every_metric_is_documented_and_every_documented_one_is_there() {
    let folder = Folder::new();
    folder.write("gatelog.toml", "[[sources]]\nname = \"shop\"\nkind = \"auth0\"\n");
    let server = folder.command("serve --data data --config gatelog.toml");
    let server = Server::launch(&folder, server);
    assert_eq!(server.client("").get("/healthz").status, 200);
    let reader = server.client(&folder.key("--tenant default --scope read"));
    reader.poll("/v1/sources", |answer| !answer["sources"].as_array().unwrap().is_empty());
    let answer = server.client("").get("/metrics");
    assert_eq!(answer.status, 200);
    let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(answer.header("content-type"), media_type);
    assert!(answer.text.ends_with("\n# EOF\n"));
    assert_eq!(answered(&answer.text), documented());
}

#[test]
fn metrics_count_what_happens_and_name_nobody() {
    let folder = Folder::new();
    assert_eq!(folder.run("tenant create --data data secret-tenant").code, Some(0));
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant secret-tenant --scope admin"));
    let listed = folder.run("token list --data data --json");
    let listed: Value = serde_json::from_str(listed.succeeded()).unwrap();
    let id = listed[0]["id"].as_str().unwrap();
    let body = "{\"id\":\"1\",\"type\":\"t\",\"actor\":{\"id\":\"mallory\"}}\n{\n{}\n";
    assert_eq!(client.post("/v1/events", body).counts(), [1, 0, 0, 2]);
    assert_eq!(client.post("/v1/events", r#"{"id":"1","type":"u"}"#).counts(), [0, 0, 1, 0]);
    assert_eq!(server.client("wrong").get("/v1/events").status, 401);
    assert_eq!(client.get("/never/seen/before").status, 404);
    assert_eq!(client.send("BREW", "/v1/events/mallory", &[], "").status, 405);

    let text = client.get("/metrics").text;
    for (name, value) in [
        ("gatelog_events_accepted_total{format=\"native\"}", 1.0),
        ("gatelog_events_conflicting_total{format=\"native\"}", 1.0),
        ("gatelog_events_rejected_total{format=\"native\",reason=\"malformed\"}", 1.0),
        ("gatelog_events_rejected_total{format=\"native\",reason=\"not_an_event\"}", 1.0),
        ("gatelog_http_refusals_total{reason=\"unauthenticated\"}", 1.0),
        ("gatelog_key_checks_total{result=\"refused\"}", 1.0),
        ("gatelog_http_requests_total{method=\"POST\",route=\"/v1/events\",status=\"200\"}", 2.0),
        (
            "gatelog_http_requests_total{method=\"other\",route=\"/v1/events/{id}\",status=\"405\"}",
            1.0,
        ),
        ("gatelog_http_requests_total{method=\"GET\",route=\"unmatched\",status=\"404\"}", 1.0),
    ] {
        assert!((sample(&text, name) - value).abs() < f64::EPSILON, "{name} in {text}");
    }
    assert!(sample(&text, "gatelog_commit_seconds_sum") > 0.0);
    // Gatelog's own audit is in the ledger too.
    assert!(sample(&text, "gatelog_commit_events_count") >= 1.0);
    assert!(sample(&text, "gatelog_unsealed_events") >= 1.0);
    assert!(sample(&text, "process_resident_memory_bytes") > 1e6);
    for private in ["secret-tenant", "mallory", "never", id] {
        assert!(!text.contains(private), "{private} in {text}");
    }
}

#[test]
fn metrics_are_for_this_machine_and_for_whoever_may_read() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let proxied = [("X-Forwarded-For", "127.0.0.1")];
    let ask = |key: &str| server.client(key).send("GET", "/metrics", &proxied, "");
    assert_eq!(server.client("").get("/metrics").status, 200);
    assert!(ask("").problem().starts_with("401: send an API key"));
    let refused = "403: this needs the scope `read`, and the credential has `ingest`";
    assert_eq!(ask(&folder.key("--tenant default --scope ingest")).problem(), refused);
    for options in ["--tenant default --scope read", "--scope operator"] {
        assert_eq!(ask(&folder.key(options)).status, 200, "{options}");
    }
}

#[test]
fn every_request_is_one_line_of_json_without_secrets() {
    let folder = Folder::new();
    let command = folder.command("serve --data data --log-format json");
    let server = Server::launch(&folder, command);
    let key = folder.key("--tenant default --scope admin");
    let client = server.client(&key);
    let named = [("X-Request-Id", "from-a-proxy")];
    let answer = client.send("GET", "/v1/events/nobody-knows?q=1", &named, "");
    assert_eq!((answer.status, answer.header("x-request-id")), (404, "from-a-proxy"));
    let answer_bytes = answer.text.len();
    let answer = server.client("gl_wrong_key").post("/v1/events", "hunter2");
    let given = answer.header("x-request-id").to_owned();
    assert_eq!(client.get("/healthz").status, 200);
    server.terminate().succeeded();

    let log = Server::log(&folder);
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let messages: Vec<&str> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["ready", "request", "request", "stopping", "stopped"]);
    let [first, second] = [&lines[1], &lines[2]];
    for (member, expected) in [
        ("level", "info"),
        ("method", "GET"),
        ("route", "/v1/events/{id}"),
        ("request_id", "from-a-proxy"),
        ("tenant", "default"),
    ] {
        assert_eq!(first[member], expected, "{first}");
    }
    assert_eq!(first["status"], 404);
    assert_eq!(first["bytes"], answer_bytes);
    assert!(first["duration_ms"].as_f64().unwrap() > 0.0);
    assert!(first["principal"].as_str().unwrap().starts_with("key_"));
    assert_eq!((&second["status"], &second["request_id"]), (&401.into(), &given.into()));
    assert!(second.get("principal").is_none() && second.get("tenant").is_none(), "{second}");
    for secret in [&*key, "gl_wrong_key", "hunter2", "nobody-knows", "q=1"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[test]
fn people_read_text_and_health_checks_only_when_they_ask_for_them() {
    let folder = Folder::new();
    folder.write("gatelog.toml", "[log]\nlevel = \"debug\"\n");
    let command = folder.command("serve --data data --config gatelog.toml");
    let server = Server::launch(&folder, command);
    assert_eq!(server.client("").get("/healthz").status, 200);
    server.terminate().succeeded();
    let log = Server::log(&folder);
    let line = log.lines().find(|line| line.contains("route=/healthz")).unwrap();
    assert!(line.contains(" debug request method=GET "), "{line}");
}
