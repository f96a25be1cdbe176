//! Conditions on fields and how they combine.
//!
//! Logic is two-valued: a condition on a missing field is false (except [`Test::Missing`]), and
//! NOT is the exact complement.

use gatelog_event::catalogue::{catalogue, meaning};
use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::source::Source;

use crate::field::Field;

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
}

/// A condition on one field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// The value is exactly this text.
    Equals(String),
    /// The value begins with this text.
    StartsWith(String),
    /// There is no value.
    Missing,
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

/// What a filter looks at in one event.
pub trait Subject {
    /// The event's id.
    fn id(&self) -> &str;
    /// The event's kind.
    fn kind(&self) -> Kind<'_>;
    /// The value of an indexed field.
    fn indexed(&self, field: IndexedField) -> Option<&str>;
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

    /// Whether the filter asks for nothing but fields that follow from an event's kind, so that it
    /// can be decided once for all events of a kind.
    pub fn is_of_kind(&self) -> bool {
        match self {
            Self::All => true,
            Self::And(parts) | Self::Or(parts) => parts.iter().all(Self::is_of_kind),
            Self::Not(part) => part.is_of_kind(),
            Self::Field(field, _) => Field::OF_KIND.contains(field),
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
        }
    }

    /// Whether the filter holds for one event. This is its definition; indexes must agree with it.
    pub fn matches(&self, subject: &impl Subject) -> bool {
        match self {
            Self::All => true,
            Self::And(parts) => parts.iter().all(|part| part.matches(subject)),
            Self::Or(parts) => parts.iter().any(|part| part.matches(subject)),
            Self::Not(part) => !part.matches(subject),
            Self::Field(Field::Id, test) => test.passes(Some(subject.id())),
            Self::Field(Field::Indexed(field), test) => test.passes(subject.indexed(*field)),
            Self::Field(field, test) => test.passes_kind(*field, subject.kind()),
        }
    }
}

impl Test {
    /// Whether a value passes.
    pub fn passes(&self, value: Option<&str>) -> bool {
        match (self, value) {
            (Self::Equals(expected), Some(value)) => value == expected,
            (Self::StartsWith(prefix), Some(value)) => value.starts_with(prefix),
            (Self::Missing, value) => value.is_none(),
            (_, None) => false,
        }
    }

    /// Whether a kind's field passes; `field` is one of [`Field::OF_KIND`], others do not pass.
    ///
    /// An event type can be asked for by an alias of its key.
    pub fn passes_kind(&self, field: Field, kind: Kind<'_>) -> bool {
        let meaning = || meaning(kind.source, kind.event_type, kind.result);
        match field {
            Field::Source => self.passes(Some(kind.source.name())),
            Field::Type => {
                let aliases = catalogue(kind.source).get(kind.event_type);
                let by_alias = |alias: &&str| self.passes(Some(alias));
                self.passes(Some(kind.event_type))
                    || (matches!(self, Self::Equals(_))
                        && aliases.is_some_and(|found| found.aliases.iter().any(by_alias)))
            }
            Field::Action => self.passes(Some(meaning().action.name())),
            Field::Outcome => self.passes(Some(meaning().outcome.name())),
            Field::Level => self.passes(Some(meaning().level.name())),
            Field::Section => self.passes(Some(meaning().section)),
            Field::Tab => self.passes(Some(meaning().tab.name())),
            Field::Id | Field::Indexed(_) => false,
        }
    }
}
