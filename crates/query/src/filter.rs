//! Conditions and how they combine.
//!
//! Logic is two-valued: a condition on a missing value is false (except those that ask for just
//! that), and NOT is the exact complement.

use std::sync::Arc;

use gatelog_event::catalogue::{Level, catalogue, counterpart, meaning};
use gatelog_event::fields::{Fields, IndexedField, Outcome};
use gatelog_event::intake::indexed::indexed;
use gatelog_event::json::Document;
use gatelog_event::source::{Format, Source};

use crate::derived::Derivation;
use crate::field::{Field, Measure};
use crate::path::DataPath;
use crate::test::{Test, ValueTest};
use crate::words::Phrase;

/// Which events are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Every event.
    All,
    /// Events for which every part holds; all events if there are no parts.
    And(Vec<Filter>),
    /// Events for which at least one part holds; none if there are no parts.
    Or(Vec<Filter>),
    /// Events for which the part does not hold.
    Not(Box<Filter>),
    /// Events whose field passes the test.
    Field(Field, Test),
    /// Events of which a number lies in a range.
    Range(Measure, Bounds),
    /// Events whose record passes the test.
    Record(RecordTest),
}

/// A range of whole numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The least number, inclusive.
    pub from: Option<i64>,
    /// The first number that is too great.
    pub to: Option<i64>,
}

/// A condition on the record itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordTest {
    /// On the values at a path.
    Value(DataPath, ValueTest),
    /// The record has these words somewhere.
    Phrase(Phrase),
}

/// The kind of an event: all the catalogue needs to know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind<'a> {
    /// Where it came from.
    pub source: Source,
    /// Its type's key.
    pub event_type: &'a str,
    /// What the record says of how it ended.
    pub result: Outcome,
}

/// One event, as far as a filter looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The event's id.
    pub id: &'a str,
    /// The event's kind.
    pub kind: Kind<'a>,
    /// The credential that sent it.
    pub submitter: &'a str,
    /// The time it is ordered by, in microseconds since the epoch.
    pub time: i64,
    /// When it arrived, in microseconds since the epoch.
    pub received: i64,
    /// Its position in the ledger.
    pub sequence: u64,
    /// How the record is written.
    pub format: Format,
    /// The record.
    pub record: &'a Document<'a>,
    /// What the record says.
    pub fields: &'a Fields<'a>,
    /// What is known of its values.
    pub derivation: &'a dyn Derivation,
}

impl<'a> Kind<'a> {
    /// The value of one of [`Field::OF_KIND`]; `None` for other fields.
    pub fn value(self, field: Field) -> Option<&'a str> {
        let meaning = || meaning(self.source, self.event_type, self.result);
        match field {
            Field::Source => Some(self.source.name()),
            Field::Type => Some(self.event_type),
            Field::Action => Some(meaning().action.name()),
            Field::Outcome => Some(meaning().outcome.name()),
            Field::Level => Some(meaning().level.name()),
            Field::Section => Some(meaning().section),
            Field::Tab => Some(meaning().tab.name()),
            Field::Counterpart(source) if source == self.source => Some(self.event_type),
            Field::Counterpart(source) => {
                counterpart(self.source, self.event_type, self.result, source)
            }
            Field::Id
            | Field::Submitter
            | Field::Indexed(_)
            | Field::Derived(_)
            | Field::Unindexed(_) => None,
        }
    }
}

impl Filter {
    /// A filter that holds for events where `field` is exactly `value`.
    pub fn equals(field: Field, value: impl Into<String>) -> Self {
        Self::Field(field, Test::Equals(value.into()))
    }

