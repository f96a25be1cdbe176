//! Word that the server is stopping, for answers that have no end of their own.

use tokio::sync::watch;

/// Tells when the server begins to stop.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Stops when `stopping` becomes true, or nobody is left to say so.
    pub fn new(stopping: watch::Receiver<bool>) -> Self {
        Self(stopping)
    }

    /// Whether it has begun.
    pub fn is_told(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Waits until the server begins to stop.
    pub async fn told(&mut self) {
        // An error is that nobody is left to say so.
        let _ = self.0.wait_for(|stopping| *stopping).await;
    }
}
