//! Tenants.

use gatelog_meta::{Error, Meta, Tenant};

use crate::{at, by_ada, meta, new_tenant, tenant_name};

#[test]
fn a_tenant_is_returned_as_it_was_created() {
    let meta = meta();
    let expected = Tenant {
        name: tenant_name("acme"),
        created: at(1),
        log_origin: "logs.example/log/acme".to_owned(),
        fingerprint_key: [7; 32],
    };
    assert_eq!(meta.tenant(&tenant_name("acme")).unwrap(), Some(expected));
    assert_eq!(meta.tenant(&tenant_name("nobody")).unwrap(), None);
    let names: Vec<_> =
        meta.tenants().unwrap().iter().map(|tenant| tenant.name.to_string()).collect();
    assert_eq!(names, ["acme", "default"]);
}

#[test]
fn a_name_is_given_once() {
    let error = meta().create_tenant(&new_tenant("acme"), &by_ada(2)).unwrap_err();
    assert!(matches!(error, Error::TenantExists(_)));
    assert_eq!(error.to_string(), "there is a tenant `acme` already");
}

#[test]
fn the_default_tenant_keeps_its_first_origin_and_key() {
    let meta = Meta::open_in_memory().unwrap();
    let first = meta.ensure_default_tenant("first.example", [1; 32], at(0)).unwrap();
    let again = meta.ensure_default_tenant("second.example", [2; 32], at(9)).unwrap();
    assert_eq!(first, again);
    assert_eq!(first.log_origin, "first.example");
    assert_eq!(first.name, tenant_name("default"));
}

#[test]
fn the_fingerprint_key_is_not_shown() {
    let shown = format!("{:?} {:?}", new_tenant("a"), meta().tenants().unwrap());
    assert!(!shown.contains("fingerprint_key"), "{shown}");
}
