//! The directory, as commands change it beside the server.

use std::sync::Arc;
use std::time::Duration;

use gatelog_service::Service;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// Names that a command has imported are shown after so long.
const INTERVAL_MS: u64 = 2_000;

/// Takes over changed names until `stop` becomes true.
pub(crate) async fn refresh_names(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = sleep(Duration::from_millis(INTERVAL_MS)) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let service = Arc::clone(&service);
        let refreshed = spawn_blocking(move || service.refresh_names()).await;
        if let Ok(Err(error)) = refreshed {
            tracing::warn!(%error, "names changed by a command could not be read");
        }
    }
}
