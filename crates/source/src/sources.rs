//! All sources of a server: those of its configuration file and those that were set up in the
//! console, started, stopped and watched while it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_meta::SourceState;
use gatelog_service::Service;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::sleep;

use crate::definition::Definition;
use crate::delivery::{Delivery, Keep};
use crate::intake::{Intake, SharedIntake};
use crate::run::{OpenFeed, Stopped, run_feed, save};
use crate::seal::SealKey;
use crate::webhook::Receive;

/// What is set up in the console runs after so long, and what is known is saved as often.
const ROUND_MS: u64 = 1_000;

/// A source that could not be opened is tried again after so long: a file with a secret may have
/// come.
const OPEN_AGAIN_MICROS: i64 = 30_000_000;

const HOUR_MICROS: i64 = 3_600_000_000;

/// A listener that runs until it is stopped.
pub type Listening = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Begins to listen: what comes is kept, until it is stopped.
pub type Listen = Box<dyn FnOnce(Arc<dyn Keep>, Stopped) -> Listening + Send>;

/// How the events of a source get here.
pub enum Opened {
    /// They are fetched.
    Feed(OpenFeed),
    /// They come with requests.
    Receiver(Arc<dyn Receive>),
    /// They come over connections of their own.
    Listener {
        /// Begins to listen.
        listen: Listen,
        /// Reads what was put aside once it is mended.
        read_again: ReadAgain,
    },
}

/// Reads a record of the quarantine as if it had been sent again.
pub type ReadAgain = Arc<dyn Fn(&[u8]) -> Delivery + Send + Sync>;

/// Makes of what was set up what runs.
pub trait Open: Send + Sync {
    /// Reads the settings and opens the secrets of a source; connects to nothing. May read files.
    ///
    /// # Errors
    /// What is wrong, for whoever set it up.
    fn open(&self, definition: &Definition, key: &SealKey) -> Result<Opened, String>;
}

/// All sources of a server.
pub struct Sources {
    service: Arc<Service>,
    /// The key that secrets are sealed under, or why nothing runs.
    key: Result<Arc<SealKey>, String>,
    configured: Vec<Definition>,
    open: Box<dyn Open>,
    running: Mutex<BTreeMap<String, Running>>,
}

/// A source that takes requests.
pub struct Receiving {
    /// Reads them.
    pub receive: Arc<dyn Receive>,
    /// Keeps what they bring.
    pub intake: Arc<Intake>,
}

struct Running {
    definition: Definition,
    intake: Arc<Intake>,
    began: UnixMicros,
    way: Way,
}

enum Way {
    Task {
        stop: watch::Sender<bool>,
        task: JoinHandle<()>,
        read_again: Option<ReadAgain>,
    },
    Receiver(Arc<dyn Receive>),
    /// It could not be opened.
    Closed,
}

/// What is to be, by name.
struct Wanted {
    /// What is to run.
    run: BTreeMap<String, Definition>,
    /// What is set up, also if it rests.
    known: BTreeSet<String>,
}

impl Sources {
    /// Sources of the configuration file; none runs yet.
    pub fn new(
        service: Arc<Service>,
        key: Result<Arc<SealKey>, String>,
        configured: Vec<Definition>,
        open: Box<dyn Open>,
    ) -> Arc<Self> {
        Arc::new(Self { service, key, configured, open, running: Mutex::default() })
    }

    /// None at all, for whoever needs routes only.
    pub fn none(service: Arc<Service>) -> Arc<Self> {
        Self::new(service, Err("no sources here".to_owned()), Vec::new(), Box::new(OpensNothing))
    }

    /// The key that secrets are sealed under.
    ///
    /// # Errors
    /// Why there is none.
    pub fn key(&self) -> Result<&Arc<SealKey>, &str> {
        self.key.as_ref().map_err(|reason| &**reason)
    }

    /// The data directory.
    pub(crate) fn service(&self) -> &Service {
        &self.service
    }

    /// What a source that is sent to makes of a record of its quarantine, if that is another thing
    /// than a record of its format.
    pub(crate) fn read_again(&self, name: &str, record: &[u8]) -> Option<Delivery> {
        let (receive, read_again) = match &self.running().get(name)?.way {
            Way::Receiver(receive) => (Some(Arc::clone(receive)), None),
            Way::Task { read_again, .. } => (None, read_again.clone()),
            Way::Closed => (None, None),
        };
        match receive {
            Some(receive) => receive.read_again(record),
            None => read_again.map(|read_again| read_again(record)),
        }
    }

    /// Sources of the configuration file.
    pub fn configured(&self) -> &[Definition] {
        &self.configured
    }

