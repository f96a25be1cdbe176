//! Clients of other products' APIs.

use gatelog_meta::{Client, ClientDialect, Error, NewClient};

use crate::{at, by_ada, meta, tenant_name};

fn client(id: &str, tenant: &str) -> NewClient {
    NewClient {
        id: id.to_owned(),
        dialect: ClientDialect::Logto,
        tenant: tenant_name(tenant),
        label: format!("label of {id}"),
        secret_sha256: [9; 32],
    }
}

#[test]
fn a_client_is_returned_as_it_was_created() {
    let meta = meta();
    meta.create_client(&client("client_a", "acme"), &by_ada(5)).unwrap();
    let expected = Client {
        id: "client_a".to_owned(),
        dialect: ClientDialect::Logto,
        tenant: tenant_name("acme"),
        label: "label of client_a".to_owned(),
        secret_sha256: [9; 32],
        created: at(5),
        last_used: None,
        revoked: None,
    };
    assert_eq!(meta.client("client_a").unwrap(), Some(expected));
    meta.create_client(&client("client_b", "default"), &by_ada(6)).unwrap();
    let ids = |tenant: Option<&str>| -> Vec<String> {
        let listed = meta.clients(tenant.map(tenant_name).as_ref()).unwrap();
        listed.into_iter().map(|client| client.id).collect()
    };
    assert_eq!(ids(None), ["client_a", "client_b"]);
    assert_eq!(ids(Some("default")), ["client_b"]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let meta = meta();
    let error = meta.create_client(&client("client_a", "nobody"), &by_ada(0)).unwrap_err();
    assert!(matches!(error, Error::UnknownTenant(name) if name == tenant_name("nobody")));
    meta.create_client(&client("client_a", "acme"), &by_ada(0)).unwrap();
    for (error, message) in [
        (meta.create_client(&client("client_a", "acme"), &by_ada(0)), "there is a client"),
        (meta.revoke_client("client_b", &by_ada(0)), "there is no client `client_b`"),
    ] {
        assert!(error.unwrap_err().to_string().starts_with(message));
    }
}

#[test]
fn creating_and_revoking_are_recorded_once() {
    let meta = meta();
    let before = meta.waiting_events(0, 100).unwrap().len();
    meta.create_client(&client("client_a", "acme"), &by_ada(1)).unwrap();
    meta.revoke_client("client_a", &by_ada(10)).unwrap();
    meta.revoke_client("client_a", &by_ada(20)).unwrap();
    assert_eq!(meta.client("client_a").unwrap().unwrap().revoked, Some(at(10)));
    let records: Vec<String> = meta.waiting_events(0, 100).unwrap()[before..]
        .iter()
        .map(|event| String::from_utf8(event.record.clone()).unwrap())
        .collect();
    assert_eq!(records.len(), 2, "{records:?}");
    assert!(records[0].contains(r#""type":"api.create""#), "{records:?}");
    assert!(records[0].contains(r#""target":{"kind":"client","id":"client_a""#), "{records:?}");
    assert!(records[1].contains(r#""type":"api.delete""#), "{records:?}");
}
