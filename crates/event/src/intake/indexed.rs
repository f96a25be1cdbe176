//! The values the ledger keeps an index for.

use crate::fields::{Fields, IndexedField};
use crate::limits::INDEXED_VALUE_BYTES_MAX;

const FIELDS: usize = IndexedField::ALL.len();

/// One event's value of every [`IndexedField`], each at most [`INDEXED_VALUE_BYTES_MAX`] long, in
/// one piece of memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexedValues {
    /// The values, end to end in the order of [`IndexedField::ALL`].
    text: Box<str>,
    /// Where each ends. That of a field without a value is where the one before it ends.
    ends: [u16; FIELDS],
    /// Which fields have one.
    has: [bool; FIELDS],
}

// Ends fit into their type.
const _: () = assert!(FIELDS * INDEXED_VALUE_BYTES_MAX <= u16::MAX as usize);

impl IndexedValues {
    /// The values of these fields. A value that is too long keeps its first whole characters.
    pub fn of(fields: &Fields<'_>) -> Self {
        let values = IndexedField::values(fields);
        let length = values.iter().flatten().map(|value| indexed(value).len()).sum();
        let mut text = String::with_capacity(length);
        let (mut ends, mut has) = ([0; FIELDS], [false; FIELDS]);
        for ((value, end), has) in values.iter().zip(&mut ends).zip(&mut has) {
            if let Some(value) = value {
                text.push_str(indexed(value));
                *has = true;
            }
            *end = u16::try_from(text.len()).unwrap_or(u16::MAX);
        }
        Self { text: text.into(), ends, has }
    }

    /// The value of one field, if the event has it.
    pub fn get(&self, field: IndexedField) -> Option<&str> {
        let position = field.position();
        if !*self.has.get(position)? {
            return None;
        }
        let before = position.checked_sub(1).and_then(|before| self.ends.get(before));
        let start = before.copied().unwrap_or_default();
        self.text.get(usize::from(start)..usize::from(*self.ends.get(position)?))
    }

    /// The fields that have a value, in the order of [`IndexedField::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (IndexedField, &str)> {
        IndexedField::ALL.into_iter().filter_map(|field| Some((field, self.get(field)?)))
    }
}

/// `value` as far as it is indexed: what a question must compare with.
#[inline]
pub fn indexed(value: &str) -> &str {
    if value.len() <= INDEXED_VALUE_BYTES_MAX {
        return value;
    }
    value.get(..value.floor_char_boundary(INDEXED_VALUE_BYTES_MAX)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    #[test]
    fn every_field_has_its_own_value_or_none() {
        let mut fields = Fields::new(Source::Native, "t".into());
        assert_eq!(IndexedValues::of(&fields).iter().count(), 0);
        fields.actor.id = Some("u1".into());
        fields.ip = Some("".into());
        fields.interaction = Some("a".repeat(300).into());
        let values = IndexedValues::of(&fields);
        let long = "a".repeat(256);
        let expected = [
            (IndexedField::ActorId, "u1"),
            (IndexedField::Ip, ""),
            (IndexedField::Interaction, &long),
        ];
        assert_eq!(values.iter().collect::<Vec<_>>(), expected);
        assert_eq!(values.get(IndexedField::ActorIdentifier), None);
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        let value = format!("{}é{}", "a".repeat(255), "b".repeat(100));
        assert_eq!(indexed(&value), "a".repeat(255));
        assert_eq!(indexed("é"), "é");
    }
}
