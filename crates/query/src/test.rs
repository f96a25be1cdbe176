//! Conditions on one value: of a field, or at a path into the record.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use gatelog_event::catalogue::Level;
use gatelog_event::json::{Kind, Node};
use ipnet::IpNet;

use crate::like::Like;
use crate::number::Number;

/// A condition on the text of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// The value is exactly this text.
    Equals(String),
    /// The value is exactly one of these texts.
    OneOf(Arc<BTreeSet<String>>),
    /// The value begins with this text.
    StartsWith(String),
    /// The value stands in this relation to the text, in the order of code points. Levels have
    /// their own order: `info`, `warn`, `error`.
    Is(Comparison, String),
    /// The value as a whole matches the pattern, whatever its case.
    Like(Like),
    /// The value is an address of this network.
    Within(IpNet),
    /// There is no value.
    Missing,
}

/// A condition on a value in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueTest {
    /// One of the values is this.
    Equals(Value),
    /// One of the values stands in this relation to this one, and is of the same type.
    Is(Comparison, Value),
    /// One of the values is a string that matches the pattern as a whole, whatever its case.
    Like(Like),
    /// There is no value, or it is `null`.
    Missing,
}

/// An order relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

/// A value as a record can hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A string.
    Text(String),
    /// A number.
    Number(Number),
    /// `true` or `false`.
    Bool(bool),
}

impl Comparison {
    /// Whether a value that compares like this to the one asked for passes.
    pub fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Below => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::Above => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
        }
    }
}

impl Test {
    /// Whether a value passes.
    pub fn passes(&self, value: Option<&str>) -> bool {
        match (self, value) {
            (Self::Missing, value) => value.is_none(),
            (_, None) => false,
            (Self::Equals(expected), Some(value)) => value == expected,
            (Self::OneOf(expected), Some(value)) => expected.contains(value),
            (Self::StartsWith(prefix), Some(value)) => value.starts_with(prefix),
            (Self::Is(comparison, bound), Some(value)) => comparison.holds(value.cmp(bound)),
            (Self::Like(pattern), Some(value)) => pattern.matches(value),
            (Self::Within(network), Some(value)) => {
                value.parse().is_ok_and(|address: std::net::IpAddr| network.contains(&address))
            }
        }
    }

    /// Whether a level passes.
    pub fn passes_level(&self, level: Level) -> bool {
        match self {
            Self::Is(comparison, bound) => {
                Level::from_name(bound).is_some_and(|bound| comparison.holds(level.cmp(&bound)))
            }
            _ => self.passes(Some(level.name())),
        }
    }
}

impl ValueTest {
    /// Whether the values at a path pass.
    pub fn passes(&self, values: &[Node<'_, '_>]) -> bool {
        match self {
            Self::Missing => values.is_empty(),
            Self::Equals(expected) => {
                values.iter().any(|value| expected.compare(*value) == Some(Ordering::Equal))
            }
            Self::Is(comparison, bound) => values
                .iter()
                .any(|value| bound.compare(*value).is_some_and(|found| comparison.holds(found))),
            Self::Like(pattern) => {
                values.iter().any(|value| value.as_str().is_some_and(|text| pattern.matches(&text)))
            }
        }
    }
}

impl Value {
    /// How the node's value compares to this one; `None` when it is of another type.
    fn compare(&self, node: Node<'_, '_>) -> Option<Ordering> {
        match self {
            Self::Text(text) => Some((*node.as_str()?).cmp(text)),
            Self::Number(number) if node.kind() == Kind::Number => {
                Some(Number::parse(node.raw())?.cmp(number))
            }
            Self::Bool(expected) => match node.kind() {
                Kind::True => Some(true.cmp(expected)),
                Kind::False => Some(false.cmp(expected)),
                _ => None,
            },
            Self::Number(_) => None,
        }
    }
}
