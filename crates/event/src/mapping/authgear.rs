//! Events of Authgear's audit log (Authgear of 2026-08), in the forms in which they leave it:
//!
//! - the event itself, `{"id","seq","type","payload","context"}`, as webhooks and streams send it;
//! - what holds one in its member `data`: a row of the table `_audit_log`, or an `AuditLog` node
//!   of the Admin API.
//!
//! What holds an event only repeats it, so its own members are read only where the event says
//! nothing: they are the type, the id and the time.
//!
//! An event is about one user. Of what users do that user is the actor; of what an administrator
//! or the system does it is the target. Authgear itself forgets to name the user of most of its
//! `admin_api.mutation.*` events in the context, but has the user's row in the payload.

use std::borrow::Cow;

use super::{NotAnEvent, canonical_ip, checked_id, checked_type, party, text};
use crate::fields::{Fields, Outcome, Party};
use crate::json::{Document, Kind, Node};
use crate::source::Source;
use crate::time::UnixMicros;

/// The standard attributes a user is best known by, in order.
pub(crate) const IDENTIFIERS: [&str; 3] = ["email", "phone_number", "preferred_username"];

/// Members of the payload in which somebody says who they are.
const TYPED: [&str; 2] = ["login_id", "phone"];

/// What administrators change besides users: the payload's member, which is also what it is.
const OBJECTS: [&str; 4] = ["role", "group", "scope", "resource"];

/// Where the payload only names what was changed, and what that is.
const OBJECT_KEYS: [(&str, &str); 5] = [
    ("role_key", "role"),
    ("group_key", "group"),
    ("client_id", "application"),
    ("resource_uri", "resource"),
    ("domain", "domain"),
];

/// Where the address or number is that a message was for.
const RECIPIENTS: [&[&str]; 4] = [
    &["recipient"],
    &["record", "action_detail", "recipient"],
    &["invitee_email"],
    // Of a code that an administrator had made.
    &["target"],
];

/// Reads an event.
///
/// # Errors
/// [`NotAnEvent`] when it is not an object, has no type, states a time that does not exist, or
/// has a type or id past the limits.
pub fn map<'a>(record: &Document<'a>) -> Result<Fields<'a>, NotAnEvent> {
    let root = record.root();
    if root.kind() != Kind::Object {
        return Err(NotAnEvent {
            offset: root.span().start,
            reason: "an Authgear event is a JSON object with `type`, `payload` and `context`, \
                     or a row or node with one in its `data`"
                .to_owned(),
        });
    }
    let event = event(root);
    let mut fields = Fields::new(Source::Authgear, event_type(root, event)?);
    fields.id = checked_id(event.get("id").or_else(|| root.get("id")))?;
    fields.time = time(root, event)?;
    let parts = Parts { payload: event.get("payload"), context: event.get("context") };
    fields.result = parts.result(&fields.event_type);
    parts.read_circumstances(&mut fields);
    parts.read_parties(&mut fields);
    parts.read_error(&mut fields);
    Ok(fields)
}

/// The event in a record: what its `data` holds, or all of it.
pub fn event<'d, 'a>(record: Node<'d, 'a>) -> Node<'d, 'a> {
    record.get("data").filter(|data| data.kind() == Kind::Object).unwrap_or(record)
}

/// The type as the Admin API names it: `user.authenticated` is stored, `USER_AUTHENTICATED` shown.
/// Authgear derives the one from the other, so this also holds for types that are newer than the
/// catalogue.
fn event_type<'a>(root: Node<'_, 'a>, event: Node<'_, 'a>) -> Result<Cow<'a, str>, NotAnEvent> {
    let found = event.get("type").map(|node| ("type", node)).or_else(|| {
        let names = ["activityType", "activity_type"];
        names.into_iter().find_map(|name| Some((name, root.get(name)?)))
    });
    let Some((name, node)) = found else {
        return Err(NotAnEvent {
            offset: event.span().start,
            reason: "the event has no `type`".to_owned(),
        });
    };
    let stored = checked_type(node, name)?;
    let is_enum_name = !stored.bytes().any(|byte| byte == b'.' || byte.is_ascii_lowercase());
    Ok(match is_enum_name {
        true => stored,
        false => Cow::Owned(stored.to_ascii_uppercase().replace('.', "_")),
    })
}

/// `context.timestamp` in unix seconds; else the time of what holds the event.
fn time(root: Node<'_, '_>, event: Node<'_, '_>) -> Result<Option<UnixMicros>, NotAnEvent> {
    let stated = event
        .path(&["context", "timestamp"])
        .or_else(|| root.get("createdAt"))
        .or_else(|| root.get("created_at"));
    let Some(node) = stated.filter(|node| node.kind() != Kind::Null) else { return Ok(None) };
    let time = match node.kind() {
        Kind::Number => node.as_i64_floor().and_then(UnixMicros::from_seconds),
        _ => node.as_str().and_then(|text| UnixMicros::parse_postgres(&text)),
    };
    time.map(Some).ok_or_else(|| NotAnEvent {
        offset: node.span().start,
        reason: "the time (`context.timestamp`, else `createdAt`) must be unix seconds or text \
                 such as 2026-11-20T14:29:31Z, within the years 1 to 9999"
            .to_owned(),
    })
}

