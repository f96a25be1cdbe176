//! Cutting a record as one before it was cut.
//!
//! Most records have the shape of an earlier one: the same pieces of text between the holes. They
//! are compared with these pieces, so that what stays needs no cut, no copy and no hash. The pieces
//! of all templates are a tree, in which those that were last met are tried first.
//!
//! [`super::split`] decides what a cut is. It goes from left to right, and what it does from a
//! place on depends on what follows there, of which a piece has all but the hole that comes next.
//! So where a piece fits and a hole of its kind comes after it, `split` would cut there too, and
//! nowhere before.

use std::ops::Range;

use memchr::memchr;

use super::split::{HOLE, bare_length, string_value_length};
use crate::row::RowFlags;

/// Pieces that are tried after a hole: those that were met last.
const NEXT_MAX: usize = 32;

/// Text of all pieces and their number, in bytes. Rows of more shapes than fit are cut anew.
const TEXT_BYTES_MAX: usize = 512 << 10;

/// What is known of the templates that rows had.
#[derive(Debug)]
pub(super) struct Known {
    /// The first ones have no text and are where rows begin: one for each combination of flags.
    pieces: Vec<Piece>,
    text: Vec<u8>,
}

/// A piece of a template, and what may come after its hole.
#[derive(Debug)]
struct Piece {
    text: Range<usize>,
    end: End,
    /// In `pieces`, what was met last first.
    next: Vec<usize>,
}

/// What a piece ends at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The inside of a string.
    String,
    /// Digits, or a word.
    Bare,
    /// The end of a record with this template.
    Record(u32),
}

impl Known {
    pub(super) fn new() -> Self {
        let start = || Piece { text: 0..0, end: End::Bare, next: Vec::new() };
        Self { pieces: (0..RowFlags::COUNT).map(|_| start()).collect(), text: Vec::new() }
    }

    /// Finds the template of a record and its holes, if it has the shape of an earlier one; the
    /// holes are those that `split` finds. O(length), unless shapes are many.
    pub(super) fn follow(
        &mut self,
        flags: RowFlags,
        record: &[u8],
        holes: &mut Vec<Range<usize>>,
    ) -> Option<u32> {
        holes.clear();
        if memchr(HOLE, record).is_some() {
            return None;
        }
        let (mut at, mut position) = (usize::from(flags.byte()), 0);
        loop {
            let rest = record.get(position..)?;
            let next = &self.pieces.get(at)?.next;
            let met = next.iter().enumerate().find_map(|(place, number)| {
                let length = self.pieces.get(*number)?.met(rest, &self.text)?;
                Some((place, *number, length))
            });
            let (place, number, (before, inside)) = met?;
            if place > 0 {
                self.pieces.get_mut(at)?.next.get_mut(..=place)?.rotate_right(1);
            }
            if let End::Record(template) = self.pieces.get(number)?.end {
                return Some(template);
            }
            let start = position + before;
            holes.push(start..start + inside);
            (at, position) = (number, start + inside);
        }
    }

    /// Remembers that a record with these holes has a template.
    pub(super) fn learn(
        &mut self,
        flags: RowFlags,
        record: &[u8],
        holes: &[Range<usize>],
        template: u32,
    ) {
        let mut at = usize::from(flags.byte());
        let (mut position, mut is_in_string) = (0, false);
        for hole in holes {
            let text = record.get(position..hole.start).unwrap_or_default();
            // The quote that ends one string does not begin the next.
            let opening = text.get(usize::from(is_in_string)..).unwrap_or_default();
            is_in_string = opening.last() == Some(&b'"');
            let end = if is_in_string { End::String } else { End::Bare };
            let Some(next) = self.next(at, text, end) else { return };
            (at, position) = (next, hole.end);
        }
        let text = record.get(position..).unwrap_or_default();
        self.next(at, text, End::Record(template));
    }

    /// The piece that comes after another; it is new if it was not met there. `None` when there are
    /// too many.
    fn next(&mut self, at: usize, text: &[u8], end: End) -> Option<usize> {
        let is_it = |number: &&usize| {
            self.pieces.get(**number).is_some_and(|piece| {
                piece.end == end && self.text.get(piece.text.clone()) == Some(text)
            })
        };
        if let Some(number) = self.pieces.get(at)?.next.iter().find(is_it) {
            return Some(*number);
        }
        let start = self.text.len();
        // A hole counts too, so that pieces without text are not endlessly many.
        if start + self.pieces.len() + text.len() > TEXT_BYTES_MAX {
            return None;
        }
        let number = self.pieces.len();
        let next = &mut self.pieces.get_mut(at)?.next;
        next.truncate(NEXT_MAX - 1);
        next.insert(0, number);
        self.text.extend_from_slice(text);
        self.pieces.push(Piece { text: start..self.text.len(), end, next: Vec::new() });
        Some(number)
    }
}

impl Piece {
    /// If text begins with the piece and its hole: how long both are.
    fn met(&self, rest: &[u8], texts: &[u8]) -> Option<(usize, usize)> {
        let text = texts.get(self.text.clone())?;
        let after = rest.strip_prefix(text)?;
        let inside = match self.end {
            End::String => string_value_length(after)?,
            End::Bare => bare_length(after)?,
            End::Record(_) => after.is_empty().then_some(0)?,
        };
        Some((text.len(), inside))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::split::split;
    use super::*;

    /// Records of few different tokens, so that many are alike and many are no JSON.
    fn record() -> impl Strategy<Value = Vec<u8>> {
        let token = prop::sample::select(vec![
            "\"", "\"", ":", ",", "1", "23", "t", "true", "false", "nul", "null", "e", "\\", "{",
            "a", " ", "\0", "\"a\":\"", "\",\"", "\"a\":",
        ]);
        let tokens = prop::collection::vec(token, 0..12);
        let many = prop_oneof![20 => Just(0_usize), 1 => 190..210_usize];
        (tokens, many)
            .prop_map(|(tokens, many)| (tokens.concat() + &"1,".repeat(many)).into_bytes())
    }

    /// What stays of a record, with zero bytes for its holes.
    fn template(record: &[u8], holes: &[Range<usize>]) -> Vec<u8> {
        let mut template = record.to_vec();
        holes.iter().rev().for_each(|hole| drop(template.splice(hole.clone(), [HOLE])));
        template
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn records_are_cut_as_if_each_were_the_first(records in prop::collection::vec((0..8_u8, record()), 1..200)) {
            let (mut known, mut templates) = (Known::new(), Vec::new());
            let (mut followed, mut holes) = (Vec::new(), Vec::new());
            for (flags, record) in &records {
                let flags = RowFlags::from_byte(*flags).unwrap();
                split(record, &mut holes);
                let cut = (flags, template(record, &holes));
                if let Some(found) = known.follow(flags, record, &mut followed) {
                    prop_assert_eq!(&templates[found as usize], &cut);
                    prop_assert_eq!(&followed, &holes);
                    continue;
                }
                known.learn(flags, record, &holes, u32::try_from(templates.len()).unwrap());
                templates.push(cut);
                let found = known.follow(flags, record, &mut followed);
                prop_assert!(found.is_some() || record.contains(&HOLE) || holes[0] == (0..record.len()));
            }
        }
    }
}
