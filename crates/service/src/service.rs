//! The data directory: ledger, `meta.db`, credentials, tenants.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use gatelog_auth::Authenticator;
use gatelog_event::intake::Rejection;
use gatelog_event::redact::FingerprintKey;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::{Activity, Error as LedgerError, Ledger, LedgerOptions};
use gatelog_meta::{Author, Meta, NewTenant};

use crate::environment::{ClockStopwatch, Environment};
use crate::intake_counts::{FormatIntake, IntakeCounts};
use crate::names::{Names, RecentNames};
use crate::tenant::Tenant;

/// Why the data directory cannot be used as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The ledger refused.
    #[error(transparent)]
    Ledger(#[from] gatelog_ledger::Error),
    /// `meta.db` refused.
    #[error(transparent)]
    Meta(#[from] gatelog_meta::Error),
    /// There is no such tenant.
    #[error("there is no tenant `{0}`; `gatelog tenant create {0}` creates it")]
    UnknownTenant(TenantName),
    /// An event of our own audit cannot be kept: `meta.db`, where it waited, is damaged.
    #[error("an event of Gatelog's own audit cannot be kept: {0}")]
    OwnAudit(Rejection),
    /// The directory cannot be created, or there is no randomness to be had.
    #[error("cannot open {path}: {source}")]
    Open {
        /// The data directory.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

/// An open data directory.
#[derive(Debug)]
pub struct Service {
    environment: Environment,
    meta: Arc<Meta>,
    authenticator: Authenticator,
    ledger: Ledger,
    tenants: RwLock<HashMap<TenantName, Arc<Tenant>>>,
    intake_counts: Arc<IntakeCounts>,
    recent_names: Arc<RecentNames>,
    /// [`Meta::data_version`] when the names in memory were last known to be those of `meta.db`.
    names_version: AtomicI64,
}

impl Service {
    /// Opens a data directory, creating it and its tenant `default` if needed, and keeps other
    /// processes out until it is dropped.
    ///
    /// # Errors
    /// [`Error`], when it is in use, damaged, of a newer version, or cannot be read.
    pub fn open(directory: &Path, environment: Environment) -> Result<Self, Error> {
        let files = Arc::clone(&environment.files);
        let randomness = Arc::clone(&environment.randomness);
        let options = LedgerOptions::new(directory, files, randomness);
        let stopwatch = Arc::new(ClockStopwatch(Arc::clone(&environment.clock)));
        let derivation = Arc::clone(&environment.derivation);
        let ledger = Ledger::open(LedgerOptions { stopwatch, derivation, ..options })?;
        let meta = Arc::new(open_meta(directory, &environment)?);
        let authenticator = Authenticator::new(Arc::clone(&meta));
        let names_version = AtomicI64::new(meta.data_version()?);
        Ok(Self {
            environment,
            meta,
            authenticator,
            ledger,
            tenants: RwLock::default(),
            intake_counts: Arc::default(),
            recent_names: Arc::default(),
            names_version,
        })
    }

    /// The time now.
    pub fn now(&self) -> UnixMicros {
        self.environment.clock.now()
    }

    /// Clock, randomness and file system.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Tenants, credentials, users, sessions and the saved directory. Its methods block.
    pub fn meta(&self) -> &Arc<Meta> {
        &self.meta
    }

    /// Proves who somebody is.
    pub fn authenticator(&self) -> &Authenticator {
        &self.authenticator
    }

    /// Has the ledger seal what waits for it and is worth it. Blocks for the ledger's writer.
    pub fn seal_early(&self) {
        self.ledger.seal_early();
    }

    /// What the ledger holds and has done. May wait for a commit that is under way.
    pub fn ledger_activity(&self) -> Activity {
        self.ledger.activity()
    }

    /// Why events are refused, if they are: see [`Ledger::refusal`].
    pub fn ledger_refusal(&self) -> Option<LedgerError> {
        self.ledger.refusal()
    }

    /// What was taken in and refused since the data directory was opened, by format.
    pub fn intake(&self) -> Vec<FormatIntake> {
        self.intake_counts.get()
    }

    /// How many gaps in the numbers of emitters are open for too long, over all tenants.
    pub fn overdue_gaps(&self) -> u64 {
        let now = self.now();
        let tenants = self.tenants.read().unwrap_or_else(PoisonError::into_inner);
        tenants.values().map(|tenant| tenant.producers().overdue_gaps(now)).sum()
    }

    /// A tenant that is open already: no disk is touched.
    pub fn tenant_if_open(&self, name: &TenantName) -> Option<Arc<Tenant>> {
        self.tenants.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// A tenant, opened when first asked for. May read from disk.
    ///
    /// # Errors
    /// [`Error::UnknownTenant`], [`Error::Meta`], [`Error::Ledger`].
    pub fn tenant(&self, name: &TenantName) -> Result<Arc<Tenant>, Error> {
        if let Some(tenant) = self.tenant_if_open(name) {
            return Ok(tenant);
        }
        let stored = self.meta.tenant(name)?.ok_or_else(|| Error::UnknownTenant(name.clone()))?;
        let (meta, recent) = (Arc::clone(&self.meta), Arc::clone(&self.recent_names));
        let names = Names::new(name.clone(), meta, recent);
        let key = FingerprintKey::new(stored.fingerprint_key);
        let ledger = self.ledger.tenant(name)?;
        let clock = Arc::clone(&self.environment.clock);
        let counts = Arc::clone(&self.intake_counts);
        let tenant = Tenant::new(ledger, names, key, clock, counts);
        let opened = Arc::new(tenant);
        let mut tenants = self.tenants.write().unwrap_or_else(PoisonError::into_inner);
        // Whoever was first stays: what was learned meanwhile is in their names.
        Ok(Arc::clone(tenants.entry(name.clone()).or_insert(opened)))
    }

    /// Saves names that records have taught and that are not saved yet: of events that came without
    /// a sender who waits for it, and those that could not be saved before.
    pub fn save_names(&self) {
        self.open_tenants().iter().for_each(|tenant| tenant.save_names());
    }

    /// Forgets the names in memory if a command has changed `meta.db` since the last time. Without
    /// a change it costs microseconds.
    ///
    /// # Errors
    /// [`Error::Meta`]; it is then tried again the next time.
    pub fn refresh_names(&self) -> Result<(), Error> {
        let version = self.meta.data_version()?;
        if self.names_version.load(Ordering::Relaxed) != version {
            self.recent_names.clear();
            self.names_version.store(version, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Tenants that were opened.
    pub(crate) fn open_tenants(&self) -> Vec<Arc<Tenant>> {
        let tenants = self.tenants.read().unwrap_or_else(PoisonError::into_inner);
        tenants.values().cloned().collect()
    }

    /// Creates a tenant.
    ///
    /// # Errors
    /// [`gatelog_meta::Error::TenantExists`], or the disk fails.
    pub fn create_tenant(&self, name: &TenantName, by: Author) -> Result<(), Error> {
        let tenant = new_tenant(name.clone(), &self.environment)?;
        Ok(self.meta.create_tenant(&tenant, &self.environment.change(by))?)
    }
}

/// Opens `meta.db` beside a ledger or alone: commands on it work while a server runs.
///
/// # Errors
/// [`Error::Meta`] or [`Error::Open`].
pub fn open_meta(directory: &Path, environment: &Environment) -> Result<Meta, Error> {
    let at = |source| Error::Open { path: directory.display().to_string(), source };
    environment.files.create_directory(directory).map_err(at)?;
    let meta = Meta::open(&directory.join("meta.db"))?;
    let tenant = new_tenant(TenantName::default_tenant(), environment)?;
    let now = environment.clock.now();
    meta.ensure_default_tenant(&tenant.log_origin, tenant.fingerprint_key, now)?;
    Ok(meta)
}

/// A tenant with a fresh key and a log origin that nobody else has.
///
/// # Errors
/// [`Error::Open`] without randomness.
pub fn new_tenant(name: TenantName, environment: &Environment) -> Result<NewTenant, Error> {
    let fingerprint_key = random(environment)?;
    let unique: [u8; 8] = random(environment)?;
    let unique: String = unique.iter().map(|byte| format!("{byte:02x}")).collect();
    // The origin of a transparency log is a name, not an address: fixed now, and unique even when
    // two installations have a tenant of the same name.
    let log_origin = format!("gatelog.local/{unique}/{name}");
    Ok(NewTenant { name, log_origin, fingerprint_key })
}

/// Unpredictable bytes.
pub(crate) fn random<const N: usize>(environment: &Environment) -> Result<[u8; N], Error> {
    let no_randomness = |source| Error::Open { path: "the random number generator".into(), source };
    environment.random().map_err(no_randomness)
}
