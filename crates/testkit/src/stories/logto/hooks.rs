//! What Logto tells other systems: webhooks, and the scripts that add claims to tokens.
//!
//! Here the names stand that a reader of the log can learn: people, applications, organizations.

use crate::json::{push_escaped, push_iso_time, push_number, push_string};
use crate::stories::logto::draft::{Event, Key, Outcome};
use crate::stories::logto::experience::Experience;
use crate::stories::logto::failure::Failure;
use crate::stories::script::Script;
use crate::world::{Application, Device, User};

/// Tells everybody who listens that a visit went well.
pub(crate) fn after_visit(script: &mut Script<'_>, visit: &Experience<'_>) {
    let (key, event) = match visit.event {
        Event::SignIn => ("TriggerHook.PostSignIn", "PostSignIn"),
        Event::Register => ("TriggerHook.PostRegister", "PostRegister"),
        Event::ForgotPassword => ("TriggerHook.PostResetPassword", "PostResetPassword"),
    };
    let Experience { user, application, browser, .. } = visit;
    let mut body = String::from("{\"user\":");
    push_user(&mut body, user, Some(application), script.now_ms);
    let hook = if script.random.chance(70) { Hook::Shaky } else { Hook::Steady };
    body.extend([",\"event\":\"", event, "\",\"hookId\":\"", hook.id(script)]);
    body.extend(["\",\"userId\":\"", &user.id, "\",\"userIp\":\"", &browser.address, "\""]);
    push_occasion(&mut body, script.now_ms, browser, visit.interaction_id());
    push_application(&mut body, application);
    body.extend([",\"interactionEvent\":\"", visit.event.name(), "\"}"]);
    send(script, key, hook, &body);
}

/// Tells that an account was made on the sign-in pages.
pub(crate) fn user_created(script: &mut Script<'_>, visit: &Experience<'_>) {
    let Experience { user, application, browser, .. } = visit;
    let mut body = format!("{{\"ip\":\"{}\",\"data\":", browser.address);
    push_user(&mut body, user, None, script.now_ms);
    body.extend([",\"event\":\"User.Created\",\"hookId\":\"", Hook::Steady.id(script), "\""]);
    push_occasion(&mut body, script.now_ms, browser, visit.interaction_id());
    push_application(&mut body, application);
    body.extend([",\"applicationId\":\"", &application.id]);
    body.push_str("\",\"interactionEvent\":\"Register\"}");
    send(script, "TriggerHook.User.Created", Hook::Steady, &body);
}

/// Tells that somebody's identifier is locked after too many failures.
pub(crate) fn locked_out(script: &mut Script<'_>, visit: &Experience<'_>) {
    let Experience { user, application, browser, .. } = visit;
    let mut body = format!(
        "{{\"ip\":\"{}\",\"type\":\"email\",\"event\":\"Identifier.Lockout\",\"value\":\"{}\",\
         \"hookId\":\"{}\"",
        browser.address,
        user.email,
        Hook::Steady.id(script)
    );
    push_occasion(&mut body, script.now_ms, browser, visit.interaction_id());
    push_application(&mut body, application);
    body.extend([",\"applicationId\":\"", &application.id]);
    body.push_str("\",\"interactionEvent\":\"SignIn\"}");
    send(script, "TriggerHook.Identifier.Lockout", Hook::Steady, &body);
}

