//! Rows of Logto's `logs` table, as its Management API and its own exports write them:
//! `{"tenantId","id","key","payload":{...},"createdAt"}` (Logto 1.19 to 1.42 and later).
//!
//! Logto's own questions `userId=` and `applicationId=` look at `payload.userId` and
//! `payload.applicationId` only. For every row those questions can return, the actor's and the
//! application's ids are therefore read from there and nowhere else, however often an id stands
//! elsewhere in the row. The rows they never return (webhook deliveries and trusted devices) are
//! read from where they keep them.
//!
//! - `error`: the shapes an error comes in.
//! - `hook`: webhook deliveries, whose request body says what happened.

use std::borrow::Cow;

use super::{NotAnEvent, canonical_ip, checked_id, checked_time, checked_type, text};
use crate::fields::{Fields, Outcome};
use crate::json::{Document, Kind, Node};
use crate::source::Source;

mod error;
mod hook;

/// Types whose actor is the application itself.
const CLIENT_CREDENTIALS: [&str; 2] =
    ["ExchangeTokenBy.ClientCredentials", "JwtCustomizer.ClientCredentials"];

/// Reads a row.
///
/// # Errors
/// [`NotAnEvent`] when it is not an object, has no `key` (neither of its own nor in the payload),
/// states a time that does not exist, or has a key or id past the limits.
pub fn map<'a>(record: &Document<'a>) -> Result<Fields<'a>, NotAnEvent> {
    let row = Row::read(record.root())?;
    let payload = row.payload.map(Payload::read).unwrap_or_default();
    let mut fields = Fields::new(Source::Logto, row.event_type(&payload)?);
    fields.id = checked_id(row.id)?;
    if let Some(created_at) = row.created_at {
        fields.time = checked_time(created_at, "createdAt")?;
    }
    fields.result = match payload.result.and_then(Node::as_str).as_deref() {
        Some("Success") => Outcome::Success,
        Some("Error") => Outcome::Failure,
        _ => Outcome::Unknown,
    };
    payload.read_context(&mut fields);
    payload.read_actor(&mut fields);
    payload.read_error(&mut fields);
    let is_hook = fields.event_type.starts_with("TriggerHook.");
    let hook_body = payload.hook_request.and_then(|request| request.get("body"));
    if let Some(body) = hook_body.filter(|_| is_hook) {
        hook::read(body, &mut fields);
    }
    Ok(fields)
}

/// The members of a row.
struct Row<'d, 'a> {
    node: Node<'d, 'a>,
    id: Option<Node<'d, 'a>>,
    key: Option<Node<'d, 'a>>,
    payload: Option<Node<'d, 'a>>,
    created_at: Option<Node<'d, 'a>>,
}

impl<'d, 'a> Row<'d, 'a> {
    fn read(node: Node<'d, 'a>) -> Result<Self, NotAnEvent> {
        if node.kind() != Kind::Object {
            return Err(NotAnEvent {
                offset: node.span().start,
                reason: "a Logto row is a JSON object with `key`, `payload` and `createdAt`"
                    .to_owned(),
            });
        }
        let mut row = Self { node, id: None, key: None, payload: None, created_at: None };
        for member in node.children() {
            match &*member.key_bytes() {
                b"id" => row.id = Some(member),
                b"key" => row.key = Some(member),
                b"payload" => row.payload = Some(member),
                // The column's name, in dumps made with SQL.
                b"createdAt" | b"created_at" => row.created_at = Some(member),
                _ => {}
            }
        }
        Ok(row)
    }

    fn event_type(&self, payload: &Payload<'d, 'a>) -> Result<Cow<'a, str>, NotAnEvent> {
        let is_string = |node: &Node<'_, '_>| node.as_str().is_some();
        match self.key.filter(is_string).or(payload.key.filter(is_string)).or(self.key) {
            Some(node) => checked_type(node, "key"),
            None => Err(NotAnEvent {
                offset: self.node.span().start,
                reason: "the row has no `key`, which is its event type".to_owned(),
            }),
        }
    }
}

/// The members of a payload that are read, each as it came.
#[derive(Default)]
struct Payload<'d, 'a> {
    key: Option<Node<'d, 'a>>,
    result: Option<Node<'d, 'a>>,
    error: Option<Node<'d, 'a>>,
    action_error: Option<Node<'d, 'a>>,
    custom_jwt_error: Option<Node<'d, 'a>>,
    ip: Option<Node<'d, 'a>>,
    user_agent: Option<Node<'d, 'a>>,
    user_id: Option<Node<'d, 'a>>,
    application_id: Option<Node<'d, 'a>>,
    cimd_client_id: Option<Node<'d, 'a>>,
    session_id: Option<Node<'d, 'a>>,
    interaction_id: Option<Node<'d, 'a>>,
    params: Option<Node<'d, 'a>>,
    /// What the client sent, repeated.
    body: Option<Node<'d, 'a>>,
    interaction: Option<Node<'d, 'a>>,
    verification: Option<Node<'d, 'a>>,
    user: Option<Node<'d, 'a>>,
    data: Option<Node<'d, 'a>>,
    hook_request: Option<Node<'d, 'a>>,
    /// What was typed, in rows of the routes before the experience API.
    typed: Option<Node<'d, 'a>>,
}

