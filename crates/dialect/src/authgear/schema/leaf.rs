//! What stands at the ends of an answer: GraphQL's own scalars and JSON as it was kept, and the
//! two scalars of the schema that are made of them.

use std::fmt;
use std::sync::Arc;

use gatelog_event::time::UnixMicros;
use juniper::{GraphQLScalar, ScalarValue};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

/// A scalar. In documents and variables there is no JSON.
#[derive(Clone, Debug, PartialEq, ScalarValue, Serialize, Deserialize)]
#[serde(untagged)]
pub(in crate::authgear) enum Leaf {
    /// `Int`.
    #[value(to_float, to_int)]
    Int(i32),
    /// `Float`, and whole numbers that are no `Int`.
    #[value(to_float)]
    Float(f64),
    /// `String`, and everything that is written as one.
    #[value(as_str, to_string)]
    String(String),
    /// `Boolean`.
    #[value(to_bool)]
    Boolean(bool),
    /// `AuditLogData`.
    #[serde(skip_deserializing)]
    Json(Json),
}

/// Any JSON, with its numbers as they were written.
#[derive(Clone, Debug)]
pub(in crate::authgear) struct Json(Arc<RawValue>);

impl Json {
    /// JSON that was written before; `None` if it is none.
    pub(in crate::authgear) fn new(text: String) -> Option<Self> {
        RawValue::from_string(text).ok().map(|raw| Self(raw.into()))
    }

    /// How long it is.
    pub(in crate::authgear) fn byte_count(&self) -> u64 {
        u64::try_from(self.0.get().len()).unwrap_or(u64::MAX)
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl fmt::Display for Leaf {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => number.fmt(formatter),
            Self::Float(number) => number.fmt(formatter),
            Self::String(text) => text.fmt(formatter),
            Self::Boolean(truth) => truth.fmt(formatter),
            Self::Json(json) => json.0.get().fmt(formatter),
        }
    }
}

impl From<i32> for Leaf {
    fn from(number: i32) -> Self {
        Self::Int(number)
    }
}

impl From<f64> for Leaf {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<String> for Leaf {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Leaf {
    fn from(truth: bool) -> Self {
        Self::Boolean(truth)
    }
}

impl TryFrom<Leaf> for String {
    type Error = Leaf;

    fn try_from(leaf: Leaf) -> Result<Self, Leaf> {
        match leaf {
            Leaf::String(text) => Ok(text),
            other => Err(other),
        }
    }
}

/// A point in time, as RFC 3339. In answers in UTC and whole seconds.
#[derive(Clone, Debug, PartialEq, Eq, GraphQLScalar)]
#[graphql(
    scalar = Leaf,
    to_output_with = Self::to_output,
    from_input_with = Self::from_input,
    parse_token(String)
)]
pub(in crate::authgear) struct DateTime(pub(in crate::authgear) UnixMicros);

impl DateTime {
    fn to_output(&self) -> Leaf {
        let second = UnixMicros::from_seconds(self.0.seconds_floor()).unwrap_or(self.0);
        Leaf::String(format!("{:.0}", second.timestamp()))
    }

    fn from_input(text: &str) -> Result<Self, &'static str> {
        UnixMicros::parse_rfc3339(text).map(Self).ok_or("not a time such as 2026-07-27T10:42:36Z")
    }
}

/// An event as it was written. Only ever an answer.
#[derive(Clone, Debug, GraphQLScalar)]
#[graphql(
    scalar = Leaf,
    to_output_with = Self::to_output,
    from_input_with = Self::from_input,
    parse_token(String)
)]
pub(in crate::authgear) struct AuditLogData(pub(in crate::authgear) Json);

impl AuditLogData {
    fn to_output(&self) -> Leaf {
        Leaf::Json(self.0.clone())
    }

    fn from_input(_: &str) -> Result<Self, &'static str> {
        Err("no argument is of this type")
    }
}
