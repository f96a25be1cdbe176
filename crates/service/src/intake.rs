//! A body becomes events, or lines that say why not.

use gatelog_event::intake::batch::{self, Batch, BrokenBody};
use gatelog_event::intake::{AcceptedEvent, Intake, Produced, Rejection, RejectionKind};
use gatelog_event::limits::{BATCH_RECORDS_MAX, REJECTIONS_LISTED_MAX};
use gatelog_event::source::{Format, Source};
use gatelog_event::time::UnixMicros;
use gatelog_ledger::Appended;

use crate::intake_counts::RejectionClass;
use crate::tenant::Tenant;

/// A record that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedLine {
    /// The line it stands on, from 1; in an array, its index + 1.
    pub line: u64,
    /// The character of that line, from 1.
    pub column: u64,
    /// What is wrong, in words.
    pub reason: String,
}

/// A body that was parsed, redacted and checked, and is not kept yet.
#[derive(Debug, Default)]
pub struct Prepared {
    /// Events ready to be kept.
    pub events: Vec<AcceptedEvent>,
    /// Records that were refused, the first [`REJECTIONS_LISTED_MAX`] of them.
    pub rejected: Vec<RejectedLine>,
    /// How many were refused.
    pub rejected_total: u64,
}

/// What became of a body. The four counts add up to its records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntakeReport {
    /// Events that are kept now and were not before.
    pub accepted: u64,
    /// Events that were here already.
    pub duplicates: u64,
    /// Events that were here already with other content.
    pub conflicts: u64,
    /// Records that were refused, the first [`REJECTIONS_LISTED_MAX`] of them.
    pub rejected: Vec<RejectedLine>,
    /// How many were refused.
    pub rejected_total: u64,
}

impl IntakeReport {
    /// The report on a body whose events were appended.
    pub fn new(appended: Appended, rejected: Vec<RejectedLine>, rejected_total: u64) -> Self {
        let Appended { accepted, duplicates, conflicts } = appended;
        Self { accepted, duplicates, conflicts, rejected, rejected_total }
    }
}

impl Tenant {
    /// Parses, redacts and checks a body: an object, an array, or one object a line. Pure work on
    /// the processor: about 5 µs a record.
    ///
    /// `only` is the one source the sender may send, if it is restricted.
    ///
    /// # Errors
    /// [`BrokenBody`] with its place when the body is an array that is not JSON.
    pub fn prepare(
        &self,
        format: Format,
        only: Option<Source>,
        body: &[u8],
        received: UnixMicros,
    ) -> Result<Prepared, BrokenBody> {
        Ok(self.prepare_batch(format, only, &batch::split(body)?, received))
    }

    /// As [`Tenant::prepare`], for a body that is split already.
    pub fn prepare_batch(
        &self,
        format: Format,
        only: Option<Source>,
        batch: &Batch<'_>,
        received: UnixMicros,
    ) -> Prepared {
        let intake = Intake { format, key: self.fingerprint_key(), known: self.names(), received };
        let mut prepared = Prepared::default();
        for (number, record) in batch.records().enumerate() {
            let outcome = if number < BATCH_RECORDS_MAX {
                intake.accept(record.bytes).map_err(Refused::from)
            } else {
                Err(Refused::too_many())
            };
            let outcome = outcome.and_then(|event| allowed(event, only));
            self.intake_counts().count(format, record.bytes.len(), outcome.as_ref().err());
            match outcome {
                Ok(event) => {
                    // Learned at once: a name this event proves real protects the next record.
                    // A clock that runs ahead does not make a name final.
                    self.names().learn(&event.learned, event.time.min(received));
                    prepared.events.push(event);
                }
                Err(Refused { offset, reason, .. }) => {
                    prepared.rejected_total += 1;
                    if prepared.rejected.len() < REJECTIONS_LISTED_MAX {
                        let place = batch.place(record, offset);
                        let (line, column) = (place.line, place.column);
                        prepared.rejected.push(RejectedLine { line, column, reason });
                    }
                }
            }
        }
        prepared
    }

    /// Counts what was to become records of this format and could not, for metrics.
    pub fn count_unconverted(&self, format: Format, refused: u64) {
        self.intake_counts().count_unconverted(format, refused);
    }
}

/// What became of events that were kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// How many are new.
    pub appended: Appended,
    /// Whether names that they teach wait for [`Tenant::save_names`].
    pub has_unsaved_names: bool,
}

impl Tenant {
    /// Keeps events, and returns when they are durable and can be found.
    ///
    /// # Errors
    /// When the ledger takes none; nothing of them is kept then.
    pub async fn keep(
        &self,
        mut events: Vec<AcceptedEvent>,
        submitter: &str,
        received: UnixMicros,
    ) -> Result<Kept, gatelog_ledger::Error> {
        if events.is_empty() {
            return Ok(Kept::default());
        }
        let teaches_names = events.iter().any(|event| !event.learned.is_empty());
        let produced: Vec<Produced> =
            events.iter_mut().filter_map(|event| event.produced.take()).collect();
        let appended = self.ledger().append(events, submitter, received)?.wait().await?;
        self.producers().note(produced, received);
        // Nearly always the directory knows them already.
        let has_unsaved_names = teaches_names && self.has_unsaved_names();
        Ok(Kept { appended, has_unsaved_names })
    }
}

/// Why a record of a body was refused.
pub(crate) struct Refused {
    pub(crate) class: RejectionClass,
    offset: usize,
    reason: String,
}

impl Refused {
    fn too_many() -> Self {
        let reason =
            format!("a body may have {BATCH_RECORDS_MAX} records; send the rest in another");
        Self { class: RejectionClass::TooMany, offset: 0, reason }
    }
}

impl From<Rejection> for Refused {
    fn from(Rejection { kind, offset, reason }: Rejection) -> Self {
        let class = match kind {
            RejectionKind::TooLarge => RejectionClass::TooLarge,
            RejectionKind::Malformed => RejectionClass::Malformed,
            RejectionKind::NotAnEvent => RejectionClass::NotAnEvent,
        };
        Self { class, offset, reason }
    }
}

fn allowed(event: AcceptedEvent, only: Option<Source>) -> Result<AcceptedEvent, Refused> {
    match only {
        Some(only) if event.source != only => {
            let found = event.source;
            let reason =
                format!("this key may send events of the source `{only}` only, not `{found}`");
            Err(Refused { class: RejectionClass::OtherSource, offset: 0, reason })
        }
        _ => Ok(event),
    }
}
