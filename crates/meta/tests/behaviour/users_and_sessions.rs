//! Users, their passwords and their sessions.

use gatelog_meta::{
    Access, EndedSessions, Error, Meta, NewUser, Password, Role, Scope, Session, User,
};

use crate::{access, at, by_ada, meta, tenant_name};

const ONE_TIME: [u8; 32] = [3; 32];

fn one_time() -> Password {
    Password::OneTime { sha256: ONE_TIME, expires: at(100) }
}

fn create(meta: &Meta, name: &str, access: Access) -> Result<(), Error> {
    let (name, is_analyst, password) = (name.to_owned(), false, one_time());
    meta.create_user(
        &NewUser { name, access, is_analyst, personal_data: None, password },
        &by_ada(0),
    )
}

fn sign_in(meta: &Meta, user: &str, token: u8, seconds: i64) {
    let session = Session {
        token_sha256: [token; 32],
        user: user.to_owned(),
        created: at(seconds),
        last_seen: at(seconds),
        expires: at(seconds + 50),
        user_agent: format!("browser {token}"),
        address: "203.0.113.7".to_owned(),
        unmasked: None,
    };
    meta.create_session(&session).unwrap();
}

fn tokens(meta: &Meta, user: &str, seconds: i64) -> Vec<u8> {
    let sessions = meta.sessions(user, at(seconds)).unwrap();
    sessions.iter().map(|session| session.token_sha256[0]).collect()
}

#[test]
fn a_user_is_returned_as_created_whatever_the_case_of_the_name() {
    let meta = meta();
    create(&meta, "Admin", Access::Operator).unwrap();
    create(&meta, "ada@acme.example", access(Scope::Read, "acme")).unwrap();
    let expected = User {
        name: "Admin".to_owned(),
        access: Access::Operator,
        is_analyst: false,
        personal_data_chosen: None,
        password: one_time(),
        created: at(0),
        last_seen: None,
        disabled: None,
    };
    assert_eq!(meta.user("aDMIN").unwrap(), Some(expected));
    assert_eq!(meta.user("nobody").unwrap(), None);
    let names: Vec<_> = meta.users().unwrap().into_iter().map(|user| user.name).collect();
    assert_eq!(names, ["ada@acme.example", "Admin"]);
}

#[test]
fn a_user_needs_a_name_of_its_own_and_an_existing_tenant() {
    let meta = meta();
    create(&meta, "ada", Access::Operator).unwrap();
    let error = create(&meta, "ADA", Access::Operator).unwrap_err();
    assert_eq!(error.to_string(), "there is a user `ADA` already");
    let error = create(&meta, "bob", access(Scope::Admin, "nobody")).unwrap_err();
    assert!(matches!(error, Error::UnknownTenant(name) if name == tenant_name("nobody")));
    for bad in ["", " ada", "ada\t", "a\u{7}b", &"a".repeat(129)] {
        let error = create(&meta, bad, Access::Operator).unwrap_err();
        assert!(matches!(error, Error::InvalidUserName(_)), "{bad:?}");
    }
    create(&meta, &"a".repeat(128), Access::Operator).unwrap();
}

#[test]
fn a_one_time_password_is_taken_once_and_in_time() {
    let meta = meta();
    create(&meta, "ada", Access::Operator).unwrap();
    assert!(!meta.take_one_time_password("ada", &[4; 32], at(1)).unwrap(), "wrong");
    assert!(!meta.take_one_time_password("ada", &ONE_TIME, at(100)).unwrap(), "expired");
    assert!(meta.take_one_time_password("ada", &ONE_TIME, at(99)).unwrap());
    assert!(!meta.take_one_time_password("ada", &ONE_TIME, at(99)).unwrap(), "used");
    assert_eq!(meta.user("ada").unwrap().unwrap().password, Password::Unset);
}

