//! Work that may read from disk, off the async threads: what keeps events first, short reads next
//! to each other, and long ones in turn.
//!
//! - [`ahead_of_reads`]: keeping events, and finding out who asks. It waits for no reader.
//! - [`blocking`]: reads. There is a bound on how many run at once, which leaves threads for the
//!   above; more wait, first come, first served.
//! - [`scanning`]: reads that look at records one by one. They take none of the room of others, and
//!   wait for each other.

use std::fmt;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::problem::Problem;

/// Short reads at once. A thread that waits for a disk costs little, and tokio has 512.
const READS_MAX: usize = 64;

/// Reads of every record at once. Each keeps a processor busy for seconds.
const SCANS_MAX: usize = 2;

/// Reads of every record that wait for their turn: minutes of work. Whoever comes later had better
/// ask something narrower.
const SCANS_WAITING_MAX: usize = 32;

// One process has one set of threads and processors, however many routers it has.
static READS: Semaphore = Semaphore::const_new(READS_MAX);
static SCANS: Turns = Turns::new(SCANS_MAX, SCANS_WAITING_MAX);

/// The work panicked; the panic was logged with its place.
#[derive(Clone, Copy, Debug)]
pub struct Panicked;

impl fmt::Display for Panicked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the work ended unexpectedly")
    }
}

impl std::error::Error for Panicked {}

/// Turns that are taken in the order in which they were asked for.
struct Turns {
    running: Semaphore,
    /// Room for those who run and those who wait.
    room: Semaphore,
}

/// A turn, over when dropped.
struct Turn {
    _running: SemaphorePermit<'static>,
    _room: Option<SemaphorePermit<'static>>,
}

impl Turns {
    const fn new(running_max: usize, waiting_max: usize) -> Self {
        let room = Semaphore::const_new(running_max + waiting_max);
        Self { running: Semaphore::const_new(running_max), room }
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// 429 at once when as many wait as may.
    async fn take(&'static self) -> Result<Turn, Problem> {
        let room = self.room.try_acquire().map_err(|_| {
            Problem::too_many(
                "many questions wait that need every record read; ask again in a while, within a \
                 shorter time, or for fields that are indexed (/v1/explain tells which)",
            )
        })?;
        Ok(Turn { _room: Some(room), ..self.wait().await })
    }

    /// Waits for a turn, however many do.
    async fn wait(&'static self) -> Turn {
        // It is never closed.
        let running = self.running.acquire().await.map_err(|_| Panicked);
        match running {
            Ok(running) => Turn { _running: running, _room: None },
            Err(Panicked) => std::future::pending().await,
        }
    }
}

/// Runs a read on a thread that may block; waits while many others run.
///
/// # Errors
/// [`Panicked`].
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Panicked> {
    let room = READS.acquire().await.map_err(|_| Panicked)?;
    ahead_of_reads(move || {
        let _room = room;
        work()
    })
    .await
}

/// Runs a read of records one by one, when its turn has come.
///
/// # Errors
/// 429 when too many wait; 500 when it panicked.
pub async fn scanning<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let turn = SCANS.take().await?;
    Ok(in_turn(turn, work).await?)
}

/// As [`scanning`], for work of which there is a bound elsewhere: it waits however many do.
pub(crate) async fn scanning_patiently<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Panicked> {
    in_turn(SCANS.wait().await, work).await
}

async fn in_turn<T: Send + 'static>(
    turn: Turn,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Panicked> {
    // The turn belongs to the work: a client that goes away does not end it.
    ahead_of_reads(move || {
        let _turn = turn;
        work()
    })
    .await
}

/// Runs `work` on a thread that may block, whatever else is going on.
///
/// # Errors
/// [`Panicked`].
pub async fn ahead_of_reads<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Panicked> {
    // What it logs is about the same request.
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(work)).await.map_err(|error| {
        tracing::error!(%error, "work on a blocking thread ended unexpectedly");
        Panicked
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use axum::http::StatusCode;
    use axum::response::IntoResponse;
    use tokio::task::JoinSet;

    use super::*;

    /// Work that goes on until the sender is dropped.
    fn long_work() -> (mpsc::Sender<()>, impl FnOnce() + Send + 'static) {
        let (end, ended) = mpsc::channel();
        // An error is that the sender was dropped.
        (end, move || assert!(ended.recv().is_err()))
    }

    #[tokio::test]
    async fn neither_short_reads_nor_kept_events_wait_for_scans() {
        let (mut scans, mut ends) = (JoinSet::new(), Vec::new());
        for _ in 0..SCANS_MAX + SCANS_WAITING_MAX {
            let (end, work) = long_work();
            ends.push(end);
            scans.spawn(scanning(work));
        }
        while SCANS.room.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(blocking(|| 1).await.unwrap(), 1);
        let refusal = scanning(|| ()).await.unwrap_err().into_response();
        assert_eq!(refusal.status(), StatusCode::TOO_MANY_REQUESTS);
        assert!(refusal.headers().contains_key("retry-after"));

        let (mut reads, mut read_ends) = (JoinSet::new(), Vec::new());
        for _ in 0..2 * READS_MAX {
            let (end, work) = long_work();
            read_ends.push(end);
            reads.spawn(blocking(work));
        }
        while READS.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(ahead_of_reads(|| 2).await.unwrap(), 2);

        drop((ends, read_ends));
        while let Some(ended) = scans.join_next().await {
            ended.unwrap().unwrap();
        }
        while let Some(ended) = reads.join_next().await {
            ended.unwrap().unwrap();
        }
        assert_eq!(scanning(|| 3).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn scans_are_answered_in_the_order_in_which_they_came() {
        let turns: &'static Turns = Box::leak(Box::new(Turns::new(1, 3)));
        let first = turns.take().await.unwrap();
        let (send, order) = mpsc::channel();
        let mut waiting = JoinSet::new();
        for number in 0..3 {
            let send = send.clone();
            waiting.spawn(async move {
                let _turn = turns.take().await.unwrap();
                send.send(number).unwrap();
            });
            tokio::task::yield_now().await;
        }
        assert!(turns.take().await.is_err());
        drop((first, send));
        waiting.join_all().await;
        assert_eq!(order.iter().collect::<Vec<_>>(), [0, 1, 2]);
    }
}
