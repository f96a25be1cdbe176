//! One entry of the log, with its cast and its details.

use crate::json::{push_iso_time, push_string};
use crate::rows::Source;
use crate::stories::script::Script;
use crate::world::{Application, Device, User};

/// Who plays in an entry.
#[derive(Clone, Copy)]
pub(super) struct Cast<'c> {
    /// The user, if PlusAuth knows who it is.
    pub(super) user: Option<&'c User>,
    pub(super) application: &'c Application,
    pub(super) device: &'c Device,
    /// The session, of which only entries of people who are signed in have one.
    pub(super) session: Option<&'c str>,
}

impl<'c> Cast<'c> {
    /// A user at a device, not signed in yet.
    pub(super) fn new(user: &'c User, device: &'c Device, application: &'c Application) -> Self {
        Self { user: Some(user), application, device, session: None }
    }
}

/// What is said of an event besides who plays in it.
#[derive(Clone, Copy)]
pub(super) struct Entry<'e> {
    pub(super) event_type: &'static str,
    pub(super) level: &'static str,
    pub(super) message: &'static str,
    /// An object in JSON.
    pub(super) details_json: &'e str,
}

impl<'e> Entry<'e> {
    /// An everyday entry without details.
    pub(super) fn info(event_type: &'static str, message: &'static str) -> Self {
        Self { event_type, level: "info", message, details_json: "{}" }
    }

    /// Somebody was turned away.
    pub(super) fn warn(event_type: &'static str, message: &'static str) -> Self {
        Self { level: "warn", ..Self::info(event_type, message) }
    }

    /// Something does not work.
    pub(super) fn error(event_type: &'static str, message: &'static str) -> Self {
        Self { level: "error", ..Self::info(event_type, message) }
    }

    /// The same with these details, an object in JSON.
    pub(super) fn with(self, details_json: &'e str) -> Self {
        Self { details_json, ..self }
    }
}

/// Tells of an event that happens now.
pub(super) fn tell(script: &mut Script<'_>, entry: Entry<'_>, cast: Cast<'_>) {
    let Entry { event_type, level, message, details_json } = entry;
    let mut json = String::with_capacity(640);
    json.push_str("{\"time\":\"");
    push_iso_time(&mut json, script.now_ms);
    json.extend(["\",\"level\":\"", level, "\",\"event_type\":\"", event_type]);
    json.extend(["\",\"message\":\"", message, "\",\"user_id\":\""]);
    if let Some(user) = cast.user {
        json.push_str(&user.id_in(Source::PlusAuth));
    }
    json.extend(["\",\"request_id\":\"", &script.random.uuid(), "\",\"client_address\":\""]);
    json.extend([cast.device.plain_address(), "\",\"client_id\":\""]);
    json.extend([&cast.application.id_in(Source::PlusAuth), "\",\"ua\":"]);
    push_string(&mut json, &short_agent(&cast.device.agent.text));
    if let Some(session) = cast.session {
        json.extend([",\"session_id\":\"", session, "\",\"amr\":[\"pwd\"]"]);
    }
    json.extend([",\"details\":", details_json, "}"]);
    script.push(json, 0);
}

/// A session of somebody who signs in now.
pub(super) fn session(script: &mut Script<'_>) -> String {
    script.random.token(21)
}

/// A user agent in PlusAuth's short form: `Windows/10 Edge/138.0.0.0`.
fn short_agent(text: &str) -> String {
    let systems = [
        ("Windows NT 10.0", "Windows/10"),
        ("Mac OS X 10_15_7", "macOS/10.15.7"),
        ("iPhone OS", "iOS"),
        ("iPad", "iPadOS"),
        ("Android 15", "Android/15"),
        ("Linux", "Linux"),
    ];
    let browsers =
        [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Version/", "Safari")];
    let system = systems.iter().find(|(mark, _)| text.contains(mark));
    let browser = browsers.iter().find_map(|(mark, name)| {
        let version = text.split_once(mark)?.1.split(' ').next()?;
        Some(format!("{name}/{version}"))
    });
    match (system, browser) {
        (Some((_, system)), Some(browser)) => format!("{system} {browser}"),
        _ => text.to_owned(),
    }
}
