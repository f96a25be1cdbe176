//! Moves what was read and changed here into the ledgers for as long as a server runs.

use std::sync::Arc;
use std::time::Duration;

use gatelog_service::{DueReads, Service};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::sleep;

/// Changes made by a command beside the server are in the ledger after so long.
const INTERVAL_MS: u64 = 1_000;

/// After a failure, such as a full disk, it is tried again so much later.
const RETRY_INTERVAL_MS: u64 = 10_000;

/// The task that does it.
#[derive(Debug)]
pub(crate) struct AuditWriter {
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl AuditWriter {
    /// Writes what waits, and then every second.
    pub(crate) fn start(service: Arc<Service>) -> Self {
        let (stop, stopped) = oneshot::channel();
        Self { stop, running: tokio::spawn(run(service, stopped)) }
    }

    /// Writes the last of it. To be called when nobody reads any more.
    pub(crate) async fn stop(self) {
        // The receiver is gone only if the task has ended already.
        let _ = self.stop.send(());
        let _ = self.running.await;
    }
}

async fn run(service: Arc<Service>, mut stopped: oneshot::Receiver<()>) {
    loop {
        let is_written = write(&service, DueReads::OfPastMinutes).await;
        let wait_ms = if is_written { INTERVAL_MS } else { RETRY_INTERVAL_MS };
        tokio::select! {
            () = sleep(Duration::from_millis(wait_ms)) => {}
            _ = &mut stopped => break,
        }
    }
    write(&service, DueReads::All).await;
}

async fn write(service: &Arc<Service>, due: DueReads) -> bool {
    let service = Arc::clone(service);
    match spawn_blocking(move || service.write_audit(due)).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::error!(%error, "what was read and changed here could not be recorded yet");
            false
        }
        Err(error) => {
            tracing::error!(%error, "recording what was read and changed ended unexpectedly");
            false
        }
    }
}
