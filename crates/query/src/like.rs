//! ILIKE: `%` stands for any text, `_` for one character, `\` takes the next literally.
//!
//! A pattern covers the whole value and ignores case: both are compared in lower case, character
//! by character (Unicode's simple context-free mapping).

use std::fmt;

/// A pattern.
#[derive(Clone, PartialEq, Eq)]
pub struct Like {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    /// This character, in lower case.
    Char(char),
    /// Any one character.
    One,
    /// Any text.
    Any,
}

impl Like {
    /// The pattern written as `text`. A `\` at its end stands for itself.
    pub fn new(text: &str) -> Self {
        let mut pieces = Vec::with_capacity(text.len());
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '%' if pieces.last() == Some(&Piece::Any) => {}
                '%' => pieces.push(Piece::Any),
                '_' => pieces.push(Piece::One),
                '\\' => {
                    let literal = characters.next().unwrap_or('\\');
                    pieces.extend(literal.to_lowercase().map(Piece::Char));
                }
                literal => pieces.extend(literal.to_lowercase().map(Piece::Char)),
            }
        }
        Self { text: text.to_owned(), pieces }
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the pattern covers `value`. O(pattern * value) at worst.
    pub fn matches(&self, value: &str) -> bool {
        let mut rest = value.chars().flat_map(char::to_lowercase);
        let mut at = 0;
        // Where to go on after the last `%` if what follows it here does not match after all.
        let mut retry = None;
        loop {
            if self.pieces.get(at) == Some(&Piece::Any) {
                at += 1;
                retry = Some((at, rest.clone()));
                continue;
            }
            let character = rest.next();
            match (self.pieces.get(at), character) {
                (None, None) => return true,
                (Some(Piece::One), Some(_)) => at += 1,
                (Some(Piece::Char(wanted)), Some(found)) if *wanted == found => at += 1,
                _ => {
                    let Some((after_any, mut from)) = retry.take() else { return false };
                    if from.next().is_none() {
                        return false;
                    }
                    at = after_any;
                    rest = from.clone();
                    retry = Some((after_any, from));
                }
            }
        }
    }
}

impl fmt::Debug for Like {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Like({:?})", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_the_whole_value() {
        let cases = [
            ("", "", true),
            ("", "a", false),
            ("%", "", true),
            ("a%", "Abc", true),
            ("%c", "abC", true),
            ("%b%", "abc", true),
            ("%bd%", "abc", false),
            ("a_c", "abc", true),
            ("a_c", "ac", false),
            ("__", "é€", true),
            ("%ab%ab", "abxab", true),
            ("%ab%ab", "ab", false),
            ("%%x%", "axb", true),
            (r"100\%", "100%", true),
            (r"100\%", "1000", false),
            (r"a\_b", "a_b", true),
            (r"a\_b", "axb", false),
            (r"a\", r"a\", true),
            ("É%", "école", true),
            ("interaction.signin.%", "Interaction.SignIn.Submit", true),
        ];
        for (pattern, value, expected) in cases {
            assert_eq!(Like::new(pattern).matches(value), expected, "{pattern} on {value}");
        }
    }
}
