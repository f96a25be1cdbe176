//! Tokens to tree, by recursive descent.
//!
//! ```text
//! any     := all { OR all }
//! all     := negated { [ AND ] negated }
//! negated := { NOT } primary
//! primary := "(" any ")" | name "[" any "]" | name relation | word | literal | "*"
//! ```
//!
//! What is wrong is reported and left out; `None` is a part that was left out. What follows a
//! field's name is read in `relation`.

mod relation;

use std::ops::Range;

use super::diagnostic::Problems;
use super::expression::Expression;
use super::lexer::{self, Keyword, Kind, Token};
use super::limits::{CONDITIONS_MAX, NESTING_MAX, SEGMENTS_MAX, TEXT_BYTES_MAX};
use super::literal::{Literal, Located};
use super::mistake::{FormMistake, LimitMistake};
use super::name::Name;

/// Reads a text.
pub(super) fn expression(text: &str, problems: &mut Problems) -> Expression {
    if text.len() > TEXT_BYTES_MAX {
        problems.report(0..0, LimitMistake::TextBytes { bytes: text.len() });
        return Expression::All;
    }
    let tokens = lexer::tokens(text, problems);
    let mut parser = Parser {
        text,
        tokens,
        at: 0,
        groups: Vec::new(),
        depth: 0,
        conditions: 0,
        given_up: false,
        problems,
    };
    parser.query()
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    /// The segments of the names of the groups around this place.
    groups: Vec<String>,
    depth: usize,
    conditions: usize,
    /// A limit was reached: the rest is not read, and what is missing there is not reported.
    given_up: bool,
    problems: &'a mut Problems,
}

impl<'a> Parser<'a> {
    fn query(&mut self) -> Expression {
        let mut parts = Vec::new();
        while let Some(token) = self.token(0) {
            let span = token.span.clone();
            match token.kind {
                Kind::Close | Kind::CloseGroup => {
                    let bracket = self.slice(&span).to_owned();
                    self.problems.suggest(span, FormMistake::NothingToClose { bracket }, "");
                    self.at += 1;
                    // What goes on after it goes on as if it were not there.
                    if !self.eat(&Kind::Keyword(Keyword::And)) {
                        self.eat(&Kind::Keyword(Keyword::Or));
                    }
                }
                _ => parts.extend(self.any()),
            }
        }
        Expression::all_of(parts)
    }

    fn any(&mut self) -> Option<Expression> {
        let mut parts = Vec::from_iter(self.all());
        while self.eat(&Kind::Keyword(Keyword::Or)) {
            parts.extend(self.all());
        }
        (!parts.is_empty()).then(|| Expression::any_of(parts))
    }

    fn all(&mut self) -> Option<Expression> {
        let mut parts = Vec::from_iter(self.negated());
        while self.eat(&Kind::Keyword(Keyword::And)) || self.another_follows() {
            parts.extend(self.negated());
        }
        (!parts.is_empty()).then(|| Expression::all_of(parts))
    }

    /// Whether the next token belongs to this AND although no AND stands before it. What has no
    /// business here counts, so that `primary` reports it.
    fn another_follows(&self) -> bool {
        !matches!(
            self.kind(0),
            None | Some(Kind::Close | Kind::CloseGroup | Kind::Keyword(Keyword::Or))
        )
    }

    fn negated(&mut self) -> Option<Expression> {
        let mut negative = false;
        while self.eat(&Kind::Keyword(Keyword::Not)) {
            negative = !negative;
        }
        let part = self.primary()?;
        Some(if negative { part.negated() } else { part })
    }

    fn primary(&mut self) -> Option<Expression> {
        let Some(Token { kind, span }) = self.token(0).cloned() else {
            return self.missing(FormMistake::ConditionMissing);
        };
        match kind {
            Kind::Word if self.relation_follows() => self.on_field(span),
            Kind::Literal(Literal::Text(_)) if self.relation_follows() => self.on_field(span),
            Kind::Word | Kind::Literal(_) => {
                self.at += 1;
                self.words(span, kind)
            }
            Kind::Everything => {
                self.at += 1;
                Some(Expression::All)
            }
            Kind::Open => self.enclosed(&Kind::Close, &span),
            Kind::Keyword(Keyword::In | Keyword::Ilike) if !self.is_upper_case(&span) => {
                self.at += 1;
                self.words(span, kind)
            }
            Kind::Keyword(Keyword::And | Keyword::Or) | Kind::Close | Kind::CloseGroup => {
                let token = self.slice(&span).to_owned();
                self.missing(FormMistake::ConditionMissingBefore { token })
            }
            Kind::Keyword(_) | Kind::Operator(_) => {
                self.at += 1;
                self.eat_values();
                let token = self.slice(&span).to_owned();
                self.problems.report(span, FormMistake::FieldMissingBefore { token });
                None
            }
            Kind::Comma | Kind::OpenGroup => {
                self.at += 1;
                let token = self.slice(&span).to_owned();
                self.problems.report(span, FormMistake::NoMeaning { token });
                None
            }
        }
    }

