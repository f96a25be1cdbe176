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

    /// Whether a text has the phrase.
    pub fn is_in_text(&self, text: &str) -> bool {
        let runs: Vec<&str> = runs(text).collect();
        let are_these =
            |window: &[&str]| window.iter().zip(&self.0).all(|(run, token)| is_token(run, token));
        runs.windows(self.0.len()).any(are_these)
    }
}

/// The tokens of a text, in order.
pub fn tokens(text: &str) -> impl Iterator<Item = String> {
    runs(text).map(lower_case)
}

/// The runs of letters and digits of a text, as they are written.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|run| !run.is_empty())
}

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
}
