//! Webhook deliveries (`TriggerHook.*`): the request body says what happened.
//!
//! Three kinds of body: an interaction's (`userId`, `user`, `userIp`), a change made through the
//! Management API (`data`, `params`, no actor at all), and an exception (lockout, rate limit,
//! grant limit). The row's `result` is that of the delivery, not of what happened.

use std::borrow::Cow;

use super::user_identifier;
use crate::fields::{Fields, Party};
use crate::json::Node;
use crate::mapping::{canonical_ip, text};

/// Fills what the row itself left open from the body of the request.
pub(super) fn read<'a>(body: Node<'_, 'a>, fields: &mut Fields<'a>) {
    let application = body.get("application");
    let member = |name: &str| text(body.get(name));
    fields.application_id = fields
        .application_id
        .take()
        .or_else(|| member("applicationId"))
        .or_else(|| text(application?.get("id")));
    fields.application_name =
        text(application.and_then(|node| node.get("name"))).or_else(|| member("cimdClientId"));
    fields.organization = fields.organization.take().or_else(|| member("organizationId"));
    let ip = fields.ip.take().or_else(|| member("userIp")).or_else(|| member("ip"));
    fields.ip = ip.map(canonical_ip);
    fields.user_agent = fields.user_agent.take().or_else(|| member("userAgent"));
    // The body calls it a session, but it is the id of the interaction.
    fields.interaction = fields.interaction.take().or_else(|| member("sessionId"));
    read_actor(body, fields);
    read_target(body, fields);
}

fn read_actor<'a>(body: Node<'_, 'a>, fields: &mut Fields<'a>) {
    let user = body.get("user");
    let of_user = |name: &str| text(user.and_then(|user| user.get(name)));
    let is_lockout = fields.event_type == "TriggerHook.Identifier.Lockout";
    let actor = &mut fields.actor;
    let id = actor.id.take().or_else(|| text(body.get("userId"))).or_else(|| of_user("id"));
    actor.id = id;
    actor.identifier = match is_lockout {
        true => text(body.get("value")),
        false => actor.identifier.take().or_else(|| user.and_then(user_identifier)),
    };
    actor.name = actor.name.take().or_else(|| of_user("name"));
    if actor.id.is_some() || actor.identifier.is_some() {
        actor.kind = Some(Cow::Borrowed("user"));
    }
}

/// What was created, changed or deleted: `TriggerHook.<Kind>.<Change>` with the row in `data`.
fn read_target<'a>(body: Node<'_, 'a>, fields: &mut Fields<'a>) {
    let Some(kind) = target_kind(&fields.event_type) else {
        return;
    };
    let data = body.get("data");
    let of_data = |name: &str| text(data.and_then(|data| data.get(name)));
    let of_params = |name: &str| text(body.path(&["params", name]));
    let id = of_data("id").or_else(|| of_params("id")).or_else(|| of_params("userId"));
    fields.target = Party {
        kind: Some(Cow::Borrowed(kind)),
        id: match kind {
            "organization" => id.or_else(|| text(body.get("organizationId"))),
            // Nothing but the address or number is known.
            "recipient" => text(body.get("recipient")),
            _ => id,
        },
        identifier: match kind {
            "user" => data.and_then(user_identifier),
            _ => None,
        },
        name: of_data("name"),
    };
}

fn target_kind(event_type: &str) -> Option<&'static str> {
    Some(match event_type.split('.').nth(1)? {
        "User" => "user",
        "Role" => "role",
        "Scope" => "scope",
        "Organization" => "organization",
        "OrganizationRole" => "organization_role",
        "OrganizationScope" => "organization_scope",
        "TrustedDevice" => "trusted_device",
        "Message" => "recipient",
        _ => return None,
    })
}
