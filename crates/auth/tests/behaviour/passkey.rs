//! What a browser sends of a passkey: the right answer, and everything that may be wrong with one.

use gatelog_auth::RelyingParty;
use gatelog_auth::passkey::{Assertion, Challenge, PasskeyError, Registration, text, user_handle};
use gatelog_auth::passkey::{CREDENTIAL_BYTES_MAX, PART_BYTES_MAX};
use gatelog_meta::{NewPasskey, Passkey};
use proptest::prelude::{any, prop, proptest};
use sha2::{Digest, Sha256};

use crate::at;
use crate::device::{Answer, Key, Parts};

/// What is made wrong.
type Change<T> = fn(&mut T);

/// A name, what is made wrong, and what comes of it.
type Case<'c> = (&'static str, &'c dyn Fn(&mut Parts), PasskeyError);

fn party() -> RelyingParty {
    RelyingParty::at("https://logs.example").unwrap()
}

fn challenge() -> Challenge {
    Challenge::new([9; 32])
}

fn answer() -> Answer {
    Answer::new(&challenge().to_text())
}

fn register(parts: &Parts) -> Result<NewPasskey, PasskeyError> {
    parts.registration().check(&party(), challenge(), "phone")
}

fn kept(new: NewPasskey) -> Passkey {
    let NewPasskey { name, credential, algorithm, public_key, counter } = new;
    let (created, last_used) = (at(0), None);
    Passkey { number: 1, name, credential, algorithm, public_key, counter, created, last_used }
}

#[test]
fn every_offered_algorithm_is_registered_and_used() {
    for key in [Key::es256(), Key::ed_dsa(), Key::rs256()] {
        let passkey = kept(register(&Answer { counter: 4, ..answer() }.make(&key)).unwrap());
        assert_eq!((passkey.algorithm, passkey.counter), (key.algorithm(), 4));
        let passkeys = [passkey];
        let used = Answer { counter: 5, user_handle: user_handle("ada"), ..answer() }.sign(&key);
        let used = used.assertion().check(&party(), challenge(), "ada", &passkeys).unwrap();
        assert_eq!((used.passkey, used.counter), (&passkeys[0], 5));
    }
}

