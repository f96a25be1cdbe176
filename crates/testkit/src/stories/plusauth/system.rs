//! What administrators and the system do.

use crate::stories::plusauth::entry::{Cast, Entry, tell};
use crate::stories::script::Script;
use crate::world::User;

/// Calls of the administration API: their codes and the names of the operations.
const OPERATIONS: [(&str, &str); 10] = [
    ("100", "Get User"),
    ("100", "List Users"),
    ("102", "Update User"),
    ("101", "Create User"),
    ("102", "Assign Roles to User"),
    ("103", "Delete User Session"),
    ("101", "Create Role"),
    ("102", "Update Client"),
    ("103", "Delete Client"),
    ("102", "Update Hook"),
];

/// Somebody is looked up or changed through the administration API, now and then in vain.
pub(super) fn administer<'a>(script: &mut Script<'a>, user: &'a User) {
    let (code, operation) = script.random.pick(&OPERATIONS);
    let worker = script.world.applications.workers.at(0);
    // A program calls with its own credentials, the dashboard for whoever uses it.
    let by = script.random.chance(500).then(|| script.somebody());
    let cast = Cast { user: by, ..Cast::new(user, &worker.server, worker) };
    let target = user.id_in(crate::rows::Source::PlusAuth);
    if script.random.chance(60) {
        let refused = r#"{"error":{"code":"invalid_entity","message":"name must not be empty"}}"#;
        return tell(script, Entry::error(code, operation).with(refused), cast);
    }
    let details = format!("{{\"id\":\"{target}\"}}");
    tell(script, Entry::info(code, operation).with(&details), cast);
}

/// A script of the tenant's own runs at a sign-in.
pub(super) fn run_hook<'a>(script: &mut Script<'a>, user: &'a User) {
    let cast = Cast::new(user, &user.computer, script.application_of(user));
    if script.random.chance(40) {
        let details = r#"{"hook":{"name":"Notify","type":"post-login"},"error":{"name":"TypeError","message":"fetch failed"}}"#;
        tell(script, Entry::error("4300", "Hook failed").with(details), cast);
    } else {
        let details = r#"{"hook":{"name":"Add claims","type":"pre-access-token"}}"#;
        tell(script, Entry::info("2300", "Hook executed").with(details), cast);
    }
}

/// A message is handed over, now and then in vain.
pub(super) fn notify<'a>(script: &mut Script<'a>, user: &'a User) {
    let cast = Cast::new(user, &user.phone_browser, script.application_of(user));
    let is_sent = !script.random.chance(150);
    let entry = match (script.random.below(3), is_sent) {
        (0, true) => return send_email(script, user, cast, "new-device"),
        (0, false) => Entry::error("4434", "E-mail could not be sent"),
        (1, true) => Entry::info("2444", "SMS sent"),
        (1, false) => Entry::error("4444", "SMS could not be sent"),
        (_, true) => Entry::info("2454", "Push notification sent"),
        (_, false) => Entry::error("4454", "Push notification could not be sent"),
    };
    let recipient = match entry.event_type {
        "2444" | "4444" => format!("+{}", user.phone),
        _ => user.email.clone(),
    };
    let details = format!("{{\"to\":\"{recipient}\"}}");
    tell(script, entry.with(&details), cast);
}

/// An e-mail by a template.
pub(super) fn send_email(script: &mut Script<'_>, user: &User, cast: Cast<'_>, template: &str) {
    let details = format!("{{\"to\":\"{}\",\"template\":\"{template}\"}}", user.email);
    tell(script, Entry::info("2434", "E-mail sent").with(&details), cast);
}

/// Users should have been copied from an external directory.
pub(super) fn synchronise(script: &mut Script<'_>) {
    let worker = script.world.applications.workers.at(0);
    let anybody = script.somebody();
    let cast = Cast { user: None, ..Cast::new(anybody, &worker.server, worker) };
    let details = r#"{"connection":"ldap-berlin","error":{"code":"ECONNREFUSED","message":"connect ECONNREFUSED 198.51.100.50:636"}}"#;
    tell(script, Entry::error("4521", "Directory synchronisation failed").with(details), cast);
}
