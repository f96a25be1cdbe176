//! API keys.

use gatelog_event::source::Source;
use gatelog_meta::{Access, Credential, Error, NewCredential, Scope};

use crate::{access, at, by_ada, meta, tenant_name};

fn key(id: &str, access: Access) -> NewCredential {
    NewCredential {
        id: id.to_owned(),
        access,
        label: format!("label of {id}"),
        secret_sha256: [9; 32],
    }
}

#[test]
fn a_key_is_returned_as_it_was_created() {
    let meta = meta();
    let accesses = [
        Access::Operator,
        access(Scope::Admin, "acme"),
        Access::new(Scope::Ingest, Some(tenant_name("acme")), Some(Source::Logto)).unwrap(),
    ];
    for access in accesses {
        let id = format!("key_{}", access.scope());
        meta.create_credential(&key(&id, access.clone()), &by_ada(5)).unwrap();
        let expected = Credential {
            label: format!("label of {id}"),
            id: id.clone(),
            access,
            secret_sha256: [9; 32],
            created: at(5),
            last_used: None,
            revoked: None,
        };
        assert_eq!(meta.credential(&id).unwrap(), Some(expected));
    }
    assert_eq!(meta.credential("key_none").unwrap(), None);
}

#[test]
fn keys_are_listed_for_all_or_for_one_tenant() {
    let meta = meta();
    for (id, access, seconds) in [
        ("key_c", Access::Operator, 1),
        ("key_b", access(Scope::Read, "acme"), 2),
        ("key_a", access(Scope::Read, "default"), 3),
    ] {
        meta.create_credential(&key(id, access), &by_ada(seconds)).unwrap();
    }
    let ids = |tenant: Option<&str>| -> Vec<String> {
        let tenant = tenant.map(tenant_name);
        let listed = meta.credentials(tenant.as_ref()).unwrap();
        listed.into_iter().map(|credential| credential.id).collect()
    };
    assert_eq!(ids(None), ["key_c", "key_b", "key_a"]);
    assert_eq!(ids(Some("acme")), ["key_b"]);
    assert!(ids(Some("nobody")).is_empty());
}

#[test]
fn a_key_needs_an_existing_tenant_and_an_id_of_its_own() {
    let meta = meta();
    let error = meta.create_credential(&key("key_a", access(Scope::Read, "nobody")), &by_ada(0));
    assert!(matches!(error, Err(Error::UnknownTenant(name)) if name == tenant_name("nobody")));
    meta.create_credential(&key("key_a", Access::Operator), &by_ada(0)).unwrap();
    let error = meta.create_credential(&key("key_a", Access::Operator), &by_ada(0));
    assert!(matches!(error, Err(Error::CredentialExists(id)) if id == "key_a"));
}

#[test]
fn revoking_keeps_the_first_time() {
    let meta = meta();
    meta.create_credential(&key("key_a", Access::Operator), &by_ada(0)).unwrap();
    meta.revoke_credential("key_a", &by_ada(10)).unwrap();
    meta.revoke_credential("key_a", &by_ada(20)).unwrap();
    assert_eq!(meta.credential("key_a").unwrap().unwrap().revoked, Some(at(10)));
    let error = meta.revoke_credential("key_b", &by_ada(10)).unwrap_err();
    assert_eq!(error.to_string(), "there is no key `key_b`");
}

#[test]
fn the_last_use_is_noted_once_a_minute() {
    let meta = meta();
    meta.create_credential(&key("key_a", Access::Operator), &by_ada(0)).unwrap();
    for (used, noted) in [(10, 10), (40, 10), (69, 10), (70, 70), (200, 200)] {
        meta.touch_credential("key_a", at(used)).unwrap();
        let last_used = meta.credential("key_a").unwrap().unwrap().last_used;
        assert_eq!(last_used, Some(at(noted)), "used at {used}");
    }
}
