//! Authgear's part of the break-in: passwords are tried, and the account is closed for a while.

use crate::stories::authgear::event::{By, Cast, tell};
use crate::stories::break_in::Guess;
use crate::stories::script::Script;
use crate::world::{ADMINISTRATOR, Application, Device, User};

/// Somebody signs in.
pub(in crate::stories) fn visit(script: &mut Script<'_>, user: &User) {
    let cast = Cast::new(user, &user.phone_browser, shop(script));
    tell(script, "user.authenticated", cast);
}

/// A password is tried in vain.
pub(in crate::stories) fn refuse(script: &mut Script<'_>, guess: Guess<'_>, machine: &Device) {
    let user = guess.user.unwrap_or(&script.world.staff.victim);
    let cast = Cast { typed: guess.typed, ..Cast::new(user, machine, shop(script)) };
    let failure = match guess.user {
        Some(_) => "authentication.primary.password.failed",
        None => "authentication.identity.login_id.failed",
    };
    tell(script, failure, cast);
}

/// The administrator ends the victim's sessions and disables the account.
pub(in crate::stories) fn close_account(script: &mut Script<'_>, victim: &User) {
    let cast = by_administrator(script, victim);
    tell(script, "admin_api.mutation.revoke_all_sessions.executed", cast);
    script.think();
    tell(script, "admin_api.mutation.set_disabled_status.executed", cast);
    script.latency();
    tell(script, "user.disabled", cast);
}

/// The administrator sets another password and enables the account; the victim signs in.
pub(in crate::stories) fn give_back(script: &mut Script<'_>, victim: &User) {
    let cast = by_administrator(script, victim);
    tell(script, "admin_api.mutation.reset_password.executed", cast);
    script.think();
    tell(script, "admin_api.mutation.set_disabled_status.executed", cast);
    script.latency();
    tell(script, "user.reenabled", cast);
    script.think();
    visit(script, victim);
}

fn by_administrator<'c>(script: &Script<'c>, victim: &'c User) -> Cast<'c> {
    let device = &script.world.staff.administrator.computer;
    Cast { by: By::Admin(ADMINISTRATOR), ..Cast::new(victim, device, shop(script)) }
}

fn shop<'w>(script: &Script<'w>) -> &'w Application {
    script.application_named("Web shop")
}
