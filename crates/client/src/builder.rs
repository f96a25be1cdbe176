//! How an emitter is to be.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tokio::runtime;
use tokio::sync::{Notify, watch};

use crate::emitter::{Emitter, Inner};
use crate::error::Error;
use crate::limits::{BATCH_WAIT, SPOOL_BYTES_MAX, SPOOL_BYTES_MIN};
use crate::queue::Queue;
use crate::server::Server;
use crate::spool::{Durability, Spool};
use crate::trouble::{OnTrouble, Trouble};
use crate::worker::{Progress, Shared, Worker};

/// Makes an [`Emitter`]; of what it is told only [`Builder::spool`] is required.
#[must_use]
pub struct Builder {
    url: String,
    key: String,
    folder: Option<PathBuf>,
    durability: Durability,
    spool_bytes_max: u64,
    batch_wait: Duration,
    on_trouble: OnTrouble,
}

impl Builder {
    pub(crate) fn new(url: String, key: String) -> Self {
        Self {
            url,
            key,
            folder: None,
            durability: Durability::default(),
            spool_bytes_max: SPOOL_BYTES_MAX,
            batch_wait: BATCH_WAIT,
            on_trouble: Arc::new(|_| {}),
        }
    }

    /// The folder in which events wait for the server. Made if it is not there; of one emitter alone.
    pub fn spool(self, folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()), ..self }
    }

    /// What events in the spool survive. [`Durability::Synced`] unless told otherwise.
    pub fn durability(self, durability: Durability) -> Self {
        Self { durability, ..self }
    }

    /// How many bytes the spool may take; 256 MiB unless told otherwise, at least 16 MiB.
    pub fn spool_bytes_max(self, spool_bytes_max: u64) -> Self {
        Self { spool_bytes_max, ..self }
    }

    /// How long the first event of a request waits for others; 200 ms unless told otherwise.
    pub fn batch_wait(self, batch_wait: Duration) -> Self {
        Self { batch_wait, ..self }
    }

    /// Called whenever something goes wrong, on the emitter's thread, or where the event was emitted
    /// if that is lost at once. Must return quickly; writing a line to a log is meant.
    pub fn on_trouble(self, on_trouble: impl Fn(Trouble) + Send + Sync + 'static) -> Self {
        Self { on_trouble: Arc::new(on_trouble), ..self }
    }

    /// Opens the spool and starts the emitter's thread. What an earlier process left is sent. That
    /// the server is there is not needed.
    ///
    /// # Errors
    /// [`Error`] when what was told cannot be, or the folder cannot be used.
    pub fn build(self) -> Result<Emitter, Error> {
        let server = Server::new(&self.url, &self.key)?;
        let folder = self.folder.ok_or(Error::NoSpool)?;
        if self.spool_bytes_max < SPOOL_BYTES_MIN {
            return Err(Error::SpoolTooSmall);
        }
        let spool =
            Spool::open(&folder, self.durability, self.spool_bytes_max).map_err(|source| {
                match source.kind() {
                    ErrorKind::WouldBlock => Error::SpoolInUse { folder },
                    _ => Error::Spool { folder, source },
                }
            })?;
        let last = spool.last_sequence();
        let shared = Shared {
            queue: Arc::new(Queue::new(spool.producer(), last)),
            counters: Arc::default(),
            on_trouble: self.on_trouble,
            hurry: Arc::default(),
        };
        let (progress, progress_seen) =
            watch::channel(Progress { spooled: last, settled: 0, is_over: false });
        let (ending, ending_seen) = watch::channel(None);
        let worker_shared = shared.clone();
        let batch_wait = self.batch_wait;
        let runtime =
            runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Thread)?;
        let work = move || {
            let worker = Worker {
                shared: worker_shared,
                spool: RefCell::new(spool),
                server,
                batch_wait,
                progress,
                ending: ending_seen,
                in_hand: RefCell::default(),
                is_all_spooled: Cell::new(false),
                spooled: Notify::new(),
                room: Notify::new(),
            };
            worker.run(&runtime);
            // A name that is being resolved is not waited for.
            runtime.shutdown_background();
        };
        let thread = thread::Builder::new().name("gatelog-emitter".to_owned()).spawn(work);
        let thread = Mutex::new(Some(thread.map_err(Error::Thread)?));
        Ok(Emitter::new(Inner { shared, progress: progress_seen, ending, thread }))
    }
}

/// Without the key.
impl fmt::Debug for Builder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Builder")
            .field("url", &self.url)
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}