#[test]
fn a_key_is_kept_only_if_it_was_made_for_us_now() {
    let key = Key::es256();
    let with = |change: fn(&mut Answer)| {
        let mut answer = answer();
        change(&mut answer);
        register(&answer.make(&key)).map(|_| ())
    };
    let cases: [(&str, Change<Answer>, PasskeyError); 12] = [
        ("a use", |answer| answer.asked = Some("webauthn.get"), PasskeyError::WrongType),
        ("a challenge", |answer| answer.challenge = "AAAA".into(), PasskeyError::WrongChallenge),
        ("no challenge", |answer| answer.challenge.clear(), PasskeyError::WrongChallenge),
        (
            "a sister",
            |answer| answer.origin = "https://x.example".into(),
            PasskeyError::WrongOrigin,
        ),
        (
            "no TLS",
            |answer| answer.origin = "http://logs.example".into(),
            PasskeyError::WrongOrigin,
        ),
        ("a port", |answer| answer.origin.push_str(":8443"), PasskeyError::WrongOrigin),
        ("a frame", |answer| answer.members = r#","crossOrigin":true"#, PasskeyError::CrossOrigin),
        (
            "a page around",
            |answer| answer.members = r#","topOrigin":"https://evil.example""#,
            PasskeyError::CrossOrigin,
        ),
        ("a host", |answer| answer.host = "evil.example".into(), PasskeyError::WrongRelyingParty),
        ("nobody", |answer| answer.flags = 0b100, PasskeyError::NobodyPresent),
        (
            "a copy of what cannot be copied",
            |answer| answer.flags = 0b1_0001,
            PasskeyError::Malformed("authenticator data"),
        ),
        (
            "no name",
            |answer| answer.credential.clear(),
            PasskeyError::Malformed("authenticator data"),
        ),
    ];
    for (name, change, expected) in cases {
        assert_eq!(with(change), Err(expected), "{name}");
    }
    assert_eq!(with(|answer| answer.members = r#","crossOrigin":false,"other":[1]"#), Ok(()));
}

#[test]
fn parts_of_a_new_key_that_do_not_fit_are_refused() {
    let key = Key::es256();
    let made = answer().make(&key);
    let long = "A".repeat(PART_BYTES_MAX * 2);
    let other = Key::ed_dsa();
    let cases: [Case<'_>; 14] = [
        ("no client data", &|parts| parts.client_data.clear(), malformed("client data")),
        ("no JSON", &|parts| parts.client_data = "AAAA".into(), malformed("client data")),
        ("no Base64", &|parts| parts.client_data = "?".into(), malformed("client data")),
        ("long data", &|parts| parts.client_data.clone_from(&long), too_long("client data")),
        (
            "nothing of the device",
            &|parts| parts.authenticator_data.clear(),
            malformed("authenticator data"),
        ),
        (
            "much of the device",
            &|parts| parts.authenticator_data.clone_from(&long),
            too_long("authenticator data"),
        ),
        (
            "a use of the device",
            &|parts| parts.authenticator_data = answer().sign(&key).authenticator_data,
            PasskeyError::WrongCredential,
        ),
        ("another id", &|parts| parts.credential = "AAAA".into(), PasskeyError::WrongCredential),
        (
            "a long id",
            &|parts| parts.credential = "A".repeat(CREDENTIAL_BYTES_MAX * 4 / 3 + 4),
            too_long("credential id"),
        ),
        ("no number", &|parts| parts.algorithm = "ES256".into(), malformed("algorithm")),
        // ES384
        ("not offered", &|p| p.algorithm = "-35".into(), PasskeyError::UnsupportedAlgorithm),
        ("another", &|parts| parts.algorithm = "-257".into(), PasskeyError::WrongKey),
        (
            "a key of another algorithm",
            &|parts| parts.public_key = text(&other.public_key()),
            PasskeyError::WrongKey,
        ),
        ("a long key", &|parts| parts.public_key.clone_from(&long), too_long("public key")),
    ];
    for (name, change, expected) in cases {
        let mut parts = made.clone();
        change(&mut parts);
        assert_eq!(register(&parts).unwrap_err(), expected, "{name}");
    }
}

#[test]
fn a_key_opens_nothing_unless_it_was_used_for_us_now() {
    let key = Key::es256();
    let passkeys = [kept(register(&Answer { counter: 7, ..answer() }.make(&key)).unwrap())];
    let check = |parts: &Parts| {
        let used = parts.assertion().check(&party(), challenge(), "ada", &passkeys);
        used.map(|used| used.counter)
    };
    let good = Answer { counter: 8, ..answer() };
    assert_eq!(check(&good.sign(&key)), Ok(8));
    let cases: [(&str, Change<Answer>, PasskeyError); 12] = [
        ("a key made", |answer| answer.asked = Some("webauthn.create"), PasskeyError::WrongType),
        ("a challenge", |answer| answer.challenge = "AAAA".into(), PasskeyError::WrongChallenge),
        ("an origin", |answer| answer.origin.push_str(".evil"), PasskeyError::WrongOrigin),
        ("a frame", |answer| answer.members = r#","crossOrigin":true"#, PasskeyError::CrossOrigin),
        ("a host", |answer| answer.host = "example".into(), PasskeyError::WrongRelyingParty),
        ("nobody", |answer| answer.flags = 0, PasskeyError::NobodyPresent),
        ("the same count", |answer| answer.counter = 7, PasskeyError::CounterWentBack),
        ("an older count", |answer| answer.counter = 6, PasskeyError::CounterWentBack),
        ("no count any more", |answer| answer.counter = 0, PasskeyError::CounterWentBack),
        ("another key", |answer| answer.credential = vec![8; 16], PasskeyError::UnknownPasskey),
        (
            "an owner",
            |answer| answer.user_handle = user_handle("eve"),
            PasskeyError::UnknownPasskey,
        ),
        ("no JSON", |answer| answer.members = "}", malformed("client data")),
    ];
    for (name, change, expected) in cases {
        let mut answer = good.clone();
        change(&mut answer);
        assert_eq!(check(&answer.sign(&key)), Err(expected), "{name}");
    }
    assert_eq!(check(&good.sign(&Key::es256())), Err(PasskeyError::WrongSignature));
    let moved = Parts { client_data: answer().sign(&key).client_data, ..good.sign(&key) };
    assert_eq!(check(&moved), Ok(8), "the same client data");
    let counted = Answer { counter: 9, ..answer() }.sign(&key).authenticator_data;
    let moved = Parts { authenticator_data: counted, ..good.sign(&key) };
    assert_eq!(check(&moved), Err(PasskeyError::WrongSignature), "a count that was not signed");
    let long = "A".repeat(PART_BYTES_MAX * 2);
    let long = Parts { signature: long, ..good.sign(&key) };
    assert_eq!(check(&long), Err(too_long("signature")));
}

#[test]
fn a_device_that_does_not_count_is_used_again_and_again() {
    let key = Key::ed_dsa();
    let passkeys = [kept(register(&answer().make(&key)).unwrap())];
    let used = answer().sign(&key);
    let used = used.assertion().check(&party(), challenge(), "ada", &passkeys);
    assert_eq!(used.unwrap().counter, 0);
}

#[test]
fn nobody_learns_a_name_from_what_a_device_calls_its_owner() {
    assert_eq!(user_handle("ada"), user_handle("ada"));
    assert_ne!(user_handle("ada"), user_handle("eve"));
    assert!(!user_handle("ada").contains("ada"));
}

fn malformed(part: &'static str) -> PasskeyError {
    PasskeyError::Malformed(part)
}

fn too_long(part: &'static str) -> PasskeyError {
    PasskeyError::TooLong(part)
}

proptest! {
    /// Whatever a browser sends, it is refused and nothing panics.
    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        // Most random bytes would end at the name of the host.
        refuse(&bytes, &bytes);
        refuse(&bytes, &[&*Sha256::digest("logs.example"), &bytes].concat());
    }

    /// The same of texts that are no Base64url.
    #[test]
    fn random_texts_are_refused(part in ".{0,80}") {
        let made = Registration {
            credential: &part,
            client_data: &part,
            authenticator_data: &part,
            public_key: &part,
            algorithm: &part,
        };
        assert!(made.check(&party(), challenge(), "x").is_err());
    }
}

/// Checks that neither a new key nor the use of one is made of these bytes.
fn refuse(bytes: &[u8], device_data: &[u8]) {
    let (sent, device_data) = (text(bytes), text(device_data));
    let right = answer();
    let made = Registration {
        credential: &sent,
        client_data: &right.make(&Key::ed_dsa()).client_data,
        authenticator_data: &device_data,
        public_key: &sent,
        algorithm: "-8",
    };
    assert!(made.check(&party(), challenge(), "x").is_err());
    assert!(Registration { client_data: &sent, ..made }.check(&party(), challenge(), "x").is_err());
    let passkeys = [kept(NewPasskey {
        name: "x".to_owned(),
        credential: bytes.to_vec(),
        algorithm: -7,
        public_key: bytes.to_vec(),
        counter: 0,
    })];
    let used = Assertion {
        credential: &sent,
        client_data: &right.sign(&Key::ed_dsa()).client_data,
        authenticator_data: &device_data,
        signature: &sent,
        user_handle: "",
    };
    assert!(used.check(&party(), challenge(), "ada", &passkeys).is_err());
}
