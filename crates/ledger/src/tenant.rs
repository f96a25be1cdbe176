//! One tenant's part of the ledger: what is readable now, and what the writer needs to go on.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use arc_swap::ArcSwap;
use gatelog_event::tenant::TenantName;
use gatelog_proof::salt::Seed;
use gatelog_proof::tree::BUNDLE_ENTRIES;
use tokio::sync::watch;

use crate::cache::SegmentCache;
use crate::error::{Context, Result};
use crate::files::FileSystem;
use crate::limits::TABLE_BYTES_MAX;
use crate::manifest::{Manifest, SegmentFile};
use crate::memtable::MemTable;
use crate::row::Sequence;
use crate::seeds;
use crate::segment::Segment;

/// A memtable that readers share with the writer.
#[derive(Debug)]
pub(crate) struct Table(RwLock<MemTable>);

impl Table {
    pub(crate) fn new(table: MemTable) -> Arc<Self> {
        Arc::new(Self(RwLock::new(table)))
    }

    /// For one evaluation in memory. Only a table that waits to be sealed, which nobody writes to
    /// any more, is read across I/O.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, MemTable> {
        // A panic while appending cannot leave a row half visible: lengths are taken from `rows`.
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, MemTable> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What can be read of a tenant at one moment: segments, then memtables, in the order of their
/// sequences. The last table is the one being appended to; the others wait to be sealed.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) segments: Arc<[Arc<Segment>]>,
    pub(crate) tables: Vec<Arc<Table>>,
}

/// One tenant.
#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) name: TenantName,
    pub(crate) directory: PathBuf,
    files: Arc<dyn FileSystem>,
    view: ArcSwap<View>,
    /// Where the writer continues. Only the writer takes it while the ledger runs.
    next: Mutex<Next>,
    manifest: Mutex<Manifest>,
    /// Held while the manifest and the segments of the view are replaced, also on disk.
    replacing: Mutex<()>,
    /// The sequence the next event to become searchable will have.
    head: watch::Sender<Sequence>,
}

/// Where the writer continues.
#[derive(Clone, Debug)]
pub(crate) struct Next {
    pub(crate) seq: Sequence,
    /// The seed of the bundle `seq` lies in, unless the bundle begins with it.
    pub(crate) seed: Option<Seed>,
}

/// The seed of the bundle `seq` lies in, unless the bundle begins with it.
///
/// # Errors
/// [`crate::Error::Corrupt`], [`crate::Error::NewerFormat`] or [`crate::Error::Io`].
pub(crate) fn seed_of(
    seq: Sequence,
    files: &dyn FileSystem,
    directory: &Path,
) -> Result<Option<Seed>> {
    match seq % BUNDLE_ENTRIES {
        0 => Ok(None),
        _ => seeds::read(files, directory, seq / BUNDLE_ENTRIES).map(Some),
    }
}

/// Removes what a crash left half written or not named yet: its events are still in the log.
fn remove_unnamed_segments(
    files: &dyn FileSystem,
    directory: &Path,
    manifest: &Manifest,
) -> Result<()> {
    let segments = directory.join("segments");
    let named: HashSet<PathBuf> =
        manifest.segments.iter().map(|segment| segment.path(directory)).collect();
    for name in files.list(&segments).context("list", &segments)? {
        let path = segments.join(name);
        if !named.contains(&path) {
            files.remove(&path).context("remove", &path)?;
        }
    }
    Ok(())
}

impl Tenant {
    /// Opens a tenant from its manifest; its unsealed events are appended by the replay.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`], [`crate::Error::NewerFormat`] or [`crate::Error::Io`].
    pub(crate) fn open(
        name: TenantName,
        directory: PathBuf,
        files: &Arc<dyn FileSystem>,
        cache: &Arc<SegmentCache>,
    ) -> Result<Self> {
        let manifest = Manifest::read(&**files, &directory)?;
        remove_unnamed_segments(&**files, &directory, &manifest)?;
        let open = |segment: &SegmentFile| {
            let (files, cache) = (Arc::clone(files), Arc::clone(cache));
            Arc::new(Segment::new(segment.path(&directory), *segment, files, cache))
        };
        let segments: Arc<[_]> = manifest.segments.iter().map(open).collect();
        let seq = manifest.end_seq();
        let seed = seed_of(seq, &**files, &directory)?;
        let table = Table::new(MemTable::new(seq, seed.clone()));
        let view = ArcSwap::from_pointee(View { segments, tables: vec![table] });
        let (next, manifest) = (Mutex::new(Next { seq, seed }), Mutex::new(manifest));
        let replacing = Mutex::default();
        let files = Arc::clone(files);
        let (head, _) = watch::channel(seq);
        Ok(Self { name, directory, files, view, next, manifest, replacing, head })
    }

