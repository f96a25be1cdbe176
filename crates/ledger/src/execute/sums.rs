//! Counts by value, summed over parts.

use crate::codec::bytes::small;
use crate::codec::values::Values;
use crate::error::{Error, Result};
use crate::limits::COUNTED_VALUES_MAX;
use crate::memtable::positions::{Positions, ValueHash};

/// How often each of many values occurs. A value is kept once, however many parts have it.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    values: Values,
    /// By the values' positions.
    counts: Vec<u64>,
    positions: Positions<u32>,
}

impl Sums {
    /// Adds to the count of a value. Once there are too many, no new ones are kept:
    /// [`Sums::check`] then says so.
    pub(super) fn add(&mut self, value: &[u8], count: u64) {
        let Self { values, counts, positions } = self;
        let hash = ValueHash::of(value);
        let is_it = |position: &u32| values.get(*position as usize) == value;
        if let Some(position) = positions.with_hash(hash).find(is_it) {
            counts.get_mut(position as usize).into_iter().for_each(|sum| *sum += count);
        } else if values.len() <= COUNTED_VALUES_MAX {
            positions.insert(hash, small(values.len()));
            values.push(value);
            counts.push(count);
        }
    }

    /// # Errors
    /// [`Error::TooManyValues`].
    pub(super) fn check(&self) -> Result<()> {
        match self.values.len() {
            ..=COUNTED_VALUES_MAX => Ok(()),
            _ => Err(Error::TooManyValues { values_max: COUNTED_VALUES_MAX }),
        }
    }

    /// Every value once, in the order in which they came.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], u64)> {
        self.values.iter().zip(self.counts.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_counted_wherever_it_comes_from() {
        let mut sums = Sums::default();
        for (value, count) in [("b", 2), ("", 1), ("a", 4), ("b", 3), ("", 1)] {
            sums.add(value.as_bytes(), count);
        }
        let found: Vec<_> = sums.iter().collect();
        assert_eq!(found, [(&b"b"[..], 5), (b"", 2), (b"a", 4)]);
        assert!(sums.check().is_ok());
    }

    #[test]
    fn too_many_values_are_refused_and_take_no_more_memory() {
        let mut sums = Sums::default();
        for number in 0..COUNTED_VALUES_MAX {
            sums.add(&number.to_le_bytes(), 1);
        }
        assert!(sums.check().is_ok());
        for number in 0..COUNTED_VALUES_MAX + 100 {
            sums.add(&number.to_le_bytes(), 1);
        }
        assert!(matches!(sums.check(), Err(Error::TooManyValues { .. })));
        assert_eq!(sums.iter().count(), COUNTED_VALUES_MAX + 1);
        assert_eq!(sums.iter().next(), Some((&0_usize.to_le_bytes()[..], 2)));
    }
}
