//! What is changed is recorded, with it or not at all.

use gatelog_meta::{
    Access, Author, Change, EndedSessions, Meta, NewCredential, NewUser, Password, Role, Scope,
    Session,
};

use crate::{access, at, by_ada, meta, new_tenant, tenant_name};

/// The events that wait, each as `tenant: record`.
pub(crate) fn recorded(meta: &Meta) -> Vec<String> {
    let waiting = meta.waiting_events(0, 100).unwrap();
    let text = |record| String::from_utf8(record).unwrap();
    waiting.into_iter().map(|event| format!("{}: {}", event.tenant, text(event.record))).collect()
}

/// What is recorded of tenants that `meta` was made with is not the matter here.
fn empty() -> Meta {
    let meta = meta();
    let numbers: Vec<i64> =
        meta.waiting_events(0, 100).unwrap().iter().map(|event| event.number).collect();
    meta.forget_events(&numbers).unwrap();
    meta
}

fn key(access: Access) -> NewCredential {
    NewCredential { id: "key_1".into(), access, label: "backup".into(), secret_sha256: [1; 32] }
}

fn user(name: &str, access: Access) -> NewUser {
    let password = Password::Chosen("$argon2id$hash".into());
    NewUser { name: name.into(), access, is_analyst: false, personal_data: None, password }
}

#[test]
fn a_change_says_who_did_what_to_whom() {
    let meta = empty();
    let operator = Author::Operator { uid: 7, account: Some("root".into()), host: "box".into() };
    let by = Change { by: operator, time: at(9) };
    meta.create_credential(&key(access(Scope::Read, "acme")), &by).unwrap();
    meta.create_tenant(&new_tenant("new"), &by_ada(10)).unwrap();
    let expected = [
        concat!(
            r#"acme: {"id":"change-3","type":"api.create","source":"gatelog","#,
            r#""time":"2026-11-20T12:00:09.000000Z","outcome":"success","#,
            r#""actor":{"kind":"operator","id":"uid:7@box","name":"root@box"},"#,
            r#""target":{"kind":"key","id":"key_1","name":"backup"},"data":{"scope":"read"}}"#,
        ),
        concat!(
            r#"new: {"id":"change-4","type":"api.create","source":"gatelog","#,
            r#""time":"2026-11-20T12:00:10.000000Z","outcome":"success","#,
            r#""actor":{"kind":"user","id":"user:ada","name":"ada"},"#,
            r#""target":{"kind":"tenant","id":"new"}}"#,
        ),
    ];
    assert_eq!(recorded(&meta), expected);
}

#[test]
fn every_change_is_recorded_once_and_a_refused_one_never() {
    let meta = empty();
    meta.create_user(&user("root", Access::Operator), &by_ada(0)).unwrap();
    meta.create_user(&user("ada", Access::Operator), &by_ada(0)).unwrap();
    meta.create_user(&user("Ada", Access::Operator), &by_ada(0)).unwrap_err();
    meta.create_user(&user("eve", access(Scope::Read, "nobody")), &by_ada(0)).unwrap_err();
    meta.create_credential(&key(Access::Operator), &by_ada(1)).unwrap();
    meta.create_credential(&key(Access::Operator), &by_ada(1)).unwrap_err();
    for _ in 0..2 {
        meta.revoke_credential("key_1", &by_ada(2)).unwrap();
        meta.disable_user("ADA", &by_ada(3)).unwrap();
    }
    for _ in 0..2 {
        meta.enable_user("ada", &by_ada(4)).unwrap();
    }
    meta.set_password("ada", &Password::Unset, None, &by_ada(5)).unwrap();
    meta.set_password("ada", &Password::Chosen("x".into()), None, &by_ada(6)).unwrap();
    let (created, expires) = (at(7), at(99));
    let user = "ADA".to_owned();
    let session = Session {
        token_sha256: [1; 32],
        user,
        created,
        last_seen: created,
        expires,
        user_agent: String::new(),
        address: String::new(),
        unmasked: None,
    };
    meta.create_session(&session).unwrap();
    for _ in 0..2 {
        meta.end_sessions("ada", EndedSessions::All, &by_ada(8)).unwrap();
        meta.set_role("ada", Role::Admin, &tenant_name("acme"), &by_ada(9)).unwrap();
    }
    let types = recorded(&meta);
    let types: Vec<&str> = types.iter().map(|event| event.split('"').nth(7).unwrap()).collect();
    let expected = [
        "user.create",
        "user.create",
        "api.create",
        "api.delete",
        "user.disable",
        "user.enable",
        "password.reset",
        "password.set",
        "login",
        "session.revoke",
        "user.update",
    ];
    assert_eq!(types, expected);
}

#[test]
fn what_was_typed_for_a_name_is_kept_only_if_it_is_one() {
    let meta = empty();
    meta.create_user(&user("ada", access(Scope::Read, "acme")), &by_ada(0)).unwrap();
    meta.disable_user("ada", &by_ada(1)).unwrap();
    meta.record_failed_sign_in("ADA", at(2)).unwrap();
    meta.enable_user("ada", &by_ada(3)).unwrap();
    meta.record_failed_sign_in("ada", at(4)).unwrap();
    meta.record_failed_sign_in("correct horse battery", at(5)).unwrap();
    let failed: Vec<String> =
        recorded(&meta).into_iter().filter(|event| event.contains("failure")).collect();
    let [disabled, wrong, unknown] = &failed[..] else { panic!("{failed:?}") };
    for (event, tenant, code) in [
        (disabled, "acme: ", "user_disabled"),
        (wrong, "acme: ", "wrong_password"),
        (unknown, "default: ", "unknown_user"),
    ] {
        assert!(event.starts_with(tenant) && event.contains(code), "{event}");
    }
    assert!(wrong.contains(r#""actor":{"kind":"user","id":"user:ada","name":"ada"}"#), "{wrong}");
    assert!(!unknown.contains("horse"), "{unknown}");
    assert!(unknown.contains(r#""identifier":"[redacted:identifier:"#), "{unknown}");
}

#[test]
fn a_number_is_never_used_again() {
    let meta = empty();
    let numbers = || -> Vec<i64> {
        meta.waiting_events(0, 100).unwrap().iter().map(|event| event.number).collect()
    };
    meta.record_failed_sign_in("x", at(1)).unwrap();
    meta.record_failed_sign_in("x", at(1)).unwrap();
    assert_eq!(numbers(), [3, 4]);
    meta.forget_events(&[3, 4]).unwrap();
    meta.record_failed_sign_in("x", at(1)).unwrap();
    assert_eq!(numbers(), [5]);
    assert_eq!(meta.waiting_events(0, 0).unwrap(), []);
}
