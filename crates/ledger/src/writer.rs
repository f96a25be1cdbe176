//! The single writer: from waiting batches to durable, searchable events.
//!
//! Life of an event, steps 2 to 4: batches that wait are taken together, checked for duplicates,
//! given sequences, framed as one group, synced once, and only then made visible and answered.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use gatelog_event::intake::AcceptedEvent;
use gatelog_event::source::{Format, Source};
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_proof::salt::Seed;
use gatelog_proof::tree::BUNDLE_ENTRIES;
use tokio::sync::oneshot;

use crate::activity::Recorder;
use crate::duplicate::{in_segment, in_table};
use crate::error::{Context, Error, Result};
use crate::files::Randomness;
use crate::limits::{FROZEN_BYTES_MAX, SEALED_EARLY_DIVISOR, UNSEALED_BYTES_MAX};
use crate::memtable::positions::Positions;
use crate::memtable::{MemTable, NewRow};
use crate::queue::{Queue, Submission, Taken};
use crate::row::Sequence;
use crate::seal::Sealer;
use crate::segment::Segment;
use crate::tenant::{Next, Tenant};
use crate::wal::group::Batch;
use crate::wal::log::Log;

/// What became of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// Events that are kept now and were not before.
    pub accepted: u64,
    /// Events that were here already.
    pub duplicates: u64,
    /// Events that were here already with other content; the first content is kept.
    pub conflicts: u64,
}

/// The writer's own state; it lives on its thread.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) queue: Arc<Queue>,
    pub(crate) log: Arc<Mutex<Log>>,
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) recorder: Arc<Recorder>,
    /// Rows at which a memtable is sealed.
    pub(crate) table_rows_max: u32,
    /// Set by a failed write or sync, for good.
    pub(crate) failed: Option<Error>,
}

impl Writer {
    /// Writes groups until the queue is closed, then gives back what the log allocated ahead.
    pub(crate) fn run(mut self) {
        let _abandoned = AbandonOnExit(Arc::clone(&self.queue));
        while let Some(Taken { submissions, to_seal }) = self.queue.take() {
            if !submissions.is_empty() {
                self.commit(submissions);
            }
            if !to_seal.is_empty() {
                self.sealer.seal_from(self.table_rows_max / SEALED_EARLY_DIVISOR);
            }
            for done in to_seal {
                // Who no longer waits for it misses nothing.
                let _ = done.send(());
            }
        }
        let trimmed = self.log.lock().unwrap_or_else(PoisonError::into_inner).trim_current();
        if let Err(error) = trimmed {
            tracing::warn!(%error, "the log keeps the space it allocated ahead");
        }
    }

    fn commit(&mut self, submissions: Vec<Submission>) {
        let room = self.sealer.wait_for_room(FROZEN_BYTES_MAX);
        if let Some(error) = self.failed.clone().or(room.err()) {
            self.recorder.refused(&error);
            return answer_all(submissions.into_iter().map(|submission| submission.reply), &error);
        }
        let mut group = Group::default();
        for submission in submissions {
            self.admit(submission, &mut group);
        }
        let Group { tenants: touched, answers } = group;
        let mut tenants = Vec::with_capacity(touched.len());
        let (mut batches, mut batch_tenants) = (Vec::new(), Vec::new());
        for Pending { tenant, batches: of_tenant, .. } in touched.into_values() {
            batch_tenants.extend(of_tenant.iter().map(|_| Arc::clone(&tenant)));
            batches.extend(of_tenant);
            tenants.push(tenant);
        }
        if let Err(error) = self.write(&batches) {
            self.recorder.refused(&error);
            if matches!(error, Error::ReadOnly { .. }) {
                tracing::error!(%error, "no more events are accepted");
                self.failed = Some(error.clone());
            }
            return answer_all(answers.into_iter().map(|answer| answer.reply), &error);
        }
        for (batch, tenant) in batches.into_iter().zip(batch_tenants) {
            publish(&tenant, batch);
        }
        // Before the answers: who has one and then waits until all is sealed waits for this too.
        self.seal_what_is_large(&tenants);
        for Answer { reply, format, appended } in answers {
            self.recorder.appended(format, appended);
            // A sender that went away misses the answer, not the event.
            let _ = reply.send(Ok(appended));
        }
    }

