//! Passwords and sessions.

use gatelog_auth::{
    Access, AuthError, Authenticator, Browser, OneTimePassword, Scope, SessionToken, SignedIn,
};
use gatelog_meta::{Meta, NewUser, Password};

use crate::{acme, at, authenticator, by_ada};

pub(crate) const PASSWORD: &str = "correct horse battery";
const HOUR: i64 = 3_600;

/// A user with a one-time password that counts until second 100.
pub(crate) fn new_user(meta: &Meta, name: &str, access: Access) -> String {
    let one_time = OneTimePassword::mint([11; 20]);
    let password = one_time.to_stored(at(100));
    meta.create_user(
        &NewUser {
            name: name.to_owned(),
            access,
            is_analyst: false,
            personal_data: None,
            password,
        },
        &by_ada(0),
    )
    .unwrap();
    one_time.reveal().to_owned()
}

/// A user who has chosen [`PASSWORD`].
pub(crate) fn user_with_password(meta: &Meta, authenticator: &Authenticator, name: &str) {
    let one_time = new_user(meta, name, Access::Operator);
    let (token, _) =
        authenticator.sign_in(name, &one_time, [0; 32], at(0)).unwrap().session().unwrap();
    authenticator.choose_password(token.reveal(), PASSWORD, [0; 16], at(0)).unwrap();
    authenticator.sign_out(token.reveal()).unwrap();
}

fn sign_in(
    authenticator: &Authenticator,
    password: &str,
    seconds: i64,
) -> Result<(SessionToken, SignedIn), AuthError> {
    let opened = authenticator.sign_in("ada", password, [42; 32], at(seconds))?;
    Ok(opened.session().unwrap())
}

#[test]
fn a_one_time_password_works_once_and_leads_to_a_chosen_one() {
    let (meta, authenticator) = authenticator();
    let one_time = new_user(&meta, "ada", acme(Scope::Read));
    let (token, signed_in) = sign_in(&authenticator, &one_time.to_uppercase(), 10).unwrap();
    assert!(signed_in.must_choose_password);
    assert_eq!(authenticator.session(token.reveal(), at(11)).unwrap(), signed_in);

    let again = authenticator.sign_in("ada", &one_time, [43; 32], at(11));
    assert!(matches!(again, Err(AuthError::WrongPassword)));
    let counted = authenticator.activity();
    assert_eq!((counted.sign_ins, counted.sign_ins_refused), (1, 1));

    authenticator.choose_password(token.reveal(), PASSWORD, [5; 16], at(12)).unwrap();
    let same_session = authenticator.session(token.reveal(), at(13)).unwrap();
    assert!(!same_session.must_choose_password);

    let opened = authenticator.sign_in("ADA", PASSWORD, [43; 32], at(14)).unwrap();
    let (_, signed_in) = opened.session().unwrap();
    assert!(!signed_in.must_choose_password);
    assert_eq!((&*signed_in.principal.id, &*signed_in.principal.name), ("user:ada", "ada"));
    assert_eq!(signed_in.principal.access, acme(Scope::Read));
}

#[test]
fn a_one_time_password_expires() {
    let (meta, authenticator) = authenticator();
    let one_time = new_user(&meta, "ada", Access::Operator);
    assert!(matches!(sign_in(&authenticator, &one_time, 100), Err(AuthError::WrongPassword)));
}

#[test]
fn a_new_one_time_password_takes_the_place_of_the_chosen_one() {
    let (meta, authenticator) = authenticator();
    user_with_password(&meta, &authenticator, "ada");
    let (token, _) = sign_in(&authenticator, PASSWORD, 1).unwrap();

    let one_time = OneTimePassword::mint([12; 20]);
    meta.set_password("ada", &one_time.to_stored(at(100)), None, &by_ada(1)).unwrap();
    let session = authenticator.session(token.reveal(), at(2));
    assert!(matches!(session, Err(AuthError::SessionEnded)));
    assert!(matches!(sign_in(&authenticator, PASSWORD, 2), Err(AuthError::WrongPassword)));
    assert!(sign_in(&authenticator, one_time.reveal(), 3).unwrap().1.must_choose_password);
}