#[test]
fn a_new_password_ends_the_other_sessions_of_that_user() {
    let meta = meta();
    create(&meta, "ada", Access::Operator).unwrap();
    create(&meta, "bob", Access::Operator).unwrap();
    for (user, token) in [("ada", 1), ("ada", 2), ("bob", 3)] {
        sign_in(&meta, user, token, 10);
    }
    let chosen = Password::Chosen("$argon2id$...".to_owned());
    meta.set_password("ada", &chosen, Some(&[2; 32]), &by_ada(7)).unwrap();
    assert_eq!(meta.user("ada").unwrap().unwrap().password, chosen);
    assert_eq!(tokens(&meta, "ada", 10), [2]);
    meta.set_password("ada", &one_time(), None, &by_ada(7)).unwrap();
    assert_eq!(meta.user("ada").unwrap().unwrap().password, one_time());
    assert!(tokens(&meta, "ada", 10).is_empty());
    assert_eq!(tokens(&meta, "bob", 10), [3]);
    let error = meta.set_password("nobody", &chosen, None, &by_ada(7)).unwrap_err();
    assert_eq!(error.to_string(), "there is no user `nobody`");
}

#[test]
fn a_disabled_user_has_no_sessions_and_can_be_enabled_again() {
    let meta = meta();
    create(&meta, "root", Access::Operator).unwrap();
    create(&meta, "ada", Access::Operator).unwrap();
    sign_in(&meta, "ada", 1, 0);
    meta.disable_user("ada", &by_ada(5)).unwrap();
    assert_eq!(meta.user("ada").unwrap().unwrap().disabled, Some(at(5)));
    assert!(tokens(&meta, "ada", 5).is_empty());
    meta.enable_user("ada", &by_ada(6)).unwrap();
    assert_eq!(meta.user("ada").unwrap().unwrap().disabled, None);
    for result in [meta.disable_user("nobody", &by_ada(5)), meta.enable_user("nobody", &by_ada(6))]
    {
        assert!(matches!(result, Err(Error::UnknownUser(_))));
    }
}

#[test]
fn a_session_lasts_until_it_expires_or_is_ended() {
    let meta = meta();
    create(&meta, "ada", Access::Operator).unwrap();
    for token in 1..=3 {
        sign_in(&meta, "ada", token, i64::from(token));
    }
    assert_eq!(tokens(&meta, "ADA", 10), [3, 2, 1], "latest seen first");
    assert_eq!(meta.session(&[1; 32], at(50)).unwrap().unwrap().user, "ada");
    assert_eq!(meta.session(&[1; 32], at(51)).unwrap(), None, "expired");

    meta.touch_session(&[1; 32], at(40), at(90)).unwrap();
    let seen = meta.session(&[1; 32], at(51)).unwrap().unwrap();
    assert_eq!((seen.created, seen.last_seen, seen.expires), (at(1), at(40), at(90)));

    meta.end_session(&[1; 32]).unwrap();
    assert_eq!(tokens(&meta, "ada", 10), [3, 2]);
    assert_eq!(meta.end_sessions("ada", EndedSessions::All, &by_ada(60)).unwrap(), 2);
    assert!(tokens(&meta, "ada", 10).is_empty());
}

#[test]
fn sessions_end_one_by_one_or_all_others_and_never_those_of_somebody_else() {
    let meta = meta();
    create(&meta, "ada", Access::Operator).unwrap();
    create(&meta, "bob", Access::Operator).unwrap();
    for (user, token) in [("ada", 1), ("ada", 2), ("ada", 3), ("bob", 4)] {
        sign_in(&meta, user, token, i64::from(token));
    }
    let shown = meta.session(&[2; 32], at(10)).unwrap().unwrap();
    assert_eq!((&*shown.user_agent, &*shown.address), ("browser 2", "203.0.113.7"));
    let end = |ended| meta.end_sessions("ADA", ended, &by_ada(10)).unwrap();
    assert_eq!(end(EndedSessions::One(&[4; 32])), 0, "it is bob's");
    assert_eq!(end(EndedSessions::One(&[2; 32])), 1);
    assert_eq!(end(EndedSessions::Others(&[1; 32])), 1);
    assert_eq!((tokens(&meta, "ada", 10), tokens(&meta, "bob", 10)), (vec![1], vec![4]));
}

