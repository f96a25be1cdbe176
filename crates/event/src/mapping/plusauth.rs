//! Entries of PlusAuth's log, as its API lists them (`GET /api/v1/logs/`, as of client 2.4.0):
//! `{"time","level","event_type","message","user_id","request_id","client_address","details"}`
//! and members that only some have (`client_id`, `session_id`, `ua`, `amr`).
//!
//! Entries have no id: the intake derives one from their bytes. Their `level` is not a field of
//! its own: what an event asks of its reader is the catalogue's to say, the same over all sources.
//! It stays in the record, from where PlusAuth's own API is answered, and decides here how those
//! events ended that can end either way.
//!
//! `details` is an object of any shape. What is read from it are the names that OAuth and
//! PlusAuth's own user records use.

use super::{NotAnEvent, canonical_ip, checked_id, checked_time, checked_type, party, text};
use crate::fields::{Fields, Outcome, Party};
use crate::json::{Document, Kind, Node};
use crate::source::Source;

/// Calls of the administration API. Their message is the name of the operation.
const API_OPERATIONS: [&str; 4] = ["100", "101", "102", "103"];

/// E-mail, text and push messages, sent or not.
const MESSAGES: [&str; 6] = ["2434", "2444", "2454", "4434", "4444", "4454"];

/// Members of `details` that say who somebody claimed to be.
const IDENTIFIERS: [&str; 6] =
    ["identifier", "username", "email", "phone_number", "phone", "login"];

/// Members of `details` that say whom a message was for.
const RECIPIENTS: [&str; 4] = ["recipient", "to", "email", "phone_number"];

/// Reads an entry.
///
/// # Errors
/// [`NotAnEvent`] when it is not an object, has no `event_type`, states a time that does not
/// exist, or has a type or id past the limits.
pub fn map<'a>(record: &Document<'a>) -> Result<Fields<'a>, NotAnEvent> {
    let entry = record.root();
    if entry.kind() != Kind::Object {
        return Err(NotAnEvent {
            offset: entry.span().start,
            reason: "a PlusAuth entry is a JSON object with `event_type` and `time`".to_owned(),
        });
    }
    let Some(event_type) = entry.get("event_type") else {
        return Err(NotAnEvent {
            offset: entry.span().start,
            reason: "the entry has no `event_type`".to_owned(),
        });
    };
    let mut fields = Fields::new(Source::PlusAuth, checked_type(event_type, "event_type")?);
    fields.id = checked_id(entry.get("id"))?;
    if let Some(time) = entry.get("time") {
        fields.time = checked_time(time, "time")?;
    }
    let member = |name| text(entry.get(name));
    fields.result = result(&fields.event_type, member("level").as_deref());
    fields.application_id = member("client_id");
    fields.ip = member("client_address").map(canonical_ip);
    fields.user_agent = member("ua");
    fields.session = member("session_id");
    fields.request = member("request_id");
    read_parties(entry, &mut fields);
    read_error(entry, &mut fields);
    Ok(fields)
}

/// Failures are numbered from 4000, successes from 2000; an operation of the API failed if its
/// entry is an error.
fn result(event_type: &str, level: Option<&str>) -> Outcome {
    match event_type.as_bytes() {
        [b'4', _, _, _] => Outcome::Failure,
        _ if level == Some("error") => Outcome::Failure,
        [b'2', _, _, _] => Outcome::Success,
        _ if API_OPERATIONS.contains(&event_type) => Outcome::Success,
        _ => Outcome::Unknown,
    }
}

fn read_parties<'a>(entry: Node<'_, 'a>, fields: &mut Fields<'a>) {
    let detail = |name| text(entry.path(&["details", name]));
    let event_type = &*fields.event_type;
    let is_message = MESSAGES.contains(&event_type);
    let is_operation = API_OPERATIONS.contains(&event_type);
    let id = text(entry.get("user_id"));
    let typed = || IDENTIFIERS.into_iter().find_map(detail);
    // What an operation or a message names is somebody else.
    let identifier = if is_message || is_operation { None } else { typed() };
    fields.actor = party("user", Party { id, identifier, ..Party::default() });
    if is_message {
        // An address or number is all that is known, so that is the id, and like it indexed.
        let id = RECIPIENTS.into_iter().find_map(detail);
        fields.target = party("recipient", Party { id, ..Party::default() });
    }
    if is_operation {
        let name = text(entry.get("message"));
        fields.target = party("operation", Party { name, ..Party::default() });
        if fields.actor.kind.is_none() {
            let id = fields.application_id.clone();
            fields.actor = party("application", Party { id, ..Party::default() });
        }
    }
}

/// `details.error`, an OAuth error (RFC 6749, section 5.2) or an object; else a failure's message.
fn read_error<'a>(entry: Node<'_, 'a>, fields: &mut Fields<'a>) {
    let detail = |path: &[&str]| text(entry.get("details").and_then(|node| node.path(path)));
    fields.error_code = detail(&["error"])
        .or_else(|| detail(&["error", "code"]))
        .or_else(|| detail(&["error", "name"]));
    fields.error_message = detail(&["error_description"]).or_else(|| detail(&["error", "message"]));
    let is_operation = API_OPERATIONS.contains(&&*fields.event_type);
    if fields.result == Outcome::Failure && fields.error_message.is_none() && !is_operation {
        fields.error_message = text(entry.get("message"));
    }
}
