//! One event, with its cast and its context.

use crate::json::{push_iso_time, push_number, push_string};
use crate::random::Random;
use crate::rows::Source;
use crate::stories::authgear::payloads::payload;
use crate::stories::script::Script;
use crate::world::{Application, Device, User};

/// Who plays in an event.
#[derive(Clone, Copy)]
pub(super) struct Cast<'c> {
    pub(super) user: &'c User,
    /// Where the request comes from; the system's own events come from nowhere.
    pub(super) device: Option<&'c Device>,
    pub(super) application: &'c Application,
    pub(super) by: By,
    /// Whether Authgear knows whom the request is about.
    pub(super) is_known: bool,
    /// What was typed to say who it is.
    pub(super) typed: &'c str,
    /// What a message is sent for, and what a fraud protection decided about it.
    pub(super) purpose: &'static str,
    pub(super) decision: &'static str,
}

/// Who caused an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    User,
    /// A program with an administrator's key.
    AdminApi,
    /// The administrator of this number, by hand.
    Admin(usize),
    /// The same, about the project itself.
    Portal(usize),
    System,
}

/// 2023-01-01, before which no event was numbered.
const FIRST_MS: i64 = 1_672_531_200_000;

impl<'c> Cast<'c> {
    /// A user at a device of their own.
    pub(super) fn new(user: &'c User, device: &'c Device, application: &'c Application) -> Self {
        Self {
            user,
            device: Some(device),
            application,
            by: By::User,
            is_known: true,
            typed: &user.email,
            purpose: "authenticate-primary-oob",
            decision: "allowed",
        }
    }
}

/// Tells of an event that happens now.
pub(super) fn tell(script: &mut Script<'_>, event_type: &'static str, cast: Cast<'_>) {
    // Numbers grow with time and leave gaps: all projects of an Authgear share them.
    let low_bits = script.random.between(0, (1 << 20) - 1);
    let number = (script.now_ms.max(FIRST_MS) - FIRST_MS) << 20 | low_bits;
    let mut json = format!("{{\"id\":\"{number:016x}\",\"seq\":{number},\"type\":\"{event_type}\"");
    json.push_str(",\"payload\":");
    push_payload(&mut json, script, payload(event_type), event_type, cast);
    json.push_str(",\"context\":");
    push_context(&mut json, script, event_type, cast);
    json.push('}');
    script.push(json, 0);
}

fn push_payload(
    json: &mut String,
    script: &mut Script<'_>,
    template: &str,
    event_type: &str,
    cast: Cast<'_>,
) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        json.push_str(before);
        let is_part = |letter: char| letter.is_ascii_lowercase() || letter == '_';
        let end = after.find(|letter| !is_part(letter)).unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        push_value(json, script, name, event_type, cast);
        rest = after;
    }
    json.push_str(rest);
}

/// What stands for a name in a payload.
fn push_value(
    json: &mut String,
    script: &mut Script<'_>,
    name: &str,
    event_type: &str,
    cast: Cast<'_>,
) {
    let user = cast.user;
    match name {
        "user" => push_user(json, user, script.now_ms),
        "user_id" => json.push_str(&user.id_in(Source::Authgear)),
        "session" => push_session(json, script, cast),
        "identity" => {
            let id = script.random.uuid();
            push_identity(json, script.now_ms, &Identity::of(event_type, user), &id, user);
        }
        "change" => push_change(json, script, event_type, user),
        "uuid" => json.push_str(&script.random.uuid()),
        "time" => push_iso_time(json, script.now_ms),
        "email" => json.push_str(&user.email),
        "phone" => json.extend(["+", &user.phone]),
        "recipient" if event_type.starts_with("email") => json.push_str(&user.email),
        "recipient" => json.extend(["+", &user.phone]),
        "typed" => json.push_str(cast.typed),
        "purpose" => json.push_str(cast.purpose),
        "decision" => json.push_str(cast.decision),
        "client" => json.push_str(&cast.application.id_in(Source::Authgear)),
        "resource" => json.push_str(cast.application.resource),
        "machine" => {
            let workers = &script.world.applications.workers;
            json.push_str(&workers.at(0).id_in(Source::Authgear));
        }
        _ => {}
    }
}

fn push_user(json: &mut String, user: &User, now_ms: i64) {
    json.extend(["{\"id\":\"", &user.id_in(Source::Authgear), "\",\"created_at\":\""]);
    push_iso_time(json, user.created_at_ms);
    json.push_str("\",\"updated_at\":\"");
    push_iso_time(json, now_ms - 40);
    json.push_str("\",\"is_anonymous\":false,\"is_verified\":true,\"is_disabled\":false,");
    json.push_str("\"is_deactivated\":false,\"is_anonymized\":false,\"can_reauthenticate\":true,");
    json.extend(["\"standard_attributes\":{\"email\":\"", &user.email]);
    json.push_str("\",\"email_verified\":true,\"name\":");
    push_string(json, &user.name);
    json.extend([",\"phone_number\":\"+", &user.phone, "\",\"phone_number_verified\":true,"]);
    json.extend(["\"preferred_username\":\"", &user.username, "\",\"updated_at\":"]);
    push_number(json, user.created_at_ms / 1_000);
    json.push_str("},\"custom_attributes\":{},\"x_web3\":{},\"roles\":[],\"groups\":[]}");
}

