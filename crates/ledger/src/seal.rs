//! Sealing: a memtable becomes a segment, and its part of the log goes.
//!
//! Life of an event, step 5. The writer freezes a table and goes on with the next; the sealer
//! writes the segment, the seeds and the manifest, each durable before the next, publishes the new
//! view and removes what the log no longer needs. When a write fails the table stays readable and
//! sealing is tried again, so a full disk heals by itself.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock};
use std::time::Duration;

use gatelog_event::tenant::TenantName;
use gatelog_proof::tree::BUNDLE_ENTRIES;

use crate::activity::Recorder;
use crate::cache::SegmentCache;
use crate::error::{Context, Error, Result};
use crate::files::FileSystem;
use crate::manifest::segment_path;
use crate::merge::Merger;
use crate::row::Sequence;
use crate::seeds;
use crate::segment::Segment;
use crate::segment::write::write_segment;
use crate::tenant::{Tenant, View};
use crate::wal::log::Log;

/// All tenants that have been opened.
pub(crate) type Tenants = RwLock<HashMap<TenantName, Arc<Tenant>>>;

/// How long to wait before sealing is tried again after a failure.
const RETRY_MS: u64 = 1_000;

/// Seals tables on its own thread.
#[derive(Debug)]
pub(crate) struct Sealer {
    files: Arc<dyn FileSystem>,
    cache: Arc<SegmentCache>,
    log: Arc<Mutex<Log>>,
    tenants: Arc<Tenants>,
    merger: Arc<Merger>,
    recorder: Arc<Recorder>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Arc<Tenant>>,
    /// Memory of all frozen tables, in bytes.
    frozen_bytes: u64,
    failure: Option<Error>,
    closed: bool,
}

impl Sealer {
    pub(crate) fn new(
        files: Arc<dyn FileSystem>,
        cache: Arc<SegmentCache>,
        log: Arc<Mutex<Log>>,
        tenants: Arc<Tenants>,
        merger: Arc<Merger>,
        recorder: Arc<Recorder>,
    ) -> Self {
        let (state, changed) = (Mutex::default(), Condvar::new());
        Self { files, cache, log, tenants, merger, recorder, state, changed }
    }

    /// Freezes a tenant's active table, if it has rows, and leaves it to the sealer's thread.
    /// Only the writer calls this.
    pub(crate) fn seal(&self, tenant: &Arc<Tenant>) {
        let Some(active) = tenant.active() else {
            return;
        };
        let byte_count = active.read().byte_count();
        if byte_count == 0 {
            return;
        }
        tenant.freeze();
        let mut state = self.lock();
        state.frozen_bytes += byte_count;
        state.waiting.push_back(Arc::clone(tenant));
        drop(state);
        self.changed.notify_all();
    }

    /// Takes up what a replay left: tables frozen already, and the active one if `seal_active`.
    pub(crate) fn resume(&self, tenant: &Arc<Tenant>, seal_active: bool) {
        let view = tenant.view();
        let frozen = view.tables.split_last().map_or(&[][..], |(_, frozen)| frozen);
        for table in frozen {
            let mut state = self.lock();
            state.frozen_bytes += table.read().byte_count();
            state.waiting.push_back(Arc::clone(tenant));
        }
        if seal_active {
            self.seal(tenant);
        }
    }

    /// Freezes the tables that hold events before the given sequences.
    pub(crate) fn seal_through(&self, ends: &HashMap<TenantName, Sequence>) {
        let mut has_frozen = false;
        for (name, end) in ends {
            let Some(tenant) = self.tenant(name) else {
                continue;
            };
            if tenant.active().is_some_and(|active| active.read().first_seq() < *end) {
                self.seal(&tenant);
                has_frozen = true;
            }
        }
        if !has_frozen {
            // All of it is sealed, or about to be: the files only wait to be removed.
            self.trim_log();
        }
    }

