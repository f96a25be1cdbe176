//! An event as JSON (DESIGN section 3). Absent fields are left out.

use gatelog_event::fields::Party;
use gatelog_ledger::StoredEvent;
use gatelog_query::{Field, UnindexedField};
use serde::Serialize;
use serde_json::value::RawValue;

use super::told::Told;
use crate::seen::SeenNames;

#[derive(Serialize)]
struct WireEvent<'a> {
    id: &'a str,
    seq: u64,
    time: String,
    received: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    time_is_ahead: bool,
    source: &'static str,
    r#type: &'a str,
    action: &'static str,
    outcome: &'static str,
    level: &'static str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<WireParty<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<WireParty<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<WireApplication<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interaction: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<WireError<'a>>,
    submitter: &'a str,
    data: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

#[derive(Serialize)]
struct WireParty<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct WireApplication<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct WireError<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

/// Writes an event as JSON, with names from the directory where the record has none.
///
/// # Errors
/// When a stored record is not what was once accepted.
pub(crate) fn event_json(
    event: &StoredEvent,
    names: Option<SeenNames<'_>>,
) -> Result<Box<RawValue>, serde_json::Error> {
    serde_json::value::to_raw_value(&wire_event(&Told::of(event, names)?, None)?)
}

/// As [`event_json`], in one line of `out` without its end, with a cursor as its last member.
///
/// # Errors
/// When a stored record is not what was once accepted.
pub(crate) fn write_line(
    event: &StoredEvent,
    names: Option<SeenNames<'_>>,
    cursor: Option<String>,
    out: &mut Vec<u8>,
) -> Result<(), serde_json::Error> {
    let start = out.len();
    serde_json::to_writer(&mut *out, &wire_event(&Told::of(event, names)?, cursor)?)?;
    // The record is there byte for byte. Its line ends can stand between tokens only.
    for byte in out.iter_mut().skip(start).filter(|byte| matches!(**byte, b'\n' | b'\r')) {
        *byte = b' ';
    }
    Ok(())
}

fn wire_event<'t>(
    told: &'t Told<'_>,
    cursor: Option<String>,
) -> Result<WireEvent<'t>, serde_json::Error> {
    let Told { stored, fields, meaning, .. } = told;
    let (application, name) = (&fields.application_id, &fields.application_name);
    let (code, message) = (&fields.error_code, &fields.error_message);
    Ok(WireEvent {
        id: &stored.id,
        seq: stored.position.seq,
        time: told.time().to_string(),
        received: stored.received.to_string(),
        time_is_ahead: stored.flags.time_is_ahead(),
        source: stored.source.name(),
        r#type: &stored.event_type,
        action: meaning.action.name(),
        outcome: meaning.outcome.name(),
        level: meaning.level.name(),
        title: meaning.title,
        actor: party(&fields.actor),
        target: party(&fields.target),
        application: (application.is_some() || name.is_some())
            .then_some(WireApplication { id: application.as_deref(), name: name.as_deref() }),
        organization: fields.organization.as_deref(),
        organization_name: told.value(Field::Unindexed(UnindexedField::OrganizationName)),
        ip: fields.ip.as_deref(),
        user_agent: fields.user_agent.as_deref(),
        session: fields.session.as_deref(),
        interaction: fields.interaction.as_deref(),
        request: fields.request.as_deref(),
        error: (code.is_some() || message.is_some())
            .then_some(WireError { code: code.as_deref(), message: message.as_deref() }),
        submitter: &stored.submitter,
        data: serde_json::from_str(told.data())?,
        cursor,
    })
}

fn party<'a>(party: &'a Party<'_>) -> Option<WireParty<'a>> {
    let Party { kind, id, identifier, name } = party;
    [kind, id, identifier, name].iter().any(|text| text.is_some()).then_some(WireParty {
        kind: kind.as_deref(),
        id: id.as_deref(),
        identifier: identifier.as_deref(),
        name: name.as_deref(),
    })
}
