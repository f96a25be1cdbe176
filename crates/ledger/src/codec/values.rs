//! Many short byte strings, end to end in one piece of memory.

/// A list of byte strings. Two allocations, however many there are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Values {
    /// Adds one; its position is what [`Values::len`] was.
    pub(crate) fn push(&mut self, value: &[u8]) {
        self.text.extend_from_slice(value);
        self.ends.push(self.text.len());
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The one at a position; nothing beyond the end.
    pub(crate) fn get(&self, position: usize) -> &[u8] {
        let start = position.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        let end = self.ends.get(position).copied().unwrap_or(0);
        self.text.get(start.unwrap_or(0)..end).unwrap_or_default()
    }

    /// All of them in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|position| self.get(position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_position_and_nothing_is_beyond_the_end() {
        let mut values = Values::default();
        assert_eq!(values.get(0), b"");
        for value in [&b"a"[..], b"", b"bcd"] {
            values.push(value);
        }
        assert_eq!(values.iter().collect::<Vec<_>>(), [&b"a"[..], b"", b"bcd"]);
        assert_eq!(values.get(3), b"");
    }
}
