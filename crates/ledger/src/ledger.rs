//! Opening and closing a data directory, and the handle on one tenant.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use gatelog_event::intake::AcceptedEvent;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_query::{Derivation, Field, Filter, NothingDerived, Query};
use tokio::sync::{oneshot, watch};

use crate::activity::{Activity, Recorder, holdings};
use crate::atomic;
use crate::cache::SegmentCache;
use crate::commitments;
use crate::error::{Context, Error, Result};
use crate::execute::explain::{Explanation, explain};
use crate::execute::follow::{Following, follow};
use crate::execute::matches::Matches;
use crate::execute::page::{Page, PageStart};
use crate::files::{FileSystem, Lock, Randomness, StoppedStopwatch, Stopwatch};
use crate::limits::{
    CACHE_BYTES_DEFAULT, LOG_FILES_AT_START_MAX, MERGED_SEGMENTS_MIN, TABLE_ROWS_MAX,
};
use crate::merge::{Merger, Policy};
use crate::queue::{Queue, Submission};
use crate::row::{Sequence, StoredEvent};
use crate::seal::{Sealer, Tenants};
use crate::segment::layout::{check_header, header};
use crate::tenant::{Tenant, View};
use crate::wal::log::Log;
use crate::wal::replay::{goes_on, replay};
use crate::writer::{Appended, Writer, publish};

const FORMAT_MAGIC: [u8; 8] = *b"GLDIR\r\n\x1a";
const FORMAT_VERSION: u16 = 1;
const FORMAT_NAME: &str = "format";

/// How to open a ledger.
#[derive(Clone, Debug)]
pub struct LedgerOptions {
    /// The data directory; created if it does not exist.
    pub directory: PathBuf,
    /// The file system it is on.
    pub files: Arc<dyn FileSystem>,
    /// Where salt seeds come from.
    pub randomness: Arc<dyn Randomness>,
    /// How much of the segments to keep in memory, in bytes.
    pub cache_bytes_max: u64,
    /// Rows at which a memtable is sealed. Tests take few, to have many segments.
    pub table_rows_max: u32,
    /// Segments of about one size that become one. Tests take few, to have them merged often.
    pub merged_segments_min: usize,
    /// What is known of values besides what they say.
    pub derivation: Arc<dyn Derivation>,
    /// Measures how long commits and sealing take.
    pub stopwatch: Arc<dyn Stopwatch>,
}

impl LedgerOptions {
    /// The usual options for a directory.
    pub fn new(
        directory: impl Into<PathBuf>,
        files: Arc<dyn FileSystem>,
        randomness: Arc<dyn Randomness>,
    ) -> Self {
        Self {
            directory: directory.into(),
            files,
            randomness,
            cache_bytes_max: CACHE_BYTES_DEFAULT,
            table_rows_max: TABLE_ROWS_MAX,
            merged_segments_min: MERGED_SEGMENTS_MIN,
            derivation: Arc::new(NothingDerived),
            stopwatch: Arc::new(StoppedStopwatch),
        }
    }
}

/// An open data directory. Dropping it writes what waits, seals what is frozen, and ends; events
/// that are not sealed stay in the log.
#[derive(Debug)]
pub struct Ledger {
    directory: PathBuf,
    files: Arc<dyn FileSystem>,
    cache: Arc<SegmentCache>,
    tenants: Arc<Tenants>,
    log: Arc<Mutex<Log>>,
    queue: Arc<Queue>,
    sealer: Arc<Sealer>,
    merger: Arc<Merger>,
    policy: Policy,
    recorder: Arc<Recorder>,
    derivation: Arc<dyn Derivation>,
    threads: Vec<JoinHandle<()>>,
    /// Keeps other processes out.
    _lock: Box<dyn Lock>,
}