impl<'d, 'a> Payload<'d, 'a> {
    fn read(node: Node<'d, 'a>) -> Self {
        let mut payload = Self::default();
        for member in node.children() {
            let place = match &*member.key_bytes() {
                b"key" => &mut payload.key,
                b"result" => &mut payload.result,
                b"error" => &mut payload.error,
                b"actionError" => &mut payload.action_error,
                b"customJwtError" => &mut payload.custom_jwt_error,
                b"ip" => &mut payload.ip,
                b"userAgent" => &mut payload.user_agent,
                b"userId" => &mut payload.user_id,
                b"applicationId" => &mut payload.application_id,
                b"cimdClientId" => &mut payload.cimd_client_id,
                b"sessionId" => &mut payload.session_id,
                b"interactionId" => &mut payload.interaction_id,
                b"params" => &mut payload.params,
                b"payload" => &mut payload.body,
                b"interaction" => &mut payload.interaction,
                b"verification" => &mut payload.verification,
                b"user" => &mut payload.user,
                b"data" => &mut payload.data,
                b"hookRequest" => &mut payload.hook_request,
                b"identifier" | b"username" | b"email" | b"phone" => &mut payload.typed,
                _ => continue,
            };
            *place = Some(member);
        }
        payload
    }

    fn read_context(&self, fields: &mut Fields<'a>) {
        fields.application_id = text(self.application_id);
        // A client known by its address only is not one of Logto's applications: Logto does not
        // find such rows by application either, and its Console shows the address as the name.
        fields.application_name = text(self.cimd_client_id);
        fields.organization = text(self.params.and_then(|node| node.get("organization_id")));
        fields.ip = text(self.ip).map(canonical_ip);
        fields.user_agent = text(self.user_agent);
        fields.session = text(self.session_id);
        fields.interaction = text(self.interaction_id);
    }

    fn read_actor(&self, fields: &mut Fields<'a>) {
        let of_trusted_device = fields.event_type.strip_prefix("TrustedDevice");
        let is_trusted_device =
            of_trusted_device.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let is_client = CLIENT_CREDENTIALS.contains(&&*fields.event_type);
        let actor = &mut fields.actor;
        actor.id = text(self.user_id);
        actor.identifier = self.identifier();
        actor.name = text(self.user.and_then(|user| user.get("name")));
        if is_trusted_device && let Some(data) = self.data {
            actor.id = actor.id.take().or_else(|| text(data.get("userId")));
            fields.target.kind = Some(Cow::Borrowed("trusted_device"));
            fields.target.id = text(data.get("id"));
        }
        if actor.id.is_some() || actor.identifier.is_some() {
            actor.kind = Some(Cow::Borrowed("user"));
        } else if is_client && fields.application_id.is_some() {
            actor.kind = Some(Cow::Borrowed("application"));
            actor.id.clone_from(&fields.application_id);
        }
        if fields.event_type == "ExchangeTokenBy.TokenExchange" && fields.actor.id.is_some() {
            // Logto names the person a token is exchanged for, not who asked for it.
            fields.target.kind = Some(Cow::Borrowed("user"));
            fields.target.id.clone_from(&fields.actor.id);
        }
    }

    /// What the person is known by: as typed in this step, in an earlier step of the interaction,
    /// or as it stands in the user's own row.
    fn identifier(&self) -> Option<Cow<'a, str>> {
        self.body
            .and_then(typed_in_body)
            .or_else(|| self.verification.and_then(identifier_value))
            .or_else(|| {
                let records = self.interaction?.get("verificationRecords")?;
                records.children().find_map(identifier_value)
            })
            .or_else(|| text(self.typed).or_else(|| text(self.typed?.get("value"))))
            .or_else(|| self.user.and_then(user_identifier))
    }

    fn read_error(&self, fields: &mut Fields<'a>) {
        let error = self.error.or(self.action_error).or(self.custom_jwt_error);
        if let Some(error) = error {
            (fields.error_code, fields.error_message) = error::code_and_message(error);
        }
    }
}

/// `{"identifier":{"type","value"}}`, or a profile update `{"type":"email","value"}`.
fn typed_in_body<'a>(body: Node<'_, 'a>) -> Option<Cow<'a, str>> {
    identifier_value(body).or_else(|| {
        let kind = text(body.get("type"))?;
        matches!(&*kind, "username" | "email" | "phone").then(|| text(body.get("value")))?
    })
}

/// The value of a member `identifier`, unless it is an id, as in second-factor steps.
fn identifier_value<'a>(node: Node<'_, 'a>) -> Option<Cow<'a, str>> {
    let identifier = node.get("identifier")?;
    let is_id = identifier.get("type").and_then(Node::as_str).is_some_and(|kind| kind == "userId");
    if is_id { None } else { text(identifier.get("value")) }
}

/// What a row of Logto's `users` table is best known by.
fn user_identifier<'a>(user: Node<'_, 'a>) -> Option<Cow<'a, str>> {
    ["primaryEmail", "username", "primaryPhone"].iter().find_map(|name| text(user.get(name)))
}
