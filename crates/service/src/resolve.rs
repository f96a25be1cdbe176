//! What a question means for one tenant: names become ids, words are looked for in names too, and
//! what is kept as a hash is asked for by its hash.

use std::collections::BTreeSet;
use std::sync::Arc;

use gatelog_event::fields::IndexedField;
use gatelog_event::redact::{FingerprintKey, identifier_marker};
use gatelog_query::words::Phrase;
use gatelog_query::{Field, Filter, RecordTest, Test, UnindexedField};

use crate::names::{NamedIds, Names};
use crate::tenant::Tenant;

/// Ids that a word or phrase stands for, over all fields. More take a second to look up in every
/// part of a large ledger, and nobody looks for so many by name.
pub const WORD_IDS_MAX: usize = 10_000;

/// Why the directory does not say what a question means.
#[derive(Debug, thiserror::Error)]
pub enum Unresolved {
    /// A word or phrase is in the names of too many.
    #[error(
        "\"{phrase}\" is in the names or identifiers of more ids than the {WORD_IDS_MAX} that a \
         word may stand for; write more of the name as a phrase between quotes, or name a field, \
         as in actor.name, actor.identifier or data.path ILIKE \"%...%\""
    )]
    TooManyNamed {
        /// The tokens that were asked for.
        phrase: String,
    },
    /// The directory cannot be read.
    #[error(transparent)]
    Meta(#[from] gatelog_meta::Error),
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
}

impl Tenant {
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
    /// [`Unresolved`].
    pub fn resolve(&self, names: Option<&Names>, filter: Filter) -> Result<Resolved, Unresolved> {
        let (key, conditions) = (self.fingerprint_key(), Vec::new());
        let mut resolver = Resolver { names, key, conditions };
        let filter = resolver.resolve(filter)?;
        Ok(Resolved { filter, conditions: resolver.conditions })
    }
}

impl Resolver<'_> {
    fn resolve(&mut self, filter: Filter) -> Result<Filter, Unresolved> {
        Ok(match filter {
            Filter::All => Filter::All,
            Filter::And(parts) => Filter::And(self.resolve_all(parts)?),
            Filter::Or(parts) => Filter::Or(self.resolve_all(parts)?),
            Filter::Not(part) => Filter::Not(Box::new(self.resolve(*part)?)),
            condition => {
                let resolved = self.condition(condition.clone())?;
                self.conditions.push((condition, resolved.clone()));
                resolved
            }
        })
    }

    fn resolve_all(&mut self, parts: Vec<Filter>) -> Result<Vec<Filter>, Unresolved> {
        parts.into_iter().map(|part| self.resolve(part)).collect()
    }

    fn condition(&self, condition: Filter) -> Result<Filter, Unresolved> {
        Ok(match condition {
            Filter::Field(Field::Unindexed(name), test) => match (self.names, name.id_field()) {
                (Some(names), Some(id)) => by_name(names, name, id, test)?,
                _ => Filter::Field(Field::Unindexed(name), test),
            },
            Filter::Field(field @ Field::Indexed(IndexedField::ActorIdentifier), test) => {
                Filter::Field(field, self.identifier(test))
            }
            Filter::Record(RecordTest::Phrase(phrase)) => self.phrase(phrase)?,
            other => other,
        })
    }

    fn phrase(&self, phrase: Phrase) -> Result<Filter, Unresolved> {
        let named = match self.names {
            None => NamedIds::default(),
            Some(names) => names
                .ids_with(&phrase, WORD_IDS_MAX)?
                .ok_or_else(|| Unresolved::TooManyNamed { phrase: phrase.tokens().join(" ") })?,
        };
        let has_one = |(field, ids): (IndexedField, BTreeSet<String>)| {
            Filter::Field(Field::Indexed(field), Test::OneOf(Arc::new(ids)))
        };
        let named = named.by_field().into_iter().filter(|(_, ids)| !ids.is_empty()).map(has_one);
        let mut ways: Vec<Filter> = named.collect();
        let in_record = Filter::Record(RecordTest::Phrase(phrase));
        if ways.is_empty() {
            return Ok(in_record);
        }
        ways.push(in_record);
        Ok(Filter::Or(ways))
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

fn by_name(
    names: &Names,
    name: UnindexedField,
    id: IndexedField,
    test: Test,
) -> Result<Filter, gatelog_meta::Error> {
    let id = Field::Indexed(id);
    let is_missing = test == Test::Missing;
    let any_name = Test::StartsWith(String::new());
    let ids = names.ids_named(name, if is_missing { &any_name } else { &test })?;
    let named = Filter::Field(id, Test::OneOf(Arc::new(ids)));
    let by_id = if is_missing {
        let has_id = Filter::Not(Box::new(Filter::Field(id, Test::Missing)));
        has_id.and(Filter::Not(Box::new(named)))
    } else {
        named
    };
    let record = Filter::Field(Field::Unindexed(name), test);
    let in_record = Filter::Field(id, Test::Missing).and(record);
    Ok(Filter::Or(vec![by_id, in_record]))
}
