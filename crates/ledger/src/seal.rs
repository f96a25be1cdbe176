//! Sealing: a memtable becomes a segment, and its part of the log goes.
//!
//! Life of an event, step 5. The writer freezes a table and goes on with the next; the sealer
//! writes the segment, the seeds and the manifest, each durable before the next, publishes the new
//! view and removes what the log no longer needs. When a write fails the table stays readable and
//! sealing is tried again, so a full disk heals by itself.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock};
use std::time::Duration;

use gatelog_event::tenant::TenantName;
use gatelog_proof::tree::BUNDLE_ENTRIES;

use crate::activity::Recorder;
use crate::cache::SegmentCache;
use crate::error::{Context, Error, Result};
use crate::files::{FileSystem, Unsynced};
use crate::limits::SEALED_AT_ONCE_BYTES_MAX;
use crate::manifest::{SegmentFile, segment_path};
use crate::memtable::MemTable;
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
    /// The data directory.
    directory: PathBuf,
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
        directory: PathBuf,
        files: Arc<dyn FileSystem>,
        cache: Arc<SegmentCache>,
        log: Arc<Mutex<Log>>,
        tenants: Arc<Tenants>,
        merger: Arc<Merger>,
        recorder: Arc<Recorder>,
    ) -> Self {
        let (state, changed) = (Mutex::default(), Condvar::new());
        Self { directory, files, cache, log, tenants, merger, recorder, state, changed }
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

    /// Freezes the active tables that have at least `rows_min` rows. Only the writer calls this.
    pub(crate) fn seal_from(&self, rows_min: u32) {
        let tenants: Vec<Arc<Tenant>> =
            self.tenants.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        let is_large = |tenant: &&Arc<Tenant>| tenant.is_large(rows_min);
        tenants.iter().filter(is_large).for_each(|tenant| self.seal(tenant));
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
        while let Some(tenants) = self.next() {
            let started = self.recorder.now();
            match self.seal_oldest(&tenants) {
                Ok(byte_count) => {
                    self.recorder.sealed(started);
                    self.trim_log();
                    tenants.iter().for_each(|tenant| self.merger.look_at(tenant));
                    let mut state = self.lock();
                    state.frozen_bytes = state.frozen_bytes.saturating_sub(byte_count);
                    state.failure = None;
                    drop(state);
                    self.changed.notify_all();
                }
                Err(error) => {
                    let names: Vec<&str> =
                        tenants.iter().map(|tenant| tenant.name.as_str()).collect();
                    let tenant = names.join(", ");
                    tracing::error!(tenant, %error, "sealing failed, trying again");
                    if self.wait_after(error, tenants) {
                        return;
                    }
                }
            }
        }
    }

    /// Waits for tenants that can be sealed together; `None` once closed and done.
    fn next(&self) -> Option<Vec<Arc<Tenant>>> {
        let mut state = self.lock();
        loop {
            if let Some(first) = state.waiting.pop_front() {
                return Some(with_others(first, &mut state));
            }
            if state.closed {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Puts tenants back and waits a while; true if the sealer was closed meanwhile.
    fn wait_after(&self, error: Error, tenants: Vec<Arc<Tenant>>) -> bool {
        let mut state = self.lock();
        state.failure = Some(error);
        // The others need not wait for these.
        state.waiting.extend(tenants);
        // Who waits for room learns why there is none.
        self.changed.notify_all();
        if !state.closed {
            let pause = Duration::from_millis(RETRY_MS);
            let waited = self.changed.wait_timeout_while(state, pause, |state| !state.closed);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.closed
    }

    /// Seals the oldest table of each of these tenants, which are different ones. Returns what the
    /// tables took in memory, in bytes.
    fn seal_oldest(&self, tenants: &[Arc<Tenant>]) -> Result<u64> {
        match tenants {
            [_] => self.seal_with(tenants, &*self.files, || Ok(())),
            _ => {
                let sync = || self.files.sync_all(&self.directory).context("sync", &self.directory);
                self.seal_with(tenants, &Unsynced(&*self.files), sync)
            }
        }
    }

    /// Each step is durable before the next: by what `files` does, or else by `sync`.
    fn seal_with(
        &self,
        tenants: &[Arc<Tenant>],
        files: &dyn FileSystem,
        sync: impl Fn() -> Result<()>,
    ) -> Result<u64> {
        let frozen = tenants.iter().filter_map(|tenant| Some((tenant, tenant.frozen()?)));
        let mut sealed = Vec::with_capacity(tenants.len());
        for (tenant, table) in frozen {
            let table = table.read();
            let written = write_table(files, tenant, &table)?;
            sealed.push((tenant, written, table.byte_count()));
        }
        sync()?;
        let mut changes = Vec::with_capacity(sealed.len());
        for (tenant, written, _) in &sealed {
            let mut change = tenant.change();
            change.segments().push(*written);
            change.stage(files)?;
            changes.push(change);
        }
        sync()?;
        changes.iter().try_for_each(|change| change.commit(files))?;
        sync()?;
        for (change, (tenant, written, _)) in changes.into_iter().zip(&sealed) {
            let (files, cache) = (Arc::clone(&self.files), Arc::clone(&self.cache));
            let path = written.path(&tenant.directory);
            let segment = Arc::new(Segment::new(path, *written, files, cache));
            change.publish(|view| View {
                segments: view.segments.iter().chain([&segment]).cloned().collect(),
                // The oldest table is the one that was sealed.
                tables: view.tables.iter().skip(1).cloned().collect(),
            });
        }
        Ok(sealed.iter().map(|(_, _, byte_count)| byte_count).sum())
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

/// Takes others that wait along, as far as they are small: one sync is then for all of them.
fn with_others(first: Arc<Tenant>, state: &mut State) -> Vec<Arc<Tenant>> {
    let mut together = vec![first];
    // After a failure each is tried alone, so that none is in the way of the others.
    if state.failure.is_some() {
        return together;
    }
    let byte_count = |tenant: &Tenant| tenant.frozen().map_or(0, |table| table.read().byte_count());
    let mut byte_sum = together.iter().map(|tenant| byte_count(tenant)).sum::<u64>();
    while let Some(next) = state.waiting.front() {
        byte_sum += byte_count(next);
        let is_there = together.iter().any(|tenant| Arc::ptr_eq(tenant, next));
        if is_there || byte_sum > SEALED_AT_ONCE_BYTES_MAX {
            break;
        }
        together.extend(state.waiting.pop_front());
    }
    together
}

/// Writes a table's segment and its seeds.
fn write_table(files: &dyn FileSystem, tenant: &Tenant, table: &MemTable) -> Result<SegmentFile> {
    let directory = tenant.directory.join("segments");
    files.create_directory(&directory).context("create", &directory)?;
    let path = segment_path(&tenant.directory, table.first_seq(), table.row_count());
    let written = write_segment(files, &path, table)?;
    let first_bundle = table.first_seq() / BUNDLE_ENTRIES;
    seeds::write(files, &tenant.directory, first_bundle, table.seeds())?;
    Ok(written)
}
