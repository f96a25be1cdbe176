//! What people and applications do.

use crate::stories::plusauth::entry::{Cast, Entry, session, tell};
use crate::stories::plusauth::system;
use crate::stories::script::Script;
use crate::world::{SecondFactor, User};

const EXCHANGED: &str = r#"{"grant_type":"authorization_code","scope":"openid profile email"}"#;
const NOT_EXCHANGED: &str = r#"{"grant_type":"authorization_code","error":"invalid_grant","error_description":"grant request is invalid"}"#;
const REFRESHED: &str = r#"{"grant_type":"refresh_token","scope":"openid offline_access"}"#;
const NOT_REFRESHED: &str = r#"{"grant_type":"refresh_token","error":"invalid_grant","error_description":"refresh token not found"}"#;

/// The whole way to the application's tokens, if it is not broken off.
pub(super) fn sign_in<'a>(script: &mut Script<'a>, user: &'a User) {
    let cast = Cast::new(user, user.browser(script.random), script.application_of(user));
    if script.random.chance(30) {
        let typed = script.stolen_address();
        fail_login(script, Entry::warn("4001", "Invalid user"), &typed, cast);
        script.think();
    }
    for _ in 0..3 {
        if !script.random.chance(150) {
            tell(script, Entry::info("2000", "Credentials validated"), cast);
            if pass_second_factor(script, cast) {
                complete(script, cast);
            }
            return;
        }
        fail_login(script, Entry::warn("4002", "Invalid password"), &user.email, cast);
        script.think();
    }
    tell(script, Entry::warn("4000", "Login failed"), Cast { user: None, ..cast });
}

pub(super) fn sign_out<'a>(script: &mut Script<'a>, user: &'a User) {
    let cast = Cast::new(user, user.browser(script.random), script.application_of(user));
    let session = session(script);
    let cast = Cast { session: Some(&session), ..cast };
    tell(script, Entry::info("2024", "User logged out successfully"), cast);
}

pub(super) fn register<'a>(script: &mut Script<'a>, user: &'a User) {
    let cast = Cast::new(user, &user.phone_browser, script.application_of(user));
    if script.random.chance(120) {
        let refused =
            r#"{"error":{"code":"password_policy","message":"The password is too short"}}"#;
        let entry = Entry::warn("4010", "Signup failed").with(refused);
        tell(script, entry, Cast { user: None, ..cast });
        script.think();
    }
    tell(script, Entry::info("2010", "User signed up successfully"), cast);
    script.latency();
    system::send_email(script, user, cast, "verify-email");
    script.think();
    tell(script, Entry::info("2040", "E-mail address verified"), cast);
    if script.random.chance(300) {
        let missing = Entry::info("2120", "Account misses information");
        tell(script, missing.with(r#"{"missing":["phone_number"]}"#), cast);
        script.think();
    }
    complete(script, cast);
}

/// Wrong passwords, then a message with a link, then a new password.
pub(super) fn reset_password<'a>(script: &mut Script<'a>, user: &'a User) {
    let cast = Cast::new(user, user.browser(script.random), script.application_of(user));
    for _ in 0..1 + script.random.below(2) {
        fail_login(script, Entry::warn("4002", "Invalid password"), &user.email, cast);
        script.think();
    }
    system::send_email(script, user, cast, "reset-password");
    script.now_ms += script.random.between(60_000, 400_000);
    tell(script, Entry::info("2050", "Password reset"), cast);
    script.think();
    complete(script, cast);
}

/// An application renews somebody's tokens.
pub(super) fn refresh<'a>(script: &mut Script<'a>, user: &'a User) {
    let application = script.application_of(user);
    let cast = Cast::new(user, &user.phone_native, application);
    if script.random.chance(25) {
        refuse_refresh(script, cast);
    } else {
        tell(script, Entry::info("2201", "Refresh token exchanged").with(REFRESHED), cast);
    }
}

/// The same, and it is refused.
pub(super) fn refuse_refresh(script: &mut Script<'_>, cast: Cast<'_>) {
    let refused = Entry::warn("4101", "Refresh token exchange failed").with(NOT_REFRESHED);
    tell(script, refused, Cast { user: None, ..cast });
}

/// A second factor is set up or taken away.
pub(super) fn change_credentials<'a>(script: &mut Script<'a>, user: &'a User) {
    let cast = Cast::new(user, user.browser(script.random), script.application_of(user));
    let session = session(script);
    let cast = Cast { session: Some(&session), ..cast };
    if script.random.chance(250) {
        let removed = Entry::info("2061", "Credential removed");
        return tell(script, removed.with(r#"{"credential":{"type":"webauthn"}}"#), cast);
    }
    tell(script, Entry::info("2101", "MFA enrollment required"), cast);
    script.think();
    if script.random.chance(200) {
        let failed = Entry::warn("4441", "MFA enrollment failed");
        return tell(script, failed.with(r#"{"type":"webauthn","error":"NotAllowedError"}"#), cast);
    }
    let enrolled = r#"{"credential":{"type":"otp"}}"#;
    tell(script, Entry::info("2060", "Credential enrolled").with(enrolled), cast);
    tell(script, Entry::info("2103", "MFA enrolled"), cast);
}

/// Somebody who has been turned away too often comes again.
pub(super) fn fail_otherwise<'a>(script: &mut Script<'a>, user: &'a User) {
    let cast = Cast::new(user, user.browser(script.random), script.application_of(user));
    match script.random.below(3) {
        0 => tell(script, Entry::warn("4042", "Account is blocked"), cast),
        1 => tell(script, Entry::warn("4100", "Token exchange failed").with(NOT_EXCHANGED), cast),
        _ => tell(script, Entry::warn("4000", "Login failed"), Cast { user: None, ..cast }),
    }
}

/// A login that fails, with what was typed.
pub(super) fn fail_login(script: &mut Script<'_>, entry: Entry<'_>, typed: &str, cast: Cast<'_>) {
    let details = format!("{{\"connection\":\"default\",\"email\":\"{typed}\"}}");
    tell(script, entry.with(&details), Cast { user: None, ..cast });
}

/// Signed in: the session begins, and the application gets its tokens. Gives the session.
pub(super) fn complete(script: &mut Script<'_>, cast: Cast<'_>) -> String {
    script.latency();
    let session = session(script);
    let cast = Cast { session: Some(&session), ..cast };
    tell(script, Entry::info("2001", "User logged in successfully"), cast);
    script.latency();
    tell(script, Entry::info("2200", "Token exchanged").with(EXCHANGED), cast);
    session
}

fn pass_second_factor(script: &mut Script<'_>, cast: Cast<'_>) -> bool {
    if cast.user.is_none_or(|user| user.second_factor == SecondFactor::None) {
        return true;
    }
    tell(script, Entry::info("2100", "MFA required"), cast);
    for _ in 0..3 {
        script.think();
        if !script.random.chance(120) {
            tell(script, Entry::info("2102", "MFA succeeded").with(r#"{"type":"otp"}"#), cast);
            return true;
        }
        fail_second_factor(script, cast);
    }
    false
}

/// A one-time password that is wrong.
pub(super) fn fail_second_factor(script: &mut Script<'_>, cast: Cast<'_>) {
    let details = r#"{"type":"otp","error":"invalid_code"}"#;
    tell(script, Entry::warn("4440", "MFA failed").with(details), cast);
}