    /// Makes batches durable, if there are any.
    fn write(&self, batches: &[Batch]) -> Result<()> {
        if batches.is_empty() {
            return Ok(());
        }
        let started = self.recorder.now();
        self.log.lock().unwrap_or_else(PoisonError::into_inner).append(batches)?;
        let event_count = batches.iter().map(|batch| batch.rows.len() as u64).sum();
        self.recorder.committed(event_count, started);
        Ok(())
    }

    /// Sorts out duplicates and gives the rest their sequences.
    fn admit(&self, submission: Submission, group: &mut Group) {
        let Submission { tenant, events, submitter, received, reply } = submission;
        // A sender writes all events of a batch in one format. Our own audit has no sender.
        let sent = events.first().filter(|event| event.source != Source::Gatelog);
        let format = sent.map(|event| event.format);
        let pending = group.tenants.entry(tenant.name.clone()).or_insert_with(|| {
            let (tenant, next) = (Arc::clone(&tenant), tenant.next().clone());
            Pending { tenant, next, batches: Vec::new(), places: Positions::default() }
        });
        let (appended, rows) = match pending.sort_out(events, received) {
            Ok(sorted) => sorted,
            Err(error) => return drop(reply.send(Err(error))),
        };
        if rows.is_empty() {
            return group.answers.push(Answer { reply, format, appended });
        }
        let seeds = match pending.seeds_for(rows.len(), &*self.randomness) {
            Ok(seeds) => seeds,
            Err(error) => {
                pending.forget();
                return drop(reply.send(Err(error)));
            }
        };
        pending.add(rows, received, submitter, seeds);
        group.answers.push(Answer { reply, format, appended });
    }

    fn seal_what_is_large(&self, touched: &[Arc<Tenant>]) {
        for tenant in touched {
            if tenant.is_large(self.table_rows_max) {
                self.sealer.seal(tenant);
            }
        }
        let oldest = {
            let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
            if log.byte_count() > UNSEALED_BYTES_MAX { log.oldest().cloned() } else { None }
        };
        if let Some(oldest) = oldest {
            self.sealer.seal_through(&oldest.tenants);
        }
    }
}

/// However the writer ends, nobody waits for it afterwards.
struct AbandonOnExit(Arc<Queue>);

impl Drop for AbandonOnExit {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// Everything that is written with one sync.
#[derive(Debug, Default)]
struct Group {
    tenants: HashMap<TenantName, Pending>,
    answers: Vec<Answer>,
}

/// What a sender is told once the group is durable.
#[derive(Debug)]
struct Answer {
    reply: oneshot::Sender<Result<Appended>>,
    format: Option<Format>,
    appended: Appended,
}

/// One tenant's part of a group.
#[derive(Debug)]
struct Pending {
    tenant: Arc<Tenant>,
    next: Next,
    batches: Vec<Batch>,
    /// Where the rows of this group are by their ids, for duplicates within it.
    places: Positions<Place>,
}

/// A row of a group.
#[derive(Clone, Copy, Debug)]
struct Place {
    batch: usize,
    row: usize,
}

/// The row at a place. `sorted_out` are the rows of the batch that comes next.
fn row_at<'r>(batches: &'r [Batch], sorted_out: &'r [NewRow], place: Place) -> Option<&'r NewRow> {
    batches.get(place.batch).map_or(sorted_out, |batch| &batch.rows).get(place.row)
}

impl Pending {
    fn sort_out(
        &mut self,
        events: Vec<AcceptedEvent>,
        received: UnixMicros,
    ) -> Result<(Appended, Vec<NewRow>)> {
        let mut appended = Appended::default();
        let mut rows: Vec<NewRow> = Vec::with_capacity(events.len());
        let view = self.tenant.view();
        // Only the writer, which this is, changes tables.
        let tables: Vec<_> = view.tables.iter().map(|table| table.read()).collect();
        for mut event in events {
            let earlier_form = event.record_while_unknown.take();
            let row = NewRow::new(event, received);
            let found = match self.find_here(&row, &rows) {
                Some(record) => Some(record),
                None => {
                    find_before(&row, &tables, &view.segments).inspect_err(|_| self.forget())?
                }
            };
            let is_same = |record: &Bytes| {
                *record == row.record || earlier_form.as_deref() == Some(&**record)
            };
            match found {
                Some(record) if is_same(&record) => appended.duplicates += 1,
                Some(_) => appended.conflicts += 1,
                None => {
                    appended.accepted += 1;
                    let place = Place { batch: self.batches.len(), row: rows.len() };
                    self.places.insert(row.id_hash, place);
                    rows.push(row);
                }
            }
        }
        Ok((appended, rows))
    }

