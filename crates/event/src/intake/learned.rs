//! Names that a record teaches the directory.
//!
//! A row says more of people and applications than fits an event's fields: a user's row holds a
//! name, a user name, an address and a number. Only what a source states as a fact counts, never
//! what somebody typed without getting in.

use std::borrow::Cow;

use crate::fields::{Fields, Outcome};
use crate::json::{Document, Kind, Node};
use crate::mapping::authgear;
use crate::redact::is_marker;
use crate::source::Format;

/// What a name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LearnedKind {
    /// A person.
    User,
    /// An application.
    Application,
    /// An organisation.
    Organization,
}

/// A name or identifier of one id. The same id can come several times, once for each identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned {
    /// What it is.
    pub kind: LearnedKind,
    /// The id the source knows it by.
    pub id: Box<str>,
    /// A name for people to read.
    pub name: Option<Box<str>>,
    /// An e-mail address, phone number or user name that this person signs in with.
    pub identifier: Option<Box<str>>,
}

/// Members of a Logto user's row that hold identifiers.
const LOGTO_IDENTIFIERS: [&str; 3] = ["username", "primaryEmail", "primaryPhone"];

/// Names in a record after redaction, and in the fields read from it.
pub fn learned(format: Format, record: &Document<'_>, fields: &Fields<'_>) -> Vec<Learned> {
    let mut learned = Vec::new();
    learn_fields(fields, &mut learned);
    match format {
        Format::Logto => learn_logto(record.root(), &mut learned),
        Format::Authgear => learn_authgear(authgear::event(record.root()), &mut learned),
        Format::Native | Format::PlusAuth => {}
    }
    learned
}

/// The payload of a Logto row holds rows of other tables.
fn learn_logto(row: Node<'_, '_>, learned: &mut Vec<Learned>) {
    let Some(payload) = row.get("payload") else { return };
    let [user, hook, custom] = payload.members(["user", "hookRequest", "payload"]);
    let mut learn = |kind, row: Option<Node<'_, '_>>| {
        if let Some(row) = row {
            learn_row(kind, row.get("id"), row, &LOGTO_IDENTIFIERS, learned);
        }
    };
    learn(LearnedKind::User, user);
    for holder in [hook.and_then(|hook| hook.get("body")), custom.and_then(|it| it.get("context"))]
    {
        let Some(holder) = holder else { continue };
        let [user, application] = holder.members(["user", "application"]);
        learn(LearnedKind::User, user);
        learn(LearnedKind::Application, application);
    }
}

fn learn_authgear(event: Node<'_, '_>, learned: &mut Vec<Learned>) {
    let Some(user) = event.path(&["payload", "user"]) else { return };
    if let Some(attributes) = user.get("standard_attributes") {
        let identifiers = &authgear::IDENTIFIERS;
        learn_row(LearnedKind::User, user.get("id"), attributes, identifiers, learned);
    }
}

fn learn_fields(fields: &Fields<'_>, learned: &mut Vec<Learned>) {
    let mut learn =
        |kind, id: &Option<Cow<'_, str>>, name: Option<&str>, identifier: Option<&str>| {
            if let Some(id) = id {
                push(learned, kind, id, name, identifier);
            }
        };
    let name = fields.application_name.as_deref();
    learn(LearnedKind::Application, &fields.application_id, name, None);
    // A webhook's result is that of its delivery, but what it reports has happened.
    let is_fact =
        fields.result != Outcome::Failure || fields.event_type.starts_with("TriggerHook.");
    for party in [&fields.actor, &fields.target].into_iter().filter(|_| is_fact) {
        let kind = match party.kind.as_deref() {
            Some("user") | None => LearnedKind::User,
            Some("application") => LearnedKind::Application,
            Some("organization") => LearnedKind::Organization,
            Some(_) => continue,
        };
        learn(kind, &party.id, party.name.as_deref(), party.identifier.as_deref());
    }
}

/// Learns from a row of a table of users or applications.
fn learn_row(
    kind: LearnedKind,
    id: Option<Node<'_, '_>>,
    attributes: Node<'_, '_>,
    identifiers: &[&str],
    learned: &mut Vec<Learned>,
) {
    if attributes.kind() != Kind::Object {
        return;
    }
    let text = |name| attributes.get(name).and_then(Node::as_str).filter(|text| !text.is_empty());
    let Some(id) = id.and_then(Node::as_str).filter(|id| !id.is_empty()) else { return };
    let name = text("name");
    push(learned, kind, &id, name.as_deref(), None);
    if kind == LearnedKind::User {
        for identifier in identifiers.iter().copied().filter_map(text) {
            push(learned, kind, &id, name.as_deref(), Some(&identifier));
        }
    }
}

/// Adds what is new; an id without any name teaches nothing, nor does a masked one.
fn push(
    learned: &mut Vec<Learned>,
    kind: LearnedKind,
    id: &str,
    name: Option<&str>,
    identifier: Option<&str>,
) {
    let own = |text: Option<&str>| text.filter(|text| !is_marker(text)).map(Into::into);
    let (name, identifier) = (own(name), own(identifier));
    if name.is_none() && identifier.is_none() {
        return;
    }
    let one = Learned { kind, id: id.into(), name, identifier };
    if !learned.contains(&one) {
        learned.push(one);
    }
}
