//! Text to nodes, in one pass without recursion.

use super::cursor::Cursor;
use super::{Document, Entry, JSON_DEPTH_MAX, Key, Kind, SyntaxError};

/// Records have about one value in so many bytes.
const BYTES_A_NODE: usize = 20;

pub(super) fn parse(text: &[u8]) -> Result<Document<'_>, SyntaxError> {
    let text = std::str::from_utf8(text)
        .map_err(|error| SyntaxError { offset: error.valid_up_to(), reason: "not valid UTF-8" })?;
    if u32::try_from(text.len()).is_err() {
        return Err(SyntaxError { offset: 0, reason: "longer than 4 GiB" });
    }
    let mut nodes = Vec::with_capacity(text.len() / BYTES_A_NODE + 1);
    let mut cursor = Cursor::new(text.as_bytes());
    value(&mut cursor, &mut nodes)?;
    match cursor.token() {
        None => Ok(Document { text, nodes }),
        Some(_) => Err(cursor.error("unexpected text after the value")),
    }
}

/// The innermost array or object that is not closed yet. Until it is, its node says in `next` where
/// the one is in which it stands.
#[derive(Clone, Copy)]
struct Open {
    index: u32,
    is_object: bool,
    depth: usize,
}

/// Moves past a value with all that is in it.
fn value(cursor: &mut Cursor<'_>, nodes: &mut Vec<Entry>) -> Result<(), SyntaxError> {
    let mut place = *cursor;
    let mut open = Open { index: 0, is_object: false, depth: 0 };
    let mut key = Key::NONE;
    loop {
        let first = place.token();
        let start = to_u32(place.position());
        let kind = place.value(first)?;
        let end = to_u32(place.position());
        if matches!(kind, Kind::Object | Kind::Array) {
            if open.depth >= JSON_DEPTH_MAX {
                return Err(place.error_before("nested more than 64 levels deep"));
            }
            let (index, is_object) = (to_u32(nodes.len()), kind == Kind::Object);
            nodes.push(Entry::new(kind, key, start, end, open.index));
            open = Open { index, is_object, depth: open.depth + 1 };
            if place.token() != Some(if is_object { b'}' } else { b']' }) {
                key = if is_object { place.key()? } else { Key::NONE };
                continue;
            }
        } else {
            nodes.push(Entry::new(kind, key, start, end, to_u32(nodes.len() + 1)));
        }
        // What follows the value: the end of what it stands in, or another one.
        loop {
            if open.depth == 0 {
                *cursor = place;
                return Ok(());
            }
            match place.token() {
                Some(b',') => break,
                Some(b'}') if open.is_object => {}
                Some(b']') if !open.is_object => {}
                next => return Err(place.error(misplaced(next, open.is_object))),
            }
            place.advance();
            open = close(open, to_u32(place.position()), nodes);
        }
        place.advance();
        key = if open.is_object { place.key()? } else { Key::NONE };
    }
}

#[cold]
fn misplaced(byte: Option<u8>, is_object: bool) -> &'static str {
    match byte {
        None => "the text ends inside an array or object",
        Some(_) if is_object => "expected `,` or `}`",
        Some(_) => "expected `,` or `]`",
    }
}

/// Ends the innermost container, returns the one around it.
#[inline]
fn close(open: Open, end: u32, nodes: &mut [Entry]) -> Open {
    let next = to_u32(nodes.len());
    let Some(container) = nodes.get_mut(open.index as usize) else { return open };
    let outer = std::mem::replace(&mut container.next, next);
    container.end = end;
    let is_object = nodes.get(outer as usize).is_some_and(|node| node.kind == Kind::Object);
    Open { index: outer, is_object, depth: open.depth - 1 }
}

/// Positions fit: the text was checked to be shorter than 4 GiB, and no node is shorter than a
/// byte.
#[expect(clippy::cast_possible_truncation, reason = "checked for the text as a whole")]
pub(super) fn to_u32(position: usize) -> u32 {
    position as u32
}
