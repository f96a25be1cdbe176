//! From a table into a ledger: every row becomes an event, once, and may then be removed.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::files::{OsFiles, Randomness};
use gatelog_meta::SourceState;
use gatelog_query::{Filter, NothingDerived, Query};
use gatelog_service::{Clock, Environment, Service};
use gatelog_source::postgres::Product::{Authgear, Logto};
use gatelog_source::postgres::{InLedger, Product, Prune, Pruned, Settings, prune};
use gatelog_source::run::{OpenFeed, run_feed};
use gatelog_source::{Intake, SealKey, Secret};
use tokio::sync::watch;

use crate::cluster::{Cluster, Stop, feed};
use crate::{AUTHGEAR, LOGTO, authgear_rows, logto_rows};

#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> UnixMicros {
        UnixMicros::parse_rfc3339("2026-11-20T12:00:00Z").unwrap()
    }
}

/// The same key for every tenant will do.
#[derive(Debug)]
struct Sevens;

impl Randomness for Sevens {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        bytes.fill(7);
        Ok(())
    }
}

fn open(directory: &Path) -> Arc<Intake> {
    let environment = Environment {
        clock: Arc::new(Noon),
        randomness: Arc::new(Sevens),
        files: Arc::new(OsFiles),
        derivation: Arc::new(NothingDerived),
    };
    let service = Arc::new(Service::open(directory, environment).unwrap());
    let tenant = service.tenant(&TenantName::default_tenant()).unwrap();
    let state = SourceState::new("product", tenant.name().clone(), "test");
    Arc::new(Intake::new(service, tenant, Arc::new(SealKey::new([3; 32])), state))
}

fn held(intake: &Intake) -> u64 {
    intake.tenant().ledger().matches(&Query::new(Filter::All)).unwrap().total()
}

fn opener(product: Product, settings: Settings) -> OpenFeed {
    Box::new(move || Ok(Box::new(feed(product, settings.clone()))))
}

/// Lets a feed run until so many events are kept and meanwhile `breaks` something.
async fn run_until_kept(
    open_feed: OpenFeed,
    intake: &Arc<Intake>,
    events: u64,
    breaks: impl AsyncFnOnce(),
) -> SourceState {
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(run_feed(open_feed, Arc::clone(intake), stopped));
    breaks().await;
    while intake.state().accepted < events {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.send(true).unwrap();
    running.await.unwrap();
    intake.state()
}

#[tokio::test]
async fn every_row_of_logto_is_an_event_though_its_server_is_restarted() {
    let mut cluster = Cluster::start(LOGTO).await;
    cluster.run(&logto_rows(1, 25_000)).await;
    let directory = tempfile::tempdir().unwrap();
    let intake = open(directory.path());
    let opener = opener(Logto, cluster.settings(""));
    let restart = async || {
        cluster.restart(Stop::Immediate).await;
        cluster.run(&logto_rows(25_001, 500)).await;
    };
    let state = run_until_kept(opener, &intake, 25_500, restart).await;
    assert_eq!((held(&intake), state.accepted, state.quarantined), (25_500, 25_500, 0));
    assert_eq!(state.conflicts, 0, "what came again is the same");
}

#[tokio::test]
async fn every_row_of_authgear_is_an_event() {
    let cluster = Cluster::start(AUTHGEAR).await;
    cluster.run(&authgear_rows(2_000)).await;
    let directory = tempfile::tempdir().unwrap();
    let intake = open(directory.path());
    let opener = opener(Authgear, cluster.settings("schema = \"audit\""));
    let state = run_until_kept(opener, &intake, 2_000, async || {}).await;
    assert_eq!((held(&intake), state.accepted, state.quarantined), (2_000, 2_000, 0));
}

#[tokio::test]
async fn only_rows_that_are_events_of_the_ledger_are_pruned() {
    let cluster = Cluster::start(LOGTO).await;
    cluster.run(&logto_rows(1, 2_500)).await;
    let directory = tempfile::tempdir().unwrap();
    let intake = open(directory.path());
    run_until_kept(opener(Logto, cluster.settings("")), &intake, 2_500, async || {}).await;
    // Rows that came after the feed had ended, and one that is another event by now.
    cluster.run(&logto_rows(2_501, 3)).await;
    let changed = "UPDATE logs SET created_at = created_at + interval '1 millisecond' \
                   WHERE id = 'row00000004'; UPDATE logs SET key = 'x' WHERE id = 'row00000005'";
    cluster.run(changed).await;

    let settings = cluster.settings("user = \"gatelog_prune\"");
    let password = Secret::new("prunes");
    let request = Prune { older_than: Noon.now(), is_dry_run: false };
    let ledger = InLedger(intake.tenant().ledger().clone());
    let pruned = prune(&settings, Some(&password), request, &ledger, &mut |_| {}).await.unwrap();
    let expected =
        Pruned { old_rows: 2_503, removed_rows: 2_498, unconfirmed_rows: 5, changed_rows: 0 };
    assert_eq!(pruned, expected);
    let left = cluster.admin().await.query("SELECT id::text FROM logs ORDER BY id", &[]).await;
    let left: Vec<String> = left.unwrap().iter().map(|row| row.get(0)).collect();
    let expected = ["row00000004", "row00000005", "row00002501", "row00002502", "row00002503"];
    assert_eq!(left, expected);
}
