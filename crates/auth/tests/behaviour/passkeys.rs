//! Passkeys of people: made in a session, asked for after the password, given up.

use gatelog_auth::passkey::PasskeyError;
use gatelog_auth::second_factor::{RECOVERY_CODES, RecoveryCodes};
use gatelog_auth::{
    Access, AuthError, Authenticator, Opened, RelyingParty, SecondFactors, SessionToken, SignedIn,
    TotpSecret,
};
use gatelog_meta::{Error as MetaError, Meta};

use crate::device::{Answer, Key};
use crate::sign_in::{PASSWORD, new_user, user_with_password};
use crate::{at, authenticator, by_ada};

fn party() -> RelyingParty {
    RelyingParty::at("https://logs.example").unwrap()
}

fn session(authenticator: &Authenticator, token: u8) -> SessionToken {
    let opened = authenticator.sign_in("ada", PASSWORD, [token; 32], at(0)).unwrap();
    opened.session().unwrap().0
}

/// Makes a passkey in a session, under an id of its own.
fn add(
    authenticator: &Authenticator,
    session: &SessionToken,
    key: &Key,
    id: u8,
) -> Result<Option<RecoveryCodes>, AuthError> {
    let question = authenticator.begin_passkey(session.reveal(), [id; 32], at(1)).unwrap();
    let made = Answer { credential: vec![id; 16], ..Answer::new(&question.challenge) }.make(key);
    let random = std::array::from_fn(|number| [u8::try_from(number).unwrap(); 20]);
    let made = (&party(), &made.registration());
    authenticator.add_passkey(session.reveal(), made, " phone ", random, at(2))
}

/// Ada's session, in which she made a passkey, and her recovery codes.
fn enroll(meta: &Meta, authenticator: &Authenticator, key: &Key) -> (SessionToken, RecoveryCodes) {
    user_with_password(meta, authenticator, "ada");
    let token = session(authenticator, 1);
    let codes = add(authenticator, &token, key, 7).unwrap().unwrap();
    (token, codes)
}

/// The password is right; what is waiting for the passkey.
fn half_open(authenticator: &Authenticator) -> SessionToken {
    let opened = authenticator.sign_in("Ada", PASSWORD, [2; 32], at(10)).unwrap();
    let Opened::SecondFactorNeeded(token) = opened else { unreachable!("nothing is asked for") };
    token
}

/// Answers the question of a half-open sign-in, as `change` has it.
fn answer(
    authenticator: &Authenticator,
    waiting: &SessionToken,
    key: &Key,
    change: impl FnOnce(&mut Answer),
) -> Result<(SessionToken, SignedIn), AuthError> {
    let question = authenticator.begin_sign_in_with_passkey(waiting.reveal(), [3; 32], at(11));
    let mut answer = Answer::new(&question.unwrap().challenge);
    change(&mut answer);
    let used = answer.sign(key);
    let used = (&party(), &used.assertion());
    // Each session has a token of its own.
    let token = [100 + u8::try_from(answer.counter).unwrap(); 32];
    authenticator.sign_in_with_passkey(waiting.reveal(), used, token, at(12))
}

