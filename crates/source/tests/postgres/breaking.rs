//! Servers and connections that end in the middle, and feeds that are killed.

use std::num::NonZeroUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use gatelog_event::time::UnixMicros;
use gatelog_source::Feed as _;
use gatelog_source::postgres::Product::Logto;

use crate::cluster::{Cluster, Stop, feed, settings};
use crate::collected::Collected;
use crate::{LOGTO, logto_rows, proxy};

#[tokio::test]
async fn a_server_that_is_restarted_is_followed_again() {
    let mut cluster = Cluster::start(LOGTO).await;
    let mut feed =
        feed(Logto, cluster.settings("")).with_batch_rows_max(NonZeroUsize::new(400).unwrap());
    let mut collected = Collected::default();
    for (round, stop) in [Stop::Fast, Stop::Immediate, Stop::Fast].into_iter().enumerate() {
        cluster.run(&logto_rows(1 + round * 2_000, 2_000)).await;
        collected.follow(&mut feed, round * 2_000 + 800).await;
        // The next batch is asked for when the server stops.
        let rows = (round + 1) * 2_000;
        tokio::join!(collected.follow(&mut feed, rows), cluster.restart(stop));
    }
    assert_eq!(collected.records.len(), 6_000);
    assert!(!collected.troubles.is_empty(), "the connection was lost");
    for trouble in &collected.troubles {
        assert!(trouble.starts_with("PostgreSQL at 127.0.0.1, port "), "{trouble}");
    }
}

#[tokio::test]
async fn a_connection_that_is_cut_among_rows_loses_none() {
    let cluster = Cluster::start(LOGTO).await;
    cluster.run(&logto_rows(1, 5_000)).await;
    let limits = (0..12).map(|cut| 900 + cut * 61_007).collect();
    let (address, cut) = proxy::start(cluster.port, limits).await;
    let mut feed = feed(Logto, settings("127.0.0.1", address.port(), ""))
        .with_batch_rows_max(NonZeroUsize::new(900).unwrap());
    let mut collected = Collected::default();
    collected.follow(&mut feed, 5_000).await;
    assert!(cut.load(Ordering::Relaxed) > 3, "{:?}", collected.troubles);
    assert!(collected.troubles.len() > 3);
}

/// Each time with the cursor of what was kept, as after a crash; batches that came and were not
/// kept yet are lost with it.
#[tokio::test]
async fn a_feed_that_is_killed_again_and_again_misses_nothing() {
    const KILLS: usize = 50;
    const ROWS: usize = 20_000;
    let seed = std::env::var("GATELOG_SEED").ok().and_then(|seed| seed.parse().ok());
    let mut random = Random(seed.unwrap_or_else(|| u64::from(std::process::id()) << 20 | 1));
    println!("GATELOG_SEED={}", random.0);

    let cluster = Cluster::start(LOGTO).await;
    cluster.run(&logto_rows(1, ROWS / 2)).await;
    let writer = cluster.admin().await;
    let writing = tokio::spawn(async move {
        for from in (ROWS / 2 + 1..=ROWS).step_by(500) {
            writer.batch_execute(&logto_rows(from, 500)).await.unwrap();
        }
    });
    let new_feed =
        || feed(Logto, cluster.settings("")).with_batch_rows_max(NonZeroUsize::new(230).unwrap());
    let (mut collected, mut kills) = (Collected::default(), 0);
    let mut feed = new_feed();
    while kills < KILLS {
        let patience = Duration::from_micros(random.below(25_000));
        let cursor = collected.cursor.clone();
        let fetched = feed.fetch(cursor.as_ref(), UnixMicros::EPOCH);
        match tokio::time::timeout(patience, fetched).await {
            Ok(batch) if random.below(4) > 0 => collected.keep(batch.unwrap()),
            Ok(_) | Err(_) => {
                feed = new_feed();
                kills += 1;
            }
        }
    }
    writing.await.unwrap();
    collected.follow(&mut feed, ROWS).await;
    collected.drain(&mut feed).await;
    assert_eq!(collected.records.len(), ROWS);
}

/// A fetch that nobody waits for any more, on the same feed.
#[tokio::test]
async fn a_fetch_that_is_given_up_loses_nothing() {
    let cluster = Cluster::start(LOGTO).await;
    cluster.run(&logto_rows(1, 3_000)).await;
    let mut feed =
        feed(Logto, cluster.settings("")).with_batch_rows_max(NonZeroUsize::new(500).unwrap());
    let mut collected = Collected::default();
    for microseconds in (0..40).map(|step| step * 500) {
        let cursor = collected.cursor.clone();
        let fetched = feed.fetch(cursor.as_ref(), UnixMicros::EPOCH);
        if let Ok(batch) = tokio::time::timeout(Duration::from_micros(microseconds), fetched).await
        {
            collected.keep(batch.unwrap());
        }
    }
    collected.follow(&mut feed, 3_000).await;
    assert_eq!(collected.records.len(), 3_000);
}

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}
