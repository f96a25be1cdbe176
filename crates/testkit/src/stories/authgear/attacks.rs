//! What should not have happened, as Authgear tells it.

use crate::stories::Attack;
use crate::stories::authgear::event::{Cast, tell};
use crate::stories::authgear::people::ask_for_code;
use crate::stories::script::Script;
use crate::world::User;

/// Failures after which an account is locked.
const LOCKOUT_ATTEMPTS: usize = 10;

/// Plays an attack, on `victim` if that is settled.
pub(super) fn play<'a>(attack: Attack, script: &mut Script<'a>, victim: Option<&'a User>) {
    let victim = victim.unwrap_or_else(|| script.somebody());
    match attack {
        Attack::TokenReuse => use_stolen_client(script, victim),
        Attack::SecondFactorGuessing => {
            guess(script, victim, "authentication.secondary.totp.failed");
        }
        Attack::PasswordGuessing => guess(script, victim, "authentication.primary.password.failed"),
        Attack::CredentialStuffing => stuff_credentials(script, victim),
    }
}

/// Authgear does not log refresh tokens, but the tokens of a machine whose secret got out.
fn use_stolen_client(script: &mut Script<'_>, victim: &User) {
    let worker = script.world.applications.workers.at(0);
    let thief = script.rented(2);
    let cast = Cast { is_known: false, ..Cast::new(victim, &thief, worker) };
    for _ in 0..6 {
        tell(script, "m2m.token.created", cast);
        script.now_ms += script.random.between(30_000, 200_000);
    }
}

fn guess(script: &mut Script<'_>, victim: &User, failure: &'static str) {
    let application = script.application_of(victim);
    let machine = script.rented(1);
    let cast = Cast::new(victim, &machine, application);
    for _ in 0..LOCKOUT_ATTEMPTS {
        script.now_ms += script.random.between(900, 6_000);
        tell(script, failure, cast);
    }
    for _ in 0..4 + script.random.below(8) {
        script.now_ms += script.random.between(900, 6_000);
        tell(script, "authentication.blocked", cast);
    }
    tell(script, "rate_limit.blocked", Cast { is_known: false, ..cast });
}

/// Most stolen addresses are unknown here; of those that are known a few still open the account.
fn stuff_credentials(script: &mut Script<'_>, victim: &User) {
    let application = script.world.applications.interactive.at(0);
    for round in 0..30 {
        let machine = script.rented(5);
        let cast = Cast::new(victim, &machine, application);
        for _ in 0..20 + script.random.below(8) {
            script.now_ms += script.random.between(300, 5_000);
            let typed = script.stolen_address();
            let failed = "authentication.identity.login_id.failed";
            tell(script, failed, Cast { typed: &typed, is_known: false, ..cast });
        }
        if round % 9 == 4 {
            script.latency();
            ask_for_code(script, victim, &machine);
            script.think();
            tell(script, "user.authenticated", cast);
        }
    }
}
