//! A record as a tree of spans over its own bytes.
//!
//! Redaction must replace a value in place and leave every other byte as it came, so it needs to
//! know where each value stands; mapping and display read a few members out of many. Both walk a
//! [`Document`]: one flat list of nodes, made in one pass, that borrows the text.
//!
//! Parsing is strict RFC 8259 in UTF-8, with two bounds of our own: [`JSON_DEPTH_MAX`] and 4 GiB.
//! Of members with the same name the last one counts, as in PostgreSQL and JavaScript.

use std::borrow::Cow;
use std::ops::Range;

use crate::limits::JSON_DEPTH_MAX;

mod cursor;
mod marks;
mod parse;
mod text;

pub use text::{decode_string, write_string};

/// What kind of value a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true`
    True,
    /// `false`
    False,
    /// A number, as written.
    Number,
    /// A string without escapes: its text is its bytes.
    PlainString,
    /// A string with at least one escape.
    EscapedString,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// Text that is not JSON, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SyntaxError {
    /// Byte offset of the first byte that cannot be part of the value.
    pub offset: usize,
    /// What is wrong, in words.
    pub reason: &'static str,
}

/// The name of a member.
#[derive(Clone, Copy, Debug)]
struct Key {
    /// Its span without its quotes; it starts at 0 for array items and the root, which have none.
    start: u32,
    end: u32,
    /// Whether its text is its bytes.
    is_plain: bool,
}

/// A parsed text. Nodes stand in the order of the text; a node's descendants follow it.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    text: &'a str,
    nodes: Vec<Entry>,
}

/// A node: 24 bytes, so that few are needed to hold a record.
#[derive(Clone, Copy, Debug)]
struct Entry {
    start: u32,
    end: u32,
    /// Index of the first node after this one's descendants.
    next: u32,
    /// As in [`Key`].
    key_start: u32,
    key_end: u32,
    key_is_plain: bool,
    kind: Kind,
}

impl<'a> Document<'a> {
    /// Parses one value with nothing but white space around it. O(length).
    ///
    /// # Errors
    /// [`SyntaxError`] with the offset of the first offending byte.
    pub fn parse(text: &'a [u8]) -> Result<Self, SyntaxError> {
        parse::parse(text)
    }

    /// The whole text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The outermost value.
    pub fn root(&self) -> Node<'_, 'a> {
        Node { document: self, index: 0 }
    }

    /// All nodes in the order of the text, the root first.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_, 'a>> {
        (0..self.nodes.len()).map(|index| Node { document: self, index })
    }
}

/// One value of a [`Document`].
#[derive(Clone, Copy, Debug)]
pub struct Node<'d, 'a> {
    document: &'d Document<'a>,
    index: usize,
}