impl Ledger {
    /// Opens a data directory and brings back everything that was acknowledged.
    ///
    /// O(tenants + bytes of unsealed log).
    ///
    /// # Errors
    /// [`Error::InUse`] when another process has it, [`Error::NewerFormat`], [`Error::Corrupt`]
    /// with file and offset, [`Error::Io`].
    pub fn open(options: LedgerOptions) -> Result<Self> {
        let LedgerOptions { directory, files, randomness, table_rows_max, .. } = options;
        files.create_directory(&directory).context("create", &directory)?;
        let lock_path = directory.join("lock");
        let lock = files.lock(&lock_path).context("lock", &lock_path)?;
        let lock = lock.ok_or_else(|| Error::InUse { path: directory.clone() })?;
        check_format(&*files, &directory)?;

        let cache = Arc::new(SegmentCache::new(options.cache_bytes_max));
        let tenants = Arc::new(open_tenants(&directory, &files, &cache)?);
        let log = bring_back(&tenants, &directory, &files, &cache, table_rows_max)?;
        let seal_all = log.file_count() > LOG_FILES_AT_START_MAX;

        let log = Arc::new(Mutex::new(log));
        let recorder = Arc::new(Recorder::new(options.stopwatch));
        let policy = Policy { table_rows_max, segments_min: options.merged_segments_min.max(2) };
        let merger = Arc::new(Merger::new(Arc::clone(&files), Arc::clone(&cache), policy));
        let sealer = Sealer::new(
            directory.clone(),
            Arc::clone(&files),
            Arc::clone(&cache),
            Arc::clone(&log),
            Arc::clone(&tenants),
            Arc::clone(&merger),
            Arc::clone(&recorder),
        );
        let sealer = Arc::new(sealer);
        for tenant in tenants.read().unwrap_or_else(PoisonError::into_inner).values() {
            sealer.resume(tenant, seal_all);
            merger.look_at(tenant);
        }
        sealer.trim_log();
        let queue = Arc::new(Queue::default());
        let writer = Writer {
            queue: Arc::clone(&queue),
            log: Arc::clone(&log),
            sealer: Arc::clone(&sealer),
            randomness,
            recorder: Arc::clone(&recorder),
            table_rows_max,
            failed: None,
        };
        let (sealing, merging) = (Arc::clone(&sealer), Arc::clone(&merger));
        let threads = vec![
            spawn("gatelog-writer", &directory, move || writer.run())?,
            spawn("gatelog-sealer", &directory, move || sealing.run())?,
            spawn("gatelog-merger", &directory, move || merging.run())?,
        ];
        Ok(Self {
            directory,
            files,
            cache,
            tenants,
            log,
            queue,
            sealer,
            merger,
            policy,
            recorder,
            derivation: options.derivation,
            threads,
            _lock: lock,
        })
    }

    /// What the ledger holds, and what it has done since it was opened. Waits for a commit that is
    /// under way. O(tenants).
    pub fn activity(&self) -> Activity {
        Activity {
            done: self.recorder.done(),
            held: holdings(&self.tenants, self.policy),
            cache: self.cache.activity(),
            queue_byte_count: self.queue.byte_count(),
            log_byte_count: self.log.lock().unwrap_or_else(PoisonError::into_inner).byte_count(),
        }
    }

    /// Why events are refused: [`Error::DiskFull`] until one was kept again, [`Error::ReadOnly`]
    /// for good.
    pub fn refusal(&self) -> Option<Error> {
        self.recorder.refusal()
    }

    /// Has memtables sealed that are worth it, though not so large that it happens by itself: words
    /// are found in segments without reading what does not have them. To be called now and then;
    /// waits for the writer, not for the sealing.
    pub fn seal_early(&self) {
        // No answer means that the ledger is closed, and then it is sealed or kept in the log.
        let _ = self.queue.ask_to_seal().blocking_recv();
    }

    /// Waits until what is large enough is sealed and merged: until then a ledger that was loaded
    /// at full speed takes more room, and more files have to be read for an answer.
    pub fn settle(&self) {
        self.sealer.wait_until_idle();
        self.merger.wait_until_idle();
    }

