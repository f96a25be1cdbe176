//! Words and phrases anywhere in a record.
//!
//! A token is a run of letters and digits of a string value, in lower case. A phrase matches
//! tokens of one value that follow each other; names of members and numbers are not searched.

use gatelog_event::json::Document;

/// Tokens that must follow each other in one value; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase(Vec<String>);

impl Phrase {
    /// The tokens of `text`; `None` if it has none.
    pub fn new(text: &str) -> Option<Self> {
        let tokens: Vec<String> = tokens(text).collect();
        (!tokens.is_empty()).then_some(Self(tokens))
    }

    /// The tokens, in lower case.
    pub fn tokens(&self) -> &[String] {
        &self.0
    }

    /// Whether a string value of the record has the phrase.
    pub fn is_in(&self, record: &Document<'_>) -> bool {
        record.nodes().any(|node| node.as_str().is_some_and(|text| self.is_in_text(&text)))
    }

    /// Whether a text has the phrase. O(length), and without copies if the text is ASCII.
    pub fn is_in_text(&self, text: &str) -> bool {
        let mut runs = Runs(text);
        loop {
            let mut from_here = runs.clone();
            let follows = |token: &String| from_here.next().is_some_and(|run| is_token(run, token));
            if self.0.iter().all(follows) {
                return true;
            }
            if runs.next().is_none() {
                return false;
            }
        }
    }
}

/// The tokens of a text, in order.
pub fn tokens(text: &str) -> impl Iterator<Item = String> {
    Runs(text).map(lower_case)
}

/// Hands the tokens of a text to `visit`, in order. O(length), with at most one piece of memory if
/// they are ASCII.
pub fn for_each_token(text: &str, mut visit: impl FnMut(&str)) {
    let mut lower = String::new();
    for run in Runs(text) {
        if run.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
            visit(run);
        } else if run.is_ascii() {
            lower.clear();
            lower.push_str(run);
            lower.make_ascii_lowercase();
            visit(&lower);
        } else {
            visit(&lower_case(run));
        }
    }
}

/// The runs of letters and digits of a text, as they are written.
#[derive(Clone, Debug)]
struct Runs<'t>(&'t str);

impl<'t> Iterator for Runs<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let start = boundary(self.0, true);
        let from_start = self.0.get(start..).unwrap_or_default();
        let (run, rest) = from_start.split_at_checked(boundary(from_start, false))?;
        self.0 = rest;
        (!run.is_empty()).then_some(run)
    }
}

/// Where the first character stands that is part of a token, or is not; the end if there is none.
fn boundary(text: &str, is_part: bool) -> usize {
    let passed = if is_part { SEPARATOR } else { PART };
    let decides = |byte: &u8| CLASSES.get(usize::from(*byte)) != Some(&passed);
    let Some(position) = text.as_bytes().iter().position(decides) else { return text.len() };
    let rest = text.get(position..).unwrap_or_default();
    if rest.as_bytes().first().is_some_and(u8::is_ascii) {
        return position;
    }
    // A character outside ASCII is looked at as one, and then so are those that follow it.
    let further = rest.find(|character: char| character.is_alphanumeric() == is_part);
    position + further.unwrap_or(rest.len())
}

const SEPARATOR: u8 = 0;
const PART: u8 = 1;
/// A part of a character that is not ASCII.
const OTHER: u8 = 2;

/// What each byte is, for one look at each.
const CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let (mut rest, mut byte) = (classes.as_mut_slice(), 0_u8);
    while let ([class, others @ ..], true) = (rest, byte.is_ascii()) {
        *class = if byte.is_ascii_alphanumeric() { PART } else { SEPARATOR };
        (rest, byte) = (others, byte + 1);
    }
    classes
};

/// Whether a run is this token. Nearly all are ASCII, of which no copy is needed.
fn is_token(run: &str, token: &str) -> bool {
    if run.is_ascii() { run.eq_ignore_ascii_case(token) } else { lower_case(run) == token }
}

/// In lower case a token is one still: the dot that `İ` keeps above its `i` is no letter.
fn lower_case(token: &str) -> String {
    let mut lower = token.to_lowercase();
    if !lower.is_ascii() {
        lower.retain(char::is_alphanumeric);
    }
    lower
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_in_one_value_only() {
        let record = br#"{"a":"Ada.Lovelace@acme.example","b":["x","\u0059es"],"n":42,"kez":"y"}"#;
        let record = Document::parse(record).expect("JSON");
        for (text, expected) in [
            ("ada", true),
            ("LOVELACE acme", true),
            ("ada@acme.example", false),
            ("ada.lovelace@acme.example", true),
            ("love", false),
            ("example x", false),
            ("yes", true),
            ("42", false),
            ("kez", false),
        ] {
            assert_eq!(Phrase::new(text).expect(text).is_in(&record), expected, "{text}");
        }
        assert_eq!(Phrase::new(" -- "), None);
        assert_eq!(Phrase::new("İstanbul'DA"), Phrase::new("istanbul da"));
    }

    #[test]
    fn tokens_are_runs_of_letters_and_digits_of_any_language() {
        for (text, expected) in [
            ("", &[][..]),
            ("-- .", &[]),
            ("a", &["a"]),
            ("Ada.Lovelace@ACME.example", &["ada", "lovelace", "acme", "example"]),
            ("-été–Straße9, ２", &["été", "straße9", "２"]),
            ("\u{212A}elvin+İ", &["kelvin", "i"]),
            ("日本・x", &["日本", "x"]),
        ] {
            assert_eq!(tokens(text).collect::<Vec<_>>(), expected, "{text}");
            let mut visited = Vec::new();
            for_each_token(text, |token| visited.push(token.to_owned()));
            assert_eq!(visited, expected, "{text}");
        }
    }
}
