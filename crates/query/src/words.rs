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

    fn is_in_text(&self, text: &str) -> bool {
        let mut window = std::collections::VecDeque::with_capacity(self.0.len() + 1);
        tokens(text).any(|token| {
            window.push_back(token);
            if window.len() > self.0.len() {
                window.pop_front();
            }
            window.iter().eq(&self.0)
        })
    }
}

/// The tokens of a text, in order.
pub fn tokens(text: &str) -> impl Iterator<Item = String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|token| !token.is_empty())
        .map(lower_case)
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
}