fn push_session(json: &mut String, script: &mut Script<'_>, cast: Cast<'_>) {
    let device = cast.device.unwrap_or(&cast.user.computer);
    json.extend(["{\"id\":\"", &script.random.uuid(), "\",\"created_at\":\""]);
    push_iso_time(json, script.now_ms);
    json.push_str("\",\"updated_at\":\"");
    push_iso_time(json, script.now_ms);
    json.push_str(
        "\",\"type\":\"idp\",\"amr\":[\"pwd\",\"x_primary_password\"],\"createdByIP\":\"",
    );
    json.extend([device.plain_address(), "\",\"lastAccessedByIP\":\"", device.plain_address()]);
    json.push_str("\",\"clientID\":null,\"userAgent\":");
    push_string(json, &device.agent.text);
    json.push('}');
}

/// A way to sign in.
struct Identity {
    kind: &'static str,
    claim: &'static str,
    value: String,
}

impl Identity {
    /// The one an event is about, by the second word of its type.
    fn of(event_type: &str, user: &User) -> Self {
        let (kind, claim, value) = match event_type.split('.').nth(1) {
            Some("phone") => ("login_id", "phone_number", format!("+{}", user.phone)),
            Some("username") => ("login_id", "preferred_username", user.username.clone()),
            Some("oauth") => ("oauth", "email", user.email.clone()),
            Some("biometric") => {
                ("biometric", "https://authgear.com/claims/biometric/key_id", user.id.clone())
            }
            _ => ("login_id", "email", user.email.clone()),
        };
        Self { kind, claim, value }
    }

    /// What it was before the user changed it: an address elsewhere, a number or a name with
    /// another end.
    fn former(self) -> Self {
        let value = match self.value.split_once('@') {
            Some((name, _)) => format!("{name}@mail.example"),
            None => format!("{}0", self.value),
        };
        Self { value, ..self }
    }
}

/// An identity before and after.
fn push_change(json: &mut String, script: &mut Script<'_>, event_type: &str, user: &User) {
    let id = script.random.uuid();
    json.push_str("\"old_identity\":");
    push_identity(json, script.now_ms, &Identity::of(event_type, user).former(), &id, user);
    json.push_str(",\"new_identity\":");
    push_identity(json, script.now_ms, &Identity::of(event_type, user), &id, user);
}

fn push_identity(json: &mut String, now_ms: i64, identity: &Identity, id: &str, user: &User) {
    let Identity { kind, claim, value } = identity;
    json.extend(["{\"id\":\"", id, "\",\"created_at\":\""]);
    push_iso_time(json, now_ms);
    json.push_str("\",\"updated_at\":\"");
    push_iso_time(json, now_ms);
    json.extend(["\",\"type\":\"", kind, "\",\"user_id\":\"", &user.id_in(Source::Authgear)]);
    json.extend(["\",\"claims\":{\"", claim, "\":\"", value, "\"}}"]);
}

fn push_context(json: &mut String, script: &mut Script<'_>, event_type: &str, cast: Cast<'_>) {
    json.push_str("{\"timestamp\":");
    push_number(json, script.now_ms.div_euclid(1_000));
    json.push_str(",\"user_id\":");
    push_user_id(json, event_type, cast);
    json.extend([",\"triggered_by\":\"", cast.by.name(), "\",\"audit_context\":"]);
    push_audit_context(json, cast.by);
    json.push_str(",\"preferred_languages\":[\"en\"],\"language\":\"en\"");
    if let Some(device) = cast.device {
        json.extend([",\"ip_address\":\"", device.plain_address(), "\",\"user_agent\":"]);
        push_string(json, &device.agent.text);
    }
    json.push_str(",\"geo_location_code\":null,\"app_id\":\"acme\"");
    if cast.by == By::User {
        let client = match event_type {
            "m2m.token.created" => script.world.applications.workers.at(0),
            _ => cast.application,
        };
        json.extend([",\"client_id\":\"", &client.id_in(Source::Authgear), "\""]);
    }
    let (trace, span) = (script.random.hexadecimal(32), script.random.hexadecimal(16));
    json.extend([",\"tracking_id\":\"", &trace, "-", &span, "\"}"]);
}

/// Of most changes by administrators Authgear does not say whom they are about, see
/// `gatelog-event`'s mapping; of a failed identification it says nobody.
fn push_user_id(json: &mut String, event_type: &str, cast: Cast<'_>) {
    let is_named = !["admin_api.", "project.", "email.", "sms.", "whatsapp."]
        .iter()
        .any(|prefix| event_type.starts_with(prefix));
    match () {
        () if event_type == "authentication.identity.login_id.failed" => json.push_str("\"\""),
        () if !cast.is_known || !is_named => json.push_str("null"),
        () => json.extend(["\"", &cast.user.id_in(Source::Authgear), "\""]),
    }
}

fn push_audit_context(json: &mut String, by: By) {
    match by {
        By::User => json.push_str(
            "{\"http_url\":\"https://id.acme.example/api/v1/authentication_flows/states/input\"}",
        ),
        By::AdminApi => {
            json.push_str("{\"http_url\":\"https://id.acme.example/_api/admin/graphql\"}");
        }
        By::Admin(number) | By::Portal(number) => {
            let usage = if matches!(by, By::Admin(_)) { "proxy" } else { "internal" };
            let id = Random::of_administrator(number).uuid();
            json.push_str("{\"http_url\":\"https://id.acme.example/graphql\",\"usage\":\"");
            json.extend([usage, "\",\"actor_user_id\":\"", &id]);
            json.push_str("\",\"http_referer\":\"https://portal.acme.example/project/acme\"}");
        }
        By::System => json.push_str("{}"),
    }
}

impl By {
    fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::AdminApi | Self::Admin(_) => "admin_api",
            Self::Portal(_) => "portal",
            Self::System => "system",
        }
    }
}
