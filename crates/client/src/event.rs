//! An event in Gatelog's native form, member by member.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

/// How what an event tells of ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was refused or did not work.
    Failure,
}

/// Who did something, or to what it was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// Such as `user`, `admin`, `application`, `organization`.
    pub kind: Option<String>,
    /// The id, which does not change.
    pub id: Option<String>,
    /// What was typed to say who it is: an e-mail address, a phone number, a user name.
    pub identifier: Option<String>,
    /// The name for people.
    pub name: Option<String>,
}

impl Party {
    /// A user of whom the id is known.
    pub fn user(id: impl Into<String>) -> Self {
        Self { kind: Some("user".to_owned()), id: Some(id.into()), ..Self::default() }
    }

    /// A user of whom only is known what was typed: somebody who could not be signed in.
    pub fn typed(identifier: impl Into<String>) -> Self {
        Self {
            kind: Some("user".to_owned()),
            identifier: Some(identifier.into()),
            ..Self::default()
        }
    }

    fn into_json(self) -> Value {
        let members = [
            ("kind", self.kind),
            ("id", self.id),
            ("identifier", self.identifier),
            ("name", self.name),
        ];
        let known = members.into_iter().filter_map(|(name, value)| Some((name, value?)));
        known.map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
    }
}

/// One event. Only its type is required.
///
/// ```
/// use gatelog_client::{Event, Outcome, Party};
///
/// let event = Event::new("login")
///     .outcome(Outcome::Failure)
///     .actor(Party::typed("ada@acme.example"))
///     .ip([203, 0, 113, 24])
///     .error("password.wrong", "the password does not match")
///     .data("attempt", 3);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    members: Map<String, Value>,
    data: Map<String, Value>,
}

impl Event {
    /// An event of this type: at most 128 bytes, your own word or a key of a catalogue.
    pub fn new(event_type: impl Into<String>) -> Self {
        let members = Map::from_iter([("type".to_owned(), Value::from(event_type.into()))]);
        Self { members, data: Map::new() }
    }

    /// The event's own id, at most 128 bytes, by which it is kept once however often it is sent.
    /// Without this it is given a UUIDv7.
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        self.with("id", id.into())
    }

    /// When it happened, in milliseconds since 1970. Without this, when it is emitted.
    #[must_use]
    pub fn time_ms(self, unix_ms: i64) -> Self {
        self.with("time", unix_ms)
    }

    /// How it ended.
    #[must_use]
    pub fn outcome(self, outcome: Outcome) -> Self {
        let name = match outcome {
            Outcome::Success => "success",
            Outcome::Failure => "failure",
        };
        self.with("outcome", name)
    }

    /// Who did it.
    #[must_use]
    pub fn actor(self, actor: Party) -> Self {
        self.with("actor", actor.into_json())
    }

    /// What it was done to.
    #[must_use]
    pub fn target(self, target: Party) -> Self {
        self.with("target", target.into_json())
    }

    /// The id of the application through which it was done.
    #[must_use]
    pub fn application(self, id: impl Into<String>) -> Self {
        self.with("application", json!({ "id": id.into() }))
    }

    /// The organisation's id.
    #[must_use]
    pub fn organization(self, id: impl Into<String>) -> Self {
        self.with("organization", id.into())
    }

    /// The client's address.
    #[must_use]
    pub fn ip(self, address: impl Into<IpAddr>) -> Self {
        self.with("ip", address.into().to_canonical().to_string())
    }

    /// The client's user agent.
    #[must_use]
    pub fn user_agent(self, user_agent: impl Into<String>) -> Self {
        self.with("user_agent", user_agent.into())
    }

    /// The session's id.
    #[must_use]
    pub fn session(self, id: impl Into<String>) -> Self {
        self.with("session", id.into())
    }

    /// What the events of one visit have in common.
    #[must_use]
    pub fn interaction(self, id: impl Into<String>) -> Self {
        self.with("interaction", id.into())
    }

    /// The request's id.
    #[must_use]
    pub fn request(self, id: impl Into<String>) -> Self {
        self.with("request", id.into())
    }

    /// Why it failed: a code for programs, and words for people.
    #[must_use]
    pub fn error(self, code: impl Into<String>, message: impl Into<String>) -> Self {
        self.with("error", json!({ "code": code.into(), "message": message.into() }))
    }

    /// Anything else, under a name of your own. `producer` is the emitter's.
    #[must_use]
    pub fn data(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.data.insert(name.into(), value.into());
        self
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Gives the event an id and a time, if it has none.
    pub(crate) fn stamp(&mut self, id: impl FnOnce() -> String, now: impl FnOnce() -> String) {
        self.members.entry("id").or_insert_with(|| id().into());
        self.members.entry("time").or_insert_with(|| now().into());
    }

    /// The event on one line, with who sends it and which of its events this is. That stands in
    /// `data`, as the native form returns of unknown members only what is there.
    pub(crate) fn into_line(mut self, producer: &str, sequence: u64) -> Vec<u8> {
        let numbered = json!({ "id": producer, "sequence": sequence });
        self.data.insert("producer".to_owned(), numbered);
        self.members.insert("data".to_owned(), self.data.into());
        Value::from(self.members).to_string().into_bytes()
    }
}
