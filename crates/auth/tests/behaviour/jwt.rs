//! Signed tokens of others: those that are accepted, and those that are not.

use gatelog_auth::jwt::{Algorithm, ClaimProblem, Expected, JwtError, KeySet, Lifetime, Token};
use gatelog_event::time::UnixMicros;
use serde_json::{Value, json};

use crate::signer::{Signer, encode};

fn keys(keys: &[Value]) -> KeySet {
    KeySet::parse(&json!({ "keys": keys }).to_string()).unwrap()
}

fn verify(token: &str, keys: &KeySet, algorithm: Algorithm) -> Result<(), JwtError> {
    Token::parse(token)?.verify(keys, algorithm)
}

#[test]
fn every_algorithm_is_checked_with_the_key_that_is_named() {
    for algorithm in Algorithm::ALL {
        let (one, other) = (Signer::new(algorithm), Signer::new(algorithm));
        let keys = keys(&[one.jwk("one"), other.jwk("other")]);
        let header = |id: &str| json!({ "alg": algorithm.name(), "kid": id });
        let claims = json!({ "sub": "ada" });
        let name = algorithm.name();
        for (signer, header, expected) in [
            (&one, header("one"), Ok(())),
            (&other, header("other"), Ok(())),
            (&one, header("other"), Err(JwtError::WrongSignature)),
            (&one, header("third"), Err(JwtError::NoMatchingKey)),
            (&one, json!({ "alg": name }), Err(JwtError::SeveralMatchingKeys)),
            (&one, json!({ "alg": "none", "kid": "one" }), Err(JwtError::NotSupported)),
            (&one, json!({ "alg": "HS256", "kid": "one" }), Err(JwtError::NotSupported)),
        ] {
            let token = signer.sign(&header, &claims);
            assert_eq!(verify(&token, &keys, algorithm), expected, "{name} {header}");
        }
        let token = one.sign(&header("one"), &claims);
        let forged = one.sign(&header("one"), &json!({ "sub": "eve" }));
        let (signed, _) = forged.rsplit_once('.').unwrap();
        let (_, signature) = token.rsplit_once('.').unwrap();
        let mixed = format!("{signed}.{signature}");
        assert_eq!(verify(&mixed, &keys, algorithm), Err(JwtError::WrongSignature), "{name}");
        let other_algorithm = Algorithm::ALL.into_iter().find(|it| *it != algorithm).unwrap();
        let as_other = verify(&token, &keys, other_algorithm);
        assert_eq!(as_other, Err(JwtError::NoMatchingKey), "a token does not choose: {name}");
        let claims = Token::parse(&token).unwrap().claims().unwrap();
        assert_eq!(claims.text("sub"), Some("ada"));
    }
}

#[test]
fn what_is_no_token_is_refused() {
    let signer = Signer::new(Algorithm::Es256);
    let header = json!({ "alg": "ES256" });
    let good = signer.sign(&header, &json!({}));
    let keys = keys(&[signer.jwk("one")]);
    assert_eq!(verify(&good, &keys, Algorithm::Es256), Ok(()), "the only key needs no name");
    let unsigned = good.rsplit_once('.').unwrap().0.to_owned();
    let long = format!("{good}{}", "A".repeat(16 << 10));
    let critical = signer.sign(&json!({ "alg": "ES256", "crit": ["b64"] }), &json!({}));
    for (text, expected) in [
        ("", JwtError::Malformed),
        ("abc", JwtError::Malformed),
        ("a.b.c", JwtError::Malformed),
        ("a.b.c.d", JwtError::Malformed),
        (&unsigned, JwtError::Malformed),
        (&long, JwtError::Malformed),
        (&format!("{unsigned}.=="), JwtError::Malformed),
        (&format!("{unsigned}."), JwtError::WrongSignature),
        (&signer.sign(&json!({}), &json!({})), JwtError::Malformed),
        (&signer.sign(&json!({ "alg": "" }), &json!({})), JwtError::Malformed),
        (&signer.sign(&json!([1]), &json!({})), JwtError::Malformed),
        (&critical, JwtError::NotSupported),
    ] {
        assert_eq!(verify(text, &keys, Algorithm::Es256), Err(expected), "{text}");
    }
    for claims in [json!([1]), json!("text"), json!(null)] {
        let token = signer.sign(&header, &claims);
        assert_eq!(Token::parse(&token).unwrap().claims(), Err(JwtError::MalformedClaims));
    }
}

