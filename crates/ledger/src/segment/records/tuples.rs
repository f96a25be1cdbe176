//! The combinations of symbols that a part's holes have in the rows of their template, or of
//! positions of such combinations that a group's parts have.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::codec::bytes::small;
use crate::codec::prefix_code::PrefixCode;

/// Rows that make a combination worth its place in the table.
const LISTED_ROWS_MIN: u32 = 2;

/// The rank of a combination that is not listed.
const UNLISTED: u32 = u32::MAX;

/// A part or group while the template's rows are counted.
#[derive(Debug)]
pub(super) struct Tuples {
    /// The holes or parts, ascending.
    pub(super) members: Vec<usize>,
    /// All combinations, one after the other.
    symbols: Vec<u32>,
    counts: Vec<u32>,
    /// How often each is said by its code.
    uses: Vec<u32>,
    positions: HashTable<u32>,
    /// The one that was counted last.
    last: u32,
}

/// Combinations by rank, and their code.
#[derive(Debug)]
pub(super) struct Ranked {
    pub(super) code: PrefixCode,
    /// The rank that says: none of these, the members follow.
    pub(super) escape: Option<u64>,
    /// Positions of the listed combinations by rank, without the escape's.
    pub(super) order: Vec<usize>,
    /// The rank of each position. As short as it can be: rows look it up all over.
    ranks: Vec<u32>,
}

impl Tuples {
    pub(super) fn new(mut members: Vec<usize>) -> Self {
        members.sort_unstable();
        let (counts, uses) = (Vec::new(), Vec::new());
        Self { members, symbols: Vec::new(), counts, uses, positions: HashTable::new(), last: 0 }
    }

    /// Counts the combination that the members have in `row` and returns its position. `tuple` is
    /// memory to make it in.
    pub(super) fn add(
        &mut self,
        hasher: &DefaultHashBuilder,
        row: &[u32],
        tuple: &mut Vec<u32>,
    ) -> u32 {
        let of_row = || self.members.iter().filter_map(|member| row.get(*member));
        let last = self.last as usize;
        // Many parts have one combination in all rows, or in many rows that follow each other.
        if last < self.counts.len() && of_row().eq(self.tuple(last)) {
            self.counts.get_mut(last).into_iter().for_each(|count| *count += 1);
            return self.last;
        }
        tuple.clear();
        tuple.extend(of_row());
        self.last = self.find_or_add(hasher, tuple);
        self.last
    }

    fn find_or_add(&mut self, hasher: &DefaultHashBuilder, tuple: &[u32]) -> u32 {
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
        self.uses.push(0);
        let rehash =
            |other: &u32| hasher.hash_one(symbols.get(at(*other as usize)).unwrap_or_default());
        self.positions.insert_unique(hash, position, rehash);
        position
    }

    /// The symbols of the combination at a position.
    pub(super) fn tuple(&self, position: usize) -> &[u32] {
        let length = self.members.len();
        self.symbols.get(position * length..position * length + length).unwrap_or_default()
    }

    /// Counts that the combination at a position is said by its code.
    pub(super) fn use_code(&mut self, position: u32) {
        if let Some(uses) = self.uses.get_mut(position as usize) {
            *uses += 1;
        }
    }

    /// The combinations that are not listed, with how often they are said.
    pub(super) fn unlisted(&self) -> impl Iterator<Item = (&[u32], u64)> {
        let uses = self.uses.iter().enumerate();
        let unlisted = uses.filter(|(position, _)| !self.is_listed(*position));
        unlisted.map(|(position, uses)| (self.tuple(position), u64::from(*uses)))
    }

    /// Whether the combination at a position is worth its place in the table. The only one is: it
    /// takes no bits then.
    pub(super) fn is_listed(&self, position: usize) -> bool {
        let count = self.counts.get(position).copied().unwrap_or(0);
        count >= LISTED_ROWS_MIN || self.counts.len() == 1
    }

    /// Orders the combinations by how often they are said.
    pub(super) fn rank(&self) -> Ranked {
        let uses_of = |position: &usize| u64::from(self.uses.get(*position).copied().unwrap_or(0));
        let mut order: Vec<usize> =
            (0..self.counts.len()).filter(|position| self.is_listed(*position)).collect();
        order.sort_by_key(|position| std::cmp::Reverse(uses_of(position)));
        let escaped: u64 = self.unlisted().map(|(_, uses)| uses).sum();
        let mut frequencies: Vec<u64> = order.iter().map(uses_of).collect();
        let escape = (escaped > 0).then(|| {
            let rank = frequencies.partition_point(|uses| *uses >= escaped);
            frequencies.insert(rank, escaped);
            rank as u64
        });
        let mut ranks = vec![UNLISTED; self.counts.len()];
        for (number, position) in (0_u32..).zip(&order) {
            let is_after = escape.is_some_and(|escape| escape <= u64::from(number));
            if let Some(place) = ranks.get_mut(*position) {
                *place = number + u32::from(is_after);
            }
        }
        Ranked { code: PrefixCode::new(&frequencies), escape, order, ranks }
    }
}

impl Ranked {
    /// The rank of the combination at a position; `None` if it is not listed.
    pub(super) fn rank(&self, position: usize) -> Option<u64> {
        self.ranks.get(position).filter(|rank| **rank != UNLISTED).copied().map(u64::from)
    }
}
