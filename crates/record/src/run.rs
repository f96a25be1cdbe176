//! Start and stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use gatelog_event::redact::FingerprintKey;
use gatelog_server::config::RecordConfig;
use gatelog_server::listen::{self, Entrance};
use gatelog_service::Environment;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::Error;
use crate::call::{Lost, Recording};
use crate::limits::{QUEUE_CALLS_MAX, STOP_SEND_MS};
use crate::proxy::{self, Proxy};
use crate::recorder::Recorder;
use crate::sender::{Destination, Sender};
use crate::spool::Spool;
use crate::upstream::Upstream;

/// A proxy that passes on requests.
#[derive(Debug)]
pub struct Running {
    /// The address it listens on, also when port 0 was asked for.
    pub address: SocketAddr,
    /// Whether that address speaks TLS.
    pub is_tls: bool,
    stop_serving: watch::Sender<bool>,
    stop_recording: watch::Sender<bool>,
    stop_sending: watch::Sender<bool>,
    serving: JoinHandle<()>,
    recording: JoinHandle<()>,
    sending: JoinHandle<()>,
}

/// Begins to pass on requests to `config.upstream`, and to send what they did to `destination`.
///
/// # Errors
/// [`Error`]; nothing is then left running. That Gatelog is away is none: records wait for it.
pub async fn start(
    config: &RecordConfig,
    destination: &Destination,
    environment: &Environment,
) -> Result<Running, Error> {
    config.check()?;
    let upstream = Upstream::new(&config.upstream, config.upstream_http2)?;
    let tls = match (&config.tls_cert, &config.tls_key) {
        (Some(certificates), Some(key)) => {
            Some(listen::tls_acceptor(certificates, key).map_err(Error::Tls)?)
        }
        _ => None,
    };
    let is_tls = tls.is_some();
    let entrance = Entrance { tls, behind_proxy: config.behind_proxy.clone() };
    let issuers = config.issuers()?;
    let (spool, key) = open_spool(config, environment).await?;
    let sender = Sender::new(Arc::clone(&spool), destination)?;
    let unheard = |source| Error::Listen { address: config.listen, source };
    let listener = TcpListener::bind(config.listen).await.map_err(unheard)?;
    let address = listener.local_addr().map_err(unheard)?;

    let (calls, over) = mpsc::channel(QUEUE_CALLS_MAX);
    let lost = Arc::new(Lost::new(spool.lost()));
    let clock = Arc::clone(&environment.clock);
    let recording = Recording { calls, lost: Arc::clone(&lost), clock: Arc::clone(&clock) };
    let randomness = Arc::clone(&environment.randomness);
    let recorder =
        Recorder { issuers, key, records_reads: config.reads, clock, randomness, spool, lost };
    let router = proxy::router(Proxy {
        upstream,
        entrance: entrance.clone(),
        timeout: Duration::from_secs(config.upstream_timeout_seconds.into()),
        exclude: config.exclude.clone(),
        recording,
        tunnels: proxy::tunnels(),
    });
    let [serving, recording, sending] = [(); 3].map(|()| watch::channel(false));
    let mut stop = serving.1;
    let stopped = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    Ok(Running {
        address,
        is_tls,
        stop_serving: serving.0,
        stop_recording: recording.0,
        stop_sending: sending.0,
        serving: tokio::spawn(listen::serve(listener, entrance, router, stopped)),
        recording: tokio::spawn(recorder.run(over, recording.1)),
        sending: tokio::spawn(sender.run(sending.1)),
    })
}

async fn open_spool(
    config: &RecordConfig,
    environment: &Environment,
) -> Result<(Arc<Spool>, FingerprintKey), Error> {
    let (directory, bytes_max) = (config.spool.clone(), config.spool_bytes_max);
    let (files, randomness) = (Arc::clone(&environment.files), Arc::clone(&environment.randomness));
    let opened = tokio::task::spawn_blocking(move || {
        let spool = Spool::open(files, &directory, bytes_max)?;
        let key = FingerprintKey::new(spool.key(&*randomness)?);
        Ok((Arc::new(spool), key))
    });
    let opened = opened.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    opened.map_err(|source| Error::Spool { directory: config.spool.clone(), source })
}

impl Running {
    /// Lets calls under way finish, records them, and sends what waits for some seconds.
    pub async fn stop(self) {
        // All three end for the same reason only, or after a panic, which was logged.
        let _ = self.stop_serving.send(true);
        let _ = self.serving.await;
        let _ = self.stop_recording.send(true);
        let _ = self.recording.await;
        let _ = self.stop_sending.send(true);
        let timeout = Duration::from_millis(STOP_SEND_MS);
        if tokio::time::timeout(timeout, self.sending).await.is_err() {
            tracing::warn!("what Gatelog has not taken yet waits in the spool for the next start");
        }
    }
}
