//! Codes beside the password.

use gatelog_auth::second_factor::{RECOVERY_CODES, SecondFactor};
use gatelog_auth::{
    Access, AuthError, Authenticator, HalfOpen, OneTimePassword, Opened, SecondFactors,
    SessionToken, TotpSecret,
};
use gatelog_meta::{Meta, Password};

use crate::sign_in::{PASSWORD, new_user, user_with_password};
use crate::{at, authenticator, by_ada};

fn secret() -> TotpSecret {
    TotpSecret::new([7; 20])
}

/// What an app shows at this second.
fn code(seconds: i64) -> String {
    secret().code_at(at(seconds))
}

fn session(authenticator: &Authenticator, token: u8, seconds: i64) -> SessionToken {
    let opened = authenticator.sign_in("ada", PASSWORD, [token; 32], at(seconds)).unwrap();
    opened.session().unwrap().0
}

fn random() -> [[u8; 20]; RECOVERY_CODES] {
    std::array::from_fn(|number| [u8::try_from(number).unwrap(); 20])
}

/// Ada signs in, sets up codes at second 0, and gets these recovery codes.
fn enroll(meta: &Meta, authenticator: &Authenticator) -> [OneTimePassword; RECOVERY_CODES] {
    user_with_password(meta, authenticator, "ada");
    let token = session(authenticator, 1, 0);
    let enabled = authenticator.enable_totp(token.reveal(), &secret(), &code(0), random(), at(0));
    enabled.unwrap().unwrap()
}

/// The password is right; what is waiting for the code.
fn half_open(authenticator: &Authenticator, seconds: i64) -> SessionToken {
    let opened = authenticator.sign_in("Ada", PASSWORD, [2; 32], at(seconds)).unwrap();
    let Opened::SecondFactorNeeded(token) = opened else { unreachable!("no code is asked for") };
    token
}

#[test]
fn whoever_has_set_up_codes_needs_one_after_the_password() {
    let (meta, authenticator) = authenticator();
    enroll(&meta, &authenticator);
    let waiting = half_open(&authenticator, 60);
    let no_session = authenticator.session(waiting.reveal(), at(60));
    assert!(matches!(no_session, Err(AuthError::SessionEnded)), "half open is not open");
    let known = authenticator.half_open(waiting.reveal(), at(60)).unwrap().unwrap();
    let factors = SecondFactors { has_totp: true, passkeys: 0, recovery_codes: 10 };
    assert_eq!(known, HalfOpen { user: "ada".to_owned(), factors });

    let open = |code: &str, seconds| {
        authenticator.sign_in_with_code(waiting.reveal(), code, [3; 32], at(seconds))
    };
    assert!(matches!(open("000000", 60), Err(AuthError::WrongCode)));
    let (token, signed_in) = open(&code(60), 60).unwrap();
    assert_eq!(&*signed_in.principal.id, "user:ada");
    assert!(authenticator.session(token.reveal(), at(61)).is_ok());
    assert!(matches!(open(&code(90), 90), Err(AuthError::SessionEnded)), "it is open now");
    let counted = authenticator.activity();
    // One with the one-time password, one before and one after codes were set up.
    assert_eq!((counted.sign_ins, counted.sign_ins_refused), (3, 1));
}

#[test]
fn a_code_counts_once_and_so_do_recovery_codes() {
    let (meta, authenticator) = authenticator();
    let recovery = enroll(&meta, &authenticator);
    let open = |code: &str, seconds| {
        let (waiting, token) =
            (half_open(&authenticator, seconds), [u8::try_from(seconds).unwrap(); 32]);
        authenticator.sign_in_with_code(waiting.reveal(), code, token, at(seconds)).is_ok()
    };
    assert!(!open(&code(0), 10), "used when it was set up");
    assert!(open(&code(30), 30));
    assert!(!open(&code(30), 31), "used");
    assert!(open(&code(90), 60), "a phone's clock may be ahead");
    assert!(!open(&code(60), 60), "earlier than one that was used");

    let typed = recovery[3].reveal().to_uppercase();
    assert!(open(&typed, 200));
    assert!(!open(&typed, 201), "used");
    assert_eq!(meta.second_factors("ada").unwrap().recovery_codes, 9);
}