    /// The handle on one tenant's ledger, which is begun if it does not exist.
    ///
    /// # Errors
    /// [`Error::Io`] when its directory cannot be read.
    pub fn tenant(&self, name: &TenantName) -> Result<TenantLedger> {
        let tenant = open_tenant(&self.tenants, name, &self.directory, &self.files, &self.cache)?;
        let (queue, derivation) = (Arc::clone(&self.queue), Arc::clone(&self.derivation));
        Ok(TenantLedger { tenant, queue, derivation })
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        self.queue.close();
        self.merger.close();
        let mut threads = std::mem::take(&mut self.threads).into_iter();
        // The writer first: its last group may leave something to the sealer.
        if let Some(writer) = threads.next() {
            let _ = writer.join();
        }
        self.sealer.close();
        threads.for_each(|thread| drop(thread.join()));
    }
}

/// An append that waits for the writer.
#[derive(Debug)]
pub struct PendingAppend(oneshot::Receiver<Result<Appended>>);

impl PendingAppend {
    /// Waits until the events are durable and searchable.
    ///
    /// # Errors
    /// [`Error::DiskFull`], [`Error::ReadOnly`], [`Error::Closed`], [`Error::Busy`]: nothing of
    /// the batch was kept.
    pub async fn wait(self) -> Result<Appended> {
        self.0.await.unwrap_or(Err(Error::Closed))
    }

    /// As [`PendingAppend::wait`], for a thread that may block.
    ///
    /// # Errors
    /// As [`PendingAppend::wait`].
    pub fn wait_blocking(self) -> Result<Appended> {
        self.0.blocking_recv().unwrap_or(Err(Error::Closed))
    }
}

/// One tenant's ledger. Every read and write goes through such a handle; none sees two tenants.
#[derive(Clone, Debug)]
pub struct TenantLedger {
    tenant: Arc<Tenant>,
    queue: Arc<Queue>,
    derivation: Arc<dyn Derivation>,
}

impl TenantLedger {
    /// The tenant.
    pub fn name(&self) -> &TenantName {
        &self.tenant.name
    }

    /// What is known of values besides what they say.
    pub fn derivation(&self) -> &Arc<dyn Derivation> {
        &self.derivation
    }

    /// Hands events to the writer. They are kept all together or not at all, except those that
    /// are here already.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full, [`Error::Closed`].
    pub fn append(
        &self,
        events: Vec<AcceptedEvent>,
        submitter: &str,
        received: UnixMicros,
    ) -> Result<PendingAppend> {
        let (reply, answer) = oneshot::channel();
        let (tenant, submitter) = (Arc::clone(&self.tenant), submitter.into());
        self.queue.submit(Submission { tenant, events, submitter, received, reply })?;
        Ok(PendingAppend(answer))
    }

    /// The events that match, for any number of answers. May read from disk.
    ///
    /// # Errors
    /// [`Error::Corrupt`] with file and offset, [`Error::Io`], [`Error::TooBroad`].
    pub fn matches(&self, query: &Query) -> Result<Matches> {
        Matches::find(&self.view(), &self.derivation, query)
    }

    /// One page of matching events and the exact total; see [`Matches::page`]. May read from disk.
    ///
    /// # Errors
    /// [`Error::Corrupt`] with file and offset, [`Error::Io`], [`Error::TooBroad`].
    pub fn page(&self, query: &Query, start: PageStart, limit: usize) -> Result<Page> {
        self.matches(query)?.page(query.order, start, limit)
    }

    /// How many events match. May read from disk.
    ///
    /// # Errors
    /// As [`TenantLedger::matches`].
    pub fn count(&self, query: &Query) -> Result<u64> {
        Ok(self.matches(query)?.total())
    }

    /// The event with this id; the latest, if sources share the id. May read from disk.
    ///
    /// # Errors
    /// [`Error::Corrupt`] with file and offset, [`Error::Io`].
    pub fn get(&self, id: &str) -> Result<Option<StoredEvent>> {
        let by_id = Query::new(Filter::equals(Field::Id, id));
        let page = self.page(&by_id, PageStart::First, 1)?;
        Ok(page.events.into_iter().next())
    }

    /// Matching events in the order of their sequences, from `from` on, `limit` at most. May read
    /// from disk.
    ///
    /// # Errors
    /// As [`TenantLedger::matches`].
    pub fn follow(&self, filter: &Filter, from: Sequence, limit: usize) -> Result<Following> {
        follow(&self.view(), &self.derivation, filter, from, limit)
    }

