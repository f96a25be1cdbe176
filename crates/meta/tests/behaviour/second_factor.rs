//! Codes from an app and recovery codes.

use gatelog_meta::{Access, Error, Meta, NewUser, Password, Session};

use crate::outbox::recorded;
use crate::{at, by_ada, meta};

fn with_ada() -> Meta {
    let meta = meta();
    let password = Password::Chosen("$argon2id$...".to_owned());
    let user = NewUser {
        name: "ada".to_owned(),
        access: Access::Operator,
        is_analyst: false,
        personal_data: None,
        password,
    };
    meta.create_user(&user, &by_ada(0)).unwrap();
    meta
}

fn enable(meta: &Meta) -> Result<(), Error> {
    let codes = [[1; 32], [2; 32]];
    meta.enable_totp("ADA", (&[9; 20], 100), &codes, Some(&[7; 32]), &by_ada(1))
}

#[test]
fn codes_are_asked_for_until_they_are_given_up() {
    let meta = with_ada();
    assert_eq!(meta.totp("ada").unwrap(), None);
    enable(&meta).unwrap();
    let totp = meta.totp("Ada").unwrap().unwrap();
    let seen = (totp.secret, totp.last_step, totp.enabled, totp.recovery_codes);
    assert_eq!(seen, ([9; 20], 100, at(1), 2));
    assert!(!format!("{totp:?}").contains('9'), "the secret is not shown: {totp:?}");
    assert!(matches!(enable(&meta), Err(Error::SecondFactorExists(user)) if user == "ada"));

    assert!(meta.disable_totp("ADA", &by_ada(2)).unwrap());
    assert!(!meta.disable_totp("ada", &by_ada(3)).unwrap());
    assert_eq!(meta.totp("ada").unwrap(), None);
    enable(&meta).unwrap();
    assert_eq!(meta.totp("ada").unwrap().unwrap().recovery_codes, 2, "old ones are gone");
    assert!(matches!(meta.disable_totp("eve", &by_ada(4)), Err(Error::UnknownUser(_))));
}

#[test]
fn a_step_and_a_recovery_code_are_taken_once() {
    let meta = with_ada();
    enable(&meta).unwrap();
    let taken = [100, 99, 101, 101, 103, 102].map(|step| meta.take_totp_step("ada", step).unwrap());
    assert_eq!(taken, [false, false, true, false, true, false]);
    let take = |code| meta.take_recovery_code("ADA", &[code; 32], at(5)).unwrap();
    assert_eq!([1, 1, 3, 2].map(take), [true, false, false, true]);
    assert_eq!(meta.totp("ada").unwrap().unwrap().recovery_codes, 0);
}

#[test]
fn other_sessions_end_when_codes_begin() {
    let meta = with_ada();
    for token in [6, 7] {
        let session = Session {
            token_sha256: [token; 32],
            user: "ada".to_owned(),
            created: at(0),
            last_seen: at(0),
            expires: at(50),
            user_agent: String::new(),
            address: String::new(),
            unmasked: None,
        };
        meta.create_session(&session).unwrap();
    }
    enable(&meta).unwrap();
    let left: Vec<u8> =
        meta.sessions("ada", at(2)).unwrap().iter().map(|left| left.token_sha256[0]).collect();
    assert_eq!(left, [7]);
}

#[test]
fn all_of_it_is_recorded() {
    let meta = with_ada();
    enable(&meta).unwrap();
    assert!(enable(&meta).is_err());
    meta.take_recovery_code("ada", &[1; 32], at(2)).unwrap();
    meta.take_recovery_code("ada", &[1; 32], at(2)).unwrap();
    meta.record_wrong_code("ADA", at(3)).unwrap();
    meta.disable_totp("ada", &by_ada(4)).unwrap();
    meta.disable_totp("ada", &by_ada(4)).unwrap();
    let events: Vec<String> = recorded(&meta).into_iter().skip(3).collect();
    let expected = [
        ("mfa.enroll", "success", r#""data":{"method":"totp"}"#),
        ("mfa.verify", "success", r#""data":{"method":"recovery code"}"#),
        ("login", "failure", r#""error":{"code":"wrong_code"}"#),
        ("mfa.remove", "success", r#""data":{"method":"totp"}"#),
    ];
    assert_eq!(events.len(), expected.len(), "{events:#?}");
    for (event, (event_type, outcome, detail)) in events.iter().zip(expected) {
        for part in [event_type, outcome, detail, r#""id":"user:ada""#] {
            assert!(event.contains(part), "{part}: {event}");
        }
    }
}