    /// Whether a definition can be opened: settings are right and secrets are there. May read files.
    ///
    /// # Errors
    /// What is wrong, for whoever sets it up.
    pub fn check(&self, definition: &Definition) -> Result<(), String> {
        let key = self.key.as_ref().map_err(Clone::clone)?;
        self.open.open(definition, key).map(drop)
    }

    /// A source that takes requests, if it runs.
    pub fn receiver(&self, name: &str) -> Option<Receiving> {
        let running = self.running();
        let source = running.get(name)?;
        let Way::Receiver(receive) = &source.way else { return None };
        Some(Receiving { receive: Arc::clone(receive), intake: Arc::clone(&source.intake) })
    }

    /// What is known of all sources of a running server, also of what is not saved yet.
    pub fn states(&self) -> Vec<SourceState> {
        self.running().values().map(|source| source.intake.state()).collect()
    }

    /// Runs them until `stopped`, and stops all of them then.
    pub async fn run(self: Arc<Self>, mut stopped: Stopped) {
        let service = Arc::clone(&self.service);
        if let Ok(Err(error)) = spawn_blocking(move || service.meta().rest_sources()).await {
            tracing::error!(%error, "the states of sources cannot be written");
        }
        loop {
            self.round().await;
            tokio::select! {
                () = sleep(Duration::from_millis(ROUND_MS)) => {}
                _ = stopped.wait_for(|stopped| *stopped) => break,
            }
        }
        let names: Vec<String> = self.running().keys().cloned().collect();
        for name in names {
            self.stop(&name).await;
        }
    }

    /// Starts and stops what has to be, reports who is silent, and saves what is known.
    async fn round(self: &Arc<Self>) {
        let wanted = {
            let this = Arc::clone(self);
            spawn_blocking(move || this.wanted()).await.unwrap_or_default()
        };
        let Some(Wanted { run: wanted, known }) = wanted else { return };
        let gone: Vec<String> = {
            let running = self.running();
            let is_gone = |(name, source): &(&String, &Running)| {
                wanted.get(*name) != Some(&source.definition) || source.is_to_open_again()
            };
            running.iter().filter(is_gone).map(|(name, _)| name.clone()).collect()
        };
        for name in gone {
            let removed = self.stop(&name).await.filter(|_| !known.contains(&name));
            if let Some(tenant) = removed {
                self.forget(tenant, name).await;
            }
        }
        for (name, definition) in wanted {
            if !self.running().contains_key(&name) {
                self.start(definition).await;
            }
        }
        let this = Arc::clone(self);
        let _ = spawn_blocking(move || this.watch()).await;
    }

    /// What is to run, by name; `None` if it cannot be read now. Those of the file come first.
    fn wanted(&self) -> Option<Wanted> {
        let stored = self.service.meta().sources();
        let stored = stored.inspect_err(|error| tracing::error!(%error, "sources cannot be read"));
        let stored = stored.ok()?;
        let names = stored.iter().map(|stored| stored.name.clone());
        let names = names.chain(self.configured.iter().map(|configured| configured.name.clone()));
        let known = names.collect();
        let mut run: BTreeMap<String, Definition> = BTreeMap::new();
        for stored in stored.iter().filter(|stored| !stored.is_paused) {
            match Definition::stored(stored) {
                Ok(definition) => drop(run.insert(definition.name.clone(), definition)),
                Err(error) => tracing::error!(%error, "a source does not run"),
            }
        }
        let configured = self.configured.iter();
        run.extend(configured.map(|definition| (definition.name.clone(), definition.clone())));
        Some(Wanted { run, known })
    }

    async fn start(self: &Arc<Self>, definition: Definition) {
        let this = Arc::clone(self);
        let opened = spawn_blocking(move || this.opened(definition)).await;
        let Ok(Some((definition, intake, opened))) = opened else { return };
        let (name, began) = (definition.name.clone(), self.service.now());
        let way = match opened {
            Ok(Opened::Receiver(receive)) => Way::Receiver(receive),
            Ok(Opened::Feed(open)) => {
                let intake = Arc::clone(&intake);
                task(None, |stopped| tokio::spawn(run_feed(open, intake, stopped)))
            }
            Ok(Opened::Listener { listen, read_again }) => {
                let intake = Arc::clone(&intake);
                task(Some(read_again), |stopped| {
                    tokio::spawn(run_listener(listen, intake, stopped))
                })
            }
            Err(reason) => {
                tracing::warn!(source = name, reason, "a source does not run");
                intake.note_trouble(reason);
                Way::Closed
            }
        };
        intake.note_running(!matches!(way, Way::Closed));
        self.running().insert(name, Running { definition, intake, began, way });
    }

