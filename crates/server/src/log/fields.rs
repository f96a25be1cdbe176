//! What a line says, by name.

use std::fmt::Debug;

use tracing::field::{Field, Visit};

/// The name under which `tracing` hands over the sentence.
const MESSAGE: &str = "message";

/// A value as it was traced.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    /// A number or a truth value, as JSON and people write it.
    Bare(String),
}

/// The fields of an event or of a span around it, in the order they were recorded.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    pub(super) message: String,
    pub(super) named: Vec<(&'static str, Value)>,
}

impl Fields {
    /// Adds the fields of a span around what these are the fields of. What is nearer wins.
    pub(super) fn extend(&mut self, outer: &Self) {
        for (name, value) in &outer.named {
            if !self.named.iter().any(|(known, _)| known == name) {
                self.named.push((name, value.clone()));
            }
        }
    }

    fn set(&mut self, field: &Field, value: Value) {
        let name = field.name();
        match (name, value) {
            (MESSAGE, Value::Text(text) | Value::Bare(text)) => self.message = text,
            (_, value) => match self.named.iter_mut().find(|(known, _)| *known == name) {
                Some((_, earlier)) => *earlier = value,
                None => self.named.push((name, value)),
            },
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.set(field, Value::Text(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, Value::Text(value.to_owned()));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, Value::Bare(value.to_string()));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, Value::Bare(value.to_string()));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, Value::Bare(value.to_string()));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no word for infinity and for what is not a number.
        let text = value.to_string();
        self.set(field, if value.is_finite() { Value::Bare(text) } else { Value::Text(text) });
    }
}
