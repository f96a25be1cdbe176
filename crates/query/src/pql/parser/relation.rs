//! What follows a field's name: an operator and its values.

use std::ops::Range;

use super::Parser;
use crate::pql::expression::{Condition, Expression, Relation};
use crate::pql::lexer::{Keyword, Kind, Operator, Token};
use crate::pql::limits::LIST_VALUES_MAX;
use crate::pql::literal::{Literal, Located};
use crate::pql::mistake::{FormMistake, HabitMistake, LimitMistake};
use crate::pql::name::Name;
use crate::pql::quote::quoted;

impl Parser<'_> {
    /// Whether the token after the next one makes the next one the name of a field.
    ///
    /// `in` is a common word of texts: in lower case it needs a value after it.
    pub(super) fn relation_follows(&self) -> bool {
        let lists = |position| match self.token(position) {
            Some(Token { kind: Kind::Keyword(Keyword::Ilike), .. }) => true,
            Some(Token { kind: Kind::Keyword(Keyword::In), span }) => {
                self.is_upper_case(span)
                    || matches!(self.kind(position + 1), Some(Kind::Literal(_) | Kind::Open))
            }
            _ => false,
        };
        match self.kind(1) {
            Some(Kind::Operator(_) | Kind::OpenGroup) => true,
            Some(Kind::Keyword(Keyword::Not)) => lists(2),
            Some(Kind::Word) => self.foreign_relation(1).is_some(),
            _ => lists(1),
        }
    }

    /// What follows a field's name. Without a name it is read for its own problems only.
    pub(super) fn relation(&mut self, name: Option<Name>) -> Option<Expression> {
        self.replace_foreign_relation();
        let mut negative = self.eat(&Kind::Keyword(Keyword::Not));
        let Token { kind, span } = self.token(0)?.clone();
        self.at += 1;
        let relation = match kind {
            Kind::Operator(operator) => {
                let value = self.single_value(&span)?;
                match operator {
                    Operator::Equals => Relation::Equals(value),
                    Operator::NotEquals => {
                        negative = true;
                        Relation::Equals(value)
                    }
                    Operator::Is(comparison) => Relation::Is(comparison, value),
                    Operator::StartsWith => Relation::StartsWith(self.text(value)?),
                }
            }
            Kind::Keyword(Keyword::Ilike) => {
                let value = self.single_value(&span)?;
                Relation::Like(self.text(value)?)
            }
            _ => Relation::In(self.list(&span)?),
        };
        let condition = Expression::Condition(Condition { field: name?, relation });
        Some(if negative { condition.negated() } else { condition })
    }

    /// What other languages write after a field, what it means here, and how many tokens it is.
    fn foreign_relation(&self, position: usize) -> Option<(&'static str, Kind, usize)> {
        let word = self.slice(&self.token(position)?.span);
        let null = Kind::Literal(Literal::Null);
        let next = self.kind(position + 1)?;
        if word.eq_ignore_ascii_case("LIKE") && matches!(next, Kind::Literal(Literal::Text(_))) {
            return Some(("ILIKE", Kind::Keyword(Keyword::Ilike), 1));
        }
        if !word.eq_ignore_ascii_case("IS") {
            return None;
        }
        match next {
            next if *next == null => Some(("=", Kind::Operator(Operator::Equals), 1)),
            Kind::Keyword(Keyword::Not) if self.kind(position + 2) == Some(&null) => {
                Some(("!=", Kind::Operator(Operator::NotEquals), 2))
            }
            _ => None,
        }
    }

    /// Reports such a relation and puts what it means in its place.
    fn replace_foreign_relation(&mut self) {
        let Some((instead, kind, length)) = self.foreign_relation(0) else { return };
        let tokens = self.tokens.get(self.at..self.at + length).unwrap_or_default();
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        let span = first.span.start..last.span.end;
        let written = self.slice(&span).to_owned();
        let mistake = HabitMistake::WrittenOtherwise { written, instead };
        self.problems.suggest(span.clone(), mistake, instead);
        self.at += length - 1;
        if let Some(token) = self.tokens.get_mut(self.at) {
            *token = Token { kind, span };
        }
    }

    /// The one value after the operator at `operator`.
    fn single_value(&mut self, operator: &Range<usize>) -> Option<Located<Literal>> {
        let value = self.value(operator)?;
        if self.kind(0) == Some(&Kind::Comma) {
            let mistake = FormMistake::SeveralValues { operator: self.slice(operator).to_owned() };
            self.problems.suggest(operator.clone(), mistake, "IN");
            self.eat_values();
        }
        Some(value)
    }

    /// The values after the `IN` at `operator`, with or without parentheses.
    fn list(&mut self, operator: &Range<usize>) -> Option<Vec<Located<Literal>>> {
        let open = self.token(0).map(|token| token.span.clone());
        let enclosed = self.eat(&Kind::Open);
        let values = self.values_between_commas(operator);
        if enclosed && !self.eat(&Kind::Close) && values.is_some() {
            let open = open.unwrap_or_else(|| operator.clone());
            let bracket = self.slice(&open).to_owned();
            self.problems.report(open, FormMistake::NotClosed { bracket });
        }
        values
    }

    fn values_between_commas(&mut self, operator: &Range<usize>) -> Option<Vec<Located<Literal>>> {
        let mut values = vec![self.value(operator)?];
        while let Some(Token { kind: Kind::Comma, span }) = self.token(0).cloned() {
            self.at += 1;
            values.push(self.value(&span)?);
        }
        if values.len() > LIST_VALUES_MAX {
            let limit = LimitMistake::ListValues { count: values.len() };
            return self.give_up(operator.clone(), limit);
        }
        Some(values)
    }

    /// The value after what stands at `before`.
    fn value(&mut self, before: &Range<usize>) -> Option<Located<Literal>> {
        let token = self.token(0).cloned();
        let value = match token {
            Some(Token { kind: Kind::Literal(value), span }) => Located { value, span },
            Some(Token { kind: Kind::Word | Kind::Everything, span }) => {
                let word = self.slice(&span);
                let mistake = FormMistake::NoQuotes { word: word.to_owned() };
                self.problems.suggest(span.clone(), mistake, quoted(word));
                Located { value: word.into(), span }
            }
            _ => {
                let token = self.slice(before).to_owned();
                self.problems.report(before.clone(), FormMistake::ValueMissingAfter { token });
                return None;
            }
        };
        self.at += 1;
        Some(value)
    }

    /// A value that has to be text.
    fn text(&mut self, literal: Located<Literal>) -> Option<Located<String>> {
        let Located { value, span } = literal;
        match value {
            Literal::Text(value) => Some(Located { value, span }),
            _ => {
                let word = self.slice(&span);
                let mistake = FormMistake::TextIsCompared { word: word.to_owned() };
                self.problems.suggest(span, mistake, quoted(word));
                None
            }
        }
    }

    /// Skips values that belong to something wrong, so that they are not taken for words.
    pub(super) fn eat_values(&mut self) {
        while matches!(self.kind(0), Some(Kind::Literal(_) | Kind::Comma)) {
            self.at += 1;
        }
    }
}
