//! What all sources have in common, as read from one record.
//!
//! Fields are never stored: they are read from the record again whenever an event is shown, so a
//! better mapping improves old events too. What the ledger indexes is [`IndexedField`].

use std::borrow::Cow;

use crate::source::Source;
use crate::time::UnixMicros;

/// How something ended, as its source reported it or the catalogue says.
/// The numbers are written to disk and never reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Outcome {
    /// Not said, or not the kind of event that succeeds or fails.
    #[default]
    Unknown = 0,
    /// It worked.
    Success = 1,
    /// It did not.
    Failure = 2,
}

impl Outcome {
    /// All outcomes, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Unknown, Self::Success, Self::Failure];

    /// The name used in the API and in queries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }

    /// The number written to disk.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The outcome with this number or name, if there is one.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// The outcome with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// Who did something, or to whom it was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party<'a> {
    /// `user`, `application`, `admin`, ... in the source's or the sender's word.
    pub kind: Option<Cow<'a, str>>,
    /// The id the source knows it by.
    pub id: Option<Cow<'a, str>>,
    /// What was typed to identify it: an e-mail address, a phone number, a user name.
    pub identifier: Option<Cow<'a, str>>,
    /// A name for people to read.
    pub name: Option<Cow<'a, str>>,
}

/// What one record says, in the words all sources share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields<'a> {
    /// The source's id of the event, if it has one.
    pub id: Option<Cow<'a, str>>,
    /// Where it came from.
    pub source: Source,
    /// The event type's key in the source's catalogue.
    pub event_type: Cow<'a, str>,
    /// What the record itself says of how it ended.
    pub result: Outcome,
    /// When it happened, if the record says so.
    pub time: Option<UnixMicros>,
    /// Who did it.
    pub actor: Party<'a>,
    /// To whom or what.
    pub target: Party<'a>,
    /// The application it was done through.
    pub application_id: Option<Cow<'a, str>>,
    /// That application's name, if the record has it.
    pub application_name: Option<Cow<'a, str>>,
    /// The organisation it belongs to.
    pub organization: Option<Cow<'a, str>>,
    /// The client's address as text, `::ffff:a.b.c.d` already written as `a.b.c.d`.
    pub ip: Option<Cow<'a, str>>,
    /// The client's user agent header.
    pub user_agent: Option<Cow<'a, str>>,
    /// The session it happened in.
    pub session: Option<Cow<'a, str>>,
    /// The interaction (one sign-in, one registration) it is a step of.
    pub interaction: Option<Cow<'a, str>>,
    /// The HTTP request that caused it.
    pub request: Option<Cow<'a, str>>,
    /// The source's error code.
    pub error_code: Option<Cow<'a, str>>,
    /// The source's error text.
    pub error_message: Option<Cow<'a, str>>,
}

impl<'a> Fields<'a> {
    /// Fields of an event of which only source and type are known.
    pub fn new(source: Source, event_type: Cow<'a, str>) -> Self {
        Self {
            id: None,
            source,
            event_type,
            result: Outcome::Unknown,
            time: None,
            actor: Party::default(),
            target: Party::default(),
            application_id: None,
            application_name: None,
            organization: None,
            ip: None,
            user_agent: None,
            session: None,
            interaction: None,
            request: None,
            error_code: None,
            error_message: None,
        }
    }
}

/// A field that the ledger keeps an index for. The numbers are written to disk and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum IndexedField {
    /// [`Party::id`] of the actor.
    ActorId = 1,
    /// [`Party::identifier`] of the actor.
    ActorIdentifier = 2,
    /// [`Fields::application_id`].
    ApplicationId = 3,
    /// [`Fields::organization`].
    Organization = 4,
    /// [`Fields::ip`].
    Ip = 5,
    /// [`Fields::error_code`].
    ErrorCode = 6,
    /// [`Party::id`] of the target.
    TargetId = 7,
    /// [`Fields::session`].
    Session = 8,
    /// [`Fields::interaction`].
    Interaction = 9,
    /// [`Fields::user_agent`].
    UserAgent = 10,
}

impl IndexedField {
    /// All indexed fields, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::ActorId,
        Self::ActorIdentifier,
        Self::ApplicationId,
        Self::Organization,
        Self::Ip,
        Self::ErrorCode,
        Self::TargetId,
        Self::Session,
        Self::Interaction,
        Self::UserAgent,
    ];

    /// The name used in the API and in queries.
    pub fn name(self) -> &'static str {
        match self {
            Self::ActorId => "actor.id",
            Self::ActorIdentifier => "actor.identifier",
            Self::ApplicationId => "application.id",
            Self::Organization => "organization",
            Self::Ip => "ip",
            Self::ErrorCode => "error.code",
            Self::TargetId => "target.id",
            Self::Session => "session",
            Self::Interaction => "interaction",
            Self::UserAgent => "user_agent",
        }
    }

    /// The number written to disk.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// This field's position in [`IndexedField::ALL`].
    pub fn position(self) -> usize {
        usize::from(self.code()) - 1
    }

    /// The field's value in `fields`, whole.
    pub fn value<'f>(self, fields: &'f Fields<'_>) -> Option<&'f str> {
        Self::values(fields).get(self.position()).copied().flatten()
    }

    /// The values of all fields, in the order of [`IndexedField::ALL`].
    #[inline]
    pub(crate) fn values<'f>(fields: &'f Fields<'_>) -> [Option<&'f str>; Self::ALL.len()] {
        [
            fields.actor.id.as_deref(),
            fields.actor.identifier.as_deref(),
            fields.application_id.as_deref(),
            fields.organization.as_deref(),
            fields.ip.as_deref(),
            fields.error_code.as_deref(),
            fields.target.id.as_deref(),
            fields.session.as_deref(),
            fields.interaction.as_deref(),
            fields.user_agent.as_deref(),
        ]
    }
}
