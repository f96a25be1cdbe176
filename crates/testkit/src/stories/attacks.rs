//! What should not have happened.
//!
//! Attackers come from a few addresses of 192.0.2.0/24, where nobody else is.

use crate::stories::experience::Experience;
use crate::stories::failure::{
    INVALID_CREDENTIALS, REFRESH_TOKEN_NOT_FOUND, REFRESH_TOKEN_USED, SECOND_FACTOR_REQUIRED,
    TOO_MANY_ATTEMPTS,
};
use crate::stories::record::{Identifier, Proof};
use crate::stories::script::{Event, Outcome, Script};
use crate::stories::sign_in::{complete, email};
use crate::stories::{hooks, second_factor, tokens};
use crate::world::{Device, SecondFactor, User};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Attack {
    /// A stolen refresh token is used after its owner has used it.
    TokenReuse,
    /// The password is known; the one-time password is guessed.
    SecondFactorGuessing,
    /// One account, many passwords, until it is locked.
    PasswordGuessing,
    /// Many accounts, one stolen password each.
    CredentialStuffing,
}

/// Failures after which the tenant's policy locks an identifier.
const LOCKOUT_ATTEMPTS: usize = 10;

impl Attack {
    /// All attacks, the shortest first.
    pub(crate) const ALL: [Self; 4] = [
        Self::TokenReuse,
        Self::SecondFactorGuessing,
        Self::PasswordGuessing,
        Self::CredentialStuffing,
    ];

    pub(crate) fn play(self, script: &mut Script<'_>) {
        match self {
            Self::TokenReuse => reuse_token(script),
            Self::SecondFactorGuessing => guess_second_factor(script),
            Self::PasswordGuessing => guess_password(script),
            Self::CredentialStuffing => stuff_credentials(script),
        }
    }
}

fn reuse_token(script: &mut Script<'_>) {
    let victim = somebody(script);
    let application = script.application_of(victim);
    let thief = rented(script, 2);
    tokens::refresh_on(script, victim, application, &victim.phone_native, None);
    script.now_ms += script.random.between(30_000, 200_000);
    tokens::revoke_reused(script, application, &thief);
    tokens::refresh_on(script, victim, application, &thief, Some(&REFRESH_TOKEN_USED));
    script.now_ms += script.random.between(60_000, 900_000);
    let refused = Some(&REFRESH_TOKEN_NOT_FOUND);
    tokens::refresh_on(script, victim, application, &victim.phone_native, refused);
}

fn guess_second_factor(script: &mut Script<'_>) {
    let victim = (0..200)
        .map(|_| somebody(script))
        .find(|user| user.second_factor == SecondFactor::Totp)
        .unwrap_or_else(|| somebody(script));
    let application = script.application_of(victim);
    let machine = rented(script, 1);
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

fn guess_password(script: &mut Script<'_>) {
    let victim = somebody(script);
    let application = script.application_of(victim);
    let machine = rented(script, 1);
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
fn stuff_credentials(script: &mut Script<'_>) {
    let application = script.world.applications.interactive.at(0);
    let machines: Vec<Device> = (0..5).map(|_| rented(script, 5)).collect();
    for round in 0..30 {
        let Some(machine) = machines.get(round % machines.len()) else {
            return;
        };
        let victim = somebody(script);
        let visit = &mut Experience::begin_on(script, victim, application, machine, Event::SignIn);
        for _ in 0..20 + script.random.below(8) {
            script.now_ms += script.random.between(300, 5_000);
            let guess = stolen_address(script);
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

fn stolen_address(script: &mut Script<'_>) -> String {
    if script.random.chance(80) {
        somebody(script).email.clone()
    } else {
        let domain = script.random.pick(&["mail.example", "old-forum.example", "post.example"]);
        let digits = script.random.digits(2);
        format!("{}.{}{digits}@{domain}", script.random.id(4), script.random.id(6))
    }
}

fn somebody<'a>(script: &mut Script<'a>) -> &'a User {
    let users = &script.world.users;
    users.at(script.random.below(users.len()))
}

fn rented(script: &mut Script<'_>, machines: usize) -> Device {
    let bots = &script.world.agents.bots;
    let agent = bots.at(script.random.below(bots.len()));
    Device::rented(agent, 40 + script.random.below(machines * 9))
}
