//! Checking a data directory without changing it, also beside a running server.
//!
//! Opening a ledger repairs what a crash left, and so needs the directory for itself; nothing here
//! writes. Beside a server a file may be replaced between two looks at it: what is found damaged
//! then is worth a second look.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gatelog_event::tenant::TenantName;
use gatelog_proof::tree::BUNDLE_ENTRIES;

use crate::cache::SegmentCache;
use crate::compression::CompressionDictionary;
use crate::error::{Context, Error, Result};
use crate::files::FileSystem;
use crate::ledger::read_format;
use crate::manifest::Manifest;
use crate::seeds;
use crate::segment::Segment;
use crate::tenant::seed_of;
use crate::wal::replay::{goes_on, read};

/// What is read is looked at once, so hardly anything of it is kept. In bytes.
const CACHE_BYTES_MAX: u64 = 1 << 20;

/// A data directory that is looked at.
#[derive(Clone, Debug)]
pub struct Inspection {
    directory: PathBuf,
    files: Arc<dyn FileSystem>,
}

/// What the log holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogReport {
    /// Files with events.
    pub file_count: u64,
    /// Bytes of events.
    pub byte_count: u64,
    /// Events that are in no segment.
    pub event_count: u64,
}

/// What one tenant's segments hold, and what is wrong with them.
#[derive(Debug, Default)]
pub struct TenantReport {
    /// How many there are.
    pub segment_count: u64,
    /// Events in them.
    pub event_count: u64,
    /// Bytes of those that could be opened.
    pub byte_count: u64,
    /// Segment files that the manifest does not name; the next start removes them.
    pub unnamed_count: u64,
    /// Everything that is damaged or cannot be read.
    pub errors: Vec<Error>,
}

/// What the parts of one tenant's segments take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Events in segments.
    pub events: u64,
    /// Segments.
    pub segments: u64,
    /// Bytes of all segments by the name of the part.
    pub bytes: BTreeMap<&'static str, u64>,
}

impl Inspection {
    /// Looks at `directory` through `files`.
    pub fn new(directory: impl Into<PathBuf>, files: Arc<dyn FileSystem>) -> Self {
        Self { directory: directory.into(), files }
    }

    /// Checks that the directory has a format this version knows.
    ///
    /// # Errors
    /// [`Error::NewerFormat`], [`Error::Corrupt`] or [`Error::Io`].
    pub fn format(&self) -> Result<()> {
        read_format(&*self.files, &self.directory)
    }

    /// The tenants with a ledger, by name.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn tenants(&self) -> Result<Vec<TenantName>> {
        let parent = self.directory.join("tenants");
        let names = self.files.list(&parent).context("list", &parent)?;
        let mut tenants: Vec<TenantName> =
            names.into_iter().filter_map(|name| name.parse().ok()).collect();
        tenants.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        Ok(tenants)
    }

    /// Reads the whole log, as a start after a crash does.
    ///
    /// # Errors
    /// [`Error::Corrupt`] with file and offset where acknowledged events are lost,
    /// [`Error::NewerFormat`] or [`Error::Io`].
    pub fn log(&self) -> Result<LogReport> {
        let directory = self.directory.join("wal");
        let mut next: HashMap<TenantName, u64> = HashMap::new();
        for tenant in self.tenants()? {
            let manifest = Manifest::read(&*self.files, &self.tenant_directory(&tenant))?;
            next.insert(tenant, manifest.end_seq());
        }
        let mut event_count = 0;
        let contents = read(&*self.files, &directory, |batch| {
            let next_seq = next.entry(batch.tenant.clone()).or_insert(0);
            if goes_on(&batch, *next_seq, &directory)? {
                event_count += batch.end_seq() - *next_seq;
                *next_seq = batch.end_seq();
            }
            Ok(())
        })?;
        let byte_count = contents.log_files.iter().map(|file| file.byte_count).sum();
        Ok(LogReport { file_count: contents.log_files.len() as u64, byte_count, event_count })
    }

    /// Checks what a tenant's ledger is opened with: manifest, dictionary, the current seed, and
    /// of every segment header, trailer and directory. Reads little of each file.
    pub fn tenant(&self, name: &TenantName) -> TenantReport {
        let mut report = TenantReport::default();
        if let Err(error) = self.check_tenant(name, &mut report) {
            report.errors.push(error);
        }
        report
    }

    fn check_tenant(&self, name: &TenantName, report: &mut TenantReport) -> Result<()> {
        let directory = self.tenant_directory(name);
        let manifest = Manifest::read(&*self.files, &directory)?;
        CompressionDictionary::read(manifest.dictionary_id, &*self.files, &directory)?;
        seed_of(manifest.end_seq(), &*self.files, &directory)?;
        report.segment_count = manifest.segments.len() as u64;
        report.event_count = manifest.end_seq();
        for segment in self.segments(&manifest, &directory) {
            match segment.check() {
                Ok(byte_count) => report.byte_count += byte_count,
                Err(error) => report.errors.push(error),
            }
        }
        let parent = directory.join("segments");
        let present = self.files.list(&parent).context("list", &parent)?.len() as u64;
        report.unnamed_count = present.saturating_sub(report.segment_count);
        Ok(())
    }

    /// Reads all seeds, and every part and every record of a tenant's segments, and compares their
    /// checksums.
    /// `progress` is told the bytes of each segment once it is done. Returns what is damaged.
    pub fn tenant_parts(&self, name: &TenantName, progress: &mut dyn FnMut(u64)) -> Vec<Error> {
        let directory = self.tenant_directory(name);
        let manifest = match Manifest::read(&*self.files, &directory) {
            Ok(manifest) => manifest,
            Err(error) => return vec![error],
        };
        let mut bundles = 0..manifest.end_seq().div_ceil(BUNDLE_ENTRIES);
        let seed_error = |bundle| seeds::read(&*self.files, &directory, bundle).err();
        let mut errors: Vec<Error> = bundles.find_map(seed_error).into_iter().collect();
        for segment in self.segments(&manifest, &directory) {
            errors.extend(segment.check_parts().err());
            progress(segment.check().unwrap_or(0));
        }
        errors
    }

    /// How many bytes the parts of a tenant's segments take. Reads little of each file.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::NewerFormat`] or [`Error::Io`].
    pub fn sizes(&self, name: &TenantName) -> Result<Sizes> {
        let directory = self.tenant_directory(name);
        let manifest = Manifest::read(&*self.files, &directory)?;
        let (events, segments) = (manifest.end_seq(), manifest.segments.len() as u64);
        let mut bytes = BTreeMap::new();
        for segment in self.segments(&manifest, &directory) {
            for (part, byte_count) in segment.sizes()? {
                *bytes.entry(part).or_default() += byte_count;
            }
        }
        Ok(Sizes { events, segments, bytes })
    }

    fn segments(&self, manifest: &Manifest, directory: &Path) -> impl Iterator<Item = Segment> {
        let cache = Arc::new(SegmentCache::new(CACHE_BYTES_MAX));
        manifest.segments.iter().map(move |segment| {
            let path = segment.path(directory);
            Segment::new(path, *segment, Arc::clone(&self.files), Arc::clone(&cache))
        })
    }

    fn tenant_directory(&self, name: &TenantName) -> PathBuf {
        self.directory.join("tenants").join(name.as_str())
    }
}
