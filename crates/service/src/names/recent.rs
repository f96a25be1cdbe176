//! Names in use, of all tenants, within one bound.
//!
//! What is here is what `meta.db` says: whoever reads it there puts it here while nobody saves,
//! and whoever saves puts here what is known then.

use std::hash::Hash;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use gatelog_meta::{DirectoryEntry, DirectoryKind, Error};
use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

/// Names in memory; some 100,000 of the usual length.
const ENTRY_BYTES_MAX: u64 = 24 << 20;

/// Identifiers in memory, and texts that are known to be none.
const IDENTIFIER_BYTES_MAX: u64 = 8 << 20;

/// What a name takes beside its text.
const OVERHEAD_BYTES: u64 = 160;

/// Which tenant, for as long as the process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct TenantNumber(u32);

/// Names in use.
#[derive(Debug)]
pub(crate) struct RecentNames {
    /// What is known of an id, or that nothing is.
    entries: Cache<Key, Option<Arc<DirectoryEntry>>, ByBytes>,
    /// Whether somebody has this identifier.
    identifiers: Cache<Key, bool, ByBytes>,
    /// Read while something moves from `meta.db` to here, written when it has changed there.
    changes: RwLock<()>,
    tenants: AtomicU32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    tenant: TenantNumber,
    kind: DirectoryKind,
    text: Box<str>,
}

/// A key that borrows its text.
#[derive(Clone, Copy, Debug, Hash)]
struct KeyRef<'t> {
    tenant: TenantNumber,
    kind: DirectoryKind,
    text: &'t str,
}

#[derive(Clone, Debug)]
struct ByBytes;

impl RecentNames {
    /// A number that no other tenant has.
    pub(super) fn number_tenant(&self) -> TenantNumber {
        TenantNumber(self.tenants.fetch_add(1, Ordering::Relaxed))
    }

    /// What is known of an id, by `read` if it is not here.
    ///
    /// # Errors
    /// Those of `read`.
    pub(super) fn entry(
        &self,
        tenant: TenantNumber,
        kind: DirectoryKind,
        id: &str,
        read: impl FnOnce() -> Result<Option<DirectoryEntry>, Error>,
    ) -> Result<Option<Arc<DirectoryEntry>>, Error> {
        let key = KeyRef { tenant, kind, text: id };
        if let Some(known) = self.entries.get(&key) {
            return Ok(known);
        }
        let _unchanged = self.changes.read().unwrap_or_else(PoisonError::into_inner);
        let known = read()?.map(Arc::new);
        self.entries.insert(key.owned(), known.clone());
        Ok(known)
    }

    /// What is known of an id, if that is here.
    pub(super) fn entry_in_memory(
        &self,
        tenant: TenantNumber,
        kind: DirectoryKind,
        id: &str,
    ) -> Option<Arc<DirectoryEntry>> {
        self.entries.get(&KeyRef { tenant, kind, text: id }).flatten()
    }

    /// Whether somebody has this identifier, by `read` if it is not here.
    ///
    /// # Errors
    /// Those of `read`.
    pub(super) fn identifier(
        &self,
        tenant: TenantNumber,
        identifier: &str,
        read: impl FnOnce() -> Result<bool, Error>,
    ) -> Result<bool, Error> {
        if let Some(is_known) = self.identifier_in_memory(tenant, identifier) {
            return Ok(is_known);
        }
        let _unchanged = self.changes.read().unwrap_or_else(PoisonError::into_inner);
        let is_known = read()?;
        self.identifiers.insert(KeyRef::of_identifier(tenant, identifier).owned(), is_known);
        Ok(is_known)
    }

    /// Whether somebody has this identifier, if that is here.
    pub(super) fn identifier_in_memory(
        &self,
        tenant: TenantNumber,
        identifier: &str,
    ) -> Option<bool> {
        self.identifiers.get(&KeyRef::of_identifier(tenant, identifier))
    }

    /// Takes over what is known after `saved` was saved.
    pub(super) fn replace(
        &self,
        tenant: TenantNumber,
        saved: &[DirectoryEntry],
        known: Vec<DirectoryEntry>,
    ) {
        let _changing = self.changes.write().unwrap_or_else(PoisonError::into_inner);
        for entry in known {
            let key = KeyRef { tenant, kind: entry.kind, text: &entry.id }.owned();
            self.entries.insert(key, Some(Arc::new(entry)));
        }
        for entry in saved.iter().filter(|entry| entry.is_identified_user()) {
            let key = KeyRef::of_identifier(tenant, &entry.identifier).owned();
            self.identifiers.insert(key, true);
        }
    }

    /// Forgets everything, after somebody else has changed `meta.db`.
    pub(crate) fn clear(&self) {
        let _changing = self.changes.write().unwrap_or_else(PoisonError::into_inner);
        self.entries.clear();
        self.identifiers.clear();
    }
}

impl Default for RecentNames {
    fn default() -> Self {
        let estimate = |bytes_max: u64| usize::try_from(bytes_max / 256).unwrap_or_default();
        let entries = Cache::with_weighter(estimate(ENTRY_BYTES_MAX), ENTRY_BYTES_MAX, ByBytes);
        let identifiers =
            Cache::with_weighter(estimate(IDENTIFIER_BYTES_MAX), IDENTIFIER_BYTES_MAX, ByBytes);
        let (changes, tenants) = (RwLock::default(), AtomicU32::default());
        Self { entries, identifiers, changes, tenants }
    }
}

impl<'t> KeyRef<'t> {
    /// Only people have identifiers, and somebody's is anybody's.
    fn of_identifier(tenant: TenantNumber, identifier: &'t str) -> Self {
        Self { tenant, kind: DirectoryKind::User, text: identifier }
    }

    fn owned(self) -> Key {
        Key { tenant: self.tenant, kind: self.kind, text: self.text.into() }
    }
}

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        (self.tenant, self.kind, self.text) == (key.tenant, key.kind, &*key.text)
    }
}

impl Weighter<Key, Option<Arc<DirectoryEntry>>> for ByBytes {
    fn weight(&self, key: &Key, entry: &Option<Arc<DirectoryEntry>>) -> u64 {
        let texts = entry
            .as_ref()
            .map_or(0, |entry| entry.id.len() + entry.name.len() + entry.identifier.len());
        (key.text.len() + texts) as u64 + OVERHEAD_BYTES
    }
}

impl Weighter<Key, bool> for ByBytes {
    fn weight(&self, key: &Key, _is_known: &bool) -> u64 {
        key.text.len() as u64 + OVERHEAD_BYTES / 2
    }
}
