//! What is wrong with a text, where, and what to write instead.

use std::fmt;
use std::ops::Range;

use super::limits::DIAGNOSTICS_MAX;
use super::mistake::Mistake;

/// Something that is wrong with a text. What it is, is a [`Mistake`], or text where it comes from
/// another machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic<M = Mistake> {
    /// The bytes of the text it is about; empty where something is missing.
    pub span: Range<usize>,
    /// The line in which the span starts, from 1.
    pub line: usize,
    /// The character of that line with which the span starts, from 1.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub mistake: M,
    /// What to replace the span with, when that is likely to be what was meant.
    pub suggestion: Option<String>,
}

impl<M: fmt::Display> fmt::Display for Diagnostic<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}, column {}: {}", self.line, self.column, self.mistake)
    }
}

/// The diagnostics of `text` for a terminal: each with the line it is about and carets below it.
///
/// Control characters are shown as `·`, so that a text cannot take over the terminal.
pub fn render<M: fmt::Display>(text: &str, diagnostics: &[Diagnostic<M>]) -> String {
    diagnostics.iter().map(|diagnostic| render_one(text, diagnostic)).collect()
}

fn render_one<M: fmt::Display>(text: &str, diagnostic: &Diagnostic<M>) -> String {
    let line = text.split('\n').nth(diagnostic.line - 1).unwrap_or_default();
    let visible: String = line.chars().map(visible).collect();
    let spanned = text.get(diagnostic.span.clone()).unwrap_or_default();
    let length = spanned.split('\n').next().unwrap_or_default().chars().count();
    let indent = " ".repeat(diagnostic.column - 1);
    let carets = "^".repeat(length.max(1));
    let message: String = diagnostic.to_string().chars().map(self::visible).collect();
    format!("{message}\n  {visible}\n  {indent}{carets}\n")
}

fn visible(character: char) -> char {
    if character.is_control() { '·' } else { character }
}

/// Problems found so far, in any order.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

#[derive(Debug)]
struct Problem {
    span: Range<usize>,
    mistake: Mistake,
    suggestion: Option<String>,
}

impl Problems {
    pub(super) fn report(&mut self, span: Range<usize>, mistake: impl Into<Mistake>) {
        self.0.push(Problem { span, mistake: mistake.into(), suggestion: None });
    }

    /// Reports what should be replaced by `suggestion`.
    pub(super) fn suggest(
        &mut self,
        span: Range<usize>,
        mistake: impl Into<Mistake>,
        suggestion: impl Into<String>,
    ) {
        let suggestion = Some(suggestion.into());
        self.0.push(Problem { span, mistake: mistake.into(), suggestion });
    }

    /// The first of them in the order of the text, with their lines and columns.
    pub(super) fn into_diagnostics(mut self, text: &str) -> Vec<Diagnostic> {
        self.0.sort_by_key(|problem| problem.span.start);
        self.0.truncate(DIAGNOSTICS_MAX);
        self.0.into_iter().map(|problem| problem.at(text)).collect()
    }
}

impl Problem {
    fn at(self, text: &str) -> Diagnostic {
        let before = text.get(..self.span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let in_line = before.get(line_start..).unwrap_or_default();
        Diagnostic {
            line: before.matches('\n').count() + 1,
            column: in_line.chars().count() + 1,
            span: self.span,
            mistake: self.mistake,
            suggestion: self.suggestion,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pql::mistake::FormMistake;

    #[test]
    fn carets_stand_below_what_is_wrong() {
        let text = "é = 1\n\tAND ü\u{1b}[31m = \"x\" x";
        let mut problems = Problems::default();
        let start = text.find('ü').expect("there");
        problems.report(text.len()..text.len(), FormMistake::ConditionMissing);
        problems.report(start..start + 2, FormMistake::NothingToSearchFor);
        assert_eq!(
            render(text, &problems.into_diagnostics(text)),
            "line 2, column 6: there is no letter and no digit here to search for\n  ·AND ü·[31m = \"x\" x\n       ^\n\
             line 2, column 20: a condition is missing here\n  ·AND ü·[31m = \"x\" x\n                     ^\n"
        );
    }
}
