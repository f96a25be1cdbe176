//! An event as JSON (DESIGN section 3). Absent fields are left out.

use std::borrow::Cow;

use gatelog_event::catalogue::meaning;
use gatelog_event::fields::{Fields, Party};
use gatelog_event::json::Document;
use gatelog_event::mapping;
use gatelog_event::source::Format;
use gatelog_ledger::StoredEvent;
use gatelog_meta::DirectoryKind;
use gatelog_service::Names;
use serde::Serialize;
use serde_json::value::RawValue;

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
    organization: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interaction: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<WireError<'a>>,
    submitter: &'a str,
    data: &'a RawValue,
}

#[derive(Serialize)]
struct WireParty<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct WireApplication<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct WireError<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Cow<'a, str>>,
}

/// Writes an event as JSON, with names from the directory where the record has none.
///
/// # Errors
/// When a stored record is not what was once accepted.
pub(crate) fn event_json(
    event: &StoredEvent,
    names: &Names,
) -> Result<Box<RawValue>, serde_json::Error> {
    let document = Document::parse(&event.record).map_err(custom)?;
    let fields = mapping::map(event.format, &document).map_err(custom)?;
    let data: &RawValue = serde_json::from_str(data(event.format, &document))?;
    let meaning = meaning(event.source, &event.event_type, event.result);
    let Fields { actor, target, application_id, application_name, .. } = fields;
    let stated_time = fields.time.unwrap_or(event.position.time);
    serde_json::value::to_raw_value(&WireEvent {
        id: &event.id,
        seq: event.position.seq,
        time: stated_time.to_string(),
        received: event.received.to_string(),
        time_is_ahead: event.flags.time_is_ahead(),
        source: event.source.name(),
        r#type: &event.event_type,
        action: meaning.action.name(),
        outcome: meaning.outcome.name(),
        level: meaning.level.name(),
        title: meaning.title,
        actor: party(actor, names),
        target: party(target, names),
        application: application(application_id, application_name, names),
        organization: fields.organization,
        ip: fields.ip,
        user_agent: fields.user_agent,
        session: fields.session,
        interaction: fields.interaction,
        request: fields.request,
        error: error(fields.error_code, fields.error_message),
        submitter: &event.submitter,
        data,
    })
}

fn custom(error: impl std::fmt::Display) -> serde_json::Error {
    serde::ser::Error::custom(error)
}

/// The record; of our own form its member `data`, so that what is read can be sent again.
fn data<'a>(format: Format, document: &Document<'a>) -> &'a str {
    let root = document.root();
    let inner = match format {
        Format::Native => root.get("data"),
        Format::Logto | Format::Authgear | Format::PlusAuth => None,
    };
    inner.unwrap_or(root).raw()
}

fn party<'a>(party: Party<'a>, names: &Names) -> Option<WireParty<'a>> {
    let Party { kind, id, identifier, name } = party;
    if kind.is_none() && id.is_none() && identifier.is_none() && name.is_none() {
        return None;
    }
    let directory_kind = match kind.as_deref() {
        None | Some("user") => Some(DirectoryKind::User),
        Some("application") => Some(DirectoryKind::Application),
        Some("organization") => Some(DirectoryKind::Organization),
        Some(_) => None,
    };
    let known = || known_name(names, directory_kind?, id.as_deref());
    let name = name.or_else(known);
    Some(WireParty { kind, id, identifier, name })
}

fn application<'a>(
    id: Option<Cow<'a, str>>,
    name: Option<Cow<'a, str>>,
    names: &Names,
) -> Option<WireApplication<'a>> {
    let name = name.or_else(|| known_name(names, DirectoryKind::Application, id.as_deref()));
    (id.is_some() || name.is_some()).then_some(WireApplication { id, name })
}

fn known_name(names: &Names, kind: DirectoryKind, id: Option<&str>) -> Option<Cow<'static, str>> {
    let name = names.get(kind, id?)?.name;
    (!name.is_empty()).then_some(Cow::Owned(name))
}

fn error<'a>(code: Option<Cow<'a, str>>, message: Option<Cow<'a, str>>) -> Option<WireError<'a>> {
    (code.is_some() || message.is_some()).then_some(WireError { code, message })
}