/// The two halves of an event, each as it came.
struct Parts<'d, 'a> {
    payload: Option<Node<'d, 'a>>,
    context: Option<Node<'d, 'a>>,
}

impl<'a> Parts<'_, 'a> {
    /// Only a decision says in its payload how it ended. Everything else says it in its name.
    fn result(&self, event_type: &str) -> Outcome {
        match self.payload(&["record", "decision"]).as_deref() {
            Some("allowed") => return Outcome::Success,
            Some("blocked") => return Outcome::Failure,
            _ => {}
        }
        match event_type.rsplit('_').next() {
            Some("FAILED" | "ERROR" | "BLOCKED") => Outcome::Failure,
            _ => Outcome::Unknown,
        }
    }

    fn read_circumstances(&self, fields: &mut Fields<'a>) {
        fields.application_id = self.context(&["client_id"]);
        // A project is what an organisation is elsewhere: whose users these are.
        fields.organization = self.context(&["app_id"]);
        fields.ip = self.context(&["ip_address"]).map(canonical_ip);
        fields.user_agent = self.context(&["user_agent"]);
        fields.request = self.context(&["tracking_id"]);
        fields.session = self.payload(&["session", "id"]).or_else(|| self.only_session());
    }

    /// The session that was ended, unless there were several at once.
    fn only_session(&self) -> Option<Cow<'a, str>> {
        let mut sessions = self.payload?.get("sessions")?.children();
        let only = sessions.next().filter(|_| sessions.next().is_none())?;
        text(only.get("id"))
    }

    fn read_parties(&self, fields: &mut Fields<'a>) {
        let by_hand = match self.context(&["triggered_by"]).as_deref() {
            None | Some("user") => None,
            Some("system") => Some("system"),
            Some(_) => Some("admin"),
        };
        let subject = self.subject();
        if let Some(kind) = by_hand {
            let id = self.context(&["audit_context", "actor_user_id"]);
            fields.actor = Party { kind: Some(Cow::Borrowed(kind)), id, ..Party::default() };
            let is_about_user = subject.kind.is_some();
            fields.target = if is_about_user { subject } else { self.object() };
            return;
        }
        fields.actor = subject;
        fields.target = self.recipient();
        if fields.event_type == "M2M_TOKEN_CREATED" && fields.actor.kind.is_none() {
            let id = fields.application_id.clone();
            fields.actor = party("application", Party { id, ..Party::default() });
        }
    }

    /// The user an event is about; of a failed identification only what was typed.
    fn subject(&self) -> Party<'a> {
        let attribute = |name| self.payload(&["user", "standard_attributes", name]);
        let id = self
            .context(&["user_id"])
            .or_else(|| self.payload(&["user", "id"]))
            .or_else(|| self.payload(&["user_id"]));
        let typed = TYPED.into_iter().find_map(|name| self.payload(&[name]));
        let identifier = typed.or_else(|| IDENTIFIERS.into_iter().find_map(attribute));
        party("user", Party { id, identifier, name: attribute("name"), ..Party::default() })
    }

    /// What an administrator changed when it was not a user.
    fn object(&self) -> Party<'a> {
        let whole = OBJECTS.into_iter().find_map(|kind| {
            let object = self.payload?.get(kind)?;
            // Other events only have the key of a role or group, so that is what it is known by.
            let id = text(object.get("key")).or_else(|| text(object.get("id")));
            Some(party(kind, Party { id, name: text(object.get("name")), ..Party::default() }))
        });
        let named = || {
            OBJECT_KEYS.into_iter().find_map(|(name, kind)| {
                let id = self.payload(&[name])?;
                Some(party(kind, Party { id: Some(id), ..Party::default() }))
            })
        };
        whole.or_else(named).unwrap_or_else(|| self.recipient())
    }

    /// Whom a message was for. Nothing but the address or number is known, so that is the id:
    /// like every target's it is indexed.
    fn recipient(&self) -> Party<'a> {
        let id = RECIPIENTS.into_iter().find_map(|path| self.payload(path));
        party("recipient", Party { id, ..Party::default() })
    }

    fn read_error(&self, fields: &mut Fields<'a>) {
        fields.error_code =
            self.payload(&["error", "reason"]).or_else(|| self.payload(&["error", "name"]));
        // Of a message that was not sent.
        fields.error_message =
            self.payload(&["error", "message"]).or_else(|| self.payload(&["description"]));
    }

    fn payload(&self, path: &[&str]) -> Option<Cow<'a, str>> {
        text(self.payload?.path(path))
    }

    fn context(&self, path: &[&str]) -> Option<Cow<'a, str>> {
        text(self.context?.path(path))
    }
}