fn refusal(outcome: Result<(SessionToken, SignedIn), AuthError>) -> PasskeyError {
    match outcome {
        Err(AuthError::Passkey(error)) => error,
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn whoever_has_a_passkey_needs_it_after_the_password() {
    let (meta, authenticator) = authenticator();
    let key = Key::es256();
    let (session, codes) = enroll(&meta, &authenticator, &key);
    assert_eq!(codes.len(), RECOVERY_CODES);
    let waiting = half_open(&authenticator);
    let factors = SecondFactors { has_totp: false, passkeys: 1, recovery_codes: 10 };
    let known = authenticator.half_open(waiting.reveal(), at(11)).unwrap().unwrap();
    assert_eq!((&*known.user, known.factors), ("ada", factors));

    let question = authenticator.begin_sign_in_with_passkey(waiting.reveal(), [3; 32], at(11));
    assert_eq!(question.unwrap().credentials, [gatelog_auth::passkey::text(&[7; 16])]);
    let (token, signed_in) = answer(&authenticator, &waiting, &key, |_| ()).unwrap();
    assert_eq!(&*signed_in.principal.id, "user:ada");
    assert!(authenticator.session(token.reveal(), at(13)).is_ok());
    let again = authenticator.begin_sign_in_with_passkey(waiting.reveal(), [3; 32], at(13));
    assert!(matches!(again, Err(AuthError::SessionEnded)), "it is open now");

    assert!(authenticator.session(session.reveal(), at(13)).is_ok());
    let passkeys = meta.passkeys("ada").unwrap();
    let shown = passkeys.iter().map(|passkey| (&*passkey.name, passkey.created, passkey.last_used));
    assert_eq!(shown.collect::<Vec<_>>(), [("phone", at(2), Some(at(12)))]);
}

#[test]
fn a_challenge_counts_once_and_only_for_its_own_sign_in() {
    let (meta, authenticator) = authenticator();
    let key = Key::es256();
    enroll(&meta, &authenticator, &key);
    let waiting = half_open(&authenticator);
    let question = authenticator.begin_sign_in_with_passkey(waiting.reveal(), [3; 32], at(11));
    let question = question.unwrap();
    // A wrong answer uses the challenge up.
    let wrong = Answer { flags: 0, ..Answer::new(&question.challenge) }.sign(&key);
    let right = Answer::new(&question.challenge).sign(&key);
    let open = |parts: &crate::device::Parts, waiting: &SessionToken, seconds| {
        let used = (&party(), &parts.assertion());
        authenticator.sign_in_with_passkey(waiting.reveal(), used, [4; 32], at(seconds))
    };
    assert_eq!(refusal(open(&wrong, &waiting, 12)), PasskeyError::NobodyPresent);
    assert_eq!(refusal(open(&right, &waiting, 13)), PasskeyError::ChallengeOver);

    let other = authenticator.sign_in("ada", PASSWORD, [5; 32], at(14)).unwrap();
    let Opened::SecondFactorNeeded(other) = other else { unreachable!("nothing is asked for") };
    authenticator.begin_sign_in_with_passkey(waiting.reveal(), [3; 32], at(14)).unwrap();
    authenticator.begin_sign_in_with_passkey(other.reveal(), [6; 32], at(14)).unwrap();
    assert_eq!(refusal(open(&right, &other, 15)), PasskeyError::WrongChallenge);
    assert!(matches!(open(&right, &waiting, 314), Err(AuthError::SessionEnded)), "too late");
}

#[test]
fn a_copied_device_is_noticed_and_recorded() {
    let (meta, authenticator) = authenticator();
    let key = Key::ed_dsa();
    enroll(&meta, &authenticator, &key);
    let waiting = half_open(&authenticator);
    answer(&authenticator, &waiting, &key, |answer| answer.counter = 5).unwrap();
    let waiting = half_open(&authenticator);
    let copied = answer(&authenticator, &waiting, &key, |answer| answer.counter = 5);
    assert_eq!(refusal(copied), PasskeyError::CounterWentBack);
    answer(&authenticator, &waiting, &key, |answer| answer.counter = 6).unwrap();
    let events = meta.waiting_events(0, 100).unwrap();
    let events: Vec<_> =
        events.iter().map(|event| String::from_utf8_lossy(&event.record)).collect();
    let count = |part: &str| events.iter().filter(|event| event.contains(part)).count();
    assert_eq!(count("passkey_counter_went_back"), 1, "{events:#?}");
    assert_eq!(count("mfa.enroll"), 1);
    assert_eq!(count("mfa.verify"), 2);
}

#[test]
fn failures_of_passkeys_and_codes_are_counted_together() {
    let (meta, authenticator) = authenticator();
    let key = Key::es256();
    let (_, codes) = enroll(&meta, &authenticator, &key);
    let waiting = half_open(&authenticator);
    for _ in 0..5 {
        let wrong = answer(&authenticator, &waiting, &Key::es256(), |_| ());
        assert_eq!(refusal(wrong), PasskeyError::WrongSignature);
        let wrong = authenticator.sign_in_with_code(waiting.reveal(), "1", [3; 32], at(12));
        assert!(matches!(wrong, Err(AuthError::WrongCode)));
    }
    let refused = answer(&authenticator, &waiting, &key, |_| ());
    assert!(matches!(refused, Err(AuthError::TooManyAttempts { .. })));
    let typed = codes[0].reveal();
    let refused = authenticator.sign_in_with_code(waiting.reveal(), typed, [3; 32], at(13));
    assert!(matches!(refused, Err(AuthError::TooManyAttempts { .. })));
    assert_eq!(authenticator.activity().sign_ins_refused, 12);
}

#[test]
fn both_kinds_share_recovery_codes() {
    let (meta, authenticator) = authenticator();
    let key = Key::es256();
    let (token, codes) = enroll(&meta, &authenticator, &key);
    let secret = TotpSecret::new([7; 20]);
    let code = secret.code_at(at(0));
    let none = authenticator.enable_totp(token.reveal(), &secret, &code, [[9; 20]; 10], at(0));
    assert!(none.unwrap().is_none(), "those of the passkey are left");
    let waiting = half_open(&authenticator);
    let typed = codes[3].reveal();
    authenticator.sign_in_with_code(waiting.reveal(), typed, [3; 32], at(12)).unwrap();
    let number = meta.passkeys("ada").unwrap()[0].number;
    authenticator.remove_passkey(token.reveal(), number, PASSWORD, at(13)).unwrap();
    let left = SecondFactors { has_totp: true, passkeys: 0, recovery_codes: 9 };
    assert_eq!(meta.second_factors("ada").unwrap(), left);
    authenticator.disable_totp(token.reveal(), PASSWORD, at(14)).unwrap();
    assert_eq!(meta.second_factors("ada").unwrap(), SecondFactors::default());
}

#[test]
fn a_passkey_is_kept_for_its_owner_and_given_up_with_the_password() {
    let (meta, authenticator) = authenticator();
    let key = Key::es256();
    let (token, _) = enroll(&meta, &authenticator, &key);
    let twice = add(&authenticator, &token, &key, 7);
    assert!(matches!(twice, Err(AuthError::Meta(MetaError::PasskeyExists))));
    assert!(add(&authenticator, &token, &Key::ed_dsa(), 8).unwrap().is_none());
    let number = meta.passkeys("ada").unwrap()[1].number;
    let remove = |password| authenticator.remove_passkey(token.reveal(), number, password, at(5));
    assert!(matches!(remove("a guess"), Err(AuthError::WrongPassword)));
    remove(PASSWORD).unwrap();
    let gone = remove(PASSWORD);
    assert!(
        matches!(gone, Err(AuthError::Meta(MetaError::UnknownPasskey(found))) if found == number)
    );
}

#[test]
fn a_passkey_needs_a_session_a_password_of_ones_own_and_a_name() {
    let (meta, authenticator) = authenticator();
    let one_time = new_user(&meta, "ada", Access::Operator);
    let opened = authenticator.sign_in("ada", &one_time, [1; 32], at(0)).unwrap();
    let (token, _) = opened.session().unwrap();
    let refused = authenticator.begin_passkey(token.reveal(), [1; 32], at(1));
    assert!(matches!(refused, Err(AuthError::PasswordNotChosen)));
    authenticator.choose_password(token.reveal(), PASSWORD, [2; 16], at(1)).unwrap();
    let key = Key::es256();
    let question = authenticator.begin_passkey(token.reveal(), [1; 32], at(1)).unwrap();
    let made = Answer::new(&question.challenge).make(&key);
    for name in ["", "  ", "a\nb", &"x".repeat(61)] {
        let made = (&party(), &made.registration());
        let refused = authenticator.add_passkey(token.reveal(), made, name, [[0; 20]; 10], at(2));
        assert!(matches!(refused, Err(AuthError::PasskeyName)), "{name:?}");
    }
    let foreign =
        Answer { origin: "https://evil.example".to_owned(), ..Answer::new(&question.challenge) };
    let foreign = foreign.make(&key);
    let foreign = (&party(), &foreign.registration());
    let refused = authenticator.add_passkey(token.reveal(), foreign, "x", [[0; 20]; 10], at(2));
    assert!(matches!(refused, Err(AuthError::Passkey(PasskeyError::WrongOrigin))));
    let made = (&party(), &made.registration());
    let refused = authenticator.add_passkey(token.reveal(), made, "x", [[0; 20]; 10], at(3));
    assert!(matches!(refused, Err(AuthError::Passkey(PasskeyError::ChallengeOver))), "used");
    assert!(meta.passkeys("ada").unwrap().is_empty());
    let events = meta.waiting_events(0, 100).unwrap();
    let last = String::from_utf8_lossy(&events[events.len() - 2].record).into_owned();
    assert!(last.contains("mfa.enroll") && last.contains("passkey_wrong_origin"), "{last}");
}

#[test]
fn an_operator_takes_all_of_it_away() {
    let (meta, authenticator) = authenticator();
    enroll(&meta, &authenticator, &Key::es256());
    let waiting = half_open(&authenticator);
    assert!(meta.reset_second_factors("ADA", &by_ada(11)).unwrap());
    assert!(!meta.reset_second_factors("ada", &by_ada(12)).unwrap());
    let late = answer(&authenticator, &waiting, &Key::es256(), |_| ());
    assert_eq!(refusal(late), PasskeyError::UnknownPasskey);
    session(&authenticator, 6);
}