#[test]
fn it_is_known_when_somebody_was_last_here_after_their_sessions_are_gone() {
    let meta = meta();
    create(&meta, "ada", Access::Operator).unwrap();
    let last_seen = || meta.user("ada").unwrap().unwrap().last_seen;
    sign_in(&meta, "ada", 1, 5);
    assert_eq!(last_seen(), Some(at(5)));
    meta.touch_session(&[1; 32], at(40), at(90)).unwrap();
    meta.end_session(&[1; 32]).unwrap();
    assert_eq!(last_seen(), Some(at(40)));
}

#[test]
fn a_role_is_changed_until_nobody_else_has_it() {
    let meta = meta();
    let acme = tenant_name("acme");
    create(&meta, "ada", Access::Operator).unwrap();
    create(&meta, "bob", access(Scope::Read, "acme")).unwrap();
    let role = |name| meta.user(name).unwrap().unwrap().role();
    let set = |name, role| meta.set_role(name, role, &acme, &by_ada(1));
    assert_eq!((role("ada"), role("bob")), (Some(Role::Operator), Some(Role::Viewer)));
    for next in [Role::Analyst, Role::Viewer, Role::Admin] {
        set("BOB", next).unwrap();
        assert_eq!(role("bob"), Some(next));
    }
    let refusals = [
        (set("ada", Role::Viewer), "`ada` is the last one with the role `operator`"),
        (meta.disable_user("ada", &by_ada(2)), "`ada` is the last one with the role `operator`"),
        (set("bob", Role::Analyst), "`bob` is the last one with the role `admin`"),
        (set("eve", Role::Viewer), "there is no user `eve`"),
    ];
    for (refusal, expected) in refusals {
        let said = refusal.unwrap_err().to_string();
        assert!(said.starts_with(expected), "{said}");
    }
    create(&meta, "eve", access(Scope::Admin, "default")).unwrap();
    set("bob", Role::Analyst).unwrap_err();
    create(&meta, "joe", access(Scope::Admin, "acme")).unwrap();
    set("bob", Role::Operator).unwrap();
    set("ada", Role::Viewer).unwrap();
    assert_eq!(meta.user("ada").unwrap().unwrap().access, access(Scope::Read, "acme"));
    meta.disable_user("ada", &by_ada(3)).unwrap();
    let nowhere = meta.set_role("ada", Role::Viewer, &tenant_name("nowhere"), &by_ada(4));
    assert!(matches!(nowhere, Err(Error::UnknownTenant(_))));
}

#[test]
fn a_new_session_clears_out_the_expired_ones() {
    let meta = meta();
    create(&meta, "ada", Access::Operator).unwrap();
    sign_in(&meta, "ada", 1, 0);
    sign_in(&meta, "ada", 2, 10);
    sign_in(&meta, "ada", 3, 50);
    assert_eq!(tokens(&meta, "ada", 0), [3, 2], "even when asked for the past");
}

#[test]
fn a_session_needs_a_user() {
    let session = Session {
        token_sha256: [1; 32],
        user: "nobody".to_owned(),
        created: at(0),
        last_seen: at(0),
        expires: at(1),
        user_agent: String::new(),
        address: String::new(),
        unmasked: None,
    };
    assert!(matches!(meta().create_session(&session), Err(Error::UnknownUser(_))));
}

#[test]
fn hashes_are_not_shown() {
    let chosen = Password::Chosen("$argon2id$secret".to_owned());
    let shown = format!("{:?} {chosen:?}", one_time());
    assert!(!shown.contains("argon2") && !shown.contains("3, 3"), "{shown}");
}
