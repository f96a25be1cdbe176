//! What a question means for one tenant: names become ids, words are looked for in names too, and
//! what is kept as a hash is asked for by its hash.

use std::collections::BTreeSet;
use std::sync::Arc;

use gatelog_event::fields::IndexedField;
use gatelog_event::redact::{FingerprintKey, identifier_marker};
use gatelog_query::words::Phrase;
use gatelog_query::{Field, Filter, RecordTest, Test, UnindexedField};

use crate::names::Names;
use crate::tenant::Tenant;

/// Ids that a word or phrase stands for, over all fields. More take a second to look up in every
/// part of a large ledger, and nobody looks for so many by name.
pub const WORD_IDS_MAX: usize = 10_000;

/// A word or phrase is in the names of too many.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{phrase}\" is in the names or identifiers of {ids} ids that the directory knows, and a word \
     may stand for {WORD_IDS_MAX} at most; write more of the name as a phrase between quotes, or \
     name a field, as in actor.name, actor.identifier or data.path ILIKE \"%...%\""
)]
pub struct TooManyNamed {
    /// The tokens that were asked for.
    pub phrase: String,
    /// How many ids have them.
    pub ids: usize,
}

/// A filter as the ledger can answer it.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// All of it.
    pub filter: Filter,
    /// Every condition as it was asked, in the order of the question, and what became of it.
    pub conditions: Vec<(Filter, Filter)>,
}

struct Resolver<'t> {
    names: Option<&'t Names>,
    key: &'t FingerprintKey,
    conditions: Vec<(Filter, Filter)>,
    too_many: Option<TooManyNamed>,
}

impl Tenant {
    /// The filter with everything in it that only this tenant's directory and key can answer, for
    /// a reader of the whole tenant and however many ids a word stands for.
    #[must_use]
    pub fn resolve(&self, filter: Filter) -> Filter {
        Resolver::new(self, Some(self.names())).resolve(filter)
    }

    /// The filter with everything in it that only a directory and this tenant's key can answer,
    /// where `names` is the directory, if the reader may know it.
    ///
    /// - A name is that which the directory knows for the event's id; for an event without an id,
    ///   and for a reader without a directory, that in its record.
    /// - A word or phrase is in the record, or in the name or identifier that the directory knows
    ///   for an id of the event.
    /// - What was typed to identify somebody may be kept as a keyed hash only; it is found all the
    ///   same.
    ///
    /// # Errors
    /// [`TooManyNamed`].
    pub fn resolve_with(
        &self,
        names: Option<&Names>,
        filter: Filter,
    ) -> Result<Resolved, TooManyNamed> {
        let mut resolver = Resolver::new(self, names);
        let filter = resolver.resolve(filter);
        match resolver.too_many {
            Some(too_many) => Err(too_many),
            None => Ok(Resolved { filter, conditions: resolver.conditions }),
        }
    }
}

impl<'t> Resolver<'t> {
    fn new(tenant: &'t Tenant, names: Option<&'t Names>) -> Self {
        let (key, conditions) = (tenant.fingerprint_key(), Vec::new());
        Self { names, key, conditions, too_many: None }
    }

    fn resolve(&mut self, filter: Filter) -> Filter {
        match filter {
            Filter::All => Filter::All,
            Filter::And(parts) => Filter::And(self.resolve_all(parts)),
            Filter::Or(parts) => Filter::Or(self.resolve_all(parts)),
            Filter::Not(part) => Filter::Not(Box::new(self.resolve(*part))),
            condition => {
                let resolved = self.condition(condition.clone());
                self.conditions.push((condition, resolved.clone()));
                resolved
            }
        }
    }

    fn resolve_all(&mut self, parts: Vec<Filter>) -> Vec<Filter> {
        parts.into_iter().map(|part| self.resolve(part)).collect()
    }

    fn condition(&mut self, condition: Filter) -> Filter {
        match condition {
            Filter::Field(Field::Unindexed(name), test) => match (self.names, name.id_field()) {
                (Some(names), Some(id)) => by_name(names, name, id, test),
                _ => Filter::Field(Field::Unindexed(name), test),
            },
            Filter::Field(field @ Field::Indexed(IndexedField::ActorIdentifier), test) => {
                Filter::Field(field, self.identifier(test))
            }
            Filter::Record(RecordTest::Phrase(phrase)) => self.phrase(phrase),
            other => other,
        }
    }

    fn phrase(&mut self, phrase: Phrase) -> Filter {
        let named = self.names.map(|names| names.ids_with(&phrase)).unwrap_or_default();
        let ids: usize = named.iter().map(|(_, ids)| ids.len()).sum();
        if ids > WORD_IDS_MAX {
            self.too_many = Some(TooManyNamed { phrase: phrase.tokens().join(" "), ids });
        }
        let has_one = |(field, ids): (IndexedField, BTreeSet<String>)| {
            Filter::Field(Field::Indexed(field), Test::OneOf(Arc::new(ids)))
        };
        let named = named.into_iter().filter(|(_, ids)| !ids.is_empty()).map(has_one);
        let mut ways: Vec<Filter> = named.collect();
        let in_record = Filter::Record(RecordTest::Phrase(phrase));
        if ways.is_empty() {
            return in_record;
        }
        ways.push(in_record);
        Filter::Or(ways)
    }

    fn identifier(&self, test: Test) -> Test {
        let either = |value: String| {
            let marker = identifier_marker(self.key, &value);
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

fn by_name(names: &Names, name: UnindexedField, id: IndexedField, test: Test) -> Filter {
    let id = Field::Indexed(id);
    let in_record = |test| {
        let record = Filter::Field(Field::Unindexed(name), test);
        Filter::Field(id, Test::Missing).and(record)
    };
    if test == Test::Missing {
        let ids = names.ids_named(name, |_| true);
        let named = Filter::Field(id, Test::OneOf(Arc::new(ids)));
        let is_unnamed = Filter::Not(Box::new(named));
        let has_id = Filter::Not(Box::new(Filter::Field(id, Test::Missing)));
        return Filter::Or(vec![has_id.and(is_unnamed), in_record(test)]);
    }
    let ids = names.ids_named(name, |known| test.passes(Some(known)));
    Filter::Or(vec![Filter::Field(id, Test::OneOf(Arc::new(ids))), in_record(test)])
}
