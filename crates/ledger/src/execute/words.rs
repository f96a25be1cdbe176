//! Conditions on the record that its words answer, at least in part.

use std::sync::OnceLock;

use gatelog_query::words::{self, Phrase};
use gatelog_query::{RecordTest, Value, ValueTest};
use memchr::memchr;
use memchr::memmem::Finder;
use regex::bytes::{Regex, RegexBuilder};
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
    needles: OnceLock<Needles>,
}

/// What a record cannot pass without, if it is written plainly.
#[derive(Debug)]
enum Needles {
    Text(Box<Finder<'static>>),
    /// In upper or lower case.
    Words(Vec<Regex>),
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
        let (test, needles) = (test.clone(), OnceLock::new());
        (!hashes.is_empty()).then_some(Self { test, wanted, hashes, needles })
    }

    /// Whether a look at the bytes of a record tells that it does not pass.
    pub(crate) fn rule_out(&self, record: &[u8]) -> bool {
        // Escapes may write the same text otherwise, and letters outside ASCII may become others.
        let is_plain = || memchr(b'\\', record).is_none();
        match self.needles.get_or_init(|| Needles::new(&self.wanted)) {
            Needles::Text(text) => text.find(record).is_none() && is_plain(),
            Needles::Words(words) => {
                let lacks_one = words.iter().any(|word| !word.is_match(record));
                lacks_one && record.is_ascii() && is_plain()
            }
        }
    }
}

impl Wanted {
    /// How long a text is at least that is like this, in bytes.
    pub(crate) fn length_min(&self) -> usize {
        match self {
            Self::Phrase(phrase) => {
                let lengths = phrase.tokens().iter().map(|token| token.len() + 1);
                lengths.sum::<usize>().saturating_sub(1)
            }
            Self::Text(text) => text.len(),
        }
    }

    /// Whether a text is like this.
    pub(crate) fn accepts(&self, text: &str) -> bool {
        match self {
            Self::Phrase(phrase) => phrase.is_in_text(text),
            Self::Text(wanted) => wanted == text,
        }
    }
}

impl Needles {
    fn new(wanted: &Wanted) -> Self {
        match wanted {
            Wanted::Phrase(phrase) => {
                Self::Words(phrase.tokens().iter().filter_map(|token| word(token)).collect())
            }
            Wanted::Text(text) => Self::Text(Box::new(Finder::new(text).into_owned())),
        }
    }
}

/// Finds a word in upper or lower case; `None` for one that is not ASCII. A token has letters and
/// digits only, which mean themselves.
fn word(token: &str) -> Option<Regex> {
    let word = || RegexBuilder::new(token).case_insensitive(true).unicode(false).build();
    token.is_ascii().then(word)?.ok()
}
