//! One bounded cache for everything read from segments.
//!
//! What it holds was checked against its checksum when it was read from disk. Weights are bytes,
//! so the bound is one number for small bitmaps and large record blocks alike. Open files are
//! bounded by their number.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use roaring::RoaringBitmap;

use crate::codec::ascending::Ascending;
use crate::codec::packed::Packed;
use crate::compression::{CompressionDictionary, dictionary_path};
use crate::error::Result;
use crate::files::FileSystem;
use crate::limits::OPEN_FILES_MAX;
use crate::segment::codes::Codes;
use crate::segment::dictionary::{Dictionary, Head};
use crate::segment::layout::PartKind;
use crate::segment::read::{Arrivals, Latest, Opened};
use crate::segment::records::index::BlockIndex;
use crate::segment::records::{AnyBlock, Tables};
use crate::segment::tokens::records::RecordTokens;
use crate::segment::tokens::values::ValueTokens;

/// Which piece of which segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CacheKey {
    /// Unique per opened segment in this process.
    pub(crate) segment: u64,
    pub(crate) kind: PartKind,
    pub(crate) column: u8,
    pub(crate) run: u16,
    /// Number of the record block or of the piece of a dictionary, or what stands for the values
    /// whose rows these are; 0 for parts.
    pub(crate) block: u32,
}

/// A piece of a segment, ready for use.
#[derive(Clone, Debug)]
pub(crate) enum Cached {
    Bytes(Bytes),
    Packed(Arc<Packed>),
    Ascending(Arc<Ascending>),
    Arrivals(Arc<Arrivals>),
    Dictionary(Arc<Dictionary>),
    Head(Arc<Head>),
    BlockIndex(Arc<BlockIndex>),
    Tables(Arc<Tables>),
    RecordTokens(Arc<RecordTokens>),
    ValueTokens(Arc<ValueTokens>),
    Block(Arc<AnyBlock>),
    Rows(Arc<RowsOfValues>),
    Codes(Arc<Codes>),
    Latest(Arc<Latest>),
}

/// The rows of some values of a column, decoded.
#[derive(Debug)]
pub(crate) struct RowsOfValues {
    /// Of which values.
    pub(crate) codes: Box<[u32]>,
    pub(crate) rows: Arc<RoaringBitmap>,
}

impl Cached {
    /// What the piece costs in memory, if it has `stored` bytes on disk.
    pub(crate) fn weight(&self, stored: u64) -> u64 {
        match self {
            Self::Dictionary(dictionary) => dictionary.weight(),
            Self::Head(head) => head.weight(),
            Self::BlockIndex(index) => index.weight(),
            Self::Tables(tables) => tables.weight(),
            Self::Block(block) => block.weight(),
            Self::Bytes(_)
            | Self::Packed(_)
            | Self::Ascending(_)
            | Self::Arrivals(_)
            | Self::RecordTokens(_)
            | Self::ValueTokens(_)
            | Self::Rows(_)
            | Self::Codes(_)
            | Self::Latest(_) => stored,
        }
    }
}

#[derive(Clone, Debug)]
struct Entry {
    piece: Cached,
    byte_count: u64,
}

#[derive(Clone, Debug)]
struct ByBytes;

impl Weighter<CacheKey, Entry> for ByBytes {
    fn weight(&self, _key: &CacheKey, entry: &Entry) -> u64 {
        entry.byte_count + 128
    }
}

/// The cache of one ledger.
#[derive(Debug)]
pub(crate) struct SegmentCache {
    entries: Cache<CacheKey, Entry, ByBytes>,
    /// By the number of the segment.
    files: Cache<u64, Arc<Opened>>,
    /// One per file: a tenant has one or two, which all its segments share.
    dictionaries: Mutex<HashMap<PathBuf, Arc<CompressionDictionary>>>,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// How the cache has served so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheActivity {
    /// Pieces that were here.
    pub hits: u64,
    /// Pieces that had to be read from disk or decoded, or are not there either.
    pub misses: u64,
    /// What is held now, in bytes.
    pub byte_count: u64,
}

impl SegmentCache {
    pub(crate) fn new(bytes_max: u64) -> Self {
        // A typical piece is a few tens of KiB.
        let pieces = usize::try_from(bytes_max / (32 << 10)).unwrap_or(4_096).max(64);
        let entries = Cache::with_weighter(pieces, bytes_max, ByBytes);
        let (hits, misses) = (AtomicU64::new(0), AtomicU64::new(0));
        let files = Cache::new(OPEN_FILES_MAX);
        Self { entries, files, dictionaries: Mutex::default(), hits, misses }
    }

    pub(crate) fn get(&self, key: CacheKey) -> Option<Cached> {
        let entry = self.entries.get(&key);
        let counter = if entry.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        entry.map(|entry| entry.piece)
    }

    pub(crate) fn activity(&self) -> CacheActivity {
        CacheActivity {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            byte_count: self.entries.weight(),
        }
    }

    /// The file of the segment with this number, opened by `open` if it is not open.
    ///
    /// # Errors
    /// Those of `open`.
    pub(crate) fn file(
        &self,
        segment: u64,
        open: impl FnOnce() -> Result<Opened>,
    ) -> Result<Arc<Opened>> {
        self.files.get_or_insert_with(&segment, || open().map(Arc::new))
    }

    /// Whether the file of a segment is open.
    pub(crate) fn has_file(&self, segment: u64) -> bool {
        self.files.contains_key(&segment)
    }

    /// Closes the file of a segment, once nobody reads it any more.
    pub(crate) fn close_file(&self, segment: u64) {
        self.files.remove(&segment);
    }

    pub(crate) fn insert(&self, key: CacheKey, piece: Cached, byte_count: u64) {
        self.entries.insert(key, Entry { piece, byte_count });
    }

    /// The compression dictionary of a tenant with this id, read when it is first needed.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`], [`crate::Error::NewerFormat`] or [`crate::Error::Io`].
    pub(crate) fn dictionary(
        &self,
        id: u32,
        files: &dyn FileSystem,
        tenant_directory: &Path,
    ) -> Result<Arc<CompressionDictionary>> {
        let mut dictionaries = self.dictionaries.lock().unwrap_or_else(PoisonError::into_inner);
        let path = dictionary_path(tenant_directory, id);
        if let Some(dictionary) = dictionaries.get(&path) {
            return Ok(Arc::clone(dictionary));
        }
        let read = Arc::new(CompressionDictionary::read(id, files, tenant_directory)?);
        dictionaries.insert(path, Arc::clone(&read));
        Ok(read)
    }
}
