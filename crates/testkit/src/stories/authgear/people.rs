//! What people do.

use crate::stories::authgear::event::{By, Cast, tell};
use crate::stories::script::Script;
use crate::world::{Device, Login, SecondFactor, User};

/// The whole way to a session, if it is not broken off.
pub(super) fn sign_in<'a>(script: &mut Script<'a>, user: &'a User) {
    let device = user.browser(script.random);
    let cast = Cast::new(user, device, script.application_of(user));
    if script.random.chance(15) {
        tell(script, "bot_protection.verification.failed", Cast { is_known: false, ..cast });
        script.think();
    }
    if script.random.chance(40) {
        let typed = script.stolen_address();
        tell(script, "authentication.identity.login_id.failed", Cast { typed: &typed, ..cast });
        script.think();
    }
    if prove(script, cast) && pass_second_factor(script, cast) {
        script.latency();
        tell(script, "user.authenticated", cast);
    }
}

pub(super) fn sign_out<'a>(script: &mut Script<'a>, user: &'a User) {
    let cast = Cast::new(user, user.browser(script.random), script.application_of(user));
    let ended =
        if script.random.chance(80) { "user.session.terminated" } else { "user.signed_out" };
    tell(script, ended, cast);
}

pub(super) fn reauthenticate<'a>(script: &mut Script<'a>, user: &'a User) {
    let cast = Cast::new(user, user.browser(script.random), script.application_of(user));
    if prove(script, cast) {
        tell(script, "user.reauthenticated", cast);
    }
}

pub(super) fn register<'a>(script: &mut Script<'a>, user: &'a User) {
    let cast = Cast::new(user, &user.phone_browser, script.application_of(user));
    let cast = Cast { purpose: "verification", ..cast };
    tell(script, "user.created", cast);
    script.latency();
    tell(script, "email.sent", cast);
    script.think();
    tell(script, "identity.email.verified", cast);
    script.latency();
    tell(script, "user.authenticated", cast);
}

pub(super) fn change_profile<'a>(script: &mut Script<'a>, user: &'a User) {
    let cast = Cast::new(user, user.browser(script.random), script.application_of(user));
    tell(script, "user.profile.updated", cast);
}

/// A way to sign in is added, changed, verified or taken away.
pub(super) fn change_identities<'a>(script: &mut Script<'a>, user: &'a User) {
    const CHANGES: [&str; 17] = [
        "identity.email.added",
        "identity.email.updated",
        "identity.email.removed",
        "identity.email.verified",
        "identity.email.unverified",
        "identity.phone.added",
        "identity.phone.updated",
        "identity.phone.removed",
        "identity.phone.verified",
        "identity.phone.unverified",
        "identity.username.added",
        "identity.username.updated",
        "identity.username.removed",
        "identity.oauth.connected",
        "identity.oauth.disconnected",
        "identity.biometric.enabled",
        "identity.biometric.disabled",
    ];
    let cast = Cast::new(user, user.browser(script.random), script.application_of(user));
    let change = script.random.pick(&CHANGES);
    let message = match change {
        "identity.email.verified" => Some("email.sent"),
        "identity.phone.verified" => Some("sms.sent"),
        _ => None,
    };
    if let Some(message) = message {
        tell(script, message, Cast { purpose: "verification", ..cast });
        script.think();
    }
    tell(script, change, cast);
}

/// Somebody who was anonymous says who they are.
pub(super) fn promote<'a>(script: &mut Script<'a>, user: &'a User) {
    let cast = Cast::new(user, &user.phone_browser, script.application_of(user));
    tell(script, "user.anonymous.promoted", cast);
    script.latency();
    tell(script, "user.authenticated", cast);
}

/// Somebody wants to be forgotten, and sometimes thinks better of it.
pub(super) fn leave<'a>(script: &mut Script<'a>, user: &'a User) {
    let cast = Cast::new(user, user.browser(script.random), script.application_of(user));
    let [scheduled, unscheduled, gone] = if script.random.chance(700) {
        ["user.deletion_scheduled", "user.deletion_unscheduled", "user.deleted"]
    } else {
        ["user.anonymization_scheduled", "user.anonymization_unscheduled", "user.anonymized"]
    };
    tell(script, scheduled, cast);
    script.now_ms += script.random.between(600_000, 86_400_000);
    if script.random.chance(500) {
        tell(script, unscheduled, cast);
    } else {
        tell(script, gone, Cast { by: By::System, device: None, ..cast });
    }
}

