//! Tree to filter: which fields are meant, and whether the values make sense for them.

mod values;

use std::ops::Range;

use gatelog_event::time::UnixMicros;

use super::diagnostic::Problems;
use super::expression::{Condition, Expression, Relation};
use super::fields::{self, Named};
use super::limits::{NAME_CONDITIONS_MAX, PATTERN_BYTES_MAX, PHRASE_WORDS_MAX};
use super::literal::{Literal, Located};
use super::mistake::{FieldMistake, FormMistake, HabitMistake, LimitMistake, ValueMistake};
use super::name::Name;
use super::quote::quoted;
use crate::field::Field;
use crate::filter::{Bounds, Filter, RecordTest};
use crate::like::Like;
use crate::path::{DataPath, ROOT};
use crate::test::{Comparison, Test, ValueTest};
use crate::words::Phrase;

/// The filter that `expression`, read from `text`, asks for; `None` if a problem was reported.
pub(super) fn filter(
    text: &str,
    expression: &Expression,
    now: UnixMicros,
    problems: &mut Problems,
) -> Option<Filter> {
    Checker { text, now, problems, name_conditions: 0 }.filter(expression)
}

struct Checker<'a> {
    text: &'a str,
    now: UnixMicros,
    problems: &'a mut Problems,
    /// Conditions on names so far.
    name_conditions: usize,
}

impl<'a> Checker<'a> {
    fn filter(&mut self, expression: &Expression) -> Option<Filter> {
        match expression {
            Expression::All => Some(Filter::All),
            Expression::And(parts) => self.all(parts, Self::filter).map(Filter::And),
            Expression::Or(parts) => self.all(parts, Self::filter).map(Filter::Or),
            Expression::Not(part) => self.filter(part).map(|part| Filter::Not(Box::new(part))),
            Expression::Words(words) => self.words(words),
            Expression::Condition(condition) => self.condition(condition),
        }
    }

    /// The filters of all parts. Every part is looked at, so that all problems are found.
    fn all<P>(
        &mut self,
        parts: &[P],
        check: impl Fn(&mut Self, &P) -> Option<Filter>,
    ) -> Option<Vec<Filter>> {
        let filters: Vec<Option<Filter>> = parts.iter().map(|part| check(self, part)).collect();
        filters.into_iter().collect()
    }

    fn condition(&mut self, condition: &Condition) -> Option<Filter> {
        let named = self.named(&condition.field)?;
        self.count_names(&named, &condition.field)?;
        match &condition.relation {
            Relation::Equals(value) => self.equals(&named, value),
            Relation::In(values) => {
                self.all(values, |checker, value| checker.equals(&named, value)).map(Filter::Or)
            }
            Relation::Is(comparison, value) => {
                self.is(&named, *comparison, value, &condition.field)
            }
            Relation::StartsWith(text) => match named {
                Named::Field(field) => {
                    Some(Filter::Field(field, Test::StartsWith(text.value.clone())))
                }
                Named::Data(_) | Named::Measure(_) => self.not_for(&named, "^=", &condition.field),
            },
            Relation::Like(text) => {
                if text.value.len() > PATTERN_BYTES_MAX {
                    self.problems.report(text.span.clone(), LimitMistake::PatternBytes);
                    return None;
                }
                let like = Like::new(&text.value);
                match named {
                    Named::Field(field) => Some(Filter::Field(field, Test::Like(like))),
                    Named::Data(path) => Some(on_record(&path, ValueTest::Like(like))),
                    Named::Measure(_) => self.not_for(&named, "ILIKE", &condition.field),
                }
            }
        }
    }

    fn count_names(&mut self, named: &Named, name: &Name) -> Option<()> {
        let is_name = matches!(named, Named::Field(Field::Unindexed(f)) if f.id_field().is_some());
        self.name_conditions += usize::from(is_name);
        if is_name && self.name_conditions > NAME_CONDITIONS_MAX {
            self.problems.report(name.span(), LimitMistake::NameConditions);
            return None;
        }
        Some(())
    }

    fn equals(&mut self, named: &Named, value: &Located<Literal>) -> Option<Filter> {
        match (named, &value.value) {
            (Named::Measure(measure), _) => {
                let (from, to) = self.extent(*measure, value)?;
                Some(Filter::Range(*measure, Bounds { from: Some(from), to: Some(to) }))
            }
            (Named::Field(field), Literal::Null) => Some(Filter::Field(*field, Test::Missing)),
            (Named::Field(field), _) => {
                self.test(*field, value).map(|test| Filter::Field(*field, test))
            }
            (Named::Data(path), literal) => Some(on_record(
                path,
                values::value(literal).map_or(ValueTest::Missing, ValueTest::Equals),
            )),
        }
    }

