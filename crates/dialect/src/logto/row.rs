//! A stored event as a row of Logto's `logs` table: `{tenantId,id,key,payload,createdAt}`.
//!
//! A record that came as a row goes out as it came, with what was redacted shown as Logto shows
//! it and without members that Logto does not have. An event of Logto's that was sent in our own
//! form goes out as the row in its `data`, or as one made of its fields. So does an event of
//! another system, under the key that Logto would have given it.

use gatelog_event::catalogue::meaning;
use gatelog_event::fields::{Fields, Outcome};
use gatelog_event::json::{Document, Kind, Node, write_string};
use gatelog_event::mapping::map;
use gatelog_event::redact::is_marker;
use gatelog_event::source::{Format, Source};
use gatelog_event::tenant::TenantName;
use gatelog_ledger::StoredEvent;
use gatelog_query::Field;
use serde::Serialize;

/// What stands in a row where a secret was. So many stars, whatever its length.
const MASK: &str = "******";

/// How a marker of ours begins.
const MARKER_START: &str = "[redacted:";

/// A stored record that cannot be read as what it was accepted as.
#[derive(Debug, thiserror::Error)]
#[error("the record of event {id} is not an event of its format any more: {reason}")]
pub(super) struct Unreadable {
    id: String,
    reason: String,
}

/// A payload made of an event's fields, with Logto's names for them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Payload<'f> {
    key: &'f str,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorMember<'f>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application_id: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interaction_id: Option<&'f str>,
}

#[derive(Serialize)]
struct ErrorMember<'f> {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'f str>,
}

/// Appends the event's row, as JSON. `tenant` is named where the row names none; without one, no
/// row names any.
///
/// # Errors
/// [`Unreadable`].
pub(super) fn write(
    event: &StoredEvent,
    tenant: Option<&TenantName>,
    out: &mut Vec<u8>,
) -> Result<(), Unreadable> {
    let unreadable = |reason| Unreadable { id: event.id.as_ref().to_owned(), reason };
    let document =
        Document::parse(&event.record).map_err(|error| unreadable(error.reason.to_owned()))?;
    let fields = map(event.format, &document).map_err(|error| unreadable(error.reason))?;
    let row = match (event.source, event.format) {
        (Source::Logto, Format::Logto) => Some(document.root()),
        (Source::Logto, Format::Native) => document.root().get("data"),
        _ => None,
    };
    let key = event.kind().value(Field::Counterpart(Source::Logto)).unwrap_or(&event.event_type);
    let stated_tenant = row.and_then(|row| row.get("tenantId")).and_then(Node::as_str);
    let payload = row.and_then(|row| row.get("payload")).filter(|it| it.kind() == Kind::Object);

    out.push(b'{');
    if let Some(tenant) = tenant {
        out.extend_from_slice(b"\"tenantId\":");
        write_string(stated_tenant.as_deref().unwrap_or(tenant.as_str()), out);
        out.push(b',');
    }
    out.extend_from_slice(b"\"id\":");
    write_string(&event.id, out);
    out.extend_from_slice(b",\"key\":");
    write_string(key, out);
    out.extend_from_slice(b",\"payload\":");
    match payload {
        Some(payload) => write_masked(payload.raw(), out),
        None => {
            let outcome = meaning(event.source, &event.event_type, event.result).outcome;
            out.extend_from_slice(&made_payload(key, outcome, &fields));
        }
    }
    out.extend_from_slice(b",\"createdAt\":");
    let time = fields.time.unwrap_or(event.position.time);
    out.extend_from_slice(time.millis_floor().to_string().as_bytes());
    out.push(b'}');
    Ok(())
}

/// Appends JSON with a mask for each marker, also for one inside a longer string.
fn write_masked(json: &str, out: &mut Vec<u8>) {
    let mut rest = json;
    while let Some(start) = rest.find(MARKER_START) {
        let (before, from_marker) = rest.split_at(start);
        let end = from_marker.find(']').map_or(from_marker.len(), |last| last + 1);
        let (candidate, after) = from_marker.split_at(end);
        out.extend_from_slice(before.as_bytes());
        if is_marker(candidate) {
            out.extend_from_slice(MASK.as_bytes());
            rest = after;
        } else {
            out.extend_from_slice(MARKER_START.as_bytes());
            rest = from_marker.get(MARKER_START.len()..).unwrap_or_default();
        }
    }
    out.extend_from_slice(rest.as_bytes());
}

fn made_payload(key: &str, outcome: Outcome, fields: &Fields<'_>) -> Vec<u8> {
    let (code, message) = (fields.error_code.as_deref(), fields.error_message.as_deref());
    let has_error = code.is_some() || message.is_some();
    let is_application = match fields.source {
        Source::Logto => fields.actor.kind.as_deref() == Some("application"),
        // As `userId` finds it, without reading every record.
        _ => fields.actor.id == fields.application_id,
    };
    let payload = Payload {
        key,
        result: match outcome {
            Outcome::Failure => "Error",
            // Logto has no third result.
            Outcome::Success | Outcome::Unknown => "Success",
        },
        error: has_error.then_some(ErrorMember { code, message }),
        ip: fields.ip.as_deref(),
        user_agent: fields.user_agent.as_deref(),
        user_id: fields.actor.id.as_deref().filter(|_| !is_application),
        application_id: fields.application_id.as_deref(),
        session_id: fields.session.as_deref(),
        interaction_id: fields.interaction.as_deref(),
    };
    // Strings under fixed names: there is nothing that could fail.
    serde_json::to_vec(&payload).unwrap_or_default()
}
