//! Every field that can be asked for, by name.

use std::borrow::Cow;

use gatelog_event::fields::{Fields, IndexedField};
use gatelog_event::source::Source;

use crate::derived::DerivedField;
use crate::path::DataPath;

/// A field of an event that a condition can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The event's id.
    Id,
    /// The system it came from.
    Source,
    /// The event type: its key in the source's catalogue, or an alias of it.
    Type,
    /// What was done, in our own words.
    Action,
    /// How it ended: `success`, `failure`, `unknown`.
    Outcome,
    /// How much it matters: `info`, `warn`, `error`.
    Level,
    /// The catalogue's section.
    Section,
    /// `user` or `admin` activity.
    Tab,
    /// The event type by which a source would have said the same: of its own events their type,
    /// of others their counterpart, if there is one.
    Counterpart(Source),
    /// The credential that sent it.
    Submitter,
    /// A field read from the record that the ledger keeps an index for.
    Indexed(IndexedField),
    /// A field that follows from the value of an indexed one.
    Derived(DerivedField),
    /// A field read from the record whenever it is asked for.
    Unindexed(UnindexedField),
}

/// A field that is read from the record whenever it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnindexedField {
    /// What the actor is: `user`, `application`, ...
    ActorKind,
    /// The actor's name, as the record or the directory has it.
    ActorName,
    /// What the target is.
    TargetKind,
    /// What the target was identified by: of a message, its recipient.
    TargetIdentifier,
    /// The target's name, as the record or the directory has it.
    TargetName,
    /// The application's name, as the record or the directory has it.
    ApplicationName,
    /// The organisation's name, as the directory has it.
    OrganizationName,
    /// The HTTP request that caused it.
    Request,
    /// The source's error text.
    ErrorMessage,
}

/// A whole number every event has, in which a condition can name a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// The time the event is ordered by, in microseconds since the epoch.
    Time,
    /// When it arrived, in microseconds since the epoch.
    Received,
    /// Its position in the tenant's ledger.
    Sequence,
}

/// What events are counted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Grouping {
    /// A field's value.
    Field(Field),
    /// The value at a path into the record.
    Data(DataPath),
}

impl Field {
    /// The fields that follow from source, type and result alone, by the catalogue.
    pub const OF_KIND: [Self; 10] = [
        Self::Source,
        Self::Type,
        Self::Action,
        Self::Outcome,
        Self::Level,
        Self::Section,
        Self::Tab,
        Self::Counterpart(Source::Logto),
        Self::Counterpart(Source::Authgear),
        Self::Counterpart(Source::PlusAuth),
    ];

    /// The field's name in the API and in queries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Source => "source",
            Self::Type => "type",
            Self::Action => "action",
            Self::Outcome => "outcome",
            Self::Level => "level",
            Self::Section => "section",
            Self::Tab => "tab",
            Self::Counterpart(source) => match source {
                Source::Gatelog => "counterpart.gatelog",
                Source::Native => "counterpart.native",
                Source::Logto => "counterpart.logto",
                Source::Authgear => "counterpart.authgear",
                Source::PlusAuth => "counterpart.plusauth",
                Source::Auth0 => "counterpart.auth0",
                Source::Okta => "counterpart.okta",
                Source::Keycloak => "counterpart.keycloak",
            },
            Self::Submitter => "submitter",
            Self::Indexed(field) => field.name(),
            Self::Derived(field) => field.name(),
            Self::Unindexed(field) => field.name(),
        }
    }

    /// All fields.
    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Id)
            .chain(Self::OF_KIND)
            .chain([Self::Submitter])
            .chain(IndexedField::ALL.into_iter().map(Self::Indexed))
            .chain(DerivedField::ALL.into_iter().map(Self::Derived))
            .chain(UnindexedField::ALL.into_iter().map(Self::Unindexed))
    }

    /// The field with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|field| field.name() == name)
    }

    /// Whether the field follows from an event's kind.
    pub fn is_of_kind(self) -> bool {
        Self::OF_KIND.contains(&self)
    }
}

impl UnindexedField {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::ActorKind,
        Self::ActorName,
        Self::TargetKind,
        Self::TargetIdentifier,
        Self::TargetName,
        Self::ApplicationName,
        Self::OrganizationName,
        Self::Request,
        Self::ErrorMessage,
    ];

    /// The name used in the API and in queries.
    pub fn name(self) -> &'static str {
        match self {
            Self::ActorKind => "actor.kind",
            Self::ActorName => "actor.name",
            Self::TargetKind => "target.kind",
            Self::TargetIdentifier => "target.identifier",
            Self::TargetName => "target.name",
            Self::ApplicationName => "application.name",
            Self::OrganizationName => "organization.name",
            Self::Request => "request",
            Self::ErrorMessage => "error.message",
        }
    }

    /// The field's value in `fields`. What the directory knows is not in there.
    pub fn value<'f>(self, fields: &'f Fields<'_>) -> Option<&'f str> {
        match self {
            Self::ActorKind => fields.actor.kind.as_deref(),
            Self::ActorName => fields.actor.name.as_deref(),
            Self::TargetKind => fields.target.kind.as_deref(),
            Self::TargetIdentifier => fields.target.identifier.as_deref(),
            Self::TargetName => fields.target.name.as_deref(),
            Self::ApplicationName => fields.application_name.as_deref(),
            Self::OrganizationName => None,
            Self::Request => fields.request.as_deref(),
            Self::ErrorMessage => fields.error_message.as_deref(),
        }
    }

    /// The field whose value is the id that the directory knows this name of.
    pub fn id_field(self) -> Option<IndexedField> {
        match self {
            Self::ActorName => Some(IndexedField::ActorId),
            Self::TargetName => Some(IndexedField::TargetId),
            Self::ApplicationName => Some(IndexedField::ApplicationId),
            Self::OrganizationName => Some(IndexedField::Organization),
            Self::ActorKind
            | Self::TargetKind
            | Self::TargetIdentifier
            | Self::Request
            | Self::ErrorMessage => None,
        }
    }
}

impl Measure {
    /// All measures.
    pub const ALL: [Self; 3] = [Self::Time, Self::Received, Self::Sequence];

    /// The name used in the API and in queries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Received => "received",
            Self::Sequence => "seq",
        }
    }

    /// The measure with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }
}

impl Grouping {
    /// The name used in the API and in queries.
    pub fn name(&self) -> Cow<'static, str> {
        match self {
            Self::Field(field) => Cow::Borrowed(field.name()),
            Self::Data(path) => Cow::Owned(path.to_string()),
        }
    }

    /// The field or the path (`data.payload.identifier.type`) with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        match Field::from_name(name) {
            Some(field) => Some(Self::Field(field)),
            None => DataPath::from_name(name).map(Self::Data),
        }
    }
}
