//! API keys.

use std::sync::Arc;

use gatelog_auth::{ApiKey, AuthActivity, AuthError, Authenticator, Principal, Scope};
use gatelog_meta::Meta;

use crate::{acme, at, authenticator, by_ada, with_acme};

/// A key of `acme` that is stored.
fn stored_key(meta: &Meta) -> ApiKey {
    let key = ApiKey::mint([1; 8], [2; 32]);
    let stored = key.to_stored(acme(Scope::Ingest), "shop".to_owned());
    meta.create_credential(&stored, &by_ada(0)).unwrap();
    key
}

#[test]
fn a_stored_key_is_its_holder() {
    let (meta, authenticator) = authenticator();
    let key = stored_key(&meta).reveal();
    let expected = Principal {
        id: "key_0101010101010101".into(),
        name: "shop".into(),
        access: acme(Scope::Ingest),
    };
    assert_eq!(authenticator.bearer_if_verified(&key, at(1)), None, "not verified yet");
    assert_eq!(authenticator.bearer(&key, at(1)).unwrap(), expected);
    assert_eq!(authenticator.bearer(&key, at(2)).unwrap(), expected, "from memory");
    assert_eq!(authenticator.bearer_if_verified(&key, at(10)), Some(expected));
    assert_eq!(authenticator.bearer_if_verified(&key, at(11)), None, "to be asked again");
    assert_eq!(authenticator.bearer_if_verified(&key, at(0)), None, "the clock was set back");
}

#[test]
fn a_key_of_this_process_is_believed_for_as_long_as_any() {
    let (_meta, authenticator) = authenticator();
    let key = ApiKey::mint([7; 8], [8; 32]);
    let access = acme(Scope::Read);
    let principal = Principal { id: "command".into(), name: "command".into(), access };
    authenticator.admit(&key, principal.clone(), at(1));
    assert_eq!(authenticator.bearer(&key.reveal(), at(2)).unwrap(), principal);
    assert!(authenticator.bearer(&key.reveal(), at(11)).is_err());
}

#[test]
fn other_tokens_are_refused() {
    let (meta, authenticator) = authenticator();
    let key = stored_key(&meta);
    let wrong_secret = ApiKey::mint([1; 8], [3; 32]).reveal();
    let unknown = ApiKey::mint([9; 8], [2; 32]).reveal();
    authenticator.bearer(&key.reveal(), at(1)).unwrap();
    for (token, message) in [
        (wrong_secret.as_str(), "this API key is not known here"),
        (&unknown, "this API key is not known here"),
        ("letmein", "this is not a Gatelog API key: those look like gl_0123456789abcdef_..."),
    ] {
        assert_eq!(authenticator.bearer(token, at(1)).unwrap_err().to_string(), message);
    }
    authenticator.bearer(&key.reveal(), at(2)).unwrap();
    let AuthActivity { keys_verified, keys_remembered, keys_refused, .. } =
        authenticator.activity();
    assert_eq!((keys_verified, keys_remembered, keys_refused), (1, 1, 3));
}

#[test]
fn a_running_server_notices_a_key_revoked_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("meta.db");
    let server = Arc::new(Meta::open(&path).unwrap());
    with_acme(&server);
    let authenticator = Authenticator::new(Arc::clone(&server));
    let key = stored_key(&server);
    authenticator.bearer(&key.reveal(), at(1)).unwrap();

    Meta::open(&path).unwrap().revoke_credential(key.id(), &by_ada(2)).unwrap();

    assert!(authenticator.bearer(&key.reveal(), at(10)).is_ok(), "for ten seconds at most");
    let error = authenticator.bearer(&key.reveal(), at(11)).unwrap_err();
    assert!(matches!(error, AuthError::RevokedKey(_)));
    assert_eq!(error.to_string(), "the API key `key_0101010101010101` has been revoked");
    assert_eq!(authenticator.bearer_if_verified(&key.reveal(), at(1)), None, "forgotten");
}

#[test]
fn the_last_use_is_noted() {
    let (meta, authenticator) = authenticator();
    let key = stored_key(&meta);
    for (used, noted) in [(1, 1), (30, 1), (61, 61)] {
        authenticator.bearer(&key.reveal(), at(used)).unwrap();
        let last_used = meta.credential(key.id()).unwrap().unwrap().last_used;
        assert_eq!(last_used, Some(at(noted)), "used at {used}");
    }
}
