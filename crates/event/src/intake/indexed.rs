//! The values the ledger keeps an index for.

use crate::fields::{Fields, IndexedField};
use crate::limits::INDEXED_VALUE_BYTES_MAX;

/// One event's value of every [`IndexedField`], each at most [`INDEXED_VALUE_BYTES_MAX`] long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexedValues([Option<Box<str>>; IndexedField::ALL.len()]);

impl IndexedValues {
    /// The values of these fields. A value that is too long keeps its first whole characters.
    pub fn of(fields: &Fields<'_>) -> Self {
        Self(IndexedField::ALL.map(|field| field.value(fields).map(|value| indexed(value).into())))
    }

    /// The value of one field, if the event has it.
    pub fn get(&self, field: IndexedField) -> Option<&str> {
        self.0.get(field.position())?.as_deref()
    }

    /// The fields that have a value, in the order of [`IndexedField::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (IndexedField, &str)> {
        IndexedField::ALL.into_iter().filter_map(|field| Some((field, self.get(field)?)))
    }
}

/// `value` as far as it is indexed: what a question must compare with.
pub fn indexed(value: &str) -> &str {
    value.get(..value.floor_char_boundary(INDEXED_VALUE_BYTES_MAX)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_cut_between_characters() {
        let value = format!("{}é{}", "a".repeat(255), "b".repeat(100));
        assert_eq!(indexed(&value), "a".repeat(255));
        assert_eq!(indexed("é"), "é");
    }
}