    /// What stands between parentheses or brackets; the opening one is next.
    fn enclosed(&mut self, close: &Kind, open: &Range<usize>) -> Option<Expression> {
        self.at += 1;
        if self.depth == NESTING_MAX {
            return self.give_up(open.clone(), LimitMistake::Nesting);
        }
        self.depth += 1;
        let inner = self.any();
        self.depth -= 1;
        if !self.eat(close) && !self.given_up {
            let bracket = self.slice(open).to_owned();
            self.problems.report(open.clone(), FormMistake::NotClosed { bracket });
        }
        inner
    }

    fn words(&mut self, span: Range<usize>, kind: Kind) -> Option<Expression> {
        self.count(&span)?;
        let written = self.slice(&span);
        if !self.groups.is_empty() {
            let group = self.groups.join(".");
            self.problems.report(span, FormMistake::WordInGroup { group });
            return None;
        }
        let value = match kind {
            Kind::Literal(Literal::Text(text)) => text,
            _ => written.to_owned(),
        };
        Some(Expression::Words(Located { value, span }))
    }

    /// A group or a condition; the field's name is next.
    fn on_field(&mut self, span: Range<usize>) -> Option<Expression> {
        self.at += 1;
        let name = self.name(span);
        let next = self.token(0)?.span.clone();
        if self.kind(0) == Some(&Kind::OpenGroup) {
            let segments = name.map(|name| name.segments().to_vec()).unwrap_or_default();
            let outer = std::mem::replace(&mut self.groups, segments);
            let inner = self.enclosed(&Kind::CloseGroup, &next);
            self.groups = outer;
            return inner;
        }
        self.count(&next)?;
        let condition = self.relation(name);
        if condition.is_none() && !self.given_up {
            self.eat_values();
        }
        condition
    }

    fn name(&mut self, span: Range<usize>) -> Option<Name> {
        let Some(name) = Name::in_text(self.text, span.clone(), &self.groups) else {
            self.problems.report(span, FormMistake::NothingBetweenDots);
            return None;
        };
        if name.segments().len() > SEGMENTS_MAX {
            return self.give_up(span, LimitMistake::Segments);
        }
        Some(name)
    }

    /// Counts a condition; `None` when there are too many.
    fn count(&mut self, span: &Range<usize>) -> Option<()> {
        self.conditions += 1;
        if self.conditions > CONDITIONS_MAX {
            return self.give_up(span.clone(), LimitMistake::Conditions);
        }
        Some(())
    }

    fn missing<T>(&mut self, mistake: FormMistake) -> Option<T> {
        if !self.given_up {
            let end = self.text.trim_end().len();
            let span = self.token(0).map_or(end..end, |token| token.span.clone());
            self.problems.report(span, mistake);
        }
        None
    }

    /// Reports that a limit is reached and reads no further.
    fn give_up<T>(&mut self, span: Range<usize>, limit: LimitMistake) -> Option<T> {
        self.problems.report(span, limit);
        self.given_up = true;
        self.at = self.tokens.len();
        None
    }

    fn eat(&mut self, kind: &Kind) -> bool {
        let found = self.kind(0) == Some(kind);
        self.at += usize::from(found);
        found
    }

    fn token(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead)
    }

    fn kind(&self, ahead: usize) -> Option<&Kind> {
        self.token(ahead).map(|token| &token.kind)
    }

    fn is_upper_case(&self, span: &Range<usize>) -> bool {
        !self.slice(span).contains(|character: char| character.is_lowercase())
    }

    fn slice(&self, span: &Range<usize>) -> &'a str {
        self.text.get(span.clone()).unwrap_or_default()
    }
}
