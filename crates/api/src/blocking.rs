//! Work that may read from disk, off the async threads.

use std::fmt;

/// The work panicked; the panic was logged with its place.
#[derive(Clone, Copy, Debug)]
pub struct Panicked;

impl fmt::Display for Panicked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the work ended unexpectedly")
    }
}

impl std::error::Error for Panicked {}

/// Runs `work` on a thread that may block.
///
/// # Errors
/// [`Panicked`].
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Panicked> {
    // What it logs is about the same request.
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(work)).await.map_err(|error| {
        tracing::error!(%error, "work on a blocking thread ended unexpectedly");
        Panicked
    })
}