impl<'d, 'a> Node<'d, 'a> {
    #[inline]
    fn entry(self) -> &'d Entry {
        // A node is only made for an index that exists.
        self.document.nodes.get(self.index).unwrap_or(&Entry::NULL)
    }

    /// What kind of value this is.
    #[inline]
    pub fn kind(self) -> Kind {
        self.entry().kind
    }

    /// Where the value stands in the text, quotes included.
    #[inline]
    pub fn span(self) -> Range<usize> {
        let entry = self.entry();
        entry.start as usize..entry.end as usize
    }

    /// The value as written.
    pub fn raw(self) -> &'a str {
        self.document.text.get(self.span()).unwrap_or_default()
    }

    /// The member's name, if this is a member of an object.
    #[inline]
    pub fn key(self) -> Option<Cow<'a, str>> {
        let entry = self.entry();
        let written = self.document.text.get(entry.key_span())?;
        (entry.key_start > 0).then(|| match entry.key_is_plain {
            true => Cow::Borrowed(written),
            false => decode_string(written),
        })
    }

    /// Where the member's name stands in the text, quotes included.
    pub(crate) fn key_span(self) -> Option<Range<usize>> {
        let entry = self.entry();
        let Range { start, end } = entry.key_span();
        (entry.key_start > 0).then(|| start - 1..end + 1)
    }

    /// The bytes of the member's name, empty if it has none; `None` if they are not its text.
    #[inline]
    pub(crate) fn plain_key(self) -> Option<&'a [u8]> {
        let entry = self.entry();
        match entry.key_is_plain {
            true => self.document.text.as_bytes().get(entry.key_span()),
            false => None,
        }
    }

    /// As [`Node::key`], in bytes; empty if there is none.
    #[inline]
    pub(crate) fn key_bytes(self) -> Cow<'a, [u8]> {
        match self.plain_key() {
            Some(key) => Cow::Borrowed(key),
            None => Cow::Owned(self.decoded_key().into_bytes()),
        }
    }

    #[cold]
    fn decoded_key(self) -> String {
        self.key().map(Cow::into_owned).unwrap_or_default()
    }

    /// Children of an array or object in order; none for other kinds.
    #[inline]
    pub fn children(self) -> Children<'d, 'a> {
        let entry = self.entry();
        Children { document: self.document, index: self.index + 1, end: entry.next as usize }
    }

    /// The number of this node in [`Document::nodes`].
    pub fn index(self) -> usize {
        self.index
    }

    /// The number of the first node after this one's descendants.
    pub fn subtree_end(self) -> usize {
        self.entry().next as usize
    }

    /// The member of this object with that name; the last one if there are several.
    #[inline]
    pub fn get(self, name: &str) -> Option<Self> {
        let [member] = self.members([name]);
        member
    }

    /// As [`Node::get`] for each of several names, in one pass.
    #[inline]
    pub(crate) fn members<const NAMES: usize>(self, names: [&str; NAMES]) -> [Option<Self>; NAMES] {
        let mut members = [None; NAMES];
        if self.kind() != Kind::Object {
            return members;
        }
        for child in self.children() {
            for (member, name) in members.iter_mut().zip(names) {
                if child.key_is(name) {
                    *member = Some(child);
                }
            }
        }
        members
    }

    /// The value at the end of a path of member names.
    pub fn path(self, names: &[&str]) -> Option<Self> {
        names.iter().try_fold(self, |node, name| node.get(name))
    }

    /// The decoded text of a string; `None` for other kinds.
    #[inline(always)]
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        match self.kind() {
            Kind::PlainString => Some(Cow::Borrowed(self.written())),
            Kind::EscapedString => Some(decode_string(self.written())),
            _ => None,
        }
    }

    /// What stands between the quotes of a string, as it is written.
    #[inline(always)]
    pub(crate) fn written(self) -> &'a str {
        let Range { start, end } = self.span();
        self.document.text.get(start + 1..end.saturating_sub(1)).unwrap_or_default()
    }

    /// A whole number, also when written as `1.0` or `1e3`; `None` for other kinds and values.
    pub fn as_i64(self) -> Option<i64> {
        let (floor, fraction) = self.floor_and_fraction()?;
        (fraction == 0.0).then_some(floor)
    }

    /// The greatest whole number that is not above this number; `None` for other kinds and for
    /// what does not fit 64 bits.
    pub fn as_i64_floor(self) -> Option<i64> {
        self.floor_and_fraction().map(|(floor, _)| floor)
    }

    fn floor_and_fraction(self) -> Option<(i64, f64)> {
        if self.kind() != Kind::Number {
            return None;
        }
        if let Ok(whole) = self.raw().parse() {
            return Some((whole, 0.0));
        }
        let float: f64 = self.raw().parse().ok()?;
        // 2^63 is the first value past the range; both bounds are exact as f64.
        let in_range = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&float);
        #[expect(clippy::cast_possible_truncation, reason = "whole and within i64, checked here")]
        in_range.then_some((float.floor() as i64, float - float.floor()))
    }

    /// Whether this is a member of that name.
    #[inline]
    pub(crate) fn key_is(self, name: &str) -> bool {
        match self.plain_key() {
            Some(key) => key == name.as_bytes(),
            None => self.decoded_key() == name,
        }
    }
}

/// Iterator over the children of a node, see [`Node::children`].
#[derive(Clone, Debug)]
pub struct Children<'d, 'a> {
    document: &'d Document<'a>,
    index: usize,
    end: usize,
}

impl<'d, 'a> Iterator for Children<'d, 'a> {
    type Item = Node<'d, 'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.index >= self.end {
            return None;
        }
        let node = Node { document: self.document, index: self.index };
        self.index = node.subtree_end();
        Some(node)
    }
}

impl Key {
    /// That of array items and the root.
    const NONE: Self = Self { start: 0, end: 0, is_plain: true };
}

impl Entry {
    const NULL: Self = Self::new(Kind::Null, Key::NONE, 0, 0, 0);

    #[inline]
    const fn new(kind: Kind, key: Key, start: u32, end: u32, next: u32) -> Self {
        let Key { start: key_start, end: key_end, is_plain: key_is_plain } = key;
        Self { start, end, next, key_start, key_end, key_is_plain, kind }
    }

    #[inline]
    fn key_span(&self) -> Range<usize> {
        self.key_start as usize..self.key_end as usize
    }
}

#[cfg(test)]
mod tests;
