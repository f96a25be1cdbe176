//! A filter as text: what `explain` shows of each condition. Reading it again gives a filter with
//! the same meaning.

use std::fmt;

use gatelog_event::time::UnixMicros;

use super::expression::{Condition, Expression, Relation};
use super::fields::Named;
use super::literal::{Literal, Located};
use super::name::Name;
use crate::field::Measure;
use crate::filter::{Bounds, Filter, RecordTest};
use crate::number::Number;
use crate::test::{Comparison, Test, ValueTest};

impl fmt::Display for Filter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Expression::from(self).fmt(formatter)
    }
}

impl From<&Filter> for Expression {
    fn from(filter: &Filter) -> Self {
        match filter {
            Filter::All => Self::All,
            Filter::And(parts) => Self::all_of(parts.iter().map(Self::from)),
            Filter::Or(parts) => Self::any_of(parts.iter().map(Self::from)),
            Filter::Not(part) => Self::from(&**part).negated(),
            Filter::Field(field, test) => condition(&Named::Field(*field), test.into()),
            Filter::Range(measure, bounds) => range(*measure, bounds),
            Filter::Record(RecordTest::Value(path, test)) => {
                condition(&Named::Data(path.clone()), test.into())
            }
            Filter::Record(RecordTest::Phrase(phrase)) => {
                Self::Words(Located::nowhere(phrase.tokens().join(" ")))
            }
        }
    }
}

impl From<&Test> for Relation {
    fn from(test: &Test) -> Self {
        let literal = |text: &str| Located::nowhere(Literal::from(text));
        match test {
            Test::Equals(text) => Self::Equals(literal(text)),
            Test::OneOf(texts) => Self::In(texts.iter().map(|text| literal(text)).collect()),
            Test::StartsWith(text) => Self::StartsWith(Located::nowhere(text.clone())),
            Test::Is(comparison, text) => Self::Is(*comparison, literal(text)),
            Test::Like(pattern) => Self::Like(Located::nowhere(pattern.as_str().to_owned())),
            Test::Within(network) => Self::Equals(literal(&network.to_string())),
            Test::Missing => Self::Equals(Located::nowhere(Literal::Null)),
        }
    }
}

impl From<&ValueTest> for Relation {
    fn from(test: &ValueTest) -> Self {
        match test {
            ValueTest::Equals(value) => Self::Equals(Located::nowhere(value.into())),
            ValueTest::Is(comparison, value) => {
                Self::Is(*comparison, Located::nowhere(value.into()))
            }
            ValueTest::Like(pattern) => Self::Like(Located::nowhere(pattern.as_str().to_owned())),
            ValueTest::Missing => Self::Equals(Located::nowhere(Literal::Null)),
        }
    }
}

fn condition(named: &Named, relation: Relation) -> Expression {
    Expression::Condition(Condition { field: Name::of(named), relation })
}

fn range(measure: Measure, bounds: &Bounds) -> Expression {
    let named = Named::Measure(measure);
    let value = |number: i64| {
        Located::nowhere(match measure {
            Measure::Time | Measure::Received => {
                Literal::Text(UnixMicros::clamped(number).to_string())
            }
            Measure::Sequence => Literal::Number(Number::Whole(number)),
        })
    };
    if let Bounds { from: Some(from), to: Some(to) } = *bounds
        && from.checked_add(1) == Some(to)
    {
        return condition(&named, Relation::Equals(value(from)));
    }
    let from = bounds.from.map(|from| Relation::Is(Comparison::AtLeast, value(from)));
    let to = bounds.to.map(|to| Relation::Is(Comparison::Below, value(to)));
    Expression::all_of(from.into_iter().chain(to).map(|relation| condition(&named, relation)))
}
