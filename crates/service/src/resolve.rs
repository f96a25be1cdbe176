//! What a question means for one tenant: names become ids, and what is kept as a hash is asked for
//! by its hash.

use std::collections::BTreeSet;
use std::sync::Arc;

use gatelog_event::fields::IndexedField;
use gatelog_event::redact::identifier_marker;
use gatelog_query::{Field, Filter, Test, UnindexedField};

use crate::tenant::Tenant;

impl Tenant {
    /// The filter with everything in it that only this tenant's directory and key can answer.
    ///
    /// - A name is that which the directory knows for the event's id; for an event without an id,
    ///   that in its record.
    /// - What was typed to identify somebody may be kept as a keyed hash only; it is found all the
    ///   same.
    #[must_use]
    pub fn resolve(&self, filter: Filter) -> Filter {
        match filter {
            Filter::And(parts) => Filter::And(self.resolve_all(parts)),
            Filter::Or(parts) => Filter::Or(self.resolve_all(parts)),
            Filter::Not(part) => Filter::Not(Box::new(self.resolve(*part))),
            Filter::Field(Field::Unindexed(name), test) => match name.id_field() {
                Some(id) => self.resolve_name(name, id, test),
                None => Filter::Field(Field::Unindexed(name), test),
            },
            Filter::Field(field @ Field::Indexed(IndexedField::ActorIdentifier), test) => {
                Filter::Field(field, self.resolve_identifier(test))
            }
            other => other,
        }
    }

    fn resolve_all(&self, parts: Vec<Filter>) -> Vec<Filter> {
        parts.into_iter().map(|part| self.resolve(part)).collect()
    }

    fn resolve_name(&self, name: UnindexedField, id: IndexedField, test: Test) -> Filter {
        let id = Field::Indexed(id);
        let in_record = |test| {
            let record = Filter::Field(Field::Unindexed(name), test);
            Filter::Field(id, Test::Missing).and(record)
        };
        if test == Test::Missing {
            let ids = self.names().ids_named(name, |_| true);
            let named = Filter::Field(id, Test::OneOf(Arc::new(ids)));
            let is_unnamed = Filter::Not(Box::new(named));
            let has_id = Filter::Not(Box::new(Filter::Field(id, Test::Missing)));
            return Filter::Or(vec![has_id.and(is_unnamed), in_record(test)]);
        }
        let ids = self.names().ids_named(name, |known| test.passes(Some(known)));
        Filter::Or(vec![Filter::Field(id, Test::OneOf(Arc::new(ids))), in_record(test)])
    }

    fn resolve_identifier(&self, test: Test) -> Test {
        let either = |value: String| {
            let marker = identifier_marker(self.fingerprint_key(), &value);
            [value, marker]
        };
        match test {
            Test::Equals(value) => Test::OneOf(Arc::new(BTreeSet::from(either(value)))),
            Test::OneOf(values) => {
                let values = values.iter().cloned().flat_map(either);
                Test::OneOf(Arc::new(values.collect()))
            }
            other => other,
        }
    }
}