    /// The sequence that the next event to arrive will get, and word of it whenever it changes.
    pub fn head(&self) -> watch::Receiver<Sequence> {
        self.tenant.head()
    }

    /// Answers a question and tells how. May read from disk.
    ///
    /// # Errors
    /// As [`TenantLedger::matches`].
    pub fn explain(&self, query: &Query) -> Result<Explanation> {
        explain(&self.view(), &self.derivation, query)
    }

    /// Computes every sealed entry's commitment again and compares it with the one written when it
    /// was sealed. Returns how many agree. Reads everything from disk.
    ///
    /// # Errors
    /// [`Error::Corrupt`] naming the first segment whose events are not what was committed to.
    pub fn verify_commitments(&self) -> Result<u64> {
        commitments::verify(&self.tenant, &self.view())
    }

    fn view(&self) -> Arc<View> {
        self.tenant.view()
    }
}

/// Checks the file that says which format the data directory has, or writes it to a new one.
fn check_format(files: &dyn FileSystem, directory: &Path) -> Result<()> {
    let names = files.list(directory).context("list", directory)?;
    if names.iter().any(|name| name == FORMAT_NAME) {
        return read_format(files, directory);
    }
    let path = directory.join(FORMAT_NAME);
    atomic::write(files, &path, &header(FORMAT_MAGIC, FORMAT_VERSION))
}

/// Checks the file that says which format the data directory has.
pub(crate) fn read_format(files: &dyn FileSystem, directory: &Path) -> Result<()> {
    let path = directory.join(FORMAT_NAME);
    match atomic::read(files, &path)?.first_chunk::<16>() {
        Some(bytes) => check_header(bytes, FORMAT_MAGIC, FORMAT_VERSION, &path).map(drop),
        None => Err(Error::corrupt(&path, 0, "too short for a format file")),
    }
}

/// Brings back the events that are only in the log.
fn bring_back(
    tenants: &Tenants,
    directory: &Path,
    files: &Arc<dyn FileSystem>,
    cache: &Arc<SegmentCache>,
    table_rows_max: u32,
) -> Result<Log> {
    let wal_directory = directory.join("wal");
    replay(files, &wal_directory, |batch| {
        let tenant = open_tenant(tenants, &batch.tenant, directory, files, cache)?;
        let next_seq = tenant.next().seq;
        if !goes_on(&batch, next_seq, &wal_directory)? {
            return Ok(());
        }
        publish(&tenant, batch);
        if tenant.is_large(table_rows_max) {
            tenant.freeze();
        }
        Ok(())
    })
}

fn open_tenants(
    directory: &Path,
    files: &Arc<dyn FileSystem>,
    cache: &Arc<SegmentCache>,
) -> Result<Tenants> {
    let tenants = RwLock::new(HashMap::new());
    let parent = directory.join("tenants");
    for name in files.list(&parent).context("list", &parent)? {
        // Other names are not ours: a tenant's directory has the tenant's name.
        if let Ok(name) = name.parse() {
            open_tenant(&tenants, &name, directory, files, cache)?;
        }
    }
    Ok(tenants)
}

fn open_tenant(
    tenants: &Tenants,
    name: &TenantName,
    directory: &Path,
    files: &Arc<dyn FileSystem>,
    cache: &Arc<SegmentCache>,
) -> Result<Arc<Tenant>> {
    if let Some(tenant) = tenants.read().unwrap_or_else(PoisonError::into_inner).get(name) {
        return Ok(Arc::clone(tenant));
    }
    let mut tenants = tenants.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(tenant) = tenants.get(name) {
        return Ok(Arc::clone(tenant));
    }
    let tenant_directory = directory.join("tenants").join(name.as_str());
    let tenant = Arc::new(Tenant::open(name.clone(), tenant_directory, files, cache)?);
    tenants.insert(name.clone(), Arc::clone(&tenant));
    Ok(tenant)
}

fn spawn(
    name: &str,
    directory: &Path,
    run: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>> {
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(run);
    thread.context("start a thread for", directory)
}