    fn opened(
        &self,
        definition: Definition,
    ) -> Option<(Definition, Arc<Intake>, Result<Opened, String>)> {
        let Definition { name, tenant, kind, .. } = &definition;
        let opened =
            self.service.tenant(tenant).map_err(|error| error.to_string()).and_then(|open| {
                let state = self.service.meta().source_state(tenant, name);
                let state = state.map_err(|error| error.to_string())?;
                let state = state.unwrap_or_else(|| SourceState::new(name, tenant.clone(), kind));
                Ok((open, SourceState { kind: kind.clone(), ..state }))
            });
        let (tenant, state) = opened
            .inspect_err(|reason| tracing::error!(source = name, reason, "a source does not run"))
            .ok()?;
        // Without a key nothing is opened, so nothing is sealed either.
        let (key, opened) = match &self.key {
            Ok(key) => (Arc::clone(key), self.open.open(&definition, key)),
            Err(reason) => (Arc::new(SealKey::new([0; 32])), Err(reason.clone())),
        };
        let intake = Intake::new(Arc::clone(&self.service), tenant, key, state);
        Some((definition, Arc::new(intake), opened))
    }

    /// Stops one and waits until what it was about is kept or given up. Returns whose it was.
    async fn stop(&self, name: &str) -> Option<TenantName> {
        let source = self.running().remove(name)?;
        if let Way::Task { stop, task, .. } = source.way {
            // The receiver is gone only if the task has ended already.
            let _ = stop.send(true);
            let _ = task.await;
        }
        source.intake.note_running(false);
        save(&source.intake).await;
        Some(source.definition.tenant)
    }

    /// Forgets how far a source had come that was removed while it ran: what it said last came
    /// after that was forgotten first.
    async fn forget(&self, tenant: TenantName, name: String) {
        let service = Arc::clone(&self.service);
        let forget = move || service.meta().forget_source_state(&tenant, &name);
        if let Ok(Err(error)) = spawn_blocking(forget).await {
            tracing::error!(%error, "how far a removed source had come is not forgotten");
        }
    }

    /// Reports who is silent, and saves what is known of everybody.
    fn watch(&self) {
        let running: Vec<(Arc<Intake>, u32, UnixMicros)> = {
            let of = |source: &Running| {
                let hours = source.definition.silent_after_hours;
                (Arc::clone(&source.intake), hours, source.began)
            };
            self.running().values().map(of).collect()
        };
        for (intake, silent_after_hours, began) in running {
            intake.note_silence(silence(&intake.state(), silent_after_hours, began, intake.now()));
            if let Err(error) = intake.save() {
                let name = intake.name();
                tracing::warn!(source = name, %error, "what is known of a source is not saved");
            }
        }
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<String, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Sources {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sources")
            .field("configured", &self.configured)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Feed(_) => "Feed",
            Self::Receiver(_) => "Receiver",
            Self::Listener { .. } => "Listener",
        })
    }
}

impl fmt::Debug for Receiving {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Receiving").field("intake", &self.intake).finish_non_exhaustive()
    }
}

impl Running {
    fn is_to_open_again(&self) -> bool {
        matches!(self.way, Way::Closed)
            && self.began.saturating_add(OPEN_AGAIN_MICROS) <= self.intake.now()
    }
}

/// Since when a source is silent for too long, if it is.
fn silence(
    state: &SourceState,
    silent_after_hours: u32,
    began: UnixMicros,
    now: UnixMicros,
) -> Option<UnixMicros> {
    if silent_after_hours == 0 || !state.is_running {
        return None;
    }
    let since = state.delivered.unwrap_or(began);
    let end = since.saturating_add(i64::from(silent_after_hours).saturating_mul(HOUR_MICROS));
    (end <= now).then_some(since)
}

fn task(read_again: Option<ReadAgain>, spawn: impl FnOnce(Stopped) -> JoinHandle<()>) -> Way {
    let (stop, stopped) = watch::channel(false);
    Way::Task { stop, task: spawn(stopped), read_again }
}

async fn run_listener(listen: Listen, intake: Arc<Intake>, mut stopped: Stopped) {
    let keep: Arc<dyn Keep> = Arc::new(SharedIntake(Arc::clone(&intake)));
    if let Err(reason) = listen(keep, stopped.clone()).await {
        tracing::error!(source = intake.name(), reason, "a source does not listen");
        intake.note_trouble(reason);
        // It is told until somebody changes it.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    }
}

struct OpensNothing;

impl Open for OpensNothing {
    fn open(&self, definition: &Definition, _: &SealKey) -> Result<Opened, String> {
        Err(format!("sources of the kind `{}` do not run here", definition.kind))
    }
}
