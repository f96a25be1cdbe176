//! The query box: the text as it was typed, and what is wrong with it.

use std::ops::Range;

use gatelog_query::pql::Diagnostic;

use crate::filter::LogFilter;
use crate::text::{Shown, visible};
use crate::texts::EXAMPLES;
use crate::visitor::Visit;

/// Characters of a suggestion.
const SUGGESTION_CHARACTERS_MAX: usize = 80;

/// What the box shows.
#[derive(Debug)]
pub(super) struct QuestionBox {
    pub(super) text: String,
    pub(super) examples: Vec<ExampleLink>,
    pub(super) malformed: Option<Malformed>,
}

/// A query to begin with.
#[derive(Debug)]
pub(super) struct ExampleLink {
    pub(super) query: &'static str,
    pub(super) meaning: &'static str,
    pub(super) link: String,
}

/// A text that cannot be read.
#[derive(Debug)]
pub(super) struct Malformed {
    /// The whole text, in pieces.
    pub(super) pieces: Vec<Piece>,
    pub(super) faults: Vec<Fault>,
}

/// A part of the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Empty where something is missing.
    pub(super) text: String,
    pub(super) is_wrong: bool,
}

/// Something that is wrong with the text.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) place: String,
    pub(super) message: Vec<Word>,
    pub(super) correction: Option<Correction>,
}

/// A part of a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    /// Whether it is from a query, or could be.
    pub(super) is_code: bool,
}

/// What may have been meant.
#[derive(Debug)]
pub(super) struct Correction {
    pub(super) text: Shown,
    /// The question with it.
    pub(super) link: String,
}

impl QuestionBox {
    /// The box for a filter and everything that is wrong with its text.
    pub(super) fn new(visit: &Visit, filter: &LogFilter, diagnostics: &[Diagnostic]) -> Self {
        let texts = &visit.texts.logs.question;
        let link = |text: String| visit.links.filtered(&filter.with_text(text));
        let examples = EXAMPLES.into_iter().zip(texts.each_example);
        let examples = examples.map(|(query, meaning)| {
            let link = link(query.to_owned());
            ExampleLink { query, meaning, link }
        });
        let fault = |diagnostic: &Diagnostic| Fault {
            place: (texts.at_character)(&visit.texts.number(diagnostic.column as u64)),
            message: words(&(texts.mistake)(&diagnostic.mistake)),
            correction: diagnostic.suggestion.as_deref().map(|suggestion| Correction {
                text: Shown::new(suggestion, SUGGESTION_CHARACTERS_MAX),
                link: link(replaced(&filter.text, &diagnostic.span, suggestion)),
            }),
        };
        let malformed = (!diagnostics.is_empty()).then(|| Malformed {
            pieces: pieces(&filter.text, diagnostics),
            faults: diagnostics.iter().map(fault).collect(),
        });
        Self { text: filter.text.clone(), examples: examples.collect(), malformed }
    }
}

/// The text cut at everything that is wrong with it. What two diagnostics are about is wrong once.
fn pieces(text: &str, diagnostics: &[Diagnostic]) -> Vec<Piece> {
    let (mut pieces, mut written) = (Vec::new(), 0);
    let mut write = |range: Range<usize>, is_wrong| {
        let text = visible(text.get(range).unwrap_or_default()).into_owned();
        if is_wrong || !text.is_empty() {
            pieces.push(Piece { text, is_wrong });
        }
    };
    for Diagnostic { span, .. } in diagnostics {
        if span.start < written || (span.end <= written && !span.is_empty()) {
            continue;
        }
        write(written..span.start, false);
        write(span.clone(), true);
        written = span.end;
    }
    write(written..text.len(), false);
    pieces
}

/// A message cut at its backticks, between which there is code.
fn words(message: &str) -> Vec<Word> {
    let words = message.split('`').enumerate().filter(|(_, text)| !text.is_empty());
    let word = |(place, text)| Word { text: visible(text).into_owned(), is_code: place % 2 == 1 };
    words.map(word).collect()
}

fn replaced(text: &str, span: &Range<usize>, by: &str) -> String {
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.end..).unwrap_or_default();
    format!("{before}{by}{after}")
}

#[cfg(test)]
mod tests {
    use gatelog_event::time::UnixMicros;
    use gatelog_query::pql::{Context, compile};

    use super::*;

    #[test]
    fn what_is_wrong_is_cut_out_exactly() {
        let cases = [
            (r#"user = "ü<b>""#, r#"[user] = "ü<b>""#),
            (
                r#"ip = "::1" AND nivel = "x" OR é.y = 1"#,
                r#"ip = "::1" AND [nivel] = "x" OR [é.y] = 1"#,
            ),
            ("ip = ", "ip [=] "),
            (r#"(ip = "::1""#, r#"[(]ip = "::1""#),
            ("user\u{202e} = 1", "[user‹U+202E›] = 1"),
        ];
        for (text, expected) in cases {
            let diagnostics = compile(text, &Context { now: UnixMicros::EPOCH }).unwrap_err();
            let marked = pieces(text, &diagnostics);
            let marked: String = marked
                .iter()
                .map(|piece| match piece.is_wrong {
                    true => format!("[{}]", piece.text),
                    false => piece.text.clone(),
                })
                .collect();
            assert_eq!(marked, expected, "{diagnostics:?}");
        }
    }

    #[test]
    fn a_correction_replaces_what_is_wrong() {
        let text = "é = 1 AND user = 2";
        assert_eq!(replaced(text, &(11..15), "actor.id"), "é = 1 AND actor.id = 2");
    }
}
