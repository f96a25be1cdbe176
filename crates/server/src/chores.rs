//! What is done again and again for as long as a server runs: what was read and changed is moved
//! into the ledgers, names that were learned are saved and those that commands change beside the
//! server taken over, and events that trickle in are sealed before they are many.

use std::sync::Arc;
use std::time::Duration;

use gatelog_service::alerts::courier::Courier;
use gatelog_service::{DueReads, Error, Service};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet, spawn_blocking};
use tokio::time::sleep;

/// Changes made by a command beside the server are in the ledger after so long.
const AUDIT_INTERVAL_MS: u64 = 1_000;

/// After a failure, such as a full disk, it is tried again so much later.
const AUDIT_RETRY_INTERVAL_MS: u64 = 10_000;

/// Names that a command has imported are shown after so long.
const NAMES_INTERVAL_MS: u64 = 2_000;

/// Words are looked for without an index in what arrived within so long, unless it is little.
const SEAL_INTERVAL_MS: u64 = 15_000;

/// Alerts are counted so often.
const ALERTS_INTERVAL_MS: u64 = 60_000;

/// What alerts have to tell is looked for so often.
const NOTICES_INTERVAL_MS: u64 = 1_000;

/// Notices that are sent at once.
const NOTICES_MAX: u32 = 32;

/// Which time it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// One of many.
    Another,
    /// The last: the server has stopped.
    Last,
}

/// Something that is done again and again, on a thread that may block.
#[derive(Debug)]
pub(crate) struct Chore {
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl Chore {
    /// Moves what was read and changed here into the ledgers.
    pub(crate) fn write_audit(service: Arc<Service>) -> Self {
        Self::start(move |turn| write_audit(&service, turn))
    }

    /// Saves names that were learned, and takes over those that commands have changed.
    pub(crate) fn exchange_names(service: Arc<Service>) -> Self {
        Self::start(move |turn| exchange_names(&service, turn))
    }

    /// Seals events that have trickled in.
    pub(crate) fn seal(service: Arc<Service>) -> Self {
        Self::start(move |turn| {
            // After the last event what is not sealed stays in the log.
            if turn == Turn::Another {
                service.seal_early();
            }
            SEAL_INTERVAL_MS
        })
    }

    /// Counts for every alert.
    pub(crate) fn check_alerts(service: Arc<Service>) -> Self {
        Self::start(move |turn| {
            if turn == Turn::Another
                && let Err(error) = service.check_alerts()
            {
                tracing::error!(%error, "alerts could not be checked");
            }
            ALERTS_INTERVAL_MS
        })
    }

    /// Sends what alerts have to tell.
    pub(crate) fn send_notices(service: Arc<Service>, courier: Arc<dyn Courier>) -> Self {
        Self::start(move |turn| {
            // Whatever is not sent waits for the next start.
            if turn == Turn::Another
                && let Err(error) = send_notices(&service, &courier)
            {
                tracing::error!(%error, "notices of alerts could not be sent");
            }
            NOTICES_INTERVAL_MS
        })
    }

    /// Does `work` now, and again each time after as many milliseconds as it says.
    fn start(work: impl Fn(Turn) -> u64 + Send + Sync + 'static) -> Self {
        let (stop, stopped) = oneshot::channel();
        Self { stop, running: tokio::spawn(run(Arc::new(work), stopped)) }
    }

    /// Does it one last time. To be called when nobody reads any more.
    pub(crate) async fn stop(self) {
        // The receiver is gone only if the task has ended already.
        let _ = self.stop.send(());
        let _ = self.running.await;
    }
}

async fn run(
    work: Arc<impl Fn(Turn) -> u64 + Send + Sync + 'static>,
    mut stopped: oneshot::Receiver<()>,
) {
    let mut turn = Turn::Another;
    loop {
        let work = Arc::clone(&work);
        // What panics is logged with its place, and done again all the same.
        let wait_ms = spawn_blocking(move || work(turn)).await.unwrap_or(AUDIT_RETRY_INTERVAL_MS);
        if turn == Turn::Last {
            return;
        }
        tokio::select! {
            () = sleep(Duration::from_millis(wait_ms)) => {}
            _ = &mut stopped => turn = Turn::Last,
        }
    }
}

fn write_audit(service: &Service, turn: Turn) -> u64 {
    let due = match turn {
        Turn::Another => DueReads::OfPastMinutes,
        Turn::Last => DueReads::All,
    };
    match service.write_audit(due) {
        Ok(()) => AUDIT_INTERVAL_MS,
        Err(error) => {
            tracing::error!(%error, "what was read and changed here could not be recorded yet");
            AUDIT_RETRY_INTERVAL_MS
        }
    }
}

fn exchange_names(service: &Service, turn: Turn) -> u64 {
    service.save_names();
    // Nobody is left to be shown a name.
    if turn == Turn::Another
        && let Err(error) = service.refresh_names()
    {
        tracing::warn!(%error, "names changed by a command could not be read");
    }
    NAMES_INTERVAL_MS
}

/// Sends what is due, all of it side by side, so that no receiver waits for another one.
fn send_notices(service: &Service, courier: &Arc<dyn Courier>) -> Result<(), Error> {
    let mut sending = JoinSet::new();
    for (message, notice) in service.due_notices(NOTICES_MAX)? {
        let courier = Arc::clone(courier);
        let send = async move {
            let outcome = courier.send(&notice, &message.destination).await;
            (message, outcome)
        };
        sending.spawn_on(send, &Handle::current());
    }
    // This thread may block; a panic ends the round.
    let sent = Handle::current().block_on(sending.join_all());
    sent.into_iter().try_for_each(|(message, outcome)| service.note_sending(&message, outcome))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_chore_is_done_until_it_is_stopped_and_then_once_more() {
        let turns = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&turns);
        let chore = Chore::start(move |turn| {
            noted.lock().unwrap().push(turn);
            assert!(noted.lock().unwrap().len() != 2, "a chore that fails is not given up");
            1_000
        });
        while turns.lock().unwrap().len() < 3 {
            sleep(Duration::from_millis(500)).await;
        }
        assert!(!turns.lock().unwrap().contains(&Turn::Last));
        chore.stop().await;
        assert_eq!(turns.lock().unwrap().iter().filter(|turn| **turn == Turn::Last).count(), 1);
        assert_eq!(turns.lock().unwrap().last(), Some(&Turn::Last));
    }
}