#[test]
fn wrong_unknown_and_disabled_look_the_same() {
    let (meta, authenticator) = authenticator();
    user_with_password(&meta, &authenticator, "ada");
    user_with_password(&meta, &authenticator, "gone");
    meta.disable_user("gone", &by_ada(1)).unwrap();
    for (user, password) in [("ada", "wrong password"), ("nobody", PASSWORD), ("gone", PASSWORD)] {
        let error = authenticator.sign_in(user, password, [1; 32], at(2)).unwrap_err();
        assert_eq!(error.to_string(), "wrong user name or password", "{user}");
    }
    meta.enable_user("gone", &by_ada(2)).unwrap();
    authenticator.sign_in("gone", PASSWORD, [1; 32], at(3)).unwrap();
}

#[test]
fn guessing_is_stopped_for_known_and_unknown_users_alike() {
    let (meta, authenticator) = authenticator();
    user_with_password(&meta, &authenticator, "ada");
    for user in ["ada", "nobody"] {
        for second in 0..10 {
            let error = authenticator.sign_in(user, "a guess", [1; 32], at(second)).unwrap_err();
            assert!(matches!(error, AuthError::WrongPassword), "{user} at {second}");
        }
        let error = authenticator.sign_in(user, PASSWORD, [1; 32], at(60)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "too many failed sign-ins for this name: try again in 840 seconds"
        );
    }
    authenticator.sign_in("ada", PASSWORD, [1; 32], at(15 * 60)).unwrap();
}

#[test]
fn a_session_ends_when_idle() {
    let (meta, authenticator) = authenticator();
    user_with_password(&meta, &authenticator, "ada");
    let (token, _) = sign_in(&authenticator, PASSWORD, 0).unwrap();
    let alive = |seconds| authenticator.session(token.reveal(), at(seconds)).is_ok();
    assert!(alive(12 * HOUR - 1));
    assert!(alive(24 * HOUR - 2), "seen in between");
    assert!(!alive(36 * HOUR - 2));
}

#[test]
fn a_session_ends_after_seven_days_however_busy() {
    let (meta, authenticator) = authenticator();
    user_with_password(&meta, &authenticator, "ada");
    let (token, _) = sign_in(&authenticator, PASSWORD, 0).unwrap();
    for hour in 0..7 * 24 {
        assert!(authenticator.session(token.reveal(), at(hour * HOUR)).is_ok(), "hour {hour}");
    }
    let error = authenticator.session(token.reveal(), at(7 * 24 * HOUR)).unwrap_err();
    assert_eq!(error.to_string(), "the session has ended: sign in again");
}

#[test]
fn signing_out_ends_this_session_and_disabling_all() {
    let (meta, authenticator) = authenticator();
    user_with_password(&meta, &authenticator, "root");
    user_with_password(&meta, &authenticator, "ada");
    let open = |token| {
        let opened = authenticator.sign_in("ada", PASSWORD, token, at(0)).unwrap();
        opened.session().unwrap().0
    };
    let (first, second) = (open([1; 32]), open([2; 32]));
    let alive = |token: &SessionToken| authenticator.session(token.reveal(), at(1)).is_ok();
    authenticator.sign_out(first.reveal()).unwrap();
    assert!(!alive(&first) && alive(&second));
    meta.disable_user("ada", &by_ada(1)).unwrap();
    assert!(!alive(&second));
    for unknown in ["", "no such token"] {
        let session = authenticator.session(unknown, at(1));
        assert!(matches!(session, Err(AuthError::SessionEnded)));
        authenticator.sign_out(unknown).unwrap();
    }
}

#[test]
fn a_chosen_password_has_a_length_and_is_chosen_once() {
    let (meta, authenticator) = authenticator();
    let one_time = new_user(&meta, "ada", Access::Operator);
    let (token, _) = sign_in(&authenticator, &one_time, 0).unwrap();
    let choose = |password: &str| {
        authenticator
            .choose_password(token.reveal(), password, [5; 16], at(1))
            .map_err(|error| error.to_string())
    };
    assert_eq!(choose("ninechars").unwrap_err(), "a password needs at least 10 characters");
    assert_eq!(choose("ééééééééé").unwrap_err(), "a password needs at least 10 characters");
    let too_long = "x".repeat(1_025);
    assert_eq!(choose(&too_long).unwrap_err(), "a password can have at most 1024 bytes");
    assert_eq!(choose("éééééééééé"), Ok(()));
    assert_eq!(choose(PASSWORD).unwrap_err(), "this user has chosen a password already");
    authenticator.sign_in("ada", "éééééééééé", [43; 32], at(2)).unwrap();
}

