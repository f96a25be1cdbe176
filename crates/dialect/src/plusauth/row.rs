//! A stored event as an entry of PlusAuth's log.
//!
//! An entry that came as one goes out as it came, and what every entry has and it lacks stands
//! behind the rest. Any other event, and one of PlusAuth's that was sent in our own form, goes out
//! as an entry made of its fields. The reasons for what stands where are in `shown`, which conditions
//! follow.

use gatelog_event::catalogue::{Meaning, meaning};
use gatelog_event::fields::Fields;
use gatelog_event::json::{Document, Kind, Node, write_string};
use gatelog_event::mapping::map;
use gatelog_event::source::{Format, Source};
use gatelog_event::time::UnixMicros;
use gatelog_ledger::StoredEvent;
use gatelog_query::DataPath;
use serde::Serialize;

use super::refusal::Refusal;
use super::shown::{API_OPERATIONS, DETAILS, MESSAGE, code};

/// A stored record that cannot be read as what it was accepted as.
#[derive(Debug, thiserror::Error)]
#[error("the record of event {id} is not an event of its format any more: {reason}")]
struct Unreadable<'e> {
    id: &'e str,
    reason: String,
}

/// The members of an entry, apart from its details.
#[derive(Serialize)]
struct LogEntry<'e> {
    time: String,
    level: &'static str,
    event_type: &'e str,
    message: &'e str,
    user_id: &'e str,
    request_id: &'e str,
    client_address: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ua: Option<&'e str>,
}

/// Appends the event as an entry, as JSON.
///
/// # Errors
/// [`Refusal::Internal`] when the record cannot be read; why is logged.
pub(super) fn write(event: &StoredEvent, out: &mut Vec<u8>) -> Result<(), Refusal> {
    let written = Document::parse(&event.record).map_err(|error| error.reason.to_owned()).and_then(
        |record| match event.format {
            Format::PlusAuth => {
                write_as_it_came(event, record.root(), out);
                Ok(())
            }
            Format::Native | Format::Logto | Format::Authgear => write_made(event, &record, out),
        },
    );
    written.map_err(|reason| {
        let error = Unreadable { id: &event.id, reason };
        tracing::error!(%error, "rows could not be read");
        Refusal::Internal
    })
}

/// A time as JavaScript writes it: `2026-11-20T14:29:31.123Z`.
pub(super) fn iso_millis(time: UnixMicros) -> String {
    let whole = UnixMicros::from_millis(time.millis_floor()).unwrap_or(time);
    format!("{:.3}", whole.timestamp())
}

fn write_as_it_came(event: &StoredEvent, entry: Node<'_, '_>, out: &mut Vec<u8>) {
    let without_end = entry.raw().strip_suffix('}').unwrap_or_default().trim_end();
    out.extend_from_slice(without_end.as_bytes());
    let (time, level) = (iso_millis(event.position.time), as_plusauth(event).level.name());
    for (name, value) in [
        ("time", time.as_str()),
        ("level", level),
        (MESSAGE, ""),
        ("user_id", ""),
        ("request_id", ""),
        ("client_address", ""),
    ] {
        if entry.get(name).is_none() {
            // Every entry has a type, so there is a member before this one.
            out.push(b',');
            write_string(name, out);
            out.push(b':');
            write_string(value, out);
        }
    }
    if entry.get(DETAILS).is_none() {
        write_details("{}", out);
    }
    out.push(b'}');
}

fn write_made(event: &StoredEvent, record: &Document<'_>, out: &mut Vec<u8>) -> Result<(), String> {
    let fields = map(event.format, record).map_err(|error| error.reason)?;
    let is_own = event.source == Source::PlusAuth;
    let of_entry = |name: &str| own_member(event.format, record, name).filter(|_| is_own);
    let stated_message = of_entry(MESSAGE).and_then(Node::as_str);
    let title = if is_own { "" } else { own_meaning(event).title };
    let entry = LogEntry {
        time: iso_millis(event.position.time),
        level: as_plusauth(event).level.name(),
        event_type: shown_code(event),
        message: stated_message.as_deref().unwrap_or(title),
        user_id: user_id(event, &fields),
        request_id: fields.request.as_deref().unwrap_or_default(),
        client_address: fields.ip.as_deref().unwrap_or_default(),
        client_id: fields.application_id.as_deref(),
        session_id: fields.session.as_deref(),
        ua: fields.user_agent.as_deref(),
    };
    let json = serde_json::to_vec(&entry).map_err(|error| error.to_string())?;
    out.extend_from_slice(json.strip_suffix(b"}").unwrap_or(&json));
    write_details(
        match of_entry(DETAILS) {
            _ if !is_own => record.root().raw(),
            Some(details) if details.kind() == Kind::Object => details.raw(),
            _ => "{}",
        },
        out,
    );
    out.push(b'}');
    Ok(())
}

/// Appends the last member of an entry.
fn write_details(json: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"details\":");
    out.extend_from_slice(json.as_bytes());
}

/// The member of an entry, wherever a condition would look for it.
fn own_member<'d, 'a>(
    format: Format,
    record: &'d Document<'a>,
    name: &str,
) -> Option<Node<'d, 'a>> {
    let path = DataPath::new(vec![name.to_owned()])?;
    path.values(format, record.root()).first().copied()
}

fn user_id<'f>(event: &StoredEvent, fields: &'f Fields<'_>) -> &'f str {
    let is_client = event.source == Source::PlusAuth
        && API_OPERATIONS.contains(&&*event.event_type)
        && fields.actor.kind.as_deref() == Some("application");
    fields.actor.id.as_deref().filter(|_| !is_client).unwrap_or_default()
}

/// The code it is shown with. Events without one are not asked for.
fn shown_code(event: &StoredEvent) -> &str {
    event.kind().value(code()).unwrap_or(&event.event_type)
}

/// What the event's own catalogue makes of it.
fn own_meaning(event: &StoredEvent) -> Meaning<'_> {
    meaning(event.source, &event.event_type, event.result)
}

/// What PlusAuth's catalogue makes of the code it is shown with, ended as it did.
fn as_plusauth(event: &StoredEvent) -> Meaning<'_> {
    meaning(Source::PlusAuth, shown_code(event), own_meaning(event).outcome)
}
