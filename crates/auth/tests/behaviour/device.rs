//! A device with passkeys, and the browser before it.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use gatelog_auth::passkey::{Assertion, Registration, text};
use sha2::{Digest, Sha256};

/// Somebody touched the device, and it knows who.
pub(crate) const PRESENT_AND_VERIFIED: u8 = 0b101;

/// A key that was made follows.
const HAS_CREDENTIAL: u8 = 1 << 6;

/// A key in a device.
pub(crate) enum Key {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(RsaKeyPair),
}

/// What a device and a browser answer, and everything that may be wrong with it.
#[derive(Clone)]
pub(crate) struct Answer {
    /// What the browser says it was asked, if that is not what it was.
    pub(crate) asked: Option<&'static str>,
    pub(crate) challenge: String,
    pub(crate) origin: String,
    /// Further members of the client data.
    pub(crate) members: &'static str,
    pub(crate) host: String,
    pub(crate) flags: u8,
    pub(crate) counter: u32,
    /// What the device calls the key.
    pub(crate) credential: Vec<u8>,
    pub(crate) user_handle: String,
}

/// The parts that a browser sends.
#[derive(Clone, Default)]
pub(crate) struct Parts {
    pub(crate) credential: String,
    pub(crate) client_data: String,
    pub(crate) authenticator_data: String,
    pub(crate) public_key: String,
    pub(crate) algorithm: String,
    pub(crate) signature: String,
    pub(crate) user_handle: String,
}

impl Answer {
    /// The right one at `https://logs.example`.
    pub(crate) fn new(challenge: &str) -> Self {
        Self {
            asked: None,
            challenge: challenge.to_owned(),
            origin: "https://logs.example".to_owned(),
            members: "",
            host: "logs.example".to_owned(),
            flags: PRESENT_AND_VERIFIED,
            counter: 0,
            credential: vec![7; 16],
            user_handle: String::new(),
        }
    }

    /// What the browser sends when `key` was made.
    pub(crate) fn make(&self, key: &Key) -> Parts {
        let made = Self { flags: self.flags | HAS_CREDENTIAL, ..self.clone() };
        let mut device_data = made.device_data();
        device_data.extend([0; 16]);
        device_data.extend(u16::try_from(self.credential.len()).unwrap().to_be_bytes());
        device_data.extend(&self.credential);
        // The key in COSE's form follows, which nobody reads.
        device_data.extend([0xa5; 77]);
        Parts {
            credential: text(&self.credential),
            client_data: text(made.client_data("webauthn.create").as_bytes()),
            authenticator_data: text(&device_data),
            public_key: text(&key.public_key()),
            algorithm: key.algorithm().to_string(),
            ..Parts::default()
        }
    }

    /// What it sends when `key` is used.
    pub(crate) fn sign(&self, key: &Key) -> Parts {
        let (device_data, client_data) = (self.device_data(), self.client_data("webauthn.get"));
        let signed = [&*device_data, &*Sha256::digest(&client_data)].concat();
        Parts {
            credential: text(&self.credential),
            client_data: text(client_data.as_bytes()),
            authenticator_data: text(&device_data),
            signature: text(&key.sign(&signed)),
            user_handle: self.user_handle.clone(),
            ..Parts::default()
        }
    }

    fn client_data(&self, asked: &str) -> String {
        let Self { challenge, origin, members, .. } = self;
        let asked = self.asked.unwrap_or(asked);
        format!(r#"{{"type":"{asked}","challenge":"{challenge}","origin":"{origin}"{members}}}"#)
    }

    fn device_data(&self) -> Vec<u8> {
        let mut data = Sha256::digest(&self.host).to_vec();
        data.push(self.flags);
        data.extend(self.counter.to_be_bytes());
        data
    }
}

impl Parts {
    pub(crate) fn registration(&self) -> Registration<'_> {
        Registration {
            credential: &self.credential,
            client_data: &self.client_data,
            authenticator_data: &self.authenticator_data,
            public_key: &self.public_key,
            algorithm: &self.algorithm,
        }
    }

    pub(crate) fn assertion(&self) -> Assertion<'_> {
        Assertion {
            credential: &self.credential,
            client_data: &self.client_data,
            authenticator_data: &self.authenticator_data,
            signature: &self.signature,
            user_handle: &self.user_handle,
        }
    }
}

impl Key {
    pub(crate) fn es256() -> Self {
        Self::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }

    pub(crate) fn ed_dsa() -> Self {
        Self::EdDsa(Ed25519KeyPair::generate().unwrap())
    }

    pub(crate) fn rs256() -> Self {
        Self::Rs256(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    pub(crate) fn algorithm(&self) -> i32 {
        match self {
            Self::Es256(_) => -7,
            Self::EdDsa(_) => -8,
            Self::Rs256(_) => -257,
        }
    }

    pub(crate) fn public_key(&self) -> Vec<u8> {
        let der: PublicKeyX509Der<'_> = match self {
            Self::Es256(pair) => pair.public_key().as_der(),
            Self::EdDsa(pair) => pair.public_key().as_der(),
            Self::Rs256(pair) => pair.public_key().as_der(),
        }
        .unwrap();
        der.as_ref().to_vec()
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Es256(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
        }
    }
}
