//! What should not have happened, as PlusAuth tells it.

use crate::stories::Attack;
use crate::stories::plusauth::entry::{Cast, Entry, tell};
use crate::stories::plusauth::people::{
    complete, fail_login, fail_second_factor, refresh, refuse_refresh,
};
use crate::stories::script::Script;
use crate::world::User;

/// Failures after which an account or an address is blocked.
const LOCKOUT_ATTEMPTS: usize = 10;

/// Plays an attack, on `victim` if that is settled.
pub(super) fn play<'a>(attack: Attack, script: &mut Script<'a>, victim: Option<&'a User>) {
    let victim = victim.unwrap_or_else(|| script.somebody());
    match attack {
        Attack::TokenReuse => reuse_token(script, victim),
        Attack::SecondFactorGuessing => guess_second_factor(script, victim),
        Attack::PasswordGuessing => guess_password(script, victim),
        Attack::CredentialStuffing => stuff_credentials(script, victim),
    }
}

fn reuse_token<'a>(script: &mut Script<'a>, victim: &'a User) {
    let application = script.application_of(victim);
    let thief = script.rented(2);
    refresh(script, victim);
    script.now_ms += script.random.between(30_000, 200_000);
    refuse_refresh(script, Cast::new(victim, &thief, application));
    script.now_ms += script.random.between(60_000, 900_000);
    refuse_refresh(script, Cast::new(victim, &victim.phone_native, application));
}

fn guess_second_factor(script: &mut Script<'_>, victim: &User) {
    let application = script.application_of(victim);
    let machine = script.rented(1);
    let cast = Cast::new(victim, &machine, application);
    tell(script, Entry::info("2000", "Credentials validated"), cast);
    tell(script, Entry::info("2100", "MFA required"), cast);
    for _ in 0..LOCKOUT_ATTEMPTS {
        script.now_ms += script.random.between(700, 4_000);
        fail_second_factor(script, cast);
    }
    tell(script, Entry::warn("4042", "Account is blocked"), cast);
}

fn guess_password(script: &mut Script<'_>, victim: &User) {
    let application = script.application_of(victim);
    let machine = script.rented(1);
    let cast = Cast::new(victim, &machine, application);
    for _ in 0..LOCKOUT_ATTEMPTS {
        script.now_ms += script.random.between(900, 6_000);
        fail_login(script, Entry::warn("4002", "Invalid password"), &victim.email, cast);
    }
    for _ in 0..4 + script.random.below(8) {
        script.now_ms += script.random.between(900, 6_000);
        tell(script, Entry::warn("4042", "Account is blocked"), cast);
    }
}

/// Most stolen addresses are unknown here; of those that are known a few still open the account.
/// In the end the address they come from is blocked.
fn stuff_credentials(script: &mut Script<'_>, victim: &User) {
    let application = script.world.applications.interactive.at(0);
    for round in 0..30 {
        let machine = script.rented(5);
        let cast = Cast::new(victim, &machine, application);
        for _ in 0..20 + script.random.below(8) {
            script.now_ms += script.random.between(300, 5_000);
            let typed = script.stolen_address();
            fail_login(script, Entry::warn("4001", "Invalid user"), &typed, cast);
        }
        if round % 9 == 4 {
            complete(script, cast);
        }
        if round % 10 == 9 {
            tell(script, Entry::warn("4041", "Address is blocked"), Cast { user: None, ..cast });
        }
    }
}
