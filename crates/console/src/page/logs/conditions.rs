//! What the question's text says of single values: the conditions that it is made of.

use gatelog_event::catalogue::catalogue;
use gatelog_event::source::Source;
use gatelog_event::time::UnixMicros;
use gatelog_query::pql::{self, Condition, Context, Expression, Literal, Name, Relation, Sense};
use gatelog_query::{Field, Filter, Test};

use crate::change;

/// A condition that everything that matches fulfils, on one value of a field.
#[derive(Debug)]
pub(super) struct ValueCondition {
    pub(super) field: Field,
    pub(super) sense: Sense,
    /// The value as events have it; of addresses also a network.
    pub(super) value: Literal,
    /// Whether it stands for other values than itself.
    pub(super) is_network: bool,
    name: Name,
    written: Literal,
}

impl ValueCondition {
    /// Whether it is about what events have as `value`.
    pub(super) fn is_about(&self, field: Field, value: &Literal) -> bool {
        self.field == field && means(field, &self.value, value)
    }

    /// The way to the question without it.
    pub(super) fn without(&self) -> String {
        change::not_asking(self.name.clone(), self.written.clone())
    }
}

/// The conditions on single values that a text joins by AND.
pub(super) fn conditions(text: &str, now: UnixMicros) -> Vec<ValueCondition> {
    let parts = match pql::parse(text).expression {
        Expression::And(parts) => parts,
        other => vec![other],
    };
    parts.iter().filter_map(|part| condition(part, now)).collect()
}

/// Whether `asked`, by its key or another name of it, asks for `value`.
pub(super) fn means(field: Field, asked: &Literal, value: &Literal) -> bool {
    let is_other_name = || match (field, asked, value) {
        (Field::Type, Literal::Text(name), Literal::Text(key)) => Source::ALL
            .into_iter()
            .filter_map(|source| catalogue(source).get(name))
            .any(|event_type| event_type.key == key),
        _ => false,
    };
    asked == value || is_other_name()
}

fn condition(part: &Expression, now: UnixMicros) -> Option<ValueCondition> {
    let (part, sense) = match part {
        Expression::Not(part) => (&**part, Sense::Exclude),
        part => (part, Sense::Include),
    };
    let Expression::Condition(Condition { field, relation: Relation::Equals(written) }) = part
    else {
        return None;
    };
    let (name, written) = (field.clone(), written.value.clone());
    let Filter::Field(field, test) = pql::compile(&part.to_string(), &Context { now }).ok()? else {
        return None;
    };
    let (value, is_network) = match test {
        Test::Equals(text) => (Literal::Text(text), false),
        Test::Missing => (Literal::Null, false),
        Test::Within(network) => (Literal::Text(network.to_string()), true),
        Test::OneOf(_) | Test::StartsWith(_) | Test::Is(..) | Test::Like(_) => return None,
    };
    Some(ValueCondition { field, sense, value, is_network, name, written })
}
