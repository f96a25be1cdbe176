//! One tenant: its events and its names.

use std::sync::{Arc, Mutex, PoisonError};

use gatelog_event::intake::learned::learned;
use gatelog_event::json::Document;
use gatelog_event::mapping;
use gatelog_event::redact::FingerprintKey;
use gatelog_event::tenant::TenantName;
use gatelog_ledger::{StoredEvent, TenantLedger};
use gatelog_meta::Meta;

use crate::audit::Reads;
use crate::environment::Clock;
use crate::intake_counts::IntakeCounts;
use crate::names::Names;

/// One tenant of an open data directory. What is read or written through it stays in it.
#[derive(Debug)]
pub struct Tenant {
    ledger: TenantLedger,
    names: Names,
    /// Held while names move between memory and `meta.db`, so that none is on its way when the
    /// directory is read again.
    moving_names: Mutex<()>,
    fingerprint_key: FingerprintKey,
    meta: Arc<Meta>,
    reads: Arc<Reads>,
    intake_counts: Arc<IntakeCounts>,
}

impl Tenant {
    pub(crate) fn new(
        ledger: TenantLedger,
        names: Names,
        fingerprint_key: FingerprintKey,
        meta: Arc<Meta>,
        clock: Arc<dyn Clock>,
        intake_counts: Arc<IntakeCounts>,
    ) -> Self {
        let (moving_names, reads) = (Mutex::default(), Reads::new(clock));
        Self { ledger, names, moving_names, fingerprint_key, meta, reads, intake_counts }
    }

    /// The tenant's name.
    pub fn name(&self) -> &TenantName {
        self.ledger.name()
    }

    /// The tenant's events.
    pub fn ledger(&self) -> &TenantLedger {
        &self.ledger
    }

    /// Names known for the tenant's ids.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Key of the hashes that stand for what is not stored.
    pub fn fingerprint_key(&self) -> &FingerprintKey {
        &self.fingerprint_key
    }

    /// Reads of the tenant's events that are not recorded in the ledger yet.
    pub(crate) fn reads(&self) -> &Arc<Reads> {
        &self.reads
    }

    pub(crate) fn intake_counts(&self) -> &IntakeCounts {
        &self.intake_counts
    }

    /// Saves names learned since the last time. Writes to disk if there are some.
    ///
    /// A failure is logged and the names are saved the next time: they can be learned again from
    /// the records, so no event is refused for their sake.
    pub fn save_names(&self) {
        let _moving = self.moving_names.lock().unwrap_or_else(PoisonError::into_inner);
        let unsaved = self.names.take_unsaved();
        if unsaved.is_empty() {
            return;
        }
        if let Err(error) = self.meta.learn(self.name(), &unsaved) {
            tracing::warn!(tenant = %self.name(), %error, "names could not be saved");
            self.names.put_back(unsaved);
        }
    }

    /// Whether [`Tenant::save_names`] has something to do, or something to wait for.
    pub fn has_unsaved_names(&self) -> bool {
        self.moving_names.try_lock().is_err() || self.names.has_unsaved()
    }

    /// Learns the names in an event that is kept already, as when it came.
    pub fn learn_again(&self, event: &StoredEvent) {
        let Ok(record) = Document::parse(&event.record) else { return };
        let Ok(fields) = mapping::map(event.format, &record) else { return };
        let learned = learned(event.format, &record, &fields);
        self.names.learn(&learned, event.position.time.min(event.received));
    }

    /// Takes over what a command beside the server has changed in the directory.
    pub(crate) fn refresh_names(&self) -> Result<(), gatelog_meta::Error> {
        let _moving = self.moving_names.lock().unwrap_or_else(PoisonError::into_inner);
        let saved = self.meta.directory(self.name())?;
        self.names.replace(saved, self.meta.known_identifiers(self.name())?);
        Ok(())
    }
}