/// An administrator's program changes somebody or their organization.
pub(crate) fn manage(script: &mut Script<'_>, user: &User) {
    let world = script.world;
    let organization = world.organizations.at(user.organization);
    let mut data = String::new();
    let (key, event, method, path) = match script.random.below(10) {
        0..5 => {
            push_user(&mut data, user, Some(world.applications.interactive.at(0)), script.now_ms);
            let path = format!("/users/{}", user.id);
            ("TriggerHook.User.Data.Updated", "User.Data.Updated", "PATCH", path)
        }
        5 => {
            push_user(&mut data, user, None, script.now_ms);
            let path = format!("/users/{}/is-suspended", user.id);
            let (key, event) =
                ("TriggerHook.User.SuspensionStatus.Updated", "User.SuspensionStatus.Updated");
            (key, event, "PATCH", path)
        }
        6..9 => {
            data = format!(
                "{{\"addedUserIds\":[\"{}\"],\"organizationId\":\"{}\"}}",
                user.id, organization.id
            );
            let path = format!("/organizations/{}/users", organization.id);
            let (key, event) =
                ("TriggerHook.Organization.Membership.Updated", "Organization.Membership.Updated");
            (key, event, "POST", path)
        }
        _ => {
            data = format!("{{\"id\":\"{}\",\"name\":", organization.id);
            push_string(&mut data, &organization.name);
            data.push_str(",\"customData\":{},\"description\":null,\"isMfaRequired\":false}");
            let path = format!("/organizations/{}", organization.id);
            ("TriggerHook.Organization.Data.Updated", "Organization.Data.Updated", "PATCH", path)
        }
    };
    tell_change(script, key, &Change { event, method, path: &path, data_json: &data });
}

/// Somebody is suspended, or not any more, through the Management API.
pub(crate) fn tell_suspension(script: &mut Script<'_>, user: &User, is_suspended: bool) {
    let mut data = String::new();
    push_user(&mut data, user, None, script.now_ms);
    if is_suspended {
        data = data.replace("\"isSuspended\":false", "\"isSuspended\":true");
    }
    let path = format!("/users/{}/is-suspended", user.id);
    let event = "User.SuspensionStatus.Updated";
    let change = Change { event, method: "PATCH", path: &path, data_json: &data };
    tell_change(script, "TriggerHook.User.SuspensionStatus.Updated", &change);
}

/// A change made through the Management API.
struct Change<'c> {
    event: &'static str,
    method: &'static str,
    path: &'c str,
    /// What was changed, as it is now.
    data_json: &'c str,
}

fn tell_change(script: &mut Script<'_>, key: &'static str, change: &Change<'_>) {
    let Change { event, method, path, data_json } = change;
    let server = &script.world.applications.workers.at(0).server;
    let mut body = format!(
        "{{\"ip\":\"{}\",\"data\":{data_json},\"path\":\"{path}\",\"event\":\"{event}\",\
         \"hookId\":\"{}\",\"method\":\"{method}\",\"params\":{{}},\"status\":200,\"createdAt\":\"",
        server.address,
        Hook::Steady.id(script)
    );
    push_iso_time(&mut body, script.now_ms);
    body.extend(["\",\"userAgent\":\"", &server.agent.text, "\"}"]);
    send_after(script, key, Hook::Steady, &body, 0);
}

