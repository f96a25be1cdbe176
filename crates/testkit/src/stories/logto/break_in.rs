//! Logto's part of the break-in: passwords are tried, and the account is suspended for a while.

use crate::stories::break_in::Guess;
use crate::stories::logto::draft::Event;
use crate::stories::logto::experience::Experience;
use crate::stories::logto::failure::INVALID_CREDENTIALS;
use crate::stories::logto::record::Identifier;
use crate::stories::logto::sign_in::email;
use crate::stories::logto::tokens;
use crate::stories::script::Script;
use crate::world::{Application, Device, User};

/// Somebody signs in without a hitch.
pub(in crate::stories) fn visit(script: &mut Script<'_>, user: &User) {
    let visit =
        &mut Experience::begin_on(script, user, portal(script), &user.computer, Event::SignIn);
    visit.sign_in_by_password(script, email(user));
    tokens::exchange_code(script, visit);
}

/// A password is tried in vain.
pub(in crate::stories) fn refuse(script: &mut Script<'_>, guess: Guess<'_>, machine: &Device) {
    let user = guess.user.unwrap_or(&script.world.staff.victim);
    let visit = &mut Experience::begin_on(script, user, portal(script), machine, Event::SignIn);
    let typed = Identifier { kind: "email", value: guess.typed };
    script.latency();
    visit.enter_password(script, typed, Some(&INVALID_CREDENTIALS));
}

fn portal<'w>(script: &Script<'w>) -> &'w Application {
    script.application_named("Customer portal")
}
