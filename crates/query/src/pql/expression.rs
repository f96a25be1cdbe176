//! The tree of a query: what was written, before anything is known of fields and values.
//!
//! The constructors keep it normal: no AND inside an AND, no OR inside an OR, no NOT inside a
//! NOT, no AND or OR of a single part. Groups are gone, their names stand before the fields
//! inside; `!=`, `NOT IN` and `NOT ILIKE` are NOT of a condition.

use super::literal::{Literal, Located};
use super::name::Name;
use crate::test::Comparison;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// Everything: the empty text, and `*`.
    All,
    /// All of the parts.
    And(Vec<Expression>),
    /// At least one of the parts.
    Or(Vec<Expression>),
    /// What the part does not ask for.
    Not(Box<Expression>),
    /// A word or a phrase anywhere in the record.
    Words(Located<String>),
    /// A condition on a field.
    Condition(Condition),
}

/// A condition on a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The field's name.
    pub field: Name,
    /// What its value must be.
    pub relation: Relation,
}

/// What a value must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `=`
    Equals(Located<Literal>),
    /// `<`, `<=`, `>`, `>=`
    Is(Comparison, Located<Literal>),
    /// `IN`: one of these, never empty.
    In(Vec<Located<Literal>>),
    /// `^=`: begins with this text.
    StartsWith(Located<String>),
    /// `ILIKE`
    Like(Located<String>),
}

impl Expression {
    /// All of the parts; everything if there are none.
    pub fn all_of(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::All => {}
                Self::And(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        match flat.len() {
            0 => Self::All,
            1 => flat.swap_remove(0),
            _ => Self::And(flat),
        }
    }

    /// At least one of the parts; nothing if there are none.
    pub fn any_of(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::Or(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        match flat.len() {
            0 => Self::All.negated(),
            1 => flat.swap_remove(0),
            _ => Self::Or(flat),
        }
    }

    /// The exact complement.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// `field = value`; `= null` asks for events without the field.
    pub fn equals(field: Name, value: impl Into<Literal>) -> Self {
        let relation = Relation::Equals(Located::nowhere(value.into()));
        Self::Condition(Condition { field, relation })
    }

    /// The same question with every value replaced: `map` gets a value and the field it is
    /// compared with, none for words.
    ///
    /// It is for recording what was asked without whom it was asked about. Words, patterns and
    /// beginnings are texts and become texts.
    #[must_use]
    pub fn map_values(&self, map: &mut dyn FnMut(Option<&Name>, &Literal) -> Literal) -> Self {
        let mut all =
            |parts: &[Self]| parts.iter().map(|part| part.map_values(map)).collect::<Vec<_>>();
        match self {
            Self::All => Self::All,
            Self::And(parts) => Self::And(all(parts)),
            Self::Or(parts) => Self::Or(all(parts)),
            Self::Not(part) => Self::Not(Box::new(part.map_values(map))),
            Self::Words(words) => {
                Self::Words(words.map_text(&mut |literal: &Literal| map(None, literal)))
            }
            Self::Condition(Condition { field, relation }) => {
                let relation = relation.map_values(&mut |literal| map(Some(field), literal));
                Self::Condition(Condition { field: field.clone(), relation })
            }
        }
    }
}

impl Relation {
    fn map_values(&self, map: &mut dyn FnMut(&Literal) -> Literal) -> Self {
        match self {
            Self::Equals(value) => Self::Equals(value.map(map)),
            Self::Is(comparison, value) => Self::Is(*comparison, value.map(map)),
            Self::In(values) => Self::In(values.iter().map(|value| value.map(map)).collect()),
            Self::StartsWith(text) => Self::StartsWith(text.map_text(map)),
            Self::Like(text) => Self::Like(text.map_text(map)),
        }
    }
}

impl Located<Literal> {
    fn map(&self, map: &mut dyn FnMut(&Literal) -> Literal) -> Self {
        Self { value: map(&self.value), span: self.span.clone() }
    }
}

impl Located<String> {
    fn map_text(&self, map: &mut dyn FnMut(&Literal) -> Literal) -> Self {
        let value = match map(&Literal::Text(self.value.clone())) {
            Literal::Text(text) => text,
            other => other.to_string(),
        };
        Self { value, span: self.span.clone() }
    }
}
