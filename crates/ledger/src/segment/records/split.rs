//! Which parts of a record vary: a cut through its text, not a parse of it.
//!
//! What is cut out are values of strings, runs of digits, `true`, `false` and `null`; what stays
//! are names, punctuation and white space. Any cut gives the same bytes back, so text that is no
//! JSON is only cut badly.

use std::ops::Range;

use memchr::{memchr, memchr2};

/// What stands for a hole in a template. A record cannot have it outside a string, as it is JSON.
pub(super) const HOLE: u8 = 0;

/// Most holes of a record. One with more of them is a single hole.
const HOLES_MAX: usize = 200;

/// Finds the holes of a record, in order, without overlap. O(length).
pub(super) fn split(text: &[u8], holes: &mut Vec<Range<usize>>) {
    holes.clear();
    let mut position = 0;
    while let Some(byte) = text.get(position) {
        let (start, length, next) = match byte {
            b'"' => {
                let start = position + 1;
                let Some(length) = string_length(text.get(start..).unwrap_or_default()) else {
                    // A string without an end: the rest is the template's.
                    break;
                };
                let next = start + length + 1;
                if text.get(next) == Some(&b':') {
                    position = next + 1;
                    continue;
                }
                (start, length, next)
            }
            _ => match bare_length(text.get(position..).unwrap_or_default()) {
                Some(length) => (position, length, position + length),
                None => {
                    position += 1;
                    continue;
                }
            },
        };
        if holes.len() == HOLES_MAX {
            break;
        }
        holes.push(start..start + length);
        position = next;
    }
    if holes.len() == HOLES_MAX || memchr(HOLE, text).is_some() {
        holes.clear();
        holes.push(0..text.len());
    }
}

/// The length of a string's inside, of which the first byte is the first of `text`.
fn string_length(text: &[u8]) -> Option<usize> {
    let mut position = 0;
    loop {
        let found = position + memchr2(b'"', b'\\', text.get(position..)?)?;
        if text.get(found) == Some(&b'"') {
            return Some(found);
        }
        position = found + 2;
    }
}

/// The length of a string's inside, as [`string_length`], unless the string is a name.
pub(super) fn string_value_length(text: &[u8]) -> Option<usize> {
    string_length(text).filter(|length| text.get(length + 1) != Some(&b':'))
}

/// The length of the digits or the word at the front of `text`.
pub(super) fn bare_length(text: &[u8]) -> Option<usize> {
    let is_word = |word: &[u8]| text.starts_with(word).then_some(word.len());
    match text.first()? {
        b'0'..=b'9' => Some(text.iter().take_while(|byte| byte.is_ascii_digit()).count()),
        b't' => is_word(b"true"),
        b'f' => is_word(b"false"),
        b'n' => is_word(b"null"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holes(text: &str) -> Vec<&str> {
        let mut holes = Vec::new();
        split(text.as_bytes(), &mut holes);
        holes.into_iter().map(|hole| &text[hole]).collect()
    }

    #[test]
    fn values_are_cut_out_and_names_stay() {
        assert_eq!(
            holes(r#"{"a":"b", "c\"d":[-1.50e7,true,"",null],"e" : "\\"}"#),
            ["b", "1", "50", "7", "true", "", "null", "e", r"\\"],
        );
        assert_eq!(holes(r#"{"never":"ends"#), Vec::<&str>::new());
        assert_eq!(holes("a\0b"), ["a\0b"]);
        assert_eq!(holes("1\0\"never ends"), ["1\0\"never ends"]);
        let many = "1,".repeat(300);
        assert_eq!(holes(&many), [&many]);
    }
}
