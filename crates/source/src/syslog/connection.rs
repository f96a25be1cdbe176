//! One sender, from its first byte to its last.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use gatelog_event::source::Format;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::frame::{Frame, Frames};
use super::reading::Reading;
use super::settings::{BATCH_FRAMES_MAX, KEEP_PAUSE_MS, READ_BYTES, STOP_PATIENCE_MS};
use super::stops;
use crate::delivery::{Delivery, Keep, NotKept};

/// A sender, and where what it sends goes.
pub(super) struct Connection {
    pub(super) peer: SocketAddr,
    pub(super) reading: Arc<Reading>,
    pub(super) keep: Arc<dyn Keep>,
    pub(super) idle_timeout: Duration,
    pub(super) stop: watch::Receiver<bool>,
}

/// Why nothing more is read.
#[derive(Debug, thiserror::Error)]
enum End {
    #[error("the sender closed it")]
    Closed,
    #[error("nothing came for too long")]
    Idle,
    #[error("the server stops")]
    Stopping,
    #[error(transparent)]
    Failed(#[from] std::io::Error),
}

impl Connection {
    /// Reads until somebody ends it, and returns when what was read is kept.
    pub(super) async fn run(self, mut stream: impl AsyncRead + Unpin) {
        let mut frames = Frames::default();
        let mut stopping = std::pin::pin!(stops(self.stop.clone()));
        let end = loop {
            let read = tokio::select! {
                biased;
                () = &mut stopping => Err(End::Stopping),
                read = self.read(&mut stream, frames.buffer()) => read,
            };
            self.keep_frames(std::iter::from_fn(|| frames.next_frame())).await;
            if let Err(end) = read {
                break end;
            }
        };
        self.keep_frames(frames.last_frame().into_iter()).await;
        tracing::debug!(peer = %self.peer, why = %end, "a syslog connection ended");
    }

    async fn read(
        &self,
        stream: &mut (impl AsyncRead + Unpin),
        buffer: &mut BytesMut,
    ) -> Result<(), End> {
        buffer.reserve(READ_BYTES);
        match timeout(self.idle_timeout, stream.read_buf(buffer)).await {
            Err(_) => Err(End::Idle),
            Ok(Ok(0)) => Err(End::Closed),
            Ok(read) => Ok(read.map(drop)?),
        }
    }

    /// Keeps what is there, as much at once as is allowed, and waits for nothing more.
    async fn keep_frames(&self, mut frames: impl Iterator<Item = Frame> + Send) {
        loop {
            let batch: Vec<_> = frames.by_ref().take(BATCH_FRAMES_MAX).collect();
            if batch.is_empty() {
                return;
            }
            let count = batch.len();
            let delivery = self.deliver(batch).await;
            if let Err(not_kept) = self.keep_at_last(delivery).await {
                tracing::error!(
                    peer = %self.peer, frames = count, error = %not_kept,
                    "syslog messages were read and are lost; the sender must send them again"
                );
            }
        }
    }

    async fn deliver(&self, batch: Vec<Frame>) -> Delivery {
        if !self.reading.is_slow() {
            return self.reading.deliver(&batch);
        }
        let reading = Arc::clone(&self.reading);
        let frames = batch.clone();
        match tokio::task::spawn_blocking(move || reading.deliver(&frames)).await {
            Ok(delivery) => delivery,
            Err(error) => all_broken(&batch, &format!("reading the messages failed: {error}")),
        }
    }

    /// Tries until it is kept: the sender does not send again. Gives up only when the server stops.
    async fn keep_at_last(&self, delivery: Delivery) -> Result<(), NotKept> {
        if delivery.is_empty() {
            return Ok(());
        }
        let mut pause_ms = *KEEP_PAUSE_MS.start();
        let mut give_up = std::pin::pin!(patience(self.stop.clone()));
        loop {
            let Err(not_kept) = self.keep.keep(delivery.clone()).await else { return Ok(()) };
            if not_kept == NotKept::Stopping {
                return Err(not_kept);
            }
            tracing::warn!(peer = %self.peer, error = %not_kept, "syslog messages wait");
            tokio::select! {
                () = &mut give_up => return Err(not_kept),
                () = sleep(Duration::from_millis(pause_ms)) => {}
            }
            pause_ms = (2 * pause_ms).min(*KEEP_PAUSE_MS.end());
        }
    }
}

/// Ends when the server has been stopping for as long as it may.
async fn patience(stop: watch::Receiver<bool>) {
    stops(stop).await;
    sleep(Duration::from_millis(STOP_PATIENCE_MS)).await;
}

fn all_broken(batch: &[Frame], reason: &str) -> Delivery {
    let mut delivery = Delivery::new(Format::Native);
    for frame in batch {
        let (Frame::Whole(bytes) | Frame::Unended(bytes) | Frame::Broken { bytes, .. }) = frame;
        delivery.push_broken(bytes, reason);
    }
    delivery
}

#[cfg(test)]
mod tests;
