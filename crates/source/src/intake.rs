//! What a source delivered, into the ledger or into the quarantine, and what is known of the
//! source while it runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::aead::NONCE_LEN;
use gatelog_event::intake::AcceptedEvent;
use gatelog_event::intake::batch::Batch as Body;
use gatelog_event::limits::REJECTIONS_LISTED_MAX;
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use gatelog_meta::{Meta, NewQuarantined, PutInQuarantine as Put, SourceState};
use gatelog_service::{Kept, RejectedLine, Service, Tenant};
use tokio::task::spawn_blocking;

use crate::delivery::{BrokenRecord, Delivery, Keep, Keeping, NotKept};
use crate::feed::Cursor;
use crate::seal::{Purpose, SealKey};

const MINUTE_MICROS: i64 = 60_000_000;

/// An answer with nothing new is noted so long after the last one.
const ANSWER_NOTED_MICROS: i64 = 10_000_000;

/// The way of one source's records into the data directory.
#[derive(Debug)]
pub struct Intake {
    service: Arc<Service>,
    tenant: Arc<Tenant>,
    key: Arc<SealKey>,
    /// The source's.
    name: String,
    /// Kept with each event.
    submitter: String,
    known: Mutex<Known>,
}

/// What is known of the source, and what of it is not saved yet.
#[derive(Debug)]
struct Known {
    state: SourceState,
    is_saved: bool,
    /// The minute that goes on, and how many events came in it.
    minute: (i64, u64),
}

/// A delivery that was looked at.
#[derive(Debug, Default)]
pub(crate) struct Sorted {
    events: Vec<AcceptedEvent>,
    quarantined: Vec<NewQuarantined>,
    newest: Option<UnixMicros>,
}

impl Sorted {
    /// Whether there is nothing to keep.
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty() && self.quarantined.is_empty()
    }
}

impl Intake {
    /// Of a source that goes on from `state`.
    pub fn new(
        service: Arc<Service>,
        tenant: Arc<Tenant>,
        key: Arc<SealKey>,
        state: SourceState,
    ) -> Self {
        let name = state.name.clone();
        let submitter = submitter(&name);
        let known = Known { state, is_saved: true, minute: (0, 0) };
        Self { service, tenant, key, name, submitter, known: Mutex::new(known) }
    }

    /// The time now.
    pub fn now(&self) -> UnixMicros {
        self.service.now()
    }

    /// What the source is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whose events they become.
    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// Where the quarantine is, and what is known of all sources.
    pub fn meta(&self) -> &Meta {
        self.service.meta()
    }

    /// What is known of the source.
    pub fn state(&self) -> SourceState {
        self.known().state.clone()
    }

    /// Notes that everything before `cursor` is kept. Durable after [`Intake::save`].
    pub fn note_cursor(&self, cursor: Cursor) {
        self.note(|state, _| state.cursor = Some(cursor.0));
    }

    /// Notes that the other side answered, be it nothing new. What was wrong is over. Answers that
    /// come often are noted now and then.
    pub fn note_answer(&self) {
        let now = self.now();
        let is_due = |last: UnixMicros| last.saturating_add(ANSWER_NOTED_MICROS) <= now;
        {
            let Known { state, .. } = &*self.known();
            if state.trouble.is_none() && !state.answered.is_none_or(is_due) {
                return;
            }
        }
        self.note(|state, _| {
            state.answered = Some(now);
            state.trouble = None;
        });
    }

    /// Notes what is wrong. Of trouble that stays the same the beginning is remembered.
    pub fn note_trouble(&self, reason: String) {
        let now = self.now();
        self.note(|state, _| {
            let since = state.trouble.as_ref().map_or(now, |(_, since)| *since);
            state.trouble = Some((reason, since));
        });
    }

    /// Notes whether it runs.
    pub fn note_running(&self, is_running: bool) {
        self.note(|state, _| state.is_running = is_running);
    }

    /// Notes since when it is silent for too long; a change is recorded and told. Blocks for the
    /// disk then.
    pub fn note_silence(&self, since: Option<UnixMicros>) {
        if self.known().state.silent_since.is_some() == since.is_some() {
            return;
        }
        let (name, now) = (self.name(), self.now());
        match since {
            Some(since) => tracing::warn!(source = name, %since, "a source has fallen silent"),
            None => tracing::info!(source = name, "a source speaks again"),
        }
        if let Err(error) = self.meta().record_silence(self.tenant.name(), name, since, now) {
            // It is noted and recorded the next time.
            tracing::error!(source = name, %error, "that a source is silent is not recorded");
            return;
        }
        self.note(|state, _| state.silent_since = since);
    }

    /// Saves what was noted since the last time, and before that the names that events taught.
    /// Blocks for the disk if there is something.
    ///
    /// # Errors
    /// Only if the disk fails; it is then tried again the next time.
    pub fn save(&self) -> Result<(), gatelog_meta::Error> {
        self.tenant.save_names();
        let state = {
            let mut known = self.known();
            known.turn_minute(self.now());
            if known.is_saved {
                return Ok(());
            }
            known.is_saved = true;
            known.state.clone()
        };
        let saved = self.meta().save_source_state(&state);
        if saved.is_err() {
            self.known().is_saved = false;
        }
        saved
    }