    /// Both filters; [`Filter::All`] disappears.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, filter) | (filter, Self::All) => filter,
            (Self::And(mut parts), filter) => {
                parts.push(filter);
                Self::And(parts)
            }
            (first, second) => Self::And(vec![first, second]),
        }
    }

    /// The conditions it combines, in its order.
    pub fn conditions(&self) -> Vec<&Self> {
        match self {
            Self::All => Vec::new(),
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::conditions).collect(),
            Self::Not(part) => part.conditions(),
            Self::Field(..) | Self::Range(..) | Self::Record(_) => vec![self],
        }
    }

    /// Whether the filter asks for nothing but fields that follow from an event's kind, so that it
    /// can be decided once for all events of a kind.
    pub fn is_of_kind(&self) -> bool {
        match self {
            Self::All => true,
            Self::And(parts) | Self::Or(parts) => parts.iter().all(Self::is_of_kind),
            Self::Not(part) => part.is_of_kind(),
            Self::Field(field, _) => field.is_of_kind(),
            Self::Range(..) | Self::Record(_) => false,
        }
    }

    /// Whether the filter holds for events of a kind, if [`Filter::is_of_kind`].
    pub fn matches_kind(&self, kind: Kind<'_>) -> bool {
        match self {
            Self::All => true,
            Self::And(parts) => parts.iter().all(|part| part.matches_kind(kind)),
            Self::Or(parts) => parts.iter().any(|part| part.matches_kind(kind)),
            Self::Not(part) => !part.matches_kind(kind),
            Self::Field(field, test) => test.passes_kind(*field, kind),
            Self::Range(..) | Self::Record(_) => false,
        }
    }

    /// Whether the filter holds for one event. This is its definition; indexes must agree with it.
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::All => true,
            Self::And(parts) => parts.iter().all(|part| part.matches(subject)),
            Self::Or(parts) => parts.iter().any(|part| part.matches(subject)),
            Self::Not(part) => !part.matches(subject),
            Self::Field(field, test) => subject.passes(*field, test),
            Self::Range(measure, bounds) => bounds.contain(subject.measure(*measure)),
            Self::Record(test) => test.passes(subject.format, subject.record),
        }
    }
}

impl Bounds {
    /// Whether a number lies within.
    pub fn contain(&self, number: i64) -> bool {
        self.from.is_none_or(|from| from <= number) && self.to.is_none_or(|to| number < to)
    }
}

impl RecordTest {
    /// Whether a record passes.
    pub fn passes(&self, format: Format, record: &Document<'_>) -> bool {
        match self {
            Self::Value(path, test) => test.passes(&path.values(format, record.root())),
            Self::Phrase(phrase) => phrase.is_in(record),
        }
    }
}

impl Subject<'_> {
    fn passes(&self, field: Field, test: &Test) -> bool {
        match field {
            Field::Id => test.passes(Some(self.id)),
            Field::Submitter => test.passes(Some(self.submitter)),
            Field::Indexed(field) => test.passes_indexed(field, self.fields),
            Field::Derived(field) => {
                test.passes(field.value(self.fields, self.derivation).as_deref())
            }
            Field::Unindexed(field) => test.passes(field.value(self.fields)),
            of_kind => test.passes_kind(of_kind, self.kind),
        }
    }

    fn measure(&self, measure: Measure) -> i64 {
        match measure {
            Measure::Time => self.time,
            Measure::Received => self.received,
            Measure::Sequence => i64::try_from(self.sequence).unwrap_or(i64::MAX),
        }
    }
}

impl Test {
    /// Whether an indexed field's value passes. Values are compared as far as they are indexed.
    pub fn passes_indexed(&self, field: IndexedField, fields: &Fields<'_>) -> bool {
        self.as_indexed().passes(field.value(fields).map(indexed))
    }

    /// The test for values as far as they are indexed.
    #[must_use]
    pub fn as_indexed(&self) -> Self {
        match self {
            Self::Equals(value) => Self::Equals(indexed(value).to_owned()),
            Self::OneOf(values) if values.iter().any(|value| indexed(value) != value) => {
                let values = values.iter().map(|value| indexed(value).to_owned());
                Self::OneOf(Arc::new(values.collect()))
            }
            other => other.clone(),
        }
    }

    /// Whether a kind's field passes; `field` is one of [`Field::OF_KIND`], others do not pass.
    ///
    /// An event type can be asked for by an alias of its key.
    pub fn passes_kind(&self, field: Field, kind: Kind<'_>) -> bool {
        let Some(value) = kind.value(field) else { return self.passes(None) };
        match field {
            Field::Level => Level::from_name(value).is_some_and(|level| self.passes_level(level)),
            Field::Type => {
                let aliases = catalogue(kind.source).get(kind.event_type);
                let by_alias = |alias: &&str| self.passes(Some(alias));
                self.passes(Some(value))
                    || (matches!(self, Self::Equals(_) | Self::OneOf(_))
                        && aliases.is_some_and(|found| found.aliases.iter().any(by_alias)))
            }
            _ => self.passes(Some(value)),
        }
    }
}