    /// What can be read now.
    pub(crate) fn view(&self) -> Arc<View> {
        self.view.load_full()
    }

    pub(crate) fn next(&self) -> MutexGuard<'_, Next> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn manifest(&self) -> MutexGuard<'_, Manifest> {
        self.manifest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The segments as they are listed and as they are read, at one moment.
    pub(crate) fn sealed(&self) -> (Vec<SegmentFile>, Arc<View>) {
        let _unchanging = self.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        (self.manifest().segments.clone(), self.view())
    }

    /// Begins to change which segments there are; waits for a change that is under way.
    pub(crate) fn change(&self) -> Change<'_> {
        let alone = self.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        Change { tenant: self, manifest: self.manifest().clone(), _alone: alone }
    }

    /// The sequence the next event to become searchable will have, and word of its changes.
    pub(crate) fn head(&self) -> watch::Receiver<Sequence> {
        self.head.subscribe()
    }

    /// Tells those who wait that everything before `seq` is searchable.
    pub(crate) fn announce(&self, seq: Sequence) {
        self.head.send_replace(seq);
    }

    /// The seeds of the bundles that sealed sequences lie in.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] or [`crate::Error::Io`].
    pub(crate) fn seeds(&self, sequences: std::ops::Range<Sequence>) -> Result<Vec<Seed>> {
        let bundles = sequences.start / BUNDLE_ENTRIES..sequences.end.div_ceil(BUNDLE_ENTRIES);
        bundles.map(|bundle| seeds::read(&*self.files, &self.directory, bundle)).collect()
    }

    /// The table being appended to.
    pub(crate) fn active(&self) -> Option<Arc<Table>> {
        self.view.load().tables.last().cloned()
    }

    /// Whether the active table has grown to the size at which it is sealed.
    pub(crate) fn is_large(&self, table_rows_max: u32) -> bool {
        self.active().is_some_and(|active| {
            let table = active.read();
            table.row_count() >= table_rows_max || table.byte_count() >= TABLE_BYTES_MAX
        })
    }

    /// Leaves the active table to the sealer and begins the next. Only the writer calls this.
    pub(crate) fn freeze(&self) {
        let Next { seq, seed } = self.next().clone();
        let table = Table::new(MemTable::new(seq, seed));
        self.view.rcu(|view| {
            let mut tables = view.tables.clone();
            tables.push(Arc::clone(&table));
            View { segments: Arc::clone(&view.segments), tables }
        });
    }

    /// The oldest table that waits to be sealed.
    pub(crate) fn frozen(&self) -> Option<Arc<Table>> {
        let view = self.view.load();
        if view.tables.len() > 1 { view.tables.first().cloned() } else { None }
    }
}

/// A change of a tenant's segments: staged and committed, each of which may be made durable for
/// many tenants at once, then published. Until then readers see the segments of before.
#[derive(Debug)]
pub(crate) struct Change<'t> {
    tenant: &'t Tenant,
    manifest: Manifest,
    _alone: MutexGuard<'t, ()>,
}

impl Change<'_> {
    /// The segments there are to be.
    pub(crate) fn segments(&mut self) -> &mut Vec<SegmentFile> {
        &mut self.manifest.segments
    }

    /// See [`Manifest::stage`].
    pub(crate) fn stage(&self, files: &dyn FileSystem) -> Result<()> {
        self.manifest.stage(files, &self.tenant.directory)
    }

    /// See [`Manifest::commit`].
    pub(crate) fn commit(&self, files: &dyn FileSystem) -> Result<()> {
        Manifest::commit(files, &self.tenant.directory)
    }

    /// Makes what was committed what is read.
    pub(crate) fn publish(self, view: impl Fn(&View) -> View) {
        *self.tenant.manifest() = self.manifest;
        self.tenant.view.rcu(|now| view(now));
    }
}
