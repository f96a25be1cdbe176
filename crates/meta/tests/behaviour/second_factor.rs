//! Codes from an app, passkeys and recovery codes.

use gatelog_meta::passkey::PASSKEYS_MAX;
use gatelog_meta::{Access, Error, Meta, NewPasskey, NewUser, Password, SecondFactors, Session};

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

fn codes_left(meta: &Meta) -> u32 {
    meta.second_factors("ada").unwrap().recovery_codes
}

fn enable(meta: &Meta) -> Result<bool, Error> {
    let codes = [[1; 32], [2; 32]];
    meta.enable_totp("ADA", (&[9; 20], 100), &codes, Some(&[7; 32]), &by_ada(1))
}

#[test]
fn codes_are_asked_for_until_they_are_given_up() {
    let meta = with_ada();
    assert_eq!(meta.totp("ada").unwrap(), None);
    assert!(enable(&meta).unwrap());
    let totp = meta.totp("Ada").unwrap().unwrap();
    assert_eq!((totp.secret, totp.last_step, totp.enabled), ([9; 20], 100, at(1)));
    assert_eq!(codes_left(&meta), 2);
    assert!(!format!("{totp:?}").contains('9'), "the secret is not shown: {totp:?}");
    assert!(matches!(enable(&meta), Err(Error::SecondFactorExists(user)) if user == "ada"));

    assert!(meta.disable_totp("ADA", &by_ada(2)).unwrap());
    assert!(!meta.disable_totp("ada", &by_ada(3)).unwrap());
    assert_eq!(meta.totp("ada").unwrap(), None);
    enable(&meta).unwrap();
    assert_eq!(codes_left(&meta), 2, "old ones are gone");
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
    assert_eq!(codes_left(&meta), 0);
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
    meta.record_failed_second_factor("ADA", "wrong_code", at(3)).unwrap();
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

fn passkey(id: u32) -> NewPasskey {
    NewPasskey {
        name: format!("key {id}"),
        credential: id.to_be_bytes().to_vec(),
        algorithm: -7,
        public_key: vec![1],
        counter: 0,
    }
}

fn add(meta: &Meta, id: u32) -> Result<bool, Error> {
    meta.add_passkey("ADA", &passkey(id), &[[3; 32]], None, &by_ada(2))
}

#[test]
fn a_person_has_a_few_passkeys_and_nobody_has_the_same() {
    let meta = with_ada();
    assert!(add(&meta, 1).unwrap(), "the first brings recovery codes");
    assert!(matches!(add(&meta, 1), Err(Error::PasskeyExists)));
    for id in 2..=PASSKEYS_MAX {
        assert!(!add(&meta, id).unwrap(), "some are left");
    }
    assert!(matches!(add(&meta, 99), Err(Error::TooManyPasskeys(PASSKEYS_MAX))));
    let passkeys = meta.passkeys("Ada").unwrap();
    assert_eq!(passkeys.len(), 20);
    let (first, kept) = (&passkeys[0], (&*passkeys[0].name, passkeys[0].created));
    assert_eq!(kept, ("key 1", at(2)));
    assert!(meta.passkeys("eve").unwrap().is_empty());
    for other in ["eve", "ada"] {
        assert!(meta.remove_passkey(other, first.number + 100, &by_ada(3)).is_err(), "{other}");
    }
    meta.remove_passkey("ADA", first.number, &by_ada(3)).unwrap();
    assert_eq!(meta.second_factors("ada").unwrap().passkeys, 19);
}

#[test]
fn a_counter_only_goes_on() {
    let meta = with_ada();
    add(&meta, 1).unwrap();
    let passkey = meta.passkeys("ada").unwrap().remove(0);
    let counted = [0, 0, 3, 3, 2, 0, 4];
    let used = counted.map(|counter| meta.use_passkey("ada", &passkey, counter, at(4)).unwrap());
    assert_eq!(used, [true, true, true, false, false, false, true]);
    let kept = meta.passkeys("ada").unwrap().remove(0);
    assert_eq!((kept.counter, kept.last_used), (4, Some(at(4))));
}

#[test]
fn recovery_codes_stand_in_for_both_kinds_and_end_with_the_last() {
    let meta = with_ada();
    assert!(enable(&meta).unwrap());
    assert!(!add(&meta, 1).unwrap());
    let both = SecondFactors { has_totp: true, passkeys: 1, recovery_codes: 2 };
    assert_eq!(meta.second_factors("ADA").unwrap(), both);
    meta.disable_totp("ada", &by_ada(3)).unwrap();
    assert_eq!(codes_left(&meta), 2, "a passkey is left");
    let number = meta.passkeys("ada").unwrap()[0].number;
    meta.remove_passkey("ada", number, &by_ada(4)).unwrap();
    assert_eq!(meta.second_factors("ada").unwrap(), SecondFactors::default());
    add(&meta, 1).unwrap();
    enable(&meta).unwrap();
    assert!(meta.reset_second_factors("ada", &by_ada(5)).unwrap());
    assert_eq!(meta.second_factors("ada").unwrap(), SecondFactors::default());
    let removed = recorded(&meta).into_iter().filter(|event| event.contains("mfa.remove"));
    assert_eq!(removed.count(), 4);
}