    /// Takes back the rows of a batch that is refused after all: a later batch of this group with
    /// the same events must not take them for kept.
    fn forget(&mut self) {
        let refused = self.batches.len();
        self.places.retain(|place| place.batch != refused);
    }

    /// The record of the same event in this group.
    fn find_here(&self, row: &NewRow, sorted_out: &[NewRow]) -> Option<Bytes> {
        let identity = row.identity();
        let at = |place| row_at(&self.batches, sorted_out, place);
        let mut others = self.places.with_hash(row.id_hash).filter_map(at);
        let same = others.find(|other| identity.same(&other.identity()))?;
        Some(same.record.clone())
    }

    /// Fresh seeds for the bundles that begin among the next `row_count` rows.
    fn seeds_for(&self, row_count: usize, randomness: &dyn Randomness) -> Result<Vec<Seed>> {
        let first_seq = self.next.seq;
        bundles_begun(first_seq, first_seq + row_count as u64)
            .map(|_| {
                let mut seed = [0; 32];
                randomness
                    .fill(&mut seed)
                    .context("read randomness for", &self.tenant.directory)?;
                Ok(Seed(seed))
            })
            .collect()
    }

    /// Gives the rows that were sorted out their sequences.
    fn add(
        &mut self,
        rows: Vec<NewRow>,
        received: UnixMicros,
        submitter: Box<str>,
        seeds: Vec<Seed>,
    ) {
        let first_seq = self.next.seq;
        self.next = next_after(&self.next, first_seq + rows.len() as u64, &seeds);
        let tenant = self.tenant.name.clone();
        self.batches.push(Batch { tenant, first_seq, received, submitter, seeds, rows });
    }
}

/// The record of the same event in a memtable or in a segment.
fn find_before(
    row: &NewRow,
    tables: &[impl Deref<Target = MemTable>],
    segments: &[Arc<Segment>],
) -> Result<Option<Bytes>> {
    if let Some(record) = tables.iter().find_map(|table| in_table(table, row)) {
        return Ok(Some(record));
    }
    for segment in segments {
        if let Some(record) = in_segment(segment, row)? {
            return Ok(Some(record));
        }
    }
    Ok(None)
}

/// The bundles whose first entry lies in `first_seq..end_seq`.
fn bundles_begun(first_seq: Sequence, end_seq: Sequence) -> std::ops::Range<u64> {
    first_seq.div_ceil(BUNDLE_ENTRIES)..end_seq.div_ceil(BUNDLE_ENTRIES)
}

fn next_after(next: &Next, end_seq: Sequence, seeds: &[Seed]) -> Next {
    let seed = match end_seq % BUNDLE_ENTRIES {
        0 => None,
        _ => seeds.last().or(next.seed.as_ref()).cloned(),
    };
    Next { seq: end_seq, seed }
}

/// Makes a durable batch visible. Also how the replay fills memtables.
pub(crate) fn publish(tenant: &Tenant, batch: Batch) {
    {
        let mut next = tenant.next();
        *next = next_after(&next, batch.end_seq(), &batch.seeds);
    }
    let end_seq = batch.end_seq();
    if let Some(active) = tenant.active() {
        active.write().append(batch.rows, &batch.submitter, batch.seeds);
    }
    tenant.announce(end_seq);
}

fn answer_all(replies: impl Iterator<Item = oneshot::Sender<Result<Appended>>>, error: &Error) {
    for reply in replies {
        // A sender that went away misses the answer; nothing of its batch was kept.
        let _ = reply.send(Err(error.clone()));
    }
}