    /// Waits until less than `bytes_max` waits to be sealed. Events that come meanwhile stay in
    /// the queue, which refuses them when it is full: so a sender is slowed down to what can be
    /// sealed, and memory is bounded.
    ///
    /// # Errors
    /// Why sealing fails, while it does.
    pub(crate) fn wait_for_room(&self, bytes_max: u64) -> Result<()> {
        let has_to_wait =
            |state: &mut State| state.frozen_bytes >= bytes_max && state.failure.is_none();
        let waited = self.changed.wait_while(self.lock(), has_to_wait);
        let state = waited.unwrap_or_else(PoisonError::into_inner);
        match &state.failure {
            Some(failure) if state.frozen_bytes >= bytes_max => Err(failure.clone()),
            _ => Ok(()),
        }
    }

    /// Waits until nothing waits to be sealed, or sealing fails.
    pub(crate) fn wait_until_idle(&self) {
        let is_busy = |state: &mut State| state.frozen_bytes > 0 && state.failure.is_none();
        drop(self.changed.wait_while(self.lock(), is_busy));
    }

    /// Lets the thread end once everything that waits is sealed; one failure ends it too, as the
    /// log still has the events.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Seals until closed.
    pub(crate) fn run(&self) {
        while let Some(tenant) = self.next() {
            let started = self.recorder.now();
            match self.seal_oldest(&tenant) {
                Ok(byte_count) => {
                    self.recorder.sealed(started);
                    let mut state = self.lock();
                    state.frozen_bytes = state.frozen_bytes.saturating_sub(byte_count);
                    state.failure = None;
                    drop(state);
                    self.changed.notify_all();
                }
                Err(error) => {
                    tracing::error!(tenant = %tenant.name, %error, "sealing failed, trying again");
                    if self.wait_after(error, tenant) {
                        return;
                    }
                }
            }
        }
    }

    /// Waits for the next tenant; `None` once closed and done.
    fn next(&self) -> Option<Arc<Tenant>> {
        let mut state = self.lock();
        loop {
            if let Some(tenant) = state.waiting.pop_front() {
                return Some(tenant);
            }
            if state.closed {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Puts the tenant back and waits a while; true if the sealer was closed meanwhile.
    fn wait_after(&self, error: Error, tenant: Arc<Tenant>) -> bool {
        let mut state = self.lock();
        state.failure = Some(error);
        // The others need not wait for this one.
        state.waiting.push_back(tenant);
        // Who waits for room learns why there is none.
        self.changed.notify_all();
        if !state.closed {
            let pause = Duration::from_millis(RETRY_MS);
            let waited = self.changed.wait_timeout_while(state, pause, |state| !state.closed);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.closed
    }

    fn seal_oldest(&self, tenant: &Arc<Tenant>) -> Result<u64> {
        let Some(frozen) = tenant.frozen() else {
            return Ok(0);
        };
        let table = frozen.read();
        let directory = tenant.directory.join("segments");
        self.files.create_directory(&directory).context("create", &directory)?;

        let path = segment_path(&tenant.directory, table.first_seq(), table.row_count());
        let written = write_segment(&*self.files, &path, &table)?;
        let first_bundle = table.first_seq() / BUNDLE_ENTRIES;
        seeds::write(&*self.files, &tenant.directory, first_bundle, table.seeds())?;

        let (files, cache) = (Arc::clone(&self.files), Arc::clone(&self.cache));
        let segment = Arc::new(Segment::new(path, written, files, cache));
        tenant.replace(
            |segments| segments.push(written),
            |view| View {
                segments: view.segments.iter().chain([&segment]).cloned().collect(),
                // The oldest table is the one that was sealed.
                tables: view.tables.iter().skip(1).cloned().collect(),
            },
        )?;
        self.trim_log();
        self.merger.look_at(tenant);
        Ok(table.byte_count())
    }

    /// Removes what the log no longer needs.
    pub(crate) fn trim_log(&self) {
        let sealed_end =
            |name: &TenantName| self.tenant(name).map_or(0, |tenant| tenant.manifest().end_seq());
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = log.remove_sealed(sealed_end) {
            // It is tried again after the next segment; until then the file is only in the way.
            tracing::warn!(%error, "a log file could not be removed");
        }
    }

    fn tenant(&self, name: &TenantName) -> Option<Arc<Tenant>> {
        self.tenants.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