#[test]
fn keys_that_do_not_fit_are_left_out() {
    let signer = Signer::new(Algorithm::Es384);
    let mut for_encryption = signer.jwk("one");
    for_encryption["use"] = json!("enc");
    let mut for_another = signer.jwk("one");
    for_another["alg"] = json!("ES256");
    let mut off_the_curve = signer.jwk("one");
    off_the_curve["x"] = json!(encode(&[1; 48]));
    let token = signer.sign(&json!({ "alg": "ES384", "kid": "one" }), &json!({}));
    let whole = keys(&[json!({ "kty": "oct", "k": "AA" }), json!(7), signer.jwk("one")]);
    assert_eq!(verify(&token, &whole, Algorithm::Es384), Ok(()));
    let none = verify(&token, &keys(&[for_another]), Algorithm::Es384);
    assert_eq!(none, Err(JwtError::NoMatchingKey));
    for set in [
        json!({ "keys": [] }),
        json!({ "keys": [for_encryption] }),
        json!({ "keys": [off_the_curve] }),
        json!({ "keys": vec![signer.jwk("one"); 101] }),
        json!({}),
        json!([]),
    ] {
        assert!(KeySet::parse(&set.to_string()).is_err(), "{set}");
    }
}

#[test]
fn claims_hold_here_and_now() {
    use ClaimProblem::{Different, Invalid, Missing};
    let now = UnixMicros::clamped(1_000_000 * 1_000_000);
    let expected = Expected {
        issuer: Some("https://id.example/oidc"),
        audience: "https://api.example",
        lifetime: Lifetime { skew_seconds: 60, must_end: true, must_be_issued: true },
    };
    let claim = |claim, problem| Err(JwtError::Claim { claim, problem });
    let cases = [
        (json!({}), Ok(())),
        (json!({ "aud": ["x", "https://api.example"] }), Ok(())),
        (json!({ "aud": ["x"] }), claim("aud", Different)),
        (json!({ "aud": "https://api.example/" }), claim("aud", Different)),
        (json!({ "aud": null }), claim("aud", Different)),
        (json!({ "iss": "https://id.example/oidc/" }), claim("iss", Different)),
        (json!({ "iss": 7 }), claim("iss", Different)),
        (json!({ "exp": 999_941 }), Ok(())),
        (json!({ "exp": 999_940 }), Err(JwtError::Expired)),
        (json!({ "exp": 999_940.9 }), Err(JwtError::Expired)),
        (json!({ "exp": "soon" }), claim("exp", Invalid)),
        (json!({ "exp": -1e300 }), Err(JwtError::Expired)),
        (json!({ "nbf": 1_000_060 }), Ok(())),
        (json!({ "nbf": 1_000_061 }), claim("nbf", Different)),
        (json!({ "nbf": null }), claim("nbf", Invalid)),
        (json!({ "iat": 1_000_060 }), Ok(())),
        (json!({ "iat": 1_000_061 }), claim("iat", Different)),
    ];
    let usual = json!({
        "iss": "https://id.example/oidc", "aud": "https://api.example", "exp": 1_000_100
    });
    let signer = Signer::new(Algorithm::Es256);
    let check = |claims: Value, expected| {
        let token = signer.sign(&json!({ "alg": "ES256" }), &claims);
        Token::parse(&token).unwrap().claims().unwrap().check(expected, now)
    };
    for (changes, outcome) in cases {
        let mut claims = usual.clone();
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        assert_eq!(check(claims, expected), outcome, "{changes}");
    }
    for name in ["iss", "aud", "exp"] {
        let mut claims = usual.clone();
        claims.as_object_mut().unwrap().remove(name);
        assert_eq!(check(claims, expected), claim(name, Missing));
    }
    let lax = Expected {
        issuer: None,
        lifetime: Lifetime { skew_seconds: 300, must_end: false, must_be_issued: false },
        ..expected
    };
    assert_eq!(check(json!({ "aud": "https://api.example" }), lax), Ok(()));
}
