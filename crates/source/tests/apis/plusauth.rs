//! PlusAuth's log, fetched.

use std::time::Duration;

use gatelog_source::plusauth_api::{PlusauthApiFeed, PlusauthApiSettings};
use gatelog_source::{Feed, Secret};

use crate::stand_in::collector::{collect, fetch_once};
use crate::stand_in::plusauth::{record, start};
use crate::stand_in::{Random, Row, SECRET, START, Stage, http, rows};

fn feed(endpoint: &str, more: &str) -> PlusauthApiFeed {
    let settings = format!(
        "endpoint = \"{endpoint}\"\nclient_id = \"m2m\"\nclient_secret = \"file:x\"\n{more}"
    );
    let settings: PlusauthApiSettings = toml::from_str(&settings).expect("settings");
    settings.connect(&Secret::new(SECRET), &http()).expect("a feed")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_entry_of_a_plusauth_that_fails_arrives_at_a_collector_that_is_killed() {
    let mut random = Random::from_system();
    println!("seed {}", random.0);
    let mut rows = rows(random.0, 1, record);
    // Entries that are the same to the byte are one event.
    rows.extend_from_within(..30);
    let stage = Stage::new(rows, random.0, 12);
    let endpoint = start(&stage).await;
    let open = || -> Box<dyn Feed> { Box::new(feed(&endpoint, "")) };
    collect(&stage, open, &mut random).await;
}

#[tokio::test]
async fn whoever_asks_too_often_waits_as_long_as_plusauth_says() {
    let stage = Stage::new(Vec::new(), 1, 0);
    let endpoint = start(&stage).await;
    let mut trouble = None;
    for _ in 0..100 {
        trouble = trouble.or(fetch_once(&stage, feed(&endpoint, "")).await.err());
    }
    let trouble = trouble.expect("a limit of ten a second");
    assert!(trouble.reason.contains("too_many_requests"), "{trouble}");
    assert_eq!(trouble.retry_after, Some(Duration::from_secs(1)));
}

#[tokio::test]
async fn an_entry_is_kept_byte_by_byte() {
    let time = START - 60_000;
    let rows = vec![Row { time, appears: time, record: record(7, time) }];
    let stage = Stage::new(rows, 1, 0);
    let endpoint = start(&stage).await;
    let from = "from = \"2026-11-19T23:50:00Z\"\n";
    let batch = fetch_once(&stage, feed(&endpoint, from)).await.expect("a batch");
    assert_eq!(batch.delivery.lines, format!("{}\n", record(7, time)).into_bytes());
    let other = feed(&endpoint, "audience = \"https://elsewhere.example/api/\"\n");
    let trouble = fetch_once(&stage, other).await.expect_err("trouble");
    assert!(trouble.reason.contains("/oauth2/token: the answer is 401"), "{trouble}");
}
