//! Values as a query writes them.

use std::fmt;
use std::ops::Range;

use super::quote::quoted;
use crate::number::Number;
use crate::test::Value;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `null`: no value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text between quotes.
    Text(String),
}

/// Something and the place of the text where it stands, in bytes. Two are equal when the things
/// are, wherever they stand.
#[derive(Clone, Debug)]
pub struct Located<T> {
    /// The thing.
    pub value: T,
    /// Where it stands; empty for what was never part of a text.
    pub span: Range<usize>,
}

impl<T> Located<T> {
    /// Something that was never part of a text.
    pub fn nowhere(value: T) -> Self {
        Self { value, span: 0..0 }
    }
}

impl<T: PartialEq> PartialEq for Located<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Located<T> {}

impl fmt::Display for Literal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Bool(value) => write!(formatter, "{value}"),
            Self::Number(number) => write!(formatter, "{number}"),
            Self::Text(text) => formatter.write_str(&quoted(text)),
        }
    }
}

impl From<&str> for Literal {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Literal {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&Value> for Literal {
    fn from(value: &Value) -> Self {
        match value {
            Value::Text(text) => Self::Text(text.clone()),
            Value::Number(number) => Self::Number(*number),
            Value::Bool(value) => Self::Bool(*value),
        }
    }
}
