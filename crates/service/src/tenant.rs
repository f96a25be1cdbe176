//! One tenant: its events and its names.

use std::sync::Arc;

use gatelog_event::intake::learned::learned;
use gatelog_event::json::Document;
use gatelog_event::mapping;
use gatelog_event::redact::FingerprintKey;
use gatelog_event::tenant::TenantName;
use gatelog_ledger::{StoredEvent, TenantLedger};

use crate::audit::Reads;
use crate::environment::Clock;
use crate::intake_counts::IntakeCounts;
use crate::names::Names;
use crate::producers::Producers;

/// One tenant of an open data directory. What is read or written through it stays in it.
#[derive(Debug)]
pub struct Tenant {
    ledger: TenantLedger,
    names: Names,
    producers: Producers,
    fingerprint_key: FingerprintKey,
    reads: Arc<Reads>,
    intake_counts: Arc<IntakeCounts>,
}

impl Tenant {
    pub(crate) fn new(
        ledger: TenantLedger,
        names: Names,
        fingerprint_key: FingerprintKey,
        clock: Arc<dyn Clock>,
        intake_counts: Arc<IntakeCounts>,
    ) -> Self {
        let (producers, reads) = (Producers::default(), Reads::new(clock));
        Self { ledger, names, producers, fingerprint_key, reads, intake_counts }
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

    /// Emitters that number their events.
    pub fn producers(&self) -> &Producers {
        &self.producers
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
        if let Err(error) = self.names.save() {
            tracing::warn!(tenant = %self.name(), %error, "names could not be saved");
        }
    }

    /// Whether [`Tenant::save_names`] has something to do, or something to wait for.
    pub fn has_unsaved_names(&self) -> bool {
        self.names.has_unsaved()
    }

    /// Learns the names in an event that is kept already, as when it came.
    pub fn learn_again(&self, event: &StoredEvent) {
        let Ok(record) = Document::parse(&event.record) else { return };
        let Ok(fields) = mapping::map(event.format, &record) else { return };
        let learned = learned(event.format, &record, &fields);
        self.names.learn(&learned, event.position.time.min(event.received));
    }
}
