//! Where values are, found by their hashes.
//!
//! A hash is made once of a value, however many tables are asked for it, and stays beside the
//! position: a table that grows, and one that does not have the value, reads no text for it.

use std::hash::{BuildHasher, Hasher};
use std::sync::LazyLock;

use hashbrown::{DefaultHashBuilder, HashTable};

/// The hash of a value, another one in every process: who sends values cannot choose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ValueHash(u32);

static HASHER: LazyLock<DefaultHashBuilder> = LazyLock::new(DefaultHashBuilder::default);

impl ValueHash {
    pub(crate) fn of(value: &[u8]) -> Self {
        let mut hasher = HASHER.build_hasher();
        hasher.write(value);
        Self((hasher.finish() >> 32) as u32)
    }

    /// As hash tables want it, which look at the lowest and at the highest bits.
    fn spread(self) -> u64 {
        u64::from(self.0) << 32 | u64::from(self.0)
    }
}

/// Positions by the hashes of the values that are there. It keeps no values: whoever asks compares.
#[derive(Debug)]
pub(crate) struct Positions<P>(HashTable<(ValueHash, P)>);

impl<P> Default for Positions<P> {
    fn default() -> Self {
        Self(HashTable::new())
    }
}

impl<P: Copy> Positions<P> {
    /// All positions of values with this hash, in any order.
    pub(crate) fn with_hash(&self, hash: ValueHash) -> impl Iterator<Item = P> {
        let places = self.0.iter_hash(hash.spread());
        places.filter(move |(other, _)| *other == hash).map(|(_, position)| *position)
    }

    /// Adds a position; there may be others of the same value.
    pub(crate) fn insert(&mut self, hash: ValueHash, position: P) {
        self.0.insert_unique(hash.spread(), (hash, position), |(hash, _)| hash.spread());
    }

    /// Takes away those that do not pass.
    pub(crate) fn retain(&mut self, passes: impl Fn(P) -> bool) {
        self.0.retain(|(_, position)| passes(*position));
    }
}
