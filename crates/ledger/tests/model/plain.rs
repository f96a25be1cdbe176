//! The plain vector, and what each event in it says by the definition of filters.

use std::collections::BTreeSet;

use gatelog_event::fields::Outcome;
use gatelog_event::intake::AcceptedEvent;
use gatelog_event::intake::indexed::indexed;
use gatelog_event::json::Document;
use gatelog_event::mapping;
use gatelog_event::source::{Format, Source};
use gatelog_ledger::Position;
use gatelog_query::filter::Kind;
use gatelog_query::{Derivation, Field, Filter, Grouping, Order, Query, Subject};

use crate::support;

/// One event of the model, as the ledger must return it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) position: Position,
    pub(crate) id: Box<str>,
    pub(crate) source: Source,
    pub(crate) event_type: Box<str>,
    pub(crate) result: Outcome,
    pub(crate) record: Box<[u8]>,
}

impl Kept {
    /// Whether a filter holds, by its definition.
    pub(crate) fn is_matched_by(&self, filter: &Filter) -> bool {
        self.with_subject(|subject| filter.matches(subject))
    }

    pub(crate) fn with_subject<T>(&self, look: impl FnOnce(&Subject<'_>) -> T) -> T {
        let document = Document::parse(&self.record).expect("a record");
        let fields = mapping::map(Format::Native, &document).expect("an event");
        look(&Subject {
            id: &self.id,
            kind: Kind { source: self.source, event_type: &self.event_type, result: self.result },
            submitter: support::SUBMITTER,
            time: self.position.time.micros(),
            received: support::received().micros(),
            sequence: self.position.seq,
            format: Format::Native,
            record: &document,
            fields: &fields,
            derivation: &support::Knowing,
        })
    }

    /// The event's values of a grouping, none twice.
    pub(crate) fn values(&self, grouping: &Grouping) -> Vec<String> {
        self.with_subject(|subject| match grouping {
            Grouping::Data(path) => {
                let values = path.values(Format::Native, subject.record.root());
                let texts = values.iter().map(|node| match node.as_str() {
                    Some(text) => text.into_owned(),
                    None => node.raw().to_owned(),
                });
                texts.collect::<BTreeSet<String>>().into_iter().collect()
            }
            Grouping::Field(field) => {
                let found = match field {
                    Field::Indexed(field) => field.value(subject.fields).map(indexed),
                    Field::Derived(field) => {
                        let base = field.base().value(subject.fields).map(indexed);
                        let derived = base.and_then(|base| support::Knowing.derive(*field, base));
                        return derived.iter().map(ToString::to_string).collect();
                    }
                    Field::Unindexed(field) => field.value(subject.fields),
                    of_kind if of_kind.is_of_kind() => subject.kind.value(*of_kind),
                    other => panic!("the test does not count by {other:?}"),
                };
                found.map(str::to_owned).into_iter().collect()
            }
        })
    }
}

/// The plain vector.
#[derive(Debug, Default)]
pub(crate) struct Model(pub(crate) Vec<Kept>);

impl Model {
    /// Appends unless an event with the same source, id and second is there.
    pub(crate) fn append(&mut self, event: AcceptedEvent) {
        let second = event.time.seconds_floor();
        let same = |kept: &Kept| {
            kept.id == event.id
                && kept.source == event.source
                && kept.position.time.seconds_floor() == second
        };
        if self.0.iter().any(same) {
            return;
        }
        let position = Position { time: event.time, seq: self.0.len() as u64 };
        let AcceptedEvent { id, source, event_type, result, record, .. } = event;
        self.0.push(Kept { position, id, source, event_type, result, record });
    }

    /// What an answer must be made of: our own audit is left out unless it is asked for.
    pub(crate) fn matching(&self, query: &Query) -> Vec<&Kept> {
        let filter = query.filter.clone().without_own_audit();
        let asked = |kept: &&Kept| query.covers(kept.position.time) && kept.is_matched_by(&filter);
        let mut matching: Vec<&Kept> = self.0.iter().filter(asked).collect();
        matching.sort_by_key(|kept| kept.position);
        if query.order == Order::NewestFirst {
            matching.reverse();
        }
        matching
    }
}
