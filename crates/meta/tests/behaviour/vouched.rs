//! People whom an OpenID provider vouches for.

use gatelog_meta::{Access, Error, NewUser, Password, Scope, Session, Vouched};

use crate::outbox::recorded;
use crate::{access, at, by_ada, meta};

fn ada(subject: &str) -> Vouched {
    Vouched { provider: "corp".into(), subject: subject.into(), name: "ada".into() }
}

#[test]
fn whoever_comes_first_becomes_a_user_and_is_found_by_subject_later() {
    let meta = meta();
    let user = meta.welcome(&ada("s1"), &access(Scope::Read, "acme"), at(1)).unwrap();
    assert_eq!((&*user.name, &user.access), ("ada@corp", &access(Scope::Read, "acme")));
    let elsewhere = Password::Elsewhere { provider: "corp".into(), subject: "s1".into() };
    assert_eq!(user.password, elsewhere);

    let renamed = Vouched { name: "lovelace".into(), ..ada("s1") };
    let again = meta.welcome(&renamed, &Access::Operator, at(2)).unwrap();
    assert_eq!((&*again.name, &again.access), ("ada@corp", &Access::Operator));
    assert_eq!(meta.user("ada@corp").unwrap(), Some(again), "the role is the new one");
    meta.welcome(&renamed, &Access::Operator, at(3)).unwrap();

    let events: Vec<String> = recorded(&meta).into_iter().skip(2).collect();
    let types: Vec<&str> = events.iter().map(|event| event.split('"').nth(7).unwrap()).collect();
    assert_eq!(types, ["user.create", "user.update"], "what changes nothing is not recorded");
}

#[test]
fn nobody_is_taken_for_somebody_else() {
    let meta = meta();
    let password = Password::Unset;
    let local = NewUser {
        name: "ada@corp".into(),
        access: Access::Operator,
        is_analyst: false,
        personal_data: None,
        password,
    };
    meta.create_user(&local, &by_ada(0)).unwrap();
    let reader = access(Scope::Read, "acme");
    assert_eq!(meta.welcome(&ada("s1"), &reader, at(1)).unwrap().name, "s1@corp");
    let other = Vouched { provider: "other".into(), ..ada("s1") };
    assert_eq!(meta.welcome(&other, &reader, at(2)).unwrap().name, "ada@other");
    assert_eq!(meta.user("ada@corp").unwrap().unwrap().access, Access::Operator);
    let unspeakable = Vouched { name: "a\nb".into(), ..ada("s2") };
    assert_eq!(meta.welcome(&unspeakable, &reader, at(3)).unwrap().name, "s2@corp");
    let refused = meta.welcome(&ada("s1"), &access(Scope::Read, "nobody"), at(4));
    assert!(matches!(refused, Err(Error::UnknownTenant(_))), "{refused:?}");
}

#[test]
fn they_have_no_password_and_can_be_turned_away() {
    let meta = meta();
    let user = meta.welcome(&ada("s1"), &Access::Operator, at(1)).unwrap();
    let error = meta.set_password(&user.name, &Password::Unset, None, &by_ada(2)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`ada@corp` signs in at the provider `corp` and has no password here"
    );
    let session = Session {
        token_sha256: [1; 32],
        user: user.name.clone(),
        created: at(1),
        last_seen: at(1),
        expires: at(50),
        user_agent: String::new(),
        address: String::new(),
        unmasked: None,
    };
    meta.create_session(&session).unwrap();
    meta.turn_away(&Vouched { provider: "other".into(), ..ada("s1") }, at(2)).unwrap();
    assert_eq!(meta.sessions(&user.name, at(2)).unwrap().len(), 1);
    meta.turn_away(&Vouched { name: "lovelace".into(), ..ada("s1") }, at(3)).unwrap();
    assert_eq!(meta.sessions(&user.name, at(3)).unwrap().len(), 0);
    let refused: Vec<String> =
        recorded(&meta).into_iter().filter(|event| event.contains("no_role")).collect();
    let named = refused.iter().map(|event| event.contains(r#""id":"user:ada@corp""#));
    assert_eq!(named.collect::<Vec<_>>(), [false, true], "{refused:?}");
}
