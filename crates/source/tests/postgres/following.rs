//! From the first row to the newest, and what shows late.

use std::num::NonZeroUsize;

use gatelog_source::Feed as _;
use gatelog_source::postgres::Product::{Authgear, Logto};
use serde_json::{Value, json};
use tokio_postgres::Client;

use crate::cluster::{Cluster, feed};
use crate::collected::Collected;
use crate::{AUTHGEAR, LOGTO, logto_rows};

/// What the database itself says that a row is, as JSON.
async fn expected(admin: &Client) -> Vec<Value> {
    let question = "SELECT json_build_object('tenantId', tenant_id, 'id', id, 'key', key, \
         'payload', payload, 'createdAt', floor(extract(epoch FROM created_at) * 1000)::bigint)::text \
         FROM logs ORDER BY id";
    let rows = admin.query(question, &[]).await.unwrap();
    rows.iter().map(|row| serde_json::from_str(row.get(0)).unwrap()).collect()
}

#[tokio::test]
async fn every_row_of_a_large_table_is_delivered_once_as_it_is() {
    let cluster = Cluster::start(LOGTO).await;
    cluster.run(&logto_rows(1, 50_000)).await;
    let mut collected = Collected::default();
    collected.drain(&mut feed(Logto, cluster.settings(""))).await;

    assert_eq!(collected.deliveries, 50_000);
    assert!(collected.broken.is_empty());
    let expected = expected(&cluster.admin().await).await;
    assert_eq!(expected.len(), collected.records.len());
    for (row, record) in expected.iter().zip(collected.records.values()) {
        assert_eq!(*row, serde_json::from_str::<Value>(record).unwrap());
    }
    let record = &collected.records["row00000007"];
    assert!(record.contains("\"big\":12345678901234567897,"), "numbers stay exact: {record}");
}

#[tokio::test]
async fn one_tenant_is_read_without_the_others_and_over_the_socket() {
    let cluster = Cluster::start(LOGTO).await;
    cluster.run(&logto_rows(1, 100)).await;
    let mut collected = Collected::default();
    let mut settings = cluster.socket_settings();
    settings.tenant_id = Some("admin".to_owned());
    collected.drain(&mut feed(Logto, settings)).await;
    assert_eq!(collected.records.len(), 20);
    assert!(collected.records.values().all(|record| record.contains("\"tenantId\":\"admin\"")));
}

#[tokio::test]
async fn a_row_of_a_transaction_that_commits_late_is_found_behind_newer_ones() {
    let cluster = Cluster::start(LOGTO).await;
    let (late, early) = (cluster.admin().await, cluster.admin().await);
    let insert = |id: &str| format!("INSERT INTO logs VALUES ('default', '{id}', 'RevokeToken')");
    let mut feed = feed(Logto, cluster.settings(""));
    let mut collected = Collected::default();

    late.batch_execute(&format!("BEGIN; {}", insert("late"))).await.unwrap();
    early.batch_execute(&insert("early")).await.unwrap();
    collected.drain(&mut feed).await;
    assert_eq!(collected.records.keys().collect::<Vec<_>>(), ["early"]);
    let cursor_before = collected.cursor.clone();

    late.batch_execute("COMMIT").await.unwrap();
    collected.drain(&mut feed).await;
    assert_eq!(collected.records.keys().collect::<Vec<_>>(), ["early", "late"]);
    assert_eq!(collected.deliveries, 2, "what was sent is not sent again");
    assert_ne!(collected.cursor, cursor_before, "a batch with rows has a cursor of its own");

    // The batch with the late row was not kept, and it is asked once more where it was before.
    let mut again = Collected { cursor: cursor_before.clone(), ..Collected::default() };
    again.drain(&mut feed).await;
    assert_eq!(again.records.keys().collect::<Vec<_>>(), ["early", "late"]);
    // The same after a restart.
    let mut restarted = Collected { cursor: cursor_before, ..Collected::default() };
    restarted.drain(&mut crate::cluster::feed(Logto, cluster.settings(""))).await;
    assert_eq!(restarted.records.keys().collect::<Vec<_>>(), ["early", "late"]);
}

#[tokio::test]
async fn rows_of_several_writers_arrive_while_they_write() {
    const WRITERS: usize = 4;
    const ROWS: usize = 300;
    let cluster = Cluster::start(LOGTO).await;
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let client = cluster.admin().await;
        writers.push(tokio::spawn(async move {
            for row in 0..ROWS {
                // Every tenth transaction stays open for a while before it commits.
                let wait = if row % 10 == 0 { "SELECT pg_sleep(0.05);" } else { "" };
                let sql = format!(
                    "BEGIN; INSERT INTO logs VALUES ('default', 'w{writer}r{row}', 'RevokeToken'); \
                     {wait} COMMIT"
                );
                client.batch_execute(&sql).await.unwrap();
            }
        }));
    }
    let mut collected = Collected::default();
    collected.follow(&mut feed(Logto, cluster.settings("")), WRITERS * ROWS).await;
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(collected.troubles, [""; 0]);
    assert_eq!(collected.deliveries, WRITERS * ROWS);
}

