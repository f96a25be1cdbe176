//! The second factor: asked for, passed, failed, set up.

use crate::stories::logto::draft::{Event, Key, Outcome};
use crate::stories::logto::experience::{Experience, Shown};
use crate::stories::logto::failure::{
    INVALID_BACKUP_CODE, INVALID_TOTP, SECOND_FACTOR_MISSING, SECOND_FACTOR_REQUIRED,
    WEB_AUTHN_FAILED,
};
use crate::stories::logto::record::Proof;
use crate::stories::script::Script;
use crate::world::SecondFactor;

/// How long a device is trusted: 30 days.
const TRUST_MS: i64 = 30 * 86_400_000;

/// Asks for the user's second factor, if they have one. Says whether the visit may go on.
pub(crate) fn pass(script: &mut Script<'_>, visit: &mut Experience<'_>) -> bool {
    let passed = match visit.user.second_factor {
        SecondFactor::None if script.random.chance(12) => set_up(script, visit),
        SecondFactor::None => return true,
        SecondFactor::Totp => {
            visit.submit(script, Outcome::Failure(&SECOND_FACTOR_REQUIRED));
            script.think();
            if script.random.chance(40) {
                use_backup_code(script, visit)
            } else {
                enter_totp(script, visit)
            }
        }
        SecondFactor::WebAuthn => {
            visit.submit(script, Outcome::Failure(&SECOND_FACTOR_REQUIRED));
            script.think();
            use_authenticator(script, visit)
        }
    };
    if passed && script.random.chance(100) {
        trust_device(script, visit);
    }
    passed
}

/// A wrong one-time password. The first one of a visit opens its record.
pub(crate) fn fail_totp(script: &mut Script<'_>, visit: &Experience<'_>, id: &str) {
    let payload = format!("{{\"verificationId\":\"{id}\"}}");
    visit.request(script, "Verification.Totp.Submit", Outcome::Failure(&INVALID_TOTP), &payload);
}

/// An authenticator's answer to a challenge.
pub(crate) fn signature_json(script: &mut Script<'_>, verification_id: &str) -> String {
    let key = script.random.token(27);
    let [signature, client_data, authenticator_data] =
        [95, 160, 50].map(|length| script.random.token(length));
    format!(
        "{{\"payload\":{{\"id\":\"{key}\",\"type\":\"WebAuthn\",\"rawId\":\"{key}\",\
         \"response\":{{\"signature\":\"{signature}\",\"clientDataJSON\":\"{client_data}\",\
         \"authenticatorData\":\"{authenticator_data}\"}},\"clientExtensionResults\":{{}},\
         \"authenticatorAttachment\":\"platform\"}},\"verificationId\":\"{verification_id}\"}}"
    )
}

fn enter_totp(script: &mut Script<'_>, visit: &mut Experience<'_>) -> bool {
    let id = visit.start(script, Proof::Totp(visit.user));
    for _ in 0..3 {
        if !script.random.chance(120) {
            visit.prove();
            let payload = format!("{{\"verificationId\":\"{id}\"}}");
            visit.request(script, "Verification.Totp.Submit", Outcome::Success, &payload);
            return true;
        }
        fail_totp(script, visit, &id);
        script.think();
    }
    false
}

fn use_backup_code(script: &mut Script<'_>, visit: &mut Experience<'_>) -> bool {
    let code = script.random.digits(10);
    let payload = format!("{{\"code\":\"{code}\"}}");
    if script.random.chance(200) {
        let refused = Outcome::Failure(&INVALID_BACKUP_CODE);
        visit.request(script, "Verification.BackupCode.Submit", refused, &payload);
        script.think();
    }
    visit.start(script, Proof::BackupCodes(visit.user, vec![code]));
    visit.prove();
    visit.request(script, "Verification.BackupCode.Submit", Outcome::Success, &payload);
    true
}

fn use_authenticator(script: &mut Script<'_>, visit: &mut Experience<'_>) -> bool {
    let challenge = Experience::challenge(script);
    let id = visit.start(script, Proof::WebAuthn(visit.user, challenge));
    visit.request(script, "Verification.WebAuthn.Create", Outcome::Success, "");
    script.think();
    let signed = signature_json(script, &id);
    let refused = script.random.chance(60);
    let outcome = if refused { Outcome::Failure(&WEB_AUTHN_FAILED) } else { Outcome::Success };
    if !refused {
        visit.prove();
    }
    visit.request(script, "Verification.WebAuthn.Submit", outcome, &signed);
    !refused
}

/// Somebody must have a second factor and sets up a one-time password with backup codes.
fn set_up(script: &mut Script<'_>, visit: &mut Experience<'_>) -> bool {
    visit.submit(script, Outcome::Failure(&SECOND_FACTOR_MISSING));
    script.think();
    visit.start(script, Proof::Totp(visit.user));
    visit.request(script, "Verification.Totp.Create", Outcome::Success, "");
    script.think();
    visit.prove();
    visit.request(script, "Verification.Totp.Submit", Outcome::Success, "");
    script.latency();
    let shown = || Shown { verification: true, ..Shown::default() };
    visit.second_factors_json = r#"{"totp":{"type":"Totp","secret":"******"},"mfaEnabled":true}"#;
    visit.step(script, "BindMfa.Totp.Submit", Outcome::Success, shown());
    let codes = (0..10).map(|_| script.random.digits(10)).collect();
    visit.start(script, Proof::BackupCodes(visit.user, codes));
    visit.request(script, "Verification.BackupCode.Create", Outcome::Success, "");
    script.think();
    visit.step(script, "BindMfa.BackupCode.Submit", Outcome::Success, shown());
    true
}

fn trust_device(script: &mut Script<'_>, visit: &Experience<'_>) {
    if visit.event != Event::SignIn {
        return;
    }
    let (device, user) = (script.random.id(21), &visit.user.id);
    let expires_at_ms = script.now_ms.saturating_add(TRUST_MS);
    let row = script
        .open(Key::Plain("TrustedDevice.Created"), Outcome::Success)
        .text("userAgent", &visit.browser.agent.text)
        .user(visit.user)
        .application(visit.application)
        .json(
            "data",
            &format!("{{\"id\":\"{device}\",\"userId\":\"{user}\",\"expiresAt\":{expires_at_ms}}}"),
        );
    script.close(row);
}
