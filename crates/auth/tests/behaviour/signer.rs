//! Whoever signs tokens.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair,
    RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatelog_auth::jwt::Algorithm;
use serde_json::{Value, json};

/// A private key.
pub(crate) enum Signer {
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    Elliptic(EcdsaKeyPair, &'static str),
}

/// As the parts of a token are written.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Signer {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        let elliptic = |parameters: &'static EcdsaSigningAlgorithm, curve| {
            Self::Elliptic(EcdsaKeyPair::generate(parameters).unwrap(), curve)
        };
        match algorithm {
            Algorithm::Rs256 => {
                Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap(), &RSA_PKCS1_SHA256)
            }
            Algorithm::Ps256 => {
                Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap(), &RSA_PSS_SHA256)
            }
            Algorithm::Es256 => elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256"),
            Algorithm::Es384 => elliptic(&ECDSA_P384_SHA384_FIXED_SIGNING, "P-384"),
            Algorithm::Es512 => elliptic(&ECDSA_P521_SHA512_FIXED_SIGNING, "P-521"),
        }
    }

    /// The public key as a JWK with this id.
    pub(crate) fn jwk(&self, id: &str) -> Value {
        match self {
            Self::Rsa(pair, _) => {
                // An RSAPublicKey of 2048 bits in DER: nine bytes of lengths, the modulus, and the
                // exponent 65537.
                let modulus = encode(&pair.public_key().as_ref()[9..265]);
                let exponent = encode(&[1, 0, 1]);
                json!({ "kty": "RSA", "kid": id, "use": "sig", "n": modulus, "e": exponent })
            }
            Self::Elliptic(pair, curve) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let (x, y) = (encode(x), encode(y));
                json!({ "kty": "EC", "kid": id, "crv": curve, "x": x, "y": y })
            }
        }
    }

    /// A token with this header and these claims.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = format!(
            "{}.{}",
            encode(header.to_string().as_bytes()),
            encode(claims.to_string().as_bytes())
        );
        let random = SystemRandom::new();
        let signature = match self {
            Self::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &random, signed.as_bytes(), &mut signature).unwrap();
                signature
            }
            Self::Elliptic(pair, _) => {
                pair.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec()
            }
        };
        format!("{signed}.{}", encode(&signature))
    }
}
