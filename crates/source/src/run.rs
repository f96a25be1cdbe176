//! A feed that is asked for as long as the server runs.
//!
//! A batch is fetched while the one before it is looked at, and the one before that is being kept.
//! Its cursor is saved after that, so a restart at any moment fetches something twice at worst. While
//! batches come fast it is saved now and then.
//! After a failure everything begins anew from the cursor that was saved: there is one way on, and
//! it is the way of every start.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep, sleep_until};

use crate::delivery::NotKept;
use crate::feed::{Batch, Cursor, Feed, Trouble};
use crate::intake::{Intake, Sorted};

/// After the first failure it is tried again so much later, then after twice as long each time.
const RETRY_MS_MIN: u64 = 1_000;

/// Never later than this.
const RETRY_MS_MAX: u64 = 60_000;

/// Where to go on is saved so often while batch follows on batch.
const SAVE_INTERVAL_MS: u64 = 500;

/// Batches that are fetched and wait for the one that is being kept.
const BATCHES_WAITING_MAX: usize = 1;

/// Opens a feed, which connects to nothing yet.
pub type OpenFeed = Box<dyn Fn() -> Result<Box<dyn Feed>, Trouble> + Send + Sync>;

/// Told when the server stops, or the source is changed.
pub type Stopped = watch::Receiver<bool>;

/// A batch that was looked at.
struct SortedBatch {
    sorted: Sorted,
    cursor: Cursor,
    is_at_head: bool,
}

/// Asks a feed until `stopped`, and keeps what it says. What was fetched by then is kept before it
/// returns.
pub async fn run_feed(open: OpenFeed, intake: Arc<Intake>, mut stopped: Stopped) {
    let mut retry_ms = RETRY_MS_MIN;
    loop {
        let before = intake.state().cursor;
        let Some(trouble) = run_once(&open, &intake, &mut stopped).await else { break };
        if intake.state().cursor != before {
            retry_ms = RETRY_MS_MIN;
        }
        let source = intake.name();
        tracing::warn!(source, reason = trouble.reason, retry_ms, "a source gives nothing");
        intake.note_trouble(trouble.reason);
        save(&intake).await;
        let wait = trouble.retry_after.unwrap_or(Duration::from_millis(retry_ms));
        tokio::select! {
            () = sleep(wait) => {}
            () = stop(&mut stopped) => break,
        }
        retry_ms = (retry_ms * 2).min(RETRY_MS_MAX);
    }
    save(&intake).await;
}

/// Fetches and keeps from the cursor that was saved, until something fails; nothing if it was
/// stopped.
async fn run_once(open: &OpenFeed, intake: &Arc<Intake>, stopped: &mut Stopped) -> Option<Trouble> {
    let mut feed = match open() {
        Ok(feed) => feed,
        Err(trouble) => return Some(trouble),
    };
    let cursor = intake.state().cursor.map(Cursor);
    let (sender, batches) = mpsc::channel(BATCHES_WAITING_MAX);
    let fetching = async {
        tokio::select! {
            trouble = fetch(&mut *feed, cursor, intake, sender) => Some(trouble),
            () = stop(stopped) => None,
        }
    };
    let (sorter, sorted) = mpsc::channel(BATCHES_WAITING_MAX);
    let mut keeping = pin!(async {
        tokio::try_join!(sort(batches, sorter, intake), keep(sorted, intake)).map(drop)
    });
    tokio::select! {
        // What was fetched before is kept first: it may be all there is for a long time.
        trouble = fetching => match keeping.await {
            Ok(()) => trouble,
            Err(not_kept) => trouble.and(Some(not_kept)),
        },
        kept = &mut keeping => Some(kept.err().unwrap_or_else(|| Trouble::new("nothing came"))),
    }
}

/// Ends when somebody says stop, or nobody is there any more to say it.
async fn stop(stopped: &mut Stopped) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Fetches batch after batch.
async fn fetch(
    feed: &mut dyn Feed,
    mut cursor: Option<Cursor>,
    intake: &Intake,
    batches: mpsc::Sender<Batch>,
) -> Trouble {
    loop {
        let batch = match feed.fetch(cursor.as_ref(), intake.now()).await {
            Ok(batch) => batch,
            Err(trouble) => return trouble,
        };
        let is_at_head = batch.is_at_head;
        cursor = Some(batch.cursor.clone());
        if batches.send(batch).await.is_err() {
            return Trouble::new("what was fetched cannot be kept");
        }
        if is_at_head {
            sleep(feed.interval()).await;
        }
    }
}

/// Looks at batch after batch.
async fn sort(
    mut batches: mpsc::Receiver<Batch>,
    sorted: mpsc::Sender<SortedBatch>,
    intake: &Arc<Intake>,
) -> Result<(), Trouble> {
    while let Some(Batch { delivery, cursor, is_at_head }) = batches.recv().await {
        intake.note_answer();
        let looked_at = intake.sorted(delivery).await.map_err(|error| not_kept(&error))?;
        // Nobody takes it only if keeping has failed, which is told there.
        if sorted.send(SortedBatch { sorted: looked_at, cursor, is_at_head }).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// Keeps batch after batch, and saves where to go on: at the newest event at once, before it so
/// often that a restart repeats little. What is not saved at the end, the caller saves.
async fn keep(
    mut sorted: mpsc::Receiver<SortedBatch>,
    intake: &Arc<Intake>,
) -> Result<(), Trouble> {
    let mut save_due = Instant::now();
    let mut is_saved = true;
    loop {
        if !is_saved && save_due <= Instant::now() {
            save(intake).await;
            save_due = Instant::now() + Duration::from_millis(SAVE_INTERVAL_MS);
            is_saved = true;
        }
        let next = tokio::select! {
            next = sorted.recv() => next,
            () = sleep_until(save_due), if !is_saved => continue,
        };
        let Some(SortedBatch { sorted: batch, cursor, is_at_head }) = next else { return Ok(()) };
        // Of a table in which nothing happens nothing is written either.
        if batch.is_empty() && intake.state().cursor.as_ref() == Some(&cursor.0) {
            continue;
        }
        if !batch.is_empty() {
            intake.keep_sorted(batch).await.map_err(|error| not_kept(&error))?;
        }
        intake.note_cursor(cursor);
        is_saved = false;
        if is_at_head {
            save_due = Instant::now();
        }
    }
}

fn not_kept(error: &NotKept) -> Trouble {
    let retry_after = matches!(error, NotKept::Busy).then_some(Duration::from_millis(RETRY_MS_MIN));
    Trouble { reason: error.to_string(), retry_after }
}

/// Saves what is known of a source. What cannot be saved is fetched again after a restart.
pub(crate) async fn save(intake: &Arc<Intake>) {
    let saving = Arc::clone(intake);
    let saved = spawn_blocking(move || saving.save()).await;
    if let Ok(Err(error)) = saved {
        tracing::warn!(source = intake.name(), %error, "where to go on could not be saved");
    }
}
