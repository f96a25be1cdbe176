//! From calls that are over to redacted records in the spool, beside what passes through.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use gatelog_auth::Issuers;
use gatelog_event::intake::{Intake, Rejection};
use gatelog_event::redact::{FingerprintKey, NothingKnown};
use gatelog_event::source::Format;
use gatelog_ledger::files::Randomness;
use gatelog_service::Clock;
use tokio::sync::{mpsc, watch};

use crate::call::{Call, Lost};
use crate::caller::Caller;
use crate::event::{self, CallEvent, Effect};
use crate::limits::{BATCH_CALLS_MAX, REPORT_INTERVAL_MS};
use crate::spool::Spool;

/// Turns calls into records.
#[derive(Debug)]
pub(crate) struct Recorder {
    pub(crate) issuers: Issuers,
    pub(crate) key: FingerprintKey,
    pub(crate) records_reads: bool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) spool: Arc<Spool>,
    pub(crate) lost: Arc<Lost>,
}

impl Recorder {
    /// Records until `stopping` says so, and then what was over by then.
    pub(crate) async fn run(
        self,
        mut calls: mpsc::Receiver<Box<Call>>,
        mut stopping: watch::Receiver<bool>,
    ) {
        let mut batch = Vec::new();
        let interval = Duration::from_millis(REPORT_INTERVAL_MS);
        loop {
            let taken = tokio::select! {
                taken = calls.recv_many(&mut batch, BATCH_CALLS_MAX) => taken,
                _ = stopping.wait_for(|stopping| *stopping), if !calls.is_closed() => {
                    calls.close();
                    continue;
                }
                () = tokio::time::sleep(interval) => 0,
            };
            if taken == 0 && calls.is_closed() && calls.is_empty() {
                self.append(Vec::new()).await;
                return;
            }
            let mut records = Vec::with_capacity(taken);
            for call in batch.drain(..) {
                records.extend(self.record(&call).await);
            }
            self.append(records).await;
        }
    }

    /// The redacted record of a call; `None` if it is not to be recorded.
    async fn record(&self, call: &Call) -> Option<Vec<u8>> {
        let caller =
            Caller::of(call.authorization.as_ref(), &self.issuers, &self.key, call.started).await;
        let Some(id) = self.id() else {
            self.lost.add(1);
            return None;
        };
        let event = CallEvent::new(&id, call, caller);
        if event.effect == Effect::Read && !self.records_reads {
            return None;
        }
        let redacted = self.redacted(&event.whole());
        match redacted.or_else(|_| self.redacted(&event.without_bodies())) {
            Ok(record) => Some(record),
            Err(error) => {
                tracing::error!(%error, "a call cannot be recorded");
                self.lost.add(1);
                None
            }
        }
    }

    /// An event without its secrets: nothing else is ever written.
    fn redacted(&self, event: &[u8]) -> Result<Vec<u8>, Rejection> {
        let received = self.clock.now();
        let intake =
            Intake { format: Format::Native, key: &self.key, known: &NothingKnown, received };
        intake.accept(event).map(|accepted| accepted.record.into_vec())
    }

    /// Writes records to the spool, and before them that earlier ones are missing. What finds no
    /// room is counted.
    async fn append(&self, records: Vec<Vec<u8>>) {
        let lost = self.lost.take();
        let report = (lost > 0).then(|| self.report(lost)).flatten();
        let reports = usize::from(report.is_some());
        let records: Vec<Vec<u8>> = report.into_iter().chain(records).collect();
        if records.is_empty() {
            self.lost.add(lost);
            return;
        }
        let calls = records.len() - reports;
        let spool = Arc::clone(&self.spool);
        let appended = tokio::task::spawn_blocking(move || spool.append(&records)).await;
        let appended = appended.unwrap_or_else(|error| Err(io::Error::other(error)));
        let kept = appended.unwrap_or_else(|error| {
            tracing::error!(%error, "the spool cannot be written");
            0
        });
        if reports == 0 || kept == 0 {
            self.lost.add(lost);
        }
        let missing = calls - kept.saturating_sub(reports);
        if missing > 0 {
            tracing::error!(calls = missing, "not recorded: the spool has no room");
            self.lost.add(missing as u64);
        }
        if lost > 0 || missing > 0 {
            self.note_lost().await;
        }
    }

    /// Notes on disk what is lost and not reported, so that the next process can report it. Killed
    /// between a report and this, it is reported twice: rather too many than too few.
    async fn note_lost(&self) {
        let (spool, calls) = (Arc::clone(&self.spool), self.lost.count());
        let noted = tokio::task::spawn_blocking(move || spool.note_lost(calls)).await;
        if let Err(error) = noted.unwrap_or_else(|error| Err(io::Error::other(error))) {
            tracing::error!(%error, calls, "how many calls were not recorded is in memory only");
        }
    }

    fn report(&self, calls: u64) -> Option<Vec<u8>> {
        self.redacted(&event::loss(&self.id()?, calls, self.clock.now())).ok()
    }

    /// A new id: the same record again is then the same event.
    fn id(&self) -> Option<String> {
        let mut bytes = [0; 16];
        match self.randomness.fill(&mut bytes) {
            Ok(()) => Some(gatelog_auth::hexadecimal(&bytes)),
            Err(error) => {
                tracing::error!(%error, "the random number generator does not answer");
                None
            }
        }
    }
}
