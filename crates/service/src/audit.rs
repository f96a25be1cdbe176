//! What was read and changed here, on its way into the ledgers (DESIGN invariant 9).
//!
//! This module answers "how does it get there without anybody waiting?". Reads and refused requests
//! are noted in memory and become one event per reader, route and minute; changes wait in `meta.db`, where they were
//! written together with what they tell of. [`Service::write_audit`] moves both; whoever keeps a
//! data directory open calls it every second, and once more at the end.
//!
//! - [`reads`]: reads that are not in the ledger yet.
//! - [`question`]: what was asked, without saying of whom.

mod question;
mod reads;

use gatelog_event::intake::Intake;
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::PendingAppend;
use gatelog_meta::WaitingEvent;

pub(crate) use reads::Reads;
pub use reads::{DueReads, Reader, Reading, Refusal};

use crate::service::{Error, Service};
use crate::tenant::Tenant;

/// Changes moved at once.
const CHANGES_MAX: u32 = 500;

/// Who sends these events: nobody from outside.
const SUBMITTER: &str = "gatelog";

impl Service {
    /// Moves what was changed, and the reads that are due, into the ledgers. Blocks until they are
    /// durable. What could not be written is kept for the next time.
    ///
    /// # Errors
    /// [`Error::Meta`], [`Error::Ledger`], or [`Error::OwnAudit`] if `meta.db` is damaged.
    pub fn write_audit(&self, due: DueReads) -> Result<(), Error> {
        let changes = self.write_changes();
        // A ledger that fails must not hold up the others.
        self.open_tenants().iter().fold(changes, |outcome, tenant| {
            let written = tenant.write_reads(due, self.now());
            outcome.and(written)
        })
    }

    fn write_changes(&self) -> Result<(), Error> {
        let (mut after, mut outcome) = (0, Ok(()));
        loop {
            let waiting = self.meta().waiting_events(after, CHANGES_MAX)?;
            let Some(last) = waiting.last() else { return outcome };
            after = last.number;
            // All of them are with the writer before the first is waited for.
            let pending: Vec<_> =
                waiting.iter().map(|event| (event.number, self.begin_change(event))).collect();
            let mut written = Vec::new();
            for (number, pending) in pending {
                match pending.and_then(|pending| Ok(pending.wait_blocking()?)) {
                    Ok(_) => written.push(number),
                    // It waits for the next time; those of other tenants go on.
                    Err(error) => outcome = Err(error),
                }
            }
            // Whoever is killed before this moves them once more; the ledger keeps them once.
            self.meta().forget_events(&written)?;
        }
    }

    fn begin_change(&self, event: &WaitingEvent) -> Result<PendingAppend, Error> {
        self.tenant(&event.tenant)?.append_own([&*event.record], self.now())
    }
}

impl Tenant {
    /// Notes that `reader` reads through `route` (such as `GET /v1/events`), and what they ask
    /// for: the names and values of a request's parameters. Never waits for a disk; a command that
    /// reads calls [`Service::write_audit`] before it ends.
    pub fn begin_read<'a>(
        &self,
        reader: impl Into<Reader>,
        route: &str,
        asked: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Reading {
        let reading = self.prepare_read(reader, route, asked);
        reading.begin();
        reading
    }

    /// The same for a request of which it is not known yet whether it reads anything: nothing is
    /// noted until [`Reading::begin`] or [`Reading::returned`] says so.
    pub fn prepare_read<'a>(
        &self,
        reader: impl Into<Reader>,
        route: &str,
        asked: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Reading {
        let question = question::question(self.fingerprint_key(), asked);
        Reads::prepare(self.reads(), &reader.into(), route, question)
    }

    /// Notes that `reader` was refused at `route`. Never waits for a disk.
    pub fn note_refusal(&self, reader: impl Into<Reader>, route: &str, refusal: Refusal) {
        self.reads().refuse(&reader.into(), route, refusal);
    }

    fn write_reads(&self, due: DueReads, now: UnixMicros) -> Result<(), Error> {
        let taken = self.reads().take(due);
        if taken.is_empty() {
            return Ok(());
        }
        let records: Vec<Vec<u8>> = taken.records().collect();
        let pending = self.append_own(records.iter().map(Vec::as_slice), now);
        let written = pending.and_then(|pending| Ok(pending.wait_blocking()?));
        if written.is_err() {
            self.reads().put_back(taken);
        }
        written.map(drop)
    }

    /// Hands events of our own audit to the writer, all together.
    fn append_own<'r>(
        &self,
        records: impl IntoIterator<Item = &'r [u8]>,
        received: UnixMicros,
    ) -> Result<PendingAppend, Error> {
        let (key, known) = (self.fingerprint_key(), self.names());
        let intake = Intake { format: Format::Native, key, known, received };
        let events = records.into_iter().map(|record| intake.accept_own(record));
        let events = events.collect::<Result<Vec<_>, _>>().map_err(Error::OwnAudit)?;
        Ok(self.ledger().append(events, SUBMITTER, received)?)
    }
}