/// The tenant's script adds claims to somebody's access token.
pub(crate) fn customize_user_token(script: &mut Script<'_>, visit: &Experience<'_>) {
    let now_ms = script.now_ms;
    let row = script
        .open(Key::Plain("JwtCustomizer.AccessToken"), Outcome::Success)
        .device(visit.browser)
        .user(visit.user)
        .application(visit.application)
        .with("payload", |json| {
            json.push_str("{\"token\":\"******\",\"context\":{\"user\":");
            push_user(json, visit.user, Some(visit.application), now_ms);
            push_application(json, visit.application);
            json.push_str("},\"tokenType\":\"access-token\"}");
        })
        .plain("tenantId", "default")
        .json("customTokenClaims", r#"{"plan":"gold"}"#);
    script.close(row);
}

/// The tenant's script adds claims to a machine's access token.
pub(crate) fn customize_machine_token(script: &mut Script<'_>, application: &Application) {
    let row = script
        .open(Key::Plain("JwtCustomizer.ClientCredentials"), Outcome::Success)
        .device(&application.server)
        .application(application)
        .with("payload", |json| {
            json.push_str("{\"token\":\"******\",\"context\":{\"grantType\":\"none\"");
            push_application(json, application);
            json.push_str("},\"tokenType\":\"client-credentials\"}");
        })
        .plain("tenantId", "default")
        .json("customTokenClaims", r#"{"batch":true}"#);
    script.close(row);
}

/// Appends an account as the API shows it.
pub(crate) fn push_user(
    json: &mut String,
    user: &User,
    application: Option<&Application>,
    now_ms: i64,
) {
    json.extend(["{\"id\":\"", &user.id, "\",\"name\":"]);
    push_string(json, &user.name);
    json.extend([",\"avatar\":null,\"profile\":{},\"username\":\"", &user.username]);
    json.push_str("\",\"createdAt\":");
    push_number(json, user.created_at_ms);
    json.push_str(",\"updatedAt\":");
    push_number(json, now_ms);
    json.push_str(
        ",\"customData\":{},\"identities\":{},\"isSuspended\":false,\"cimdClientId\":null,\
                   \"lastSignInAt\":",
    );
    push_number(json, now_ms);
    json.extend([",\"primaryEmail\":\"", &user.email, "\",\"primaryPhone\":\"", &user.phone]);
    json.push_str("\",\"applicationId\":");
    match application {
        Some(application) => json.extend(["\"", &application.id, "\"}"]),
        None => json.push_str("null}"),
    }
}

/// The two webhooks, by how well their receivers are kept.
#[derive(Debug, Clone, Copy)]
enum Hook {
    Steady,
    Shaky,
}

impl Hook {
    fn id<'w>(self, script: &Script<'w>) -> &'w str {
        match self {
            Self::Steady => &script.world.steady_hook,
            Self::Shaky => &script.world.shaky_hook,
        }
    }
}

/// `createdAt`, `sessionId` and `userAgent`.
fn push_occasion(body: &mut String, now_ms: i64, browser: &Device, session: &str) {
    body.push_str(",\"createdAt\":\"");
    push_iso_time(body, now_ms);
    body.extend(["\",\"sessionId\":\"", session, "\",\"userAgent\":\""]);
    push_escaped(body, &browser.agent.text);
    body.push('"');
}

fn push_application(body: &mut String, application: &Application) {
    body.extend([",\"application\":{\"id\":\"", &application.id, "\",\"name\":"]);
    push_string(body, &application.name);
    body.extend([",\"type\":\"", application.kind.name(), "\",\"description\":null}"]);
}

/// The answer comes while the story goes on.
fn send(script: &mut Script<'_>, key: &'static str, hook: Hook, body: &str) {
    let delay_ms = script.random.between(40, 900);
    send_after(script, key, hook, body, delay_ms);
}

fn send_after(script: &mut Script<'_>, key: &'static str, hook: Hook, body: &str, delay_ms: i64) {
    let hook_id = hook.id(script);
    let row = match (hook, script.random.below(4)) {
        (Hook::Steady, _) | (Hook::Shaky, 0) => script
            .open(Key::Plain(key), Outcome::Success)
            .plain("hookId", hook_id)
            .json("response", r#"{"body":{"ok":true},"statusCode":200}"#),
        (Hook::Shaky, 1) => {
            let message = r#"TypeError: {"message":"fetch failed","cause":{"message":"connect ECONNREFUSED 198.51.100.90:443"}}"#;
            let unreachable = Failure::Text(message.to_owned());
            script.open(Key::Plain(key), Outcome::Failure(&unreachable)).plain("hookId", hook_id)
        }
        (Hook::Shaky, _) => {
            let refused = Failure::Text(format!(
                "HTTPError: {{\"message\":\"Request failed with status code 500 Internal Server \
                 Error\",\"response\":{{}},\"request\":{{}},\"options\":{{\"headers\":{{}},\
                 \"json\":{body},\"timeout\":10000,\"method\":\"POST\"}},\"name\":\"HTTPError\"}}"
            ));
            script
                .open(Key::Plain(key), Outcome::Failure(&refused))
                .plain("hookId", hook_id)
                .json("response", r#"{"body":"Internal Server Error","statusCode":500}"#)
        }
    };
    let row = row.with("hookRequest", |json| json.extend(["{\"body\":", body, "}"]));
    script.close_after(row, delay_ms);
}
