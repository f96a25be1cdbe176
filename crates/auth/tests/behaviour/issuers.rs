//! Others whose tokens are accepted, and when their keys are fetched.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use gatelog_auth::jwt::{Algorithm, JwtError};
use gatelog_auth::{FetchKeys, Issuer, Issuers, NotAccepted, Scope};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::signer::Signer;
use crate::{acme, at};

const NAME: &str = "https://id.example/oidc";
const AUDIENCE: &str = "https://default.logto.app/api";

/// Where an issuer publishes its keys, and how often somebody looked.
#[derive(Debug)]
struct Published {
    keys: Mutex<Result<String, String>>,
    fetches: Mutex<usize>,
}

impl FetchKeys for Published {
    fn fetch<'f>(
        &'f self,
        url: &'f str,
    ) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'f>> {
        assert!(url.starts_with("https://id.example/"));
        *self.fetches.lock().unwrap() += 1;
        let keys = self.keys.lock().unwrap().clone();
        Box::pin(async move { keys })
    }
}

impl Published {
    fn new() -> Self {
        Self { keys: Mutex::new(Err("nothing yet".to_owned())), fetches: Mutex::default() }
    }

    fn publish(&self, keys: &[Value]) {
        *self.keys.lock().unwrap() = Ok(json!({ "keys": keys }).to_string());
    }

    fn is_away(&self) {
        *self.keys.lock().unwrap() = Err("connection refused".to_owned());
    }

    fn fetches(&self) -> usize {
        *self.fetches.lock().unwrap()
    }
}

fn issuer(name: &str) -> Issuer {
    let access = acme(Scope::Read);
    Issuer {
        name: name.to_owned(),
        tenant: access.tenant().unwrap().clone(),
        audience: AUDIENCE.to_owned(),
        algorithm: Algorithm::Es384,
        keys_url: format!("{name}/jwks"),
    }
}

fn issuers() -> (Arc<Published>, Issuers) {
    let published = Arc::new(Published::new());
    let keys: Arc<dyn FetchKeys> = Arc::<Published>::clone(&published);
    (published, Issuers::new([issuer(NAME)], keys).unwrap())
}

fn claims() -> Value {
    json!({ "iss": NAME, "aud": AUDIENCE, "sub": "m2m", "exp": at(3_600).seconds_floor() })
}

fn token(signer: &Signer, key: &str) -> String {
    signer.sign(&json!({ "alg": "ES384", "kid": key }), &claims())
}

/// Who sent the token, or the debug text of why nobody knows.
fn accept(issuers: &Issuers, token: &str, seconds: i64) -> String {
    let accepted = Runtime::new().unwrap().block_on(issuers.accept(token, at(seconds)));
    match accepted {
        Ok(accepted) => accepted.principal.id.to_string(),
        Err(NotAccepted::Token(error, _)) => error.to_string(),
        Err(other) => format!("{other:?}"),
    }
}

const HOLDER: &str = "token:m2m@https://id.example/oidc";
const NO_KEY: &str = "no key of the issuer fits the token's header";

#[test]
fn keys_are_fetched_when_they_are_needed() {
    let (published, issuers) = issuers();
    let (old, new) = (Signer::new(Algorithm::Es384), Signer::new(Algorithm::Es384));
    let (by_old, by_new) = (token(&old, "old"), token(&new, "new"));
    published.publish(&[old.jwk("old")]);
    let expect = |token: &str, seconds, outcome: &str, fetches| {
        assert_eq!(accept(&issuers, token, seconds), outcome, "after {seconds} s");
        assert_eq!(published.fetches(), fetches, "after {seconds} s");
    };
    expect(&by_old, 0, HOLDER, 1);
    expect(&by_old, 599, HOLDER, 1);
    expect(&by_old, 600, HOLDER, 2);
    expect(&by_new, 610, NO_KEY, 2);
    published.publish(&[old.jwk("old"), new.jwk("new")]);
    expect(&by_new, 629, NO_KEY, 2);
    expect(&by_new, 630, HOLDER, 3);
    expect(&token(&new, "invented"), 640, NO_KEY, 3);
    expect(&token(&new, "invented"), 660, NO_KEY, 4);
    expect(&token(&new, "invented again"), 661, NO_KEY, 4);
    expect(&token(&old, "new"), 662, "the token's signature is wrong", 4);
}

#[test]
fn while_an_issuer_is_away_its_keys_count() {
    let (published, issuers) = issuers();
    let signer = Signer::new(Algorithm::Es384);
    let token = token(&signer, "one");
    let expect = |seconds, outcome: &str, fetches| {
        assert_eq!(accept(&issuers, &token, seconds), outcome, "after {seconds} s");
        assert_eq!(published.fetches(), fetches, "after {seconds} s");
    };
    published.is_away();
    expect(0, "KeysUnavailable", 1);
    expect(4, "KeysUnavailable", 1);
    published.publish(&[signer.jwk("one")]);
    expect(5, HOLDER, 2);
    published.is_away();
    expect(700, HOLDER, 3);
    expect(704, HOLDER, 3);
    *published.keys.lock().unwrap() = Ok("<html>".to_owned());
    expect(705, HOLDER, 4);
}

#[test]
fn a_token_has_to_say_the_right_things() {
    let (published, issuers) = issuers();
    let signer = Signer::new(Algorithm::Es384);
    published.publish(&[signer.jwk("one")]);
    let header = json!({ "alg": "ES384", "kid": "one" });
    for (name, value, expected) in [
        ("iss", Some(json!("https://evil.example")), "the token's claim `iss` does not hold here"),
        ("iss", None, "the token's claim `iss` is missing"),
        (
            "aud",
            Some(json!("https://admin.logto.app/api")),
            "the token's claim `aud` does not hold here",
        ),
        ("exp", Some(json!(at(-61).seconds_floor())), "the token has expired"),
        ("exp", None, "the token's claim `exp` is missing"),
        ("sub", Some(json!("")), "SubjectMissing"),
        ("sub", None, "SubjectMissing"),
    ] {
        let mut claims = claims();
        match value {
            Some(value) => claims[name] = value,
            None => drop(claims.as_object_mut().unwrap().remove(name)),
        }
        assert_eq!(accept(&issuers, &signer.sign(&header, &claims), 0), expected, "{claims}");
    }
    let refused = Runtime::new().unwrap().block_on(issuers.accept("letmein", at(0))).unwrap_err();
    assert_eq!(refused, NotAccepted::Token(JwtError::Malformed, None));
}

#[test]
fn a_name_belongs_to_one_tenant() {
    let keys: Arc<dyn FetchKeys> = Arc::new(Published::new());
    let twice = Issuers::new([issuer(NAME), issuer("https://b.example"), issuer(NAME)], keys);
    assert_eq!(twice.unwrap_err(), NAME);
}
