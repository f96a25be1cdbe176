//! Rows that are removed because they are stored, and those that stay.

use std::collections::BTreeMap;
use std::sync::Mutex;

use gatelog_event::time::UnixMicros;
use gatelog_source::Secret;
use gatelog_source::postgres::Product::Logto;
use gatelog_source::postgres::{Confirm, Confirming, OldRow, Prune, Pruned, Settings, prune};
use serde_json::Value;
use tokio_postgres::Client;

use crate::cluster::{Cluster, feed};
use crate::collected::Collected;
use crate::{LOGTO, logto_rows};

/// Stored events by their id, and what happens to the table before the next answer.
struct Stored {
    events: BTreeMap<String, UnixMicros>,
    meanwhile: Mutex<Option<(Client, String)>>,
}

impl Stored {
    /// What a feed delivers.
    async fn by_following(cluster: &Cluster) -> Self {
        let mut collected = Collected::default();
        collected.drain(&mut feed(Logto, cluster.settings(""))).await;
        let time = |record: &String| {
            let record: Value = serde_json::from_str(record).unwrap();
            UnixMicros::from_millis(record["createdAt"].as_i64().unwrap()).unwrap()
        };
        let events = collected.records.iter().map(|(id, record)| (id.clone(), time(record)));
        Self { events: events.collect(), meanwhile: Mutex::new(None) }
    }
}

impl Confirm for Stored {
    fn are_stored<'c>(&'c self, rows: &'c [OldRow]) -> Confirming<'c> {
        let meanwhile = self.meanwhile.lock().unwrap().take();
        Box::pin(async move {
            if let Some((client, sql)) = meanwhile {
                client.batch_execute(&sql).await.unwrap();
            }
            Ok(rows.iter().map(|row| self.events.get(&row.id) == Some(&row.time)).collect())
        })
    }
}

/// Cannot look anything up.
struct Unable;

impl Confirm for Unable {
    fn are_stored<'c>(&'c self, _: &'c [OldRow]) -> Confirming<'c> {
        Box::pin(async { Err("the ledger is closed".to_owned()) })
    }
}

fn pruner(cluster: &Cluster) -> Settings {
    cluster.settings("user = \"gatelog_prune\"")
}

async fn run(
    settings: &Settings,
    stored: &dyn Confirm,
    older_than: &str,
    is_dry_run: bool,
) -> Pruned {
    let password = Secret::new("prunes");
    let older_than = UnixMicros::parse_rfc3339(older_than).unwrap();
    let request = Prune { older_than, is_dry_run };
    let mut last = Pruned::default();
    let pruned =
        prune(settings, Some(&password), request, stored, &mut |so_far| last = so_far).await;
    let pruned = pruned.unwrap();
    assert_eq!(last, pruned, "the last progress is the result");
    pruned
}

async fn ids(cluster: &Cluster) -> Vec<String> {
    let rows = cluster.admin().await.query("SELECT id::text FROM logs ORDER BY id", &[]).await;
    rows.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn what_is_not_known_to_be_stored_stays() {
    let cluster = Cluster::start(LOGTO).await;
    cluster.run(&logto_rows(1, 3_600)).await;
    let mut stored = Stored::by_following(&cluster).await;
    // One that was never stored, and one whose id is stored with another time.
    stored.events.remove("row00000002");
    let other_time = UnixMicros::from_millis(1).unwrap();
    stored.events.insert("row00000005".to_owned(), other_time);

    // Of three rows a second, those of the first 1,000 seconds.
    let until = "2026-10-01T00:16:40Z";
    let expected =
        Pruned { old_rows: 2_999, removed_rows: 2_997, unconfirmed_rows: 2, changed_rows: 0 };
    assert_eq!(run(&pruner(&cluster), &stored, until, true).await, expected);
    assert_eq!(ids(&cluster).await.len(), 3_600, "a dry run removes nothing");

    assert_eq!(run(&pruner(&cluster), &stored, until, false).await, expected);
    let left = ids(&cluster).await;
    assert_eq!(left.len(), 603);
    assert_eq!(left[..3], ["row00000002", "row00000005", "row00003000"]);
}

#[tokio::test]
async fn a_row_that_was_changed_after_it_was_looked_at_stays() {
    let cluster = Cluster::start(LOGTO).await;
    cluster.run(&logto_rows(1, 50)).await;
    let stored = Stored::by_following(&cluster).await;
    let change = "UPDATE logs SET payload = '{\"result\": \"Error\"}' WHERE id = 'row00000007'; \
                  UPDATE logs SET key = 'other' WHERE id = 'row00000008'; \
                  DELETE FROM logs WHERE id = 'row00000009'";
    *stored.meanwhile.lock().unwrap() = Some((cluster.admin().await, change.to_owned()));
    let pruned = run(&pruner(&cluster), &stored, "2027-01-01T00:00:00Z", false).await;
    let expected = Pruned { old_rows: 50, removed_rows: 47, unconfirmed_rows: 0, changed_rows: 3 };
    assert_eq!(pruned, expected);
    assert_eq!(ids(&cluster).await, ["row00000007", "row00000008"]);
}

#[tokio::test]
async fn one_tenant_is_pruned_without_the_others() {
    let cluster = Cluster::start(LOGTO).await;
    cluster.run(&logto_rows(1, 50)).await;
    let stored = Stored::by_following(&cluster).await;
    let mut settings = pruner(&cluster);
    settings.tenant_id = Some("admin".to_owned());
    let pruned = run(&settings, &stored, "2027-01-01T00:00:00Z", false).await;
    assert_eq!((pruned.old_rows, pruned.removed_rows), (10, 10));
    assert_eq!(ids(&cluster).await.len(), 40);
}

#[tokio::test]
async fn without_answers_or_rights_nothing_is_removed() {
    let cluster = Cluster::start(LOGTO).await;
    cluster.run(&logto_rows(1, 50)).await;
    let stored = Stored::by_following(&cluster).await;
    let request = Prune { older_than: UnixMicros::MAX, is_dry_run: false };
    let reader = cluster.settings("");
    let (reads, prunes) = (Secret::new("reads"), Secret::new("prunes"));
    let mut ignore = |_| {};
    let trouble = prune(&pruner(&cluster), Some(&prunes), request, &Unable, &mut ignore).await;
    assert!(trouble.unwrap_err().reason.ends_with("the ledger is closed"));
    let trouble = prune(&reader, Some(&reads), request, &stored, &mut ignore).await;
    assert!(trouble.unwrap_err().reason.contains("GRANT DELETE"));
    assert_eq!(ids(&cluster).await.len(), 50);
}
