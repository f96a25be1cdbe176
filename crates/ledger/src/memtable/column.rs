//! One column of a memtable: its values, the value of each row, and the rows of each value.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};
use roaring::RoaringBitmap;

use super::row_number;
use crate::codec::values::Values;

/// A column as it grows. A value is kept once; its position is its order of appearance.
#[derive(Debug, Default)]
pub(crate) struct MemColumn {
    values: Values,
    /// Finds a value's position.
    positions: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// Of each value.
    rows: Vec<RoaringBitmap>,
    /// Position + 1 of each row's value; 0 for rows without one.
    codes: Vec<u32>,
}

impl MemColumn {
    /// Adds the next row.
    pub(crate) fn push(&mut self, value: Option<&[u8]>) {
        let row = row_number(self.codes.len());
        let code = value.map_or(0, |value| {
            let position = self.position(value).unwrap_or_else(|| self.add(value));
            if let Some(rows) = self.rows.get_mut(position as usize) {
                // Rows ascend, so this appends.
                rows.insert(row);
            }
            position + 1
        });
        self.codes.push(code);
    }

    fn add(&mut self, value: &[u8]) -> u32 {
        let Self { values, positions, hasher, rows, .. } = self;
        let position = row_number(values.len());
        values.push(value);
        rows.push(RoaringBitmap::new());
        let hash_of = |position: &u32| hasher.hash_one(values.get(*position as usize));
        positions.insert_unique(hash_of(&position), position, hash_of);
        position
    }

    fn position(&self, value: &[u8]) -> Option<u32> {
        let is_it = |position: &u32| self.values.get(*position as usize) == value;
        self.positions.find(self.hasher.hash_one(value), is_it).copied()
    }

    /// All values by position.
    pub(crate) fn values(&self) -> &Values {
        &self.values
    }

    /// The position of a value.
    pub(crate) fn find(&self, value: &[u8]) -> Option<u32> {
        self.position(value)
    }

    /// The rows of the value at a position.
    pub(crate) fn rows_at(&self, position: u32) -> Option<&RoaringBitmap> {
        self.rows.get(position as usize)
    }

    /// How many of the first `row_count` rows have the value at a position.
    pub(crate) fn count(&self, position: u32, row_count: u32) -> u64 {
        self.rows_at(position).map_or(0, |rows| match rows.max() {
            Some(last) if last >= row_count => rows.range_cardinality(..row_count),
            _ => rows.len(),
        })
    }

    /// Position + 1 of a row's value; 0 without one.
    pub(crate) fn code(&self, row: u32) -> u32 {
        self.codes.get(row as usize).copied().unwrap_or(0)
    }

    /// The value of a row.
    pub(crate) fn value(&self, row: u32) -> Option<&[u8]> {
        let position = self.code(row).checked_sub(1)?;
        Some(self.values.get(position as usize))
    }
}
