//! From the spool to Gatelog, oldest first. What Gatelog has not acknowledged stays in the spool.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use tokio::sync::watch;

use crate::limits::{RETRY_MS_MAX, RETRY_MS_MIN, SEND_BYTES_MAX, SEND_TIMEOUT_MS};
use crate::spool::{Batch, Spool};

/// A running Gatelog and a key that may send events to it.
#[derive(Clone)]
pub struct Destination {
    /// Its address.
    pub url: String,
    /// The key.
    pub token: String,
}

impl std::fmt::Debug for Destination {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Destination").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Sends what is in the spool.
#[derive(Debug)]
pub(crate) struct Sender {
    spool: Arc<Spool>,
    client: reqwest::Client,
    address: String,
    token: String,
}

/// Why a batch stays where it is.
#[derive(Debug, thiserror::Error)]
enum NotTaken {
    #[error("the spool: {0}")]
    Spool(#[from] io::Error),
    #[error("{0}")]
    Http(#[from] reqwest::Error),
    #[error("it answers {status}: {detail}")]
    Refused { status: StatusCode, detail: String },
}

impl Sender {
    /// # Errors
    /// When the system's certificates cannot be read.
    pub(crate) fn new(spool: Arc<Spool>, destination: &Destination) -> reqwest::Result<Self> {
        let Destination { url, token } = destination;
        let timeout = Duration::from_millis(SEND_TIMEOUT_MS);
        let mut client = reqwest::Client::builder().timeout(timeout);
        if !url.starts_with("https:") {
            // Where TLS is not spoken, a system without certificates will do.
            client = client.tls_certs_only([]);
        }
        let address = format!("{}/v1/events?format=native", url.trim_end_matches('/'));
        Ok(Self { spool, client: client.build()?, address, token: token.clone() })
    }

    /// Sends until `stopping` says so, and then until the spool is empty or Gatelog is away.
    pub(crate) async fn run(self, mut stopping: watch::Receiver<bool>) {
        let mut retry_ms = RETRY_MS_MIN;
        loop {
            match self.send_oldest().await {
                Ok(0) if *stopping.borrow() => return,
                Ok(0) => tokio::select! {
                    () = self.spool.appended() => {}
                    _ = stopping.wait_for(|stopping| *stopping) => {}
                },
                Ok(_) => {
                    if retry_ms > RETRY_MS_MIN {
                        tracing::info!("Gatelog takes records again");
                    }
                    retry_ms = RETRY_MS_MIN;
                }
                Err(error) => {
                    let waiting_bytes = self.spool.bytes();
                    tracing::warn!(%error, waiting_bytes, "Gatelog does not take records; they wait in the spool");
                    if *stopping.borrow() {
                        return;
                    }
                    tokio::select! {
                        () = tokio::time::sleep(Duration::from_millis(retry_ms)) => {}
                        _ = stopping.wait_for(|stopping| *stopping) => {}
                    }
                    retry_ms = (retry_ms * 2).min(RETRY_MS_MAX);
                }
            }
        }
    }

    /// Sends the oldest records and tells how many: none if there are none.
    async fn send_oldest(&self) -> Result<usize, NotTaken> {
        let batch = self.blocking(|spool| spool.oldest(SEND_BYTES_MAX)).await?;
        let count = batch.records.len();
        if count > 0 {
            self.send(&batch).await?;
            self.blocking(move |spool| spool.taken(&batch)).await?;
        }
        Ok(count)
    }

    async fn send(&self, batch: &Batch) -> Result<(), NotTaken> {
        let request = self.client.post(&self.address).bearer_auth(&self.token);
        let request = request.header(CONTENT_TYPE, "application/x-ndjson");
        let answer = request.body(batch.records.join(&b'\n')).send().await?;
        let status = answer.status();
        let body: Value = answer.json().await.unwrap_or_default();
        if status != StatusCode::OK {
            let detail =
                body.get("detail").and_then(Value::as_str).unwrap_or("no reason").to_owned();
            return Err(NotTaken::Refused { status, detail });
        }
        if let Some(first) = body.get("rejected").and_then(|rejected| rejected.get(0)) {
            tracing::error!(%first, "Gatelog rejected records");
        }
        Ok(())
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Spool) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let spool = Arc::clone(&self.spool);
        let done = tokio::task::spawn_blocking(move || work(&spool)).await;
        done.unwrap_or_else(|error| Err(io::Error::other(error)))
    }
}
