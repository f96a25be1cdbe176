//! Our own event form (DESIGN section 3), as our API returns it and takes it.
//!
//! Only `type` is required. What the API adds when it answers (`seq`, `received`, `action`,
//! `level`, `title`, `submitter`) is ignored here, so that an export can be sent again. `data`
//! and unknown members stay in the record and are not looked at.

use std::borrow::Cow;

use super::{NotAnEvent, canonical_ip, checked_id, checked_time, checked_type, text};
use crate::fields::{Fields, Outcome, Party};
use crate::json::{Document, Kind, Node};
use crate::source::{Source, UnknownSource};

/// What [`map`] accepts, as a JSON Schema (draft 2020-12), as far as a schema can say it.
pub const SCHEMA: &str = include_str!("native.schema.json");

/// Reads an event in native form.
///
/// # Errors
/// [`NotAnEvent`] when it is not an object, has no `type`, names a source that does not exist,
/// states a time that does not exist, or has a type or id past the limits.
pub fn map<'a>(record: &Document<'a>) -> Result<Fields<'a>, NotAnEvent> {
    let event = record.root();
    if event.kind() != Kind::Object {
        return Err(NotAnEvent {
            offset: event.span().start,
            reason: "an event is a JSON object with at least `type`".to_owned(),
        });
    }
    let event_type = match event.get("type") {
        Some(node) => checked_type(node, "type")?,
        None => {
            return Err(NotAnEvent {
                offset: event.span().start,
                reason: "the event has no `type`".to_owned(),
            });
        }
    };
    let mut fields = Fields::new(source(event)?, event_type);
    for member in event.children() {
        read_member(member, &mut fields)?;
    }
    Ok(fields)
}

fn source(event: Node<'_, '_>) -> Result<Source, NotAnEvent> {
    let Some(node) = event.get("source").filter(|node| node.kind() != Kind::Null) else {
        return Ok(Source::Native);
    };
    let refuse = |reason| NotAnEvent { offset: node.span().start, reason };
    let name = node.as_str().ok_or_else(|| refuse("`source` must be a string".to_owned()))?;
    name.parse().map_err(|unknown: UnknownSource| refuse(unknown.to_string()))
}

fn read_member<'a>(member: Node<'_, 'a>, fields: &mut Fields<'a>) -> Result<(), NotAnEvent> {
    let value = Some(member);
    match member.key().as_deref().unwrap_or_default() {
        "id" => fields.id = checked_id(value)?,
        "time" => fields.time = checked_time(member, "time")?,
        "outcome" => {
            fields.result =
                text(value).and_then(|name| Outcome::from_name(&name)).unwrap_or_default();
        }
        "actor" => fields.actor = party(member),
        "target" => fields.target = party(member),
        "application" => {
            fields.application_id = text(member.get("id"));
            fields.application_name = text(member.get("name"));
        }
        "organization" => fields.organization = text(value),
        "ip" => fields.ip = text(value).map(canonical_ip),
        "user_agent" => fields.user_agent = text(value),
        "session" => fields.session = text(value),
        "interaction" => fields.interaction = text(value),
        "request" => fields.request = text(value),
        "error" => (fields.error_code, fields.error_message) = error(member),
        _ => {}
    }
    Ok(())
}

fn party<'a>(node: Node<'_, 'a>) -> Party<'a> {
    Party {
        kind: text(node.get("kind")),
        id: text(node.get("id")),
        identifier: text(node.get("identifier")),
        name: text(node.get("name")),
    }
}

/// Code and message; an error that is only a string is its own message.
fn error<'a>(node: Node<'_, 'a>) -> (Option<Cow<'a, str>>, Option<Cow<'a, str>>) {
    match node.kind() {
        Kind::Object => (text(node.get("code")), text(node.get("message"))),
        _ => (None, text(Some(node))),
    }
}