/// Wrong passwords, then a message with a link. What follows Authgear does not log.
pub(super) fn reset_password<'a>(script: &mut Script<'a>, user: &'a User) {
    let cast = Cast::new(user, user.browser(script.random), script.application_of(user));
    for _ in 0..1 + script.random.below(2) {
        tell(script, "authentication.primary.password.failed", cast);
        script.think();
    }
    tell(script, "email.sent", Cast { purpose: "forgot-password", ..cast });
    script.now_ms += script.random.between(60_000, 400_000);
    tell(script, "user.authenticated", cast);
}

/// Failures that hardly anybody meets.
pub(super) fn fail_otherwise<'a>(script: &mut Script<'a>, user: &'a User) {
    const FAILURES: [&str; 6] = [
        "authentication.identity.anonymous.failed",
        "authentication.identity.biometric.failed",
        "authentication.secondary.password.failed",
        "authentication.secondary.oob_otp_email.failed",
        "authentication.secondary.oob_otp_sms.failed",
        "authentication.secondary.recovery_code.failed",
    ];
    let cast = Cast::new(user, &user.phone_browser, script.application_of(user));
    let failure = script.random.pick(&FAILURES);
    tell(script, failure, cast);
    script.think();
    tell(script, "user.authenticated", cast);
}

/// A message that does not arrive.
pub(super) fn undelivered<'a>(script: &mut Script<'a>, user: &'a User) {
    const MESSAGES: [&str; 6] = [
        "email.error",
        "email.suppressed",
        "sms.error",
        "sms.suppressed",
        "whatsapp.error",
        "whatsapp.suppressed",
    ];
    let device = user.browser(script.random);
    let cast = Cast::new(user, device, script.application_of(user));
    let message = script.random.pick(&MESSAGES);
    tell(script, message, Cast { is_known: false, ..cast });
}

/// Shows who somebody is, in the way they usually do. Says whether it was right in the end.
fn prove(script: &mut Script<'_>, cast: Cast<'_>) -> bool {
    match cast.user.login {
        Login::Password => retry(script, cast, "authentication.primary.password.failed", 160),
        Login::EmailCode => {
            tell(script, "email.sent", cast);
            script.think();
            retry(script, cast, "authentication.primary.oob_otp_email.failed", 110)
        }
        Login::PhoneCode => {
            send_to_phone(script, cast);
            script.think();
            retry(script, cast, "authentication.primary.oob_otp_sms.failed", 110)
        }
        Login::Social(_) | Login::SingleSignOn | Login::Passkey => true,
    }
}

/// A code by SMS or WhatsApp, if nothing speaks against it.
fn send_to_phone(script: &mut Script<'_>, cast: Cast<'_>) {
    if script.random.chance(300) {
        tell(script, "whatsapp.sent", cast);
        if script.random.chance(300) {
            script.think();
            tell(script, "whatsapp.otp.verified", cast);
        }
        return;
    }
    tell(script, "fraud_protection.decision_recorded", Cast { is_known: false, ..cast });
    tell(script, "sms.sent", cast);
}

fn pass_second_factor(script: &mut Script<'_>, cast: Cast<'_>) -> bool {
    if cast.user.second_factor == SecondFactor::None {
        return true;
    }
    script.think();
    retry(script, cast, "authentication.secondary.totp.failed", 120)
}

/// Up to three attempts of which each fails with a chance of so many in a thousand.
fn retry(script: &mut Script<'_>, cast: Cast<'_>, failure: &'static str, per_mille: usize) -> bool {
    for _ in 0..3 {
        if !script.random.chance(per_mille) {
            return true;
        }
        tell(script, failure, cast);
        script.think();
    }
    false
}

/// The message that lets a code be guessed: to the victim, asked for by somebody else.
pub(super) fn ask_for_code(script: &mut Script<'_>, victim: &User, machine: &Device) {
    let application = script.application_of(victim);
    let cast = Cast { is_known: false, ..Cast::new(victim, machine, application) };
    let decision = if script.random.chance(400) { "blocked" } else { "allowed" };
    tell(script, "fraud_protection.decision_recorded", Cast { decision, ..cast });
    if decision == "allowed" {
        tell(script, "sms.sent", cast);
    }
}
