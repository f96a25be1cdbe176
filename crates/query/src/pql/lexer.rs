//! Text to tokens.
//!
//! Everything is a token of some kind; what other languages write and this one does not is read
//! as what it means and reported with what to write here.

use std::ops::Range;

use super::diagnostic::Problems;
use super::literal::Literal;
use super::mistake::{FormMistake, HabitMistake};
use super::quote::{quoted_length, unescaped};
use crate::number::Number;
use crate::test::Comparison;

/// A piece of the text.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A name or a word to search for, as it is written.
    Word,
    Literal(Literal),
    Keyword(Keyword),
    Operator(Operator),
    Open,
    Close,
    OpenGroup,
    CloseGroup,
    Comma,
    /// `*`
    Everything,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    And,
    Or,
    Not,
    In,
    Ilike,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equals,
    NotEquals,
    Is(Comparison),
    StartsWith,
}

const KEYWORDS: [(&str, Keyword); 5] = [
    ("AND", Keyword::And),
    ("OR", Keyword::Or),
    ("NOT", Keyword::Not),
    ("IN", Keyword::In),
    ("ILIKE", Keyword::Ilike),
];

const CONSTANTS: [(&str, Literal); 3] =
    [("null", Literal::Null), ("true", Literal::Bool(true)), ("false", Literal::Bool(false))];

/// What is read wherever a token can start; the first that fits. A second text is what is
/// written here instead of the first.
const SYMBOLS: [(&str, Kind, Option<&'static str>); 20] = [
    ("(", Kind::Open, None),
    (")", Kind::Close, None),
    ("[", Kind::OpenGroup, None),
    ("]", Kind::CloseGroup, None),
    (",", Kind::Comma, None),
    ("!=", Kind::Operator(Operator::NotEquals), None),
    ("<>", Kind::Operator(Operator::NotEquals), Some("!=")),
    ("<=", Kind::Operator(Operator::Is(Comparison::AtMost)), None),
    ("=<", Kind::Operator(Operator::Is(Comparison::AtMost)), Some("<=")),
    (">=", Kind::Operator(Operator::Is(Comparison::AtLeast)), None),
    ("=>", Kind::Operator(Operator::Is(Comparison::AtLeast)), Some(">=")),
    ("^=", Kind::Operator(Operator::StartsWith), None),
    ("==", Kind::Operator(Operator::Equals), Some("=")),
    ("=~", Kind::Keyword(Keyword::Ilike), Some("ILIKE")),
    ("=", Kind::Operator(Operator::Equals), None),
    ("<", Kind::Operator(Operator::Is(Comparison::Below)), None),
    (">", Kind::Operator(Operator::Is(Comparison::Above)), None),
    ("&&", Kind::Keyword(Keyword::And), Some("AND")),
    ("||", Kind::Keyword(Keyword::Or), Some("OR")),
    ("!", Kind::Keyword(Keyword::Not), Some("NOT ")),
];

/// Quotes that other languages and word processors write.
const FOREIGN_QUOTES: [(char, char); 2] = [('\'', '\''), ('“', '”')];

/// All tokens of `text`, in its order.
pub(super) fn tokens(text: &str, problems: &mut Problems) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let blank = rest.len() - rest.trim_start().len();
        let (kind, length) = if blank > 0 { (None, blank) } else { token(rest, at, problems) };
        if let Some(kind) = kind {
            tokens.push(Token { kind, span: at..at + length });
        }
        at += length;
    }
    tokens
}

/// Whether a word standing alone is not read as a name.
pub(super) fn is_reserved(word: &str) -> bool {
    word_kind(word) != Kind::Word
}

/// The token that `rest` begins with, and its length; `rest` starts at `at` and not with a blank.
fn token(rest: &str, at: usize, problems: &mut Problems) -> (Option<Kind>, usize) {
    if rest.starts_with('"') {
        return quoted_token(rest, at, problems);
    }
    if let Some((literal, length)) = foreign_quoted(rest) {
        problems.suggest(at..at + length, HabitMistake::OtherQuotes, literal.to_string());
        return (Some(Kind::Literal(literal)), length);
    }
    for (symbol, kind, instead) in SYMBOLS {
        if rest.starts_with(symbol) {
            if let Some(instead) = instead {
                let written = symbol.to_owned();
                let mistake =
                    HabitMistake::WrittenOtherwise { written, instead: instead.trim_end() };
                problems.suggest(at..at + symbol.len(), mistake, instead);
            }
            return (Some(kind), symbol.len());
        }
    }
    let length = word_length(rest);
    (rest.get(..length).map(word_kind), length)
}

fn quoted_token(rest: &str, at: usize, problems: &mut Problems) -> (Option<Kind>, usize) {
    let Some(length) = quoted_length(rest) else {
        problems.report(at..at + 1, FormMistake::QuoteNotClosed);
        let text = unescaped(rest.get(1..).unwrap_or_default()).text;
        return (Some(Kind::Literal(Literal::Text(text))), rest.len());
    };
    if rest.get(length..).is_some_and(|after| after.starts_with('.')) {
        return (Some(Kind::Word), word_length(rest));
    }
    let inner = rest.get(1..length - 1).unwrap_or_default();
    let unescaped = unescaped(inner);
    for unknown in unescaped.unknown {
        let escape = inner.get(unknown.clone()).unwrap_or_default();
        let span = at + 1 + unknown.start..at + 1 + unknown.end;
        let mistake = FormMistake::UnknownEscape { escape: escape.to_owned() };
        problems.suggest(span, mistake, format!("\\{escape}"));
    }
    (Some(Kind::Literal(Literal::Text(unescaped.text))), length)
}

fn foreign_quoted(rest: &str) -> Option<(Literal, usize)> {
    FOREIGN_QUOTES.into_iter().find_map(|(open, close)| {
        let (inner, _) = rest.strip_prefix(open)?.split_once(close)?;
        let length = open.len_utf8() + inner.len() + close.len_utf8();
        Some((Literal::Text(inner.to_owned()), length))
    })
}

/// The length of the word that `rest` begins with, at least one character. A quote after a dot
/// belongs to it.
fn word_length(rest: &str) -> usize {
    let mut length = 0;
    while let Some(after) = rest.get(length..)
        && let Some(character) = after.chars().next()
    {
        let starts_segment = length == 0 || rest.get(..length).is_some_and(|it| it.ends_with('.'));
        let segment = (character == '"' && starts_segment).then(|| quoted_length(after)).flatten();
        length += match segment {
            Some(quoted) => quoted,
            None if length > 0 && ends_word(after, character) => break,
            None => character.len_utf8(),
        };
    }
    length
}

fn ends_word(after: &str, character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '(' | ')' | '[' | ']' | ',' | '"' | '=' | '<' | '>')
        || after.starts_with("!=")
        || after.starts_with("^=")
}

fn word_kind(word: &str) -> Kind {
    let same = |name: &str| name.eq_ignore_ascii_case(word);
    if let Some((_, keyword)) = KEYWORDS.into_iter().find(|(name, _)| same(name)) {
        return Kind::Keyword(keyword);
    }
    if let Some((_, constant)) = CONSTANTS.into_iter().find(|(name, _)| same(name)) {
        return Kind::Literal(constant);
    }
    match Number::parse(word) {
        Some(number) => Kind::Literal(Literal::Number(number)),
        None if word == "*" => Kind::Everything,
        None => Kind::Word,
    }
}
