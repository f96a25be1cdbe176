//! Conditions on the record that its words answer, at least in part.

use gatelog_query::words::{self, Phrase};
use gatelog_query::{RecordTest, Value, ValueTest};
use roaring::RoaringBitmap;

use crate::segment::tokens::TokenHash;

/// A condition that rows without certain words cannot pass.
#[derive(Debug)]
pub(crate) struct WordTest {
    /// The condition itself, for rows that have them.
    pub(crate) test: RecordTest,
    pub(crate) wanted: Wanted,
    /// Of the words, in order.
    pub(crate) hashes: Vec<TokenHash>,
}

/// What one of the record's string values must be like.
#[derive(Debug)]
pub(crate) enum Wanted {
    /// It has this phrase.
    Phrase(Phrase),
    /// It is this text.
    Text(String),
}

/// What an index says of rows.
#[derive(Debug, Default)]
pub(crate) struct FoundRows {
    /// Rows that pass.
    pub(crate) sure: RoaringBitmap,
    /// Rows that may pass; no others do.
    pub(crate) possible: RoaringBitmap,
}

impl WordTest {
    /// `None` for a condition that rows without any particular word may pass.
    pub(crate) fn new(test: &RecordTest) -> Option<Self> {
        let wanted = match test {
            RecordTest::Phrase(phrase) => Wanted::Phrase(phrase.clone()),
            RecordTest::Value(_, ValueTest::Equals(Value::Text(text))) => {
                Wanted::Text(text.clone())
            }
            RecordTest::Value(..) => return None,
        };
        let mut hashes = Vec::new();
        let mut push = |token: &str| hashes.push(TokenHash::of(token.as_bytes()));
        match &wanted {
            Wanted::Phrase(phrase) => phrase.tokens().iter().for_each(|token| push(token)),
            Wanted::Text(text) => words::for_each_token(text, push),
        }
        (!hashes.is_empty()).then(|| Self { test: test.clone(), wanted, hashes })
    }
}