#[tokio::test]
async fn a_clock_that_was_ahead_hides_no_rows() {
    let cluster = Cluster::start(LOGTO).await;
    let insert =
        |id, time| format!("INSERT INTO logs VALUES ('default', '{id}', 'k', '{{}}', {time})");
    cluster.run(&insert("future", "'2099-01-01'")).await;
    let mut feed = feed(Logto, cluster.settings(""));
    let mut collected = Collected::default();
    collected.drain(&mut feed).await;
    cluster.run(&insert("now", "now()")).await;
    collected.drain(&mut feed).await;
    assert_eq!(collected.records.keys().collect::<Vec<_>>(), ["future", "now"]);
    assert_eq!(collected.deliveries, 2);
}

#[tokio::test]
async fn what_cannot_be_a_record_is_set_aside_once_and_the_rest_goes_on() {
    let cluster = Cluster::start(LOGTO).await;
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    cluster
        .run(&format!(
            "INSERT INTO logs VALUES ('default', 'deep', 'k', '{deep}', '2026-10-02'), \
             ('default', 'never', 'k', '{{}}', 'infinity'), \
             ('default', 'always', 'k', '{{}}', '-infinity'), \
             ('default', 'odd ''\\ é', '', 'null', '2026-10-03'), ('default', 'fine', 'k', '{{}}', '2026-10-04')"
        ))
        .await;
    let mut feed = feed(Logto, cluster.settings(""));
    let mut collected = Collected::default();
    for _ in 0..3 {
        collected.drain(&mut feed).await;
    }
    assert_eq!(collected.records.keys().collect::<Vec<_>>(), ["fine", "odd '\\ é"]);
    let reasons: Vec<&str> = collected.broken.iter().map(|(_, reason)| reason.as_str()).collect();
    assert_eq!(reasons.len(), 3, "{reasons:?}");
    assert!(reasons[0].starts_with("`created_at` is not a time: -infinity"), "{reasons:?}");
    assert!(reasons[1].starts_with("`payload` is not JSON: "), "{reasons:?}");
    assert!(collected.broken[2].0.starts_with("default\tnever\tk\t"));
}

#[tokio::test]
async fn large_rows_come_in_batches_that_fit_into_memory() {
    let cluster = Cluster::start(LOGTO).await;
    cluster
        .run(
            "INSERT INTO logs SELECT 'default', 'row' || n, 'k', \
             jsonb_build_object('text', repeat('a', CASE WHEN n % 30 = 0 THEN 3000000 ELSE 700000 END)), \
             '2026-10-01'::timestamptz + n * interval '1 hour' FROM generate_series(1, 120) AS n",
        )
        .await;
    let mut collected = Collected::default();
    collected.drain(&mut feed(Logto, cluster.settings(""))).await;
    assert_eq!(collected.records.len(), 120);
    assert!(collected.bytes_max < (32 << 20) + 3_100_000, "{}", collected.bytes_max);
}

#[tokio::test]
async fn a_partitioned_table_in_a_schema_of_its_own_is_read_as_a_whole() {
    let cluster = Cluster::start(AUTHGEAR).await;
    cluster
        .run(
            "INSERT INTO audit._audit_log SELECT lpad(to_hex(n), 16, '0'), \
             CASE WHEN n % 4 = 0 THEN 'other' ELSE 'shop' END, \
             '2026-09-20 00:00:00.5'::timestamp + n * interval '1 hour', '', 'user.authenticated', \
             CASE WHEN n % 3 = 0 THEN NULL ELSE '2001:db8::17'::inet END, NULL, 'client', \
             jsonb_build_object('id', lpad(to_hex(n), 16, '0'), 'seq', n) \
             FROM generate_series(1, 2000) AS n",
        )
        .await;
    let mut all = Collected::default();
    let batches = NonZeroUsize::new(300).unwrap();
    let settings = cluster.settings("schema = \"audit\"");
    all.drain(&mut feed(Authgear, settings.clone()).with_batch_rows_max(batches)).await;
    assert_eq!((all.records.len(), all.deliveries), (2_000, 2_000));
    let record: Value = serde_json::from_str(&all.records["0000000000000003"]).unwrap();
    let expected = json!({
        "id": "0000000000000003", "app_id": "shop", "created_at": "2026-09-20 03:00:00.5",
        "user_id": "", "activity_type": "user.authenticated", "ip_address": null,
        "user_agent": null, "client_id": "client", "data": {"id": "0000000000000003", "seq": 3},
    });
    assert_eq!(record, expected);

    let mut one = Collected::default();
    let mut settings = settings;
    settings.app_id = Some("other".to_owned());
    one.drain(&mut feed(Authgear, settings)).await;
    assert_eq!(one.records.len(), 500);
}

#[tokio::test]
async fn a_new_row_is_looked_for_twice_a_second() {
    let cluster = Cluster::start(LOGTO).await;
    let feed = feed(Logto, cluster.settings(""));
    assert!(feed.interval().as_millis() <= 500);
}
