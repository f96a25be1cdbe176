//! One column of a memtable: its values, and the value of each row.

use roaring::RoaringBitmap;

use super::positions::{Positions, ValueHash};
use super::row_number;
use crate::codec::values::Values;

/// A column as it grows. A value is kept once; its position is its order of appearance.
///
/// There are no rows per value: a memtable is small enough to look through its codes, which costs
/// a question less than bitmaps of every value would cost the writer.
#[derive(Debug, Default)]
pub(crate) struct MemColumn {
    values: Values,
    /// Finds a value's position.
    positions: Positions<u32>,
    /// Position + 1 of each row's value; 0 for rows without one.
    codes: Vec<u32>,
}

/// Rows that are looked through at once.
const BLOCK_ROWS: usize = 64;

impl MemColumn {
    /// Adds the next row. Returns the code of its value.
    pub(crate) fn push(&mut self, value: Option<&[u8]>) -> u32 {
        let code = value.map_or(0, |value| {
            let hash = ValueHash::of(value);
            self.position(value, hash).unwrap_or_else(|| self.add(value, hash)) + 1
        });
        self.codes.push(code);
        code
    }

    fn add(&mut self, value: &[u8], hash: ValueHash) -> u32 {
        let position = row_number(self.values.len());
        self.values.push(value);
        self.positions.insert(hash, position);
        position
    }

    /// The position of a value.
    pub(crate) fn find(&self, value: &[u8]) -> Option<u32> {
        self.position(value, ValueHash::of(value))
    }

    fn position(&self, value: &[u8], hash: ValueHash) -> Option<u32> {
        let is_it = |position: &u32| self.values.get(*position as usize) == value;
        self.positions.with_hash(hash).find(is_it)
    }

    /// All values by position.
    pub(crate) fn values(&self) -> &Values {
        &self.values
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

    /// Those of the first `row_count` rows that have one of these codes. O(rows), of which a core
    /// looks at several at once.
    pub(crate) fn rows_with(&self, codes: &[u32], row_count: u32) -> RoaringBitmap {
        let end = self.codes.len().min(row_count as usize);
        let rows = self.codes.get(..end).unwrap_or_default();
        match codes {
            [] => RoaringBitmap::new(),
            [wanted] => rows_where(rows, |code| code == *wanted),
            _ => {
                let mut wanted = vec![false; self.values.len() + 1];
                for code in codes {
                    wanted.get_mut(*code as usize).into_iter().for_each(|slot| *slot = true);
                }
                rows_where(rows, |code| wanted.get(code as usize).copied().unwrap_or(false))
            }
        }
    }
}

fn rows_where(codes: &[u32], is_wanted: impl Fn(u32) -> bool) -> RoaringBitmap {
    let mut bits = Vec::with_capacity(codes.len().div_ceil(BLOCK_ROWS) * BLOCK_ROWS / 8);
    for block in codes.chunks(BLOCK_ROWS) {
        // Without branches, so that several rows are compared at once.
        let mut found = [0_u8; BLOCK_ROWS];
        for (found, code) in found.iter_mut().zip(block) {
            *found = u8::from(is_wanted(*code));
        }
        let (eights, _) = found.as_chunks::<8>();
        bits.extend(eights.iter().map(|eight| bits_of(*eight)));
    }
    RoaringBitmap::from_lsb0_bytes(0, &bits)
}

/// Eight bytes of 0 or 1 as bits, the first as the lowest. The factor moves byte `i` to bit
/// `56 + i`; no two of its products meet, so nothing is carried.
fn bits_of(bytes: [u8; 8]) -> u8 {
    let product = u64::from_le_bytes(bytes).wrapping_mul(0x0102_0408_1020_4080);
    product.to_be_bytes()[0]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rows_are_those_of_the_values(
            values in prop::collection::vec(prop::option::of(0..6_u8), 0..400),
            wanted in prop::collection::btree_set(0..8_u32, 0..4),
            row_count in 0..500_u32,
        ) {
            let mut column = MemColumn::default();
            for value in &values {
                column.push(value.as_ref().map(std::slice::from_ref));
            }
            let codes: Vec<u32> = wanted.iter().copied().collect();
            let rows: Vec<u32> = column.rows_with(&codes, row_count).iter().collect();
            let last = row_count.min(u32::try_from(values.len()).expect("few"));
            let expected: Vec<u32> =
                (0..last).filter(|row| wanted.contains(&column.code(*row))).collect();
            prop_assert_eq!(rows, expected);
            for (row, value) in (0..).zip(&values) {
                prop_assert_eq!(column.value(row), value.as_ref().map(std::slice::from_ref));
            }
        }
    }
}
