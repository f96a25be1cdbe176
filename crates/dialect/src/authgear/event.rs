//! An event made of the fields of one that Authgear did not write, in the shape of its own.

use gatelog_event::fields::Fields;
use gatelog_event::time::UnixMicros;
use serde::Serialize;

use super::parties::{recipient, user};
use super::schema::activity_type::ActivityType;

/// What Authgear writes. It also numbers events in the order of their making, which here would
/// have to be invented.
#[derive(Serialize)]
struct Event<'f> {
    id: &'f str,
    #[serde(rename = "type")]
    event_type: &'f str,
    payload: Payload<'f>,
    context: Context<'f>,
}

#[derive(Serialize)]
struct Payload<'f> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Identified<'f>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<Identified<'f>>,
    /// What was typed by somebody who is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    login_id: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorMember<'f>>,
}

#[derive(Serialize)]
struct Identified<'f> {
    id: &'f str,
}

#[derive(Serialize)]
struct ErrorMember<'f> {
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'f str>,
}

/// Members that are always there in Authgear's own, and those that are left out when empty.
#[derive(Serialize)]
struct Context<'f> {
    /// Unix seconds.
    timestamp: i64,
    user_id: Option<&'f str>,
    triggered_by: &'static str,
    audit_context: Empty,
    preferred_languages: [&'f str; 0],
    language: &'static str,
    geo_location_code: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'f str>,
}

#[derive(Serialize)]
struct Empty {}

/// The event as JSON.
pub(super) fn made_event(
    id: &str,
    activity_type: ActivityType,
    time: UnixMicros,
    fields: &Fields<'_>,
) -> String {
    let user_id = user(fields);
    let (reason, message) = (fields.error_code.as_deref(), fields.error_message.as_deref());
    let has_error = reason.is_some() || message.is_some();
    let typed = fields.actor.identifier.as_deref();
    let event = Event {
        id,
        event_type: activity_type.stored_name(),
        payload: Payload {
            user: user_id.map(|id| Identified { id }),
            session: fields.session.as_deref().map(|id| Identified { id }),
            login_id: typed.filter(|_| user_id.is_none()),
            recipient: recipient(activity_type, fields),
            error: has_error.then_some(ErrorMember { reason, message }),
        },
        context: Context {
            timestamp: time.seconds_floor(),
            user_id,
            triggered_by: match fields.actor.kind.as_deref() {
                Some("admin") => "admin_api",
                Some("system") => "system",
                _ => "user",
            },
            audit_context: Empty {},
            preferred_languages: [],
            language: "",
            geo_location_code: None,
            ip_address: fields.ip.as_deref(),
            user_agent: fields.user_agent.as_deref(),
            client_id: fields.application_id.as_deref(),
        },
    };
    // Texts and a number under fixed names: there is nothing that could fail.
    serde_json::to_string(&event).unwrap_or_default()
}