#[test]
fn secrets_are_stored_as_hashes_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("meta.db");
    let meta = std::sync::Arc::new(Meta::open(&path).unwrap());
    meta.ensure_default_tenant("logs.example/log/default", [6; 32], at(0)).unwrap();
    let authenticator = Authenticator::new(meta.clone());
    let one_time = new_user(&meta, "ada", Access::Operator);
    let (token, _) = sign_in(&authenticator, &one_time, 0).unwrap();
    authenticator.choose_password(token.reveal(), PASSWORD, [5; 16], at(1)).unwrap();
    let Some(Password::Chosen(phc)) = meta.user("ada").unwrap().map(|user| user.password) else {
        panic!("no chosen password");
    };
    drop((meta, authenticator));

    let stored = std::fs::read(&path).unwrap();
    let contains = |text: &str| stored.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(contains(&phc));
    for secret in [PASSWORD, token.reveal(), &one_time, &one_time.replace('-', "")] {
        assert!(!contains(secret), "{secret}");
    }
}

#[test]
fn a_chosen_password_is_changed_by_whoever_knows_it() {
    let (meta, authenticator) = authenticator();
    user_with_password(&meta, &authenticator, "ada");
    let (token, _) = sign_in(&authenticator, PASSWORD, 1).unwrap();
    let other =
        authenticator.sign_in("ada", PASSWORD, [43; 32], at(1)).unwrap().session().unwrap().0;
    let change = |current: &str, password: &str| {
        authenticator.change_password(token.reveal(), current, password, [6; 16], at(2))
    };
    assert!(matches!(change(PASSWORD, "too short"), Err(AuthError::PasswordTooShort)));
    assert!(matches!(change("a guess", "another password"), Err(AuthError::WrongPassword)));
    change(PASSWORD, "another password").unwrap();
    assert!(authenticator.session(token.reveal(), at(3)).is_ok());
    assert!(authenticator.session(other.reveal(), at(3)).is_err(), "the other session ended");
    assert!(matches!(sign_in(&authenticator, PASSWORD, 4), Err(AuthError::WrongPassword)));
    authenticator.sign_in("ada", "another password", [44; 32], at(5)).unwrap();
}

#[test]
fn a_session_says_from_where_it_was_opened() {
    let (meta, authenticator) = authenticator();
    user_with_password(&meta, &authenticator, "ada");
    let browser = Browser {
        token: [9; 32],
        user_agent: "é".repeat(1_000),
        address: "203.0.113.7".to_owned(),
    };
    authenticator.sign_in("ada", PASSWORD, browser, at(1)).unwrap();
    let sessions = meta.sessions("ada", at(1)).unwrap();
    assert_eq!((sessions[0].user_agent.len(), &*sessions[0].address), (512, "203.0.113.7"));
}

#[test]
fn somebody_ends_their_own_sessions_and_nobody_elses() {
    let (meta, authenticator) = authenticator();
    user_with_password(&meta, &authenticator, "ada");
    user_with_password(&meta, &authenticator, "bob");
    let open = |user, token: u8| {
        authenticator.sign_in(user, PASSWORD, [token; 32], at(1)).unwrap().session().unwrap().0
    };
    let (first, second, third, bobs) =
        (open("ada", 1), open("ada", 2), open("ada", 3), open("bob", 4));
    let sessions =
        |token: &SessionToken| authenticator.own_sessions(token.reveal(), at(2)).unwrap();
    let of_bob = sessions(&bobs)[0].id.clone();
    let of = |token: &SessionToken| {
        sessions(token).into_iter().find(|session| session.is_present).unwrap().id
    };
    let end = |id: Option<&str>| authenticator.end_own_sessions(first.reveal(), id, at(2)).unwrap();
    end(Some(&of_bob));
    end(Some(&of(&second)));
    assert_eq!((sessions(&first).len(), sessions(&bobs).len()), (2, 1));
    assert!(authenticator.session(third.reveal(), at(2)).is_ok());
    end(None);
    assert_eq!(sessions(&first).len(), 1);
}
