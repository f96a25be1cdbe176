//! The combinations of symbols that a group of holes has in the rows of its template.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::codec::bytes::small;
use crate::codec::prefix_code::PrefixCode;

/// Rows that make a combination worth its place in the table.
const LISTED_ROWS_MIN: u64 = 2;

/// A group of a template's holes while its rows are counted.
#[derive(Debug)]
pub(super) struct Tuples {
    /// The holes, ascending.
    pub(super) holes: Vec<usize>,
    /// All combinations, one after the other.
    symbols: Vec<u32>,
    counts: Vec<u64>,
    positions: HashTable<u32>,
}

/// The combinations of a group by rank, and its code.
#[derive(Debug)]
pub(super) struct Ranked {
    pub(super) code: PrefixCode,
    /// The rank that says: none of these, the symbols follow.
    pub(super) escape: Option<u64>,
    /// Positions of the listed combinations by rank, without the escape's.
    pub(super) order: Vec<usize>,
    /// The rank of each position.
    ranks: Vec<Option<u64>>,
}

impl Tuples {
    pub(super) fn new(mut holes: Vec<usize>) -> Self {
        holes.sort_unstable();
        Self { holes, symbols: Vec::new(), counts: Vec::new(), positions: HashTable::new() }
    }

    /// Counts a combination and returns its position.
    pub(super) fn add(&mut self, hasher: &DefaultHashBuilder, tuple: &[u32]) -> u32 {
        let length = tuple.len();
        let symbols = &mut self.symbols;
        let hash = hasher.hash_one(tuple);
        let at = |position: usize| position * length..position * length + length;
        let same = |other: &u32| symbols.get(at(*other as usize)) == Some(tuple);
        if let Some(position) = self.positions.find(hash, same).copied() {
            if let Some(count) = self.counts.get_mut(position as usize) {
                *count += 1;
            }
            return position;
        }
        let position = small(self.counts.len());
        symbols.extend_from_slice(tuple);
        self.counts.push(1);
        let rehash =
            |other: &u32| hasher.hash_one(symbols.get(at(*other as usize)).unwrap_or_default());
        self.positions.insert_unique(hash, position, rehash);
        position
    }

    /// The symbols of the combination at a position.
    pub(super) fn tuple(&self, position: usize) -> &[u32] {
        let length = self.holes.len();
        self.symbols.get(position * length..position * length + length).unwrap_or_default()
    }

    /// The combinations that are not listed, with the number of their rows.
    pub(super) fn unlisted(&self) -> impl Iterator<Item = (&[u32], u64)> {
        let counts = self.counts.iter().enumerate();
        let unlisted = counts.filter(|(_, count)| !self.is_listed(**count));
        unlisted.map(|(position, count)| (self.tuple(position), *count))
    }

    /// The only combination needs no table to be listed twice in.
    fn is_listed(&self, count: u64) -> bool {
        count >= LISTED_ROWS_MIN || self.counts.len() == 1
    }

    /// Orders the combinations by how many rows have them.
    pub(super) fn rank(&self) -> Ranked {
        let count_of = |position: &usize| self.counts.get(*position).copied().unwrap_or(0);
        let mut order: Vec<usize> =
            (0..self.counts.len()).filter(|position| self.is_listed(count_of(position))).collect();
        order.sort_by_key(|position| std::cmp::Reverse(count_of(position)));
        let escaped: u64 = self.unlisted().map(|(_, count)| count).sum();
        let mut frequencies: Vec<u64> = order.iter().map(count_of).collect();
        let escape = (escaped > 0).then(|| {
            let rank = frequencies.partition_point(|count| *count >= escaped);
            frequencies.insert(rank, escaped);
            rank as u64
        });
        let mut ranks = vec![None; self.counts.len()];
        for (number, position) in (0_u64..).zip(&order) {
            let rank = number + u64::from(escape.is_some_and(|escape| escape <= number));
            if let Some(place) = ranks.get_mut(*position) {
                *place = Some(rank);
            }
        }
        Ranked { code: PrefixCode::new(&frequencies), escape, order, ranks }
    }
}

impl Ranked {
    /// The rank of the combination at a position; `None` if it is not listed.
    pub(super) fn rank(&self, position: usize) -> Option<u64> {
        self.ranks.get(position).copied().flatten()
    }
}
