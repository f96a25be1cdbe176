//! A filter made ready to be evaluated over many parts: what can be decided once for all of them
//! is decided here.

use std::sync::{Arc, Mutex, PoisonError};

use gatelog_event::fields::IndexedField;
use gatelog_query::filter::Kind;
use gatelog_query::{Bounds, Derivation, DerivedField, Field, Filter, Measure, RecordTest, Test};
use hashbrown::HashMap;

use super::access::{Access, access};
use super::evaluate::column;
use super::words::WordTest;
use crate::row::{Column, KindKey};

/// How a filter is evaluated.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The way of the condition that costs most.
    pub(super) access: Access,
    pub(super) step: Step,
}

#[derive(Debug)]
pub(super) enum Step {
    All,
    /// All of these: what costs least first, and all that follows from the kind as one.
    And(Vec<Plan>),
    /// One of these, likewise.
    Or(Vec<Plan>),
    Not(Box<Plan>),
    Kind(KindTest),
    Range(Measure, Bounds),
    /// On the value in a dictionary column.
    Value(Column, Field, Test),
    /// On what follows from the value in a dictionary column.
    Derived(DerivedTest),
    /// On a field without a dictionary, by the tokens of its value.
    Tokens(Column, Field, Test),
    /// On a field that has to be read from the record.
    Field(Field, Test),
    /// On the record, by its words.
    Words(Box<WordTest>),
    Record(RecordTest),
}

/// A condition on what follows from a value.
#[derive(Debug)]
pub(crate) struct DerivedTest {
    field: DerivedField,
    test: Test,
    derivation: Arc<dyn Derivation>,
}

/// A condition on the kind. It is decided once for each kind there is, however many parts have it.
#[derive(Debug)]
pub(crate) struct KindTest {
    filter: Filter,
    decided: Mutex<HashMap<Box<[u8]>, bool>>,
}

impl Plan {
    pub(crate) fn new(filter: &Filter, derivation: &Arc<dyn Derivation>) -> Self {
        let step = match filter {
            Filter::All => Step::All,
            of_kind if of_kind.is_of_kind() => Step::Kind(KindTest::new(of_kind.clone())),
            Filter::And(parts) => Step::And(joined(parts, derivation, Filter::And)),
            Filter::Or(parts) => Step::Or(joined(parts, derivation, Filter::Or)),
            Filter::Not(part) => Step::Not(Box::new(Self::new(part, derivation))),
            Filter::Range(measure, bounds) => Step::Range(*measure, *bounds),
            Filter::Record(test) => match WordTest::new(test) {
                Some(test) => Step::Words(Box::new(test)),
                None => Step::Record(test.clone()),
            },
            Filter::Field(Field::Derived(field), test) => {
                let (test, derivation) = (test.clone(), Arc::clone(derivation));
                Step::Derived(DerivedTest { field: *field, test, derivation })
            }
            Filter::Field(field, test) => of_field(filter, *field, test),
        };
        Self { access: access(filter), step }
    }
}

/// The plans of several conditions: all that follow from the kind as one, joined by `join`.
fn joined(
    parts: &[Filter],
    derivation: &Arc<dyn Derivation>,
    join: impl FnOnce(Vec<Filter>) -> Filter,
) -> Vec<Plan> {
    let (of_kind, others): (Vec<&Filter>, Vec<&Filter>) =
        parts.iter().partition(|part| part.is_of_kind());
    let has_of_kind = !of_kind.is_empty();
    let of_kind = join(of_kind.into_iter().cloned().collect());
    let parts = others.into_iter().chain(has_of_kind.then_some(&of_kind));
    let mut plans: Vec<Plan> = parts.map(|part| Plan::new(part, derivation)).collect();
    plans.sort_by_key(|plan| plan.access);
    plans
}

fn of_field(filter: &Filter, field: Field, test: &Test) -> Step {
    // Of fields without an index the whole value is compared.
    let test = match field {
        Field::Indexed(_) => test.as_indexed(),
        _ => test.clone(),
    };
    match (access(filter), column(field)) {
        (Access::Bitmaps, Some(column)) => Step::Value(column, field, test),
        (Access::Tokens, Some(column)) => Step::Tokens(column, field, test),
        _ => Step::Field(field, test),
    }
}

impl DerivedTest {
    /// The column of the values that it follows from.
    pub(crate) fn column(&self) -> Column {
        Column::Field(self.field.base())
    }

    /// The field of those values.
    pub(crate) fn base(&self) -> IndexedField {
        self.field.base()
    }

    /// Whether an event passes, of which that field has this value, as far as it is indexed.
    pub(crate) fn passes(&self, value: Option<&str>) -> bool {
        let derived = value.and_then(|value| self.derivation.derive(self.field, value));
        self.test.passes(derived.as_deref())
    }
}

impl KindTest {
    fn new(filter: Filter) -> Self {
        Self { filter, decided: Mutex::default() }
    }

    /// Parts the kinds of a part, as the kind column holds them, in the numbers of those that pass
    /// and of those that do not.
    pub(crate) fn part<'k>(&self, kinds: impl Iterator<Item = &'k [u8]>) -> (Vec<u32>, Vec<u32>) {
        let mut decided = self.decided.lock().unwrap_or_else(PoisonError::into_inner);
        let mut passes = |value: &[u8]| match decided.get(value) {
            Some(passes) => *passes,
            None => {
                let passes = self.passes(value);
                decided.insert(value.into(), passes);
                passes
            }
        };
        let (mut passing, mut failing) = (Vec::new(), Vec::new());
        for (number, value) in (0..).zip(kinds) {
            if passes(value) { passing.push(number) } else { failing.push(number) }
        }
        (passing, failing)
    }

    fn passes(&self, value: &[u8]) -> bool {
        KindKey::decode(value).is_some_and(|key| {
            let KindKey { source, event_type, result, .. } = key;
            self.filter.matches_kind(Kind { source, event_type, result })
        })
    }
}