    fn is(
        &mut self,
        named: &Named,
        comparison: Comparison,
        value: &Located<Literal>,
        name: &Name,
    ) -> Option<Filter> {
        if value.value == Literal::Null {
            self.problems.report(value.span.clone(), ValueMistake::NullHasNoOrder);
            return None;
        }
        match named {
            Named::Measure(measure) => {
                let (start, end) = self.extent(*measure, value)?;
                Some(Filter::Range(*measure, bounds(comparison, start, end)))
            }
            Named::Field(field) if !values::has_order(*field) => {
                self.problems.report(name.span(), FieldMistake::NoOrder { field: field.name() });
                None
            }
            Named::Field(field) => {
                let text = self.text(*field, value)?;
                Some(Filter::Field(*field, Test::Is(comparison, text)))
            }
            Named::Data(path) => values::value(&value.value)
                .map(|bound| on_record(path, ValueTest::Is(comparison, bound))),
        }
    }

    fn words(&mut self, words: &Located<String>) -> Option<Filter> {
        let span = words.span.clone();
        let Some(phrase) = Phrase::new(&words.value) else {
            self.problems.report(span, FormMistake::NothingToSearchFor);
            return None;
        };
        if phrase.tokens().len() > PHRASE_WORDS_MAX {
            self.problems.report(span, LimitMistake::PhraseWords);
            return None;
        }
        let is_bare = self.slice(&span) == words.value;
        if is_bare && let Some((habit, suggestion)) = misread(&words.value) {
            self.problems.suggest(span, habit, suggestion);
            return None;
        }
        Some(Filter::Record(RecordTest::Phrase(phrase)))
    }

    fn named(&mut self, name: &Name) -> Option<Named> {
        if let Some(named) = Named::of(name) {
            return Some(named);
        }
        if let [root] = name.segments()
            && root == ROOT
        {
            self.problems.report(name.span(), FieldMistake::WholeRecord);
            return None;
        }
        let written = name.to_string();
        let meant = fields::likely(name);
        let mistake = match &meant {
            Some(meant) => {
                FieldMistake::UnknownButLikely { name: written.clone(), meant: meant.to_string() }
            }
            None => FieldMistake::Unknown { name: written.clone() },
        };
        // Inside of a group the replacement stands behind the group's name.
        match meant.as_ref().map(|meant| meant.segments().strip_prefix(name.outer())) {
            Some(Some(inner)) => {
                self.problems.suggest(name.span(), mistake, inner.join("."));
            }
            None if name.outer().is_empty() => {
                self.problems.suggest(name.span(), mistake, format!("data.{written}"));
            }
            _ => self.problems.report(name.span(), mistake),
        }
        None
    }

    fn not_for(&mut self, named: &Named, operator: &'static str, name: &Name) -> Option<Filter> {
        let field = named.to_string();
        self.problems.report(name.span(), FieldMistake::NotApplicable { operator, field });
        None
    }

    fn slice(&self, span: &Range<usize>) -> &'a str {
        self.text.get(span.clone()).unwrap_or_default()
    }
}

fn on_record(path: &DataPath, test: ValueTest) -> Filter {
    Filter::Record(RecordTest::Value(path.clone(), test))
}

/// The numbers that compare like this to everything from `start` to before `end`.
fn bounds(comparison: Comparison, start: i64, end: i64) -> Bounds {
    match comparison {
        Comparison::Below => Bounds { from: None, to: Some(start) },
        Comparison::AtMost => Bounds { from: None, to: Some(end) },
        Comparison::Above => Bounds { from: Some(end), to: None },
        Comparison::AtLeast => Bounds { from: Some(start), to: None },
    }
}

/// A bare word that means something else in other search boxes: what to say, what to write.
fn misread(word: &str) -> Option<(HabitMistake, String)> {
    if let Some((name, value)) = word.split_once(':')
        && !value.is_empty()
        && Name::parse(name).is_some_and(|name| Named::of(&name).is_some())
    {
        let condition = format!("{name} = {}", quoted(value));
        return Some((HabitMistake::Colon { condition: condition.clone() }, condition));
    }
    if let Some(rest) = word.strip_prefix('-').filter(|rest| rest.starts_with(char::is_alphabetic))
    {
        return Some((HabitMistake::Minus, format!("NOT {rest}")));
    }
    if word.contains('*') {
        return Some((HabitMistake::Star, quoted(&word.replace('*', ""))));
    }
    None
}