#[test]
fn guessing_codes_is_stopped_whatever_the_password() {
    let (meta, authenticator) = authenticator();
    enroll(&meta, &authenticator);
    for second in 60..70 {
        let waiting = half_open(&authenticator, second);
        let wrong = authenticator.sign_in_with_code(waiting.reveal(), "1", [3; 32], at(second));
        assert!(matches!(wrong, Err(AuthError::WrongCode)), "{second}");
    }
    let waiting = half_open(&authenticator, 70);
    let refused = authenticator.sign_in_with_code(waiting.reveal(), &code(70), [3; 32], at(70));
    assert!(matches!(refused, Err(AuthError::TooManyAttempts { retry_after_seconds: 890 })));
    let counted = authenticator.activity();
    assert_eq!(counted.sign_ins_refused, 11);
}

#[test]
fn the_code_has_five_minutes() {
    let (meta, authenticator) = authenticator();
    enroll(&meta, &authenticator);
    let waiting = half_open(&authenticator, 60);
    let late = authenticator.sign_in_with_code(waiting.reveal(), &code(360), [3; 32], at(360));
    assert!(matches!(late, Err(AuthError::SessionEnded)));
}

#[test]
fn a_disabled_user_does_not_get_through_with_a_code() {
    let (meta, authenticator) = authenticator();
    enroll(&meta, &authenticator);
    let waiting = half_open(&authenticator, 60);
    // Somebody must be left.
    user_with_password(&meta, &authenticator, "grace");
    meta.disable_user("ada", &by_ada(61)).unwrap();
    let refused = authenticator.sign_in_with_code(waiting.reveal(), &code(61), [3; 32], at(61));
    assert!(matches!(refused, Err(AuthError::SessionEnded)));
}

#[test]
fn setting_up_ends_the_other_sessions_and_needs_the_right_code() {
    let (meta, authenticator) = authenticator();
    user_with_password(&meta, &authenticator, "ada");
    let (first, second) = (session(&authenticator, 1, 0), session(&authenticator, 2, 0));
    let enable =
        |code: &str| authenticator.enable_totp(first.reveal(), &secret(), code, random(), at(0));
    assert!(matches!(enable("123456"), Err(AuthError::WrongCode)));
    assert!(authenticator.session(second.reveal(), at(1)).is_ok());
    enable(&code(0)).unwrap();
    assert!(authenticator.session(first.reveal(), at(1)).is_ok());
    assert!(authenticator.session(second.reveal(), at(1)).is_err());
    assert!(matches!(enable(&code(0)), Err(AuthError::Meta(_))), "it is there already");
}

#[test]
fn codes_come_after_a_password_of_ones_own() {
    let (meta, authenticator) = authenticator();
    let one_time = new_user(&meta, "ada", Access::Operator);
    let opened = authenticator.sign_in("ada", &one_time, [1; 32], at(0)).unwrap();
    let (token, signed_in) = opened.session().unwrap();
    let factor = authenticator.second_factor(&signed_in).unwrap();
    assert_eq!(factor, SecondFactor::PasswordFirst);
    let refused = authenticator.enable_totp(token.reveal(), &secret(), &code(0), random(), at(0));
    assert!(matches!(refused, Err(AuthError::PasswordNotChosen)));
}

#[test]
fn they_are_given_up_with_the_password() {
    let (meta, authenticator) = authenticator();
    enroll(&meta, &authenticator);
    let waiting = half_open(&authenticator, 60);
    let opened = authenticator.sign_in_with_code(waiting.reveal(), &code(60), [3; 32], at(60));
    let (token, signed_in) = opened.unwrap();
    let factor = authenticator.second_factor(&signed_in).unwrap();
    let factors = SecondFactors { has_totp: true, passkeys: 0, recovery_codes: 10 };
    assert_eq!(factor, SecondFactor::Own(factors));

    let disable = |password| authenticator.disable_totp(token.reveal(), password, at(61));
    assert!(matches!(disable("a guess"), Err(AuthError::WrongPassword)));
    assert!(meta.totp("ada").unwrap().is_some());
    disable(PASSWORD).unwrap();
    let factor = authenticator.second_factor(&signed_in).unwrap();
    assert_eq!(factor, SecondFactor::Own(SecondFactors::default()));
    session(&authenticator, 4, 62);
    let Some(Password::Chosen(_)) = meta.user("ada").unwrap().map(|user| user.password) else {
        panic!("the password stays");
    };
}
