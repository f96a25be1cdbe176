//! What should not have happened, as Logto tells it.

use crate::stories::Attack;
use crate::stories::logto::draft::{Event, Outcome};
use crate::stories::logto::experience::Experience;
use crate::stories::logto::failure::{
    INVALID_CREDENTIALS, REFRESH_TOKEN_NOT_FOUND, REFRESH_TOKEN_USED, SECOND_FACTOR_REQUIRED,
    TOO_MANY_ATTEMPTS,
};
use crate::stories::logto::record::{Identifier, Proof};
use crate::stories::logto::sign_in::{complete, email};
use crate::stories::logto::{hooks, second_factor, tokens};
use crate::stories::script::Script;
use crate::world::{Device, SecondFactor, User};

/// Failures after which the tenant's policy locks an identifier.
const LOCKOUT_ATTEMPTS: usize = 10;

/// Plays an attack, on `victim` if that is settled.
pub(crate) fn play<'a>(attack: Attack, script: &mut Script<'a>, victim: Option<&'a User>) {
    match attack {
        Attack::TokenReuse => reuse_token(script, victim),
        Attack::SecondFactorGuessing => guess_second_factor(script, victim),
        Attack::PasswordGuessing => guess_password(script, victim),
        Attack::CredentialStuffing => stuff_credentials(script, victim),
    }
}

fn reuse_token<'a>(script: &mut Script<'a>, victim: Option<&'a User>) {
    let victim = victim.unwrap_or_else(|| script.somebody());
    let application = script.application_of(victim);
    let thief = script.rented(2);
    tokens::refresh_on(script, victim, application, &victim.phone_native, None);
    script.now_ms += script.random.between(30_000, 200_000);
    tokens::revoke_reused(script, application, &thief);
    tokens::refresh_on(script, victim, application, &thief, Some(&REFRESH_TOKEN_USED));
    script.now_ms += script.random.between(60_000, 900_000);
    let refused = Some(&REFRESH_TOKEN_NOT_FOUND);
    tokens::refresh_on(script, victim, application, &victim.phone_native, refused);
}

fn guess_second_factor<'a>(script: &mut Script<'a>, victim: Option<&'a User>) {
    let victim = victim.unwrap_or_else(|| {
        (0..200)
            .map(|_| script.somebody())
            .find(|user| user.second_factor == SecondFactor::Totp)
            .unwrap_or_else(|| script.somebody())
    });
    let application = script.application_of(victim);
    let machine = script.rented(1);
    let visit = &mut Experience::begin_on(script, victim, application, &machine, Event::SignIn);
    script.latency();
    visit.enter_password(script, email(victim), None);
    visit.identify(script, Outcome::Success);
    visit.submit(script, Outcome::Failure(&SECOND_FACTOR_REQUIRED));
    let id = visit.start(script, Proof::Totp(victim));
    for _ in 0..LOCKOUT_ATTEMPTS {
        script.now_ms += script.random.between(700, 4_000);
        second_factor::fail_totp(script, visit, &id);
    }
    let payload = format!("{{\"verificationId\":\"{id}\"}}");
    for _ in 0..4 {
        script.now_ms += script.random.between(700, 4_000);
        let locked = Outcome::Failure(&TOO_MANY_ATTEMPTS);
        visit.request(script, "Verification.Totp.Submit", locked, &payload);
    }
}

fn guess_password<'a>(script: &mut Script<'a>, victim: Option<&'a User>) {
    let victim = victim.unwrap_or_else(|| script.somebody());
    let application = script.application_of(victim);
    let machine = script.rented(1);
    let visit = &mut Experience::begin_on(script, victim, application, &machine, Event::SignIn);
    for _ in 0..LOCKOUT_ATTEMPTS {
        script.now_ms += script.random.between(900, 6_000);
        visit.enter_password(script, email(victim), Some(&INVALID_CREDENTIALS));
    }
    hooks::locked_out(script, visit);
    for _ in 0..15 + script.random.below(15) {
        script.now_ms += script.random.between(900, 6_000);
        visit.enter_password(script, email(victim), Some(&TOO_MANY_ATTEMPTS));
    }
}

/// Most stolen addresses are unknown here; of those that are known a few still open the account.
fn stuff_credentials<'a>(script: &mut Script<'a>, victim: Option<&'a User>) {
    let application = script.world.applications.interactive.at(0);
    let machines: Vec<Device> = (0..5).map(|_| script.rented(5)).collect();
    for round in 0..30 {
        let Some(machine) = machines.get(round % machines.len()) else {
            return;
        };
        let anybody = script.somebody();
        let victim = victim.unwrap_or(anybody);
        let visit = &mut Experience::begin_on(script, victim, application, machine, Event::SignIn);
        for _ in 0..20 + script.random.below(8) {
            script.now_ms += script.random.between(300, 5_000);
            let guess = script.stolen_address();
            let identifier = Identifier { kind: "email", value: &guess };
            let mut attempt = String::from("{\"password\":\"******\",\"identifier\":");
            identifier.push_onto(&mut attempt);
            attempt.push('}');
            let refused = Outcome::Failure(&INVALID_CREDENTIALS);
            visit.request(script, "Verification.Password.Submit", refused, &attempt);
        }
        if round % 9 == 4 {
            script.latency();
            visit.enter_password(script, email(victim), None);
            visit.identify(script, Outcome::Success);
            complete(script, visit);
        }
    }
}
