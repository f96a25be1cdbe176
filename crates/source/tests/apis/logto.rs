//! Logto's audit log, fetched.

use std::sync::atomic::Ordering;

use gatelog_source::logto_api::{LogtoApiFeed, LogtoApiSettings};
use gatelog_source::{Feed, Secret};

use crate::stand_in::collector::{collect, fetch_once};
use crate::stand_in::logto::{Quirks, record, start};
use crate::stand_in::{Random, Row, SECRET, START, Stage, http, rows};

fn feed(endpoint: &str, more: &str) -> LogtoApiFeed {
    let settings = format!(
        "endpoint = \"{endpoint}/\"\nclient_id = \"m2m\"\nclient_secret = \"file:x\"\n{more}"
    );
    let settings: LogtoApiSettings = toml::from_str(&settings).expect("settings");
    settings.connect(&Secret::new(SECRET), http()).expect("a feed")
}

/// A few rows of the hour before the test.
fn few() -> Vec<Row> {
    let row = |number: usize| {
        let time = START - 3_000_000 + i64::try_from(number).expect("small") * 1_000;
        Row { time, appears: time, record: record(number, time) }
    };
    (0..60).map(row).collect()
}

const FROM: &str = "from = \"2026-11-19T23:00:00Z\"\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_of_a_logto_that_fails_arrives_at_a_collector_that_is_killed() {
    for excludes_bounds in [false, true] {
        let mut random = Random::from_system();
        println!("seed {}", random.0);
        let stage = Stage::new(rows(random.0, 1, record), random.0, 12);
        let (endpoint, _logto) =
            start(&stage, Quirks { excludes_bounds, ..Quirks::default() }).await;
        let open = || -> Box<dyn Feed> { Box::new(feed(&endpoint, "")) };
        let collected = collect(&stage, open, &mut random).await;
        assert!(collected.troubles.iter().any(|trouble| trouble.retry_after.is_some()));
    }
}

#[tokio::test]
async fn rows_come_as_they_are_with_those_of_webhooks_unless_told_otherwise() {
    let stage = Stage::new(few(), 1, 0);
    let (endpoint, _logto) = start(&stage, Quirks::default()).await;
    let batch = fetch_once(&stage, feed(&endpoint, FROM)).await.expect("a batch");
    let lines = String::from_utf8(batch.delivery.lines).expect("text");
    let mut lines: Vec<&str> = lines.lines().collect();
    assert_eq!(batch.delivery.newest.map(|time| time.millis_floor()), Some(START - 2_941_000));
    lines.sort_unstable();
    let mut expected: Vec<&String> = stage.lines().collect();
    expected.sort_unstable();
    assert_eq!(lines, expected);
    let without = fetch_once(&stage, feed(&endpoint, &format!("{FROM}webhooks = false\n"))).await;
    let lines = String::from_utf8(without.expect("a batch").delivery.lines).expect("text");
    assert_eq!(lines.lines().count(), 58, "two of sixty are of webhooks");
}

#[tokio::test]
async fn a_logto_that_overlooks_times_is_told_by_its_version() {
    let stage = Stage::new(few(), 1, 0);
    let quirks = Quirks { ignores_times: true, ..Quirks::default() };
    let (endpoint, _logto) = start(&stage, quirks).await;
    let trouble = fetch_once(&stage, feed(&endpoint, "")).await.expect_err("trouble");
    assert!(trouble.reason.contains("Logto 1.40 and later do"), "{trouble}");
}

#[tokio::test]
async fn a_token_is_kept_and_renewed_when_it_is_refused() {
    let stage = Stage::new(few(), 1, 0);
    let (endpoint, logto) = start(&stage, Quirks::default()).await;
    let mut feed = feed(&endpoint, &format!("{FROM}webhooks = false\n"));
    let requests = || stage.requests.load(Ordering::SeqCst);
    let first = feed.fetch(None, stage.now()).await.expect("a batch");
    assert_eq!(requests(), 2, "a token and a page");
    stage.pass(5_000);
    let second = feed.fetch(Some(&first.cursor), stage.now()).await.expect("a batch");
    assert_eq!(requests(), 3, "a page");
    assert!(second.delivery.is_empty() && second.is_at_head);
    logto.token.fetch_add(1, Ordering::SeqCst);
    stage.pass(5_000);
    let third = feed.fetch(Some(&second.cursor), stage.now()).await.expect("a batch");
    assert_eq!(requests(), 6, "a page that is refused, a token, a page");
    stage.pass(3_541_000);
    feed.fetch(Some(&third.cursor), stage.now()).await.expect("a batch");
    assert_eq!(requests(), 8, "a token, as the last one is about to end, and a page");
}

#[tokio::test]
async fn a_wrong_secret_is_trouble_that_does_not_show_it() {
    let stage = Stage::new(few(), 1, 0);
    let (endpoint, _logto) = start(&stage, Quirks::default()).await;
    let settings =
        format!("endpoint = \"{endpoint}\"\nclient_id = \"m2m\"\nclient_secret = \"file:x\"\n");
    let settings: LogtoApiSettings = toml::from_str(&settings).expect("settings");
    let feed = settings.connect(&Secret::new("wr0ng"), http()).expect("a feed");
    let trouble = fetch_once(&stage, feed).await.expect_err("trouble");
    assert!(trouble.reason.starts_with("POST http://127.0.0.1:"), "{trouble}");
    assert!(trouble.reason.contains("/oidc/token: the answer is 401"), "{trouble}");
    assert!(trouble.reason.contains("invalid_client"), "{trouble}");
    assert!(!trouble.reason.contains("wr0ng"), "{trouble}");
}

#[test]
fn settings_that_are_wrong_say_where() {
    let right =
        "endpoint = \"https://id.example\"\nclient_id = \"a\"\nclient_secret = \"file:x\"\n";
    for (more, expected) in [
        ("form = \"2026-01-01T00:00:00Z\"\n", "unknown field `form`"),
        ("from = \"yesterday\"\n", "is no time such as"),
        ("interval_seconds = 0\n", "0 seconds are not 1 to 3600"),
    ] {
        let read = toml::from_str::<LogtoApiSettings>(&format!("{right}{more}"));
        let error = read.expect_err(more).to_string();
        assert!(error.contains(expected) && error.contains("line 4"), "{error}");
    }
    let clear = right.replace("file:x", "hunter2");
    let error = toml::from_str::<LogtoApiSettings>(&clear).expect_err("refused").to_string();
    assert!(error.contains("does not belong there in clear text"), "{error}");
}