    /// Parses, redacts and checks; blocks for some microseconds a record.
    fn sort(&self, delivery: &Delivery) -> Result<Sorted, NotKept> {
        let received = self.now();
        let mut sorted = Sorted { newest: delivery.newest, ..Sorted::default() };
        for chunk in chunks(&delivery.lines) {
            let body = Body::lines(chunk);
            let prepared = self.tenant.prepare_batch(delivery.format, None, &body, received);
            sorted.events.extend(prepared.events);
            let lines: Vec<&[u8]> = match prepared.rejected.is_empty() {
                true => Vec::new(),
                false => chunk.split(|byte| *byte == b'\n').collect(),
            };
            for RejectedLine { line, column, reason } in prepared.rejected {
                let at = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
                let bytes = lines.get(at).copied().unwrap_or_default();
                let reason = format!("character {column}: {reason}");
                sorted.quarantined.push(self.sealed((delivery.format, false), bytes, reason)?);
            }
        }
        for BrokenRecord { bytes, reason } in &delivery.broken {
            sorted.quarantined.push(self.sealed((delivery.format, true), bytes, reason.clone())?);
        }
        Ok(sorted)
    }

    fn sealed(
        &self,
        (format, is_sent): (Format, bool),
        bytes: &[u8],
        reason: String,
    ) -> Result<NewQuarantined, NotKept> {
        let nonce: [u8; NONCE_LEN] = self.service.environment().random().map_err(|error| {
            NotKept::Refused(format!("the random number generator does not answer: {error}"))
        })?;
        let purpose = Purpose::Record { tenant: self.tenant.name(), source: &self.name };
        let digest = self.key.digest(purpose, bytes);
        let record = self.key.seal(purpose, bytes, nonce);
        Ok(NewQuarantined { digest, format: format.name().to_owned(), is_sent, reason, record })
    }

    /// Puts records into the quarantine and says how many were not there; blocks for the disk.
    fn quarantine(&self, records: &[NewQuarantined]) -> Result<u64, NotKept> {
        let (tenant, name) = (self.tenant.name(), self.name());
        let put = self.meta().put_in_quarantine(tenant, name, records, self.now());
        let Put { new, without_room } = put.map_err(|error| NotKept::Refused(error.to_string()))?;
        if without_room > 0 {
            tracing::warn!(
                source = name,
                records = without_room,
                "the quarantine is full: these records are counted only; look at it with \
                 `gatelog source quarantine`"
            );
        }
        Ok(new + without_room)
    }

    /// Looks at a delivery: the next one may be looked at while this one is being kept.
    pub(crate) async fn sorted(self: &Arc<Self>, delivery: Delivery) -> Result<Sorted, NotKept> {
        if delivery.is_empty() {
            return Ok(Sorted::default());
        }
        let this = Arc::clone(self);
        blocking(move || this.sort(&delivery)).await
    }

    /// Keeps what was looked at, and returns when it is durable. Says whether names that it teaches
    /// are still to be saved, which the state's saving does too.
    pub(crate) async fn keep_sorted(self: &Arc<Self>, sorted: Sorted) -> Result<bool, NotKept> {
        let Sorted { events, quarantined, newest } = sorted;
        let this = Arc::clone(self);
        let quarantined = match quarantined.is_empty() {
            true => 0,
            false => blocking(move || this.quarantine(&quarantined)).await?,
        };
        let kept = self.tenant.keep(events, &self.submitter, self.now()).await;
        let Kept { appended, has_unsaved_names } = kept.map_err(not_kept)?;
        let received = self.now();
        self.note(|state, minute| {
            state.answered = Some(received);
            state.newest = state.newest.max(newest);
            state.accepted += appended.accepted;
            state.duplicates += appended.duplicates;
            state.conflicts += appended.conflicts;
            state.quarantined += quarantined;
            if appended.accepted > 0 {
                state.delivered = Some(received);
            }
            *minute += appended.accepted;
        });
        Ok(has_unsaved_names)
    }

    async fn take(self: &Arc<Self>, delivery: Delivery) -> Result<(), NotKept> {
        let sorted = self.sorted(delivery).await?;
        if self.keep_sorted(sorted).await? {
            let tenant = Arc::clone(&self.tenant);
            blocking(move || {
                tenant.save_names();
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    fn note(&self, note: impl FnOnce(&mut SourceState, &mut u64)) {
        let now = self.now();
        let mut known = self.known();
        known.turn_minute(now);
        let Known { state, is_saved, minute: (_, count) } = &mut *known;
        note(state, count);
        *is_saved = false;
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Begins a new minute if the last one is over.
    fn turn_minute(&mut self, now: UnixMicros) {
        let current = now.micros().div_euclid(MINUTE_MICROS);
        let (minute, count) = self.minute;
        if minute == current {
            return;
        }
        let rate = if minute + 1 == current { count } else { 0 };
        self.is_saved &= self.state.minute_events == rate;
        self.state.minute_events = rate;
        self.minute = (current, 0);
    }
}

/// The same as one that others hold too.
#[derive(Clone, Debug)]
pub struct SharedIntake(pub Arc<Intake>);

impl Keep for SharedIntake {
    fn keep(&self, delivery: Delivery) -> Keeping<'_> {
        Box::pin(self.0.take(delivery))
    }
}

/// Who is kept with each event of a source as the one that sent it.
pub(crate) fn submitter(source: &str) -> String {
    format!("source:{source}")
}

/// Lines in pieces of so many that every refused one is listed.
fn chunks(lines: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = lines;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let last = memchr::memchr_iter(b'\n', rest).nth(REJECTIONS_LISTED_MAX - 1);
        let end = last.map_or(rest.len(), |at| at + 1);
        let (chunk, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(chunk)
    })
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, NotKept> + Send + 'static,
) -> Result<T, NotKept> {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(NotKept::Refused("taking it in ended unexpectedly".to_owned())))
}

fn not_kept(error: gatelog_ledger::Error) -> NotKept {
    match error {
        gatelog_ledger::Error::Busy => NotKept::Busy,
        error => NotKept::Refused(error.to_string()),
    }
}
