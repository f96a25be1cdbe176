//! PlusAuth's part of the break-in: here the account falls, and here it is used.

use crate::rows::Source;
use crate::stories::break_in::Guess;
use crate::stories::plusauth::entry::{Cast, Entry, session, tell};
use crate::stories::plusauth::people::{complete, fail_login, refuse_refresh};
use crate::stories::plusauth::system::send_email;
use crate::stories::script::Script;
use crate::world::{Application, Device, User};

const HOUR_MS: i64 = 3_600_000;

/// Pages of users that the attacker reads, and how many users are on each.
const PAGES: usize = 24;

/// Where the victim's messages go while somebody else has the account.
const FOREIGN_ADDRESS: &str = "m.ellison@inbox.example";

/// Somebody signs in at the office in the morning and out in the evening.
pub(in crate::stories) fn work(script: &mut Script<'_>, user: &User) {
    let cast = Cast::new(user, &user.computer, console(script));
    tell(script, Entry::info("2000", "Credentials validated"), cast);
    let session = complete(script, cast);
    script.now_ms += 8 * HOUR_MS;
    let cast = Cast { session: Some(&session), ..cast };
    tell(script, Entry::info("2024", "User logged out successfully"), cast);
}

/// A password is tried in vain.
pub(in crate::stories) fn refuse(script: &mut Script<'_>, guess: Guess<'_>, machine: &Device) {
    let application = console(script);
    let cast = Cast { user: None, application, device: machine, session: None };
    let entry = match guess.user {
        Some(_) => Entry::warn("4002", "Invalid password"),
        None => Entry::warn("4001", "Invalid user"),
    };
    fail_login(script, entry, guess.typed, cast);
}

/// A password is right. Whoever typed it makes sure to get in again.
pub(in crate::stories) fn fall(script: &mut Script<'_>, victim: &User, machine: &Device) {
    let cast = Cast::new(victim, machine, console(script));
    tell(script, Entry::info("2000", "Credentials validated"), cast);
    let session = complete(script, cast);
    let cast = Cast { session: Some(&session), ..cast };
    enrol(script, cast);
    script.think();
    change_address(script, cast, victim, FOREIGN_ADDRESS);
    script.think();
    tell(script, Entry::info("2040", "E-mail address verified"), cast);
}

/// Everything the account may read through the administration API, and one thing it may not do.
pub(in crate::stories) fn export(script: &mut Script<'_>, victim: &User, machine: &Device) {
    let session = session(script);
    let cast = Cast { session: Some(&session), ..Cast::new(victim, machine, console(script)) };
    for operation in ["List Roles", "List Clients", "List Hooks"] {
        operate(script, cast, "100", operation, "{}");
    }
    for page in 1..=PAGES {
        let details = format!("{{\"page\":{page},\"per_page\":100}}");
        operate(script, cast, "100", "List Users", &details);
    }
    script.think();
    let refused =
        r#"{"error":{"code":"insufficient_scope","message":"client:create is required"}}"#;
    tell(script, Entry::error("101", "Create Client").with(refused), cast);
}

/// The administrator signs in, looks, and closes the account.
pub(in crate::stories) fn close_account(
    script: &mut Script<'_>,
    administrator: &User,
    victim: &User,
) {
    let session = sign_in(script, administrator);
    let cast = at_the_office(script, administrator, &session);
    let id = victim.id_in(Source::PlusAuth);
    let user = format!("{{\"id\":\"{id}\"}}");
    for operation in ["Get User", "List User Sessions", "List User Credentials"] {
        operate(script, cast, "100", operation, &user);
    }
    operate(script, cast, "102", "Update User", &format!("{{\"id\":\"{id}\",\"blocked\":true}}"));
    for _ in 0..2 {
        operate(script, cast, "103", "Delete User Session", &user);
    }
    operate(script, cast, "103", "Delete User Credential", &user);
}

/// The attacker comes back, and the account is of no use any more.
pub(in crate::stories) fn come_back(script: &mut Script<'_>, victim: &User, machine: &Device) {
    let cast = Cast::new(victim, machine, console(script));
    refuse_refresh(script, cast);
    for _ in 0..4 {
        script.think();
        tell(script, Entry::warn("4042", "Account is blocked"), cast);
    }
}

/// The administrator opens the account again; its owner chooses another password and, this time,
/// a second factor.
pub(in crate::stories) fn give_back(script: &mut Script<'_>, administrator: &User, victim: &User) {
    let session = sign_in(script, administrator);
    let cast = at_the_office(script, administrator, &session);
    let id = victim.id_in(Source::PlusAuth);
    change_address(script, Cast { user: Some(administrator), ..cast }, victim, &victim.email);
    operate(script, cast, "102", "Update User", &format!("{{\"id\":\"{id}\",\"blocked\":false}}"));
    let cast = Cast::new(victim, &victim.computer, cast.application);
    send_email(script, victim, Cast { user: None, ..cast }, "reset-password");
    script.now_ms += script.random.between(60_000, 200_000);
    tell(script, Entry::info("2050", "Password reset"), cast);
    script.think();
    let session = complete(script, cast);
    enrol(script, Cast { session: Some(&session), ..cast });
}

/// A one-time password is set up.
fn enrol(script: &mut Script<'_>, cast: Cast<'_>) {
    script.think();
    let enrolled = r#"{"credential":{"type":"otp"}}"#;
    tell(script, Entry::info("2060", "Credential enrolled").with(enrolled), cast);
    tell(script, Entry::info("2103", "MFA enrolled"), cast);
}

/// Somebody's e-mail address becomes another one, to which a message goes.
fn change_address(script: &mut Script<'_>, cast: Cast<'_>, user: &User, address: &str) {
    let id = user.id_in(Source::PlusAuth);
    let changed = format!("{{\"id\":\"{id}\",\"email\":\"{address}\"}}");
    operate(script, cast, "102", "Update User", &changed);
    let sent = format!("{{\"to\":\"{address}\",\"template\":\"verify-email\"}}");
    tell(script, Entry::info("2434", "E-mail sent").with(&sent), cast);
}

/// A sign-in without a hitch, with a second factor. Gives the session.
fn sign_in(script: &mut Script<'_>, user: &User) -> String {
    let cast = Cast::new(user, &user.computer, console(script));
    tell(script, Entry::info("2000", "Credentials validated"), cast);
    tell(script, Entry::info("2100", "MFA required"), cast);
    script.think();
    tell(script, Entry::info("2102", "MFA succeeded").with(r#"{"type":"otp"}"#), cast);
    let session = complete(script, cast);
    script.think();
    session
}

/// A call of the administration API.
fn operate(
    script: &mut Script<'_>,
    cast: Cast<'_>,
    code: &'static str,
    operation: &'static str,
    details_json: &str,
) {
    script.think();
    tell(script, Entry::info(code, operation).with(details_json), cast);
}

fn at_the_office<'c>(script: &Script<'c>, user: &'c User, session: &'c str) -> Cast<'c> {
    Cast { session: Some(session), ..Cast::new(user, &user.computer, console(script)) }
}

/// What the staff signs in to.
fn console<'w>(script: &Script<'w>) -> &'w Application {
    script.application_named("Admin console")
}
