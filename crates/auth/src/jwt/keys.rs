//! Public keys as their owners publish them (JWKS, RFC 7517 and RFC 7518), and whether one of them
//! made a signature.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED,
    EcdsaVerificationAlgorithm, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;

use super::token::decode;
use super::{Algorithm, JwtError};

/// More keys than any issuer has.
const KEYS_MAX: usize = 100;

/// The public keys of one owner.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<Key>,
}

/// Why a text is not a set of keys.
#[derive(Debug, thiserror::Error)]
pub enum InvalidKeys {
    /// It is not JSON, or has no list `keys`.
    #[error("this is not a JWKS: {0}")]
    Malformed(#[from] serde_json::Error),
    /// It has too many keys.
    #[error("a JWKS may have at most {KEYS_MAX} keys, and this has {0}")]
    TooMany(usize),
    /// None of its keys is one that can check a signature of ours.
    #[error(
        "none of the keys is an RSA key from 2048 bits on or an EC key on P-256, P-384 or P-521"
    )]
    NoneUsable,
}

/// A public key.
#[derive(Clone, Debug)]
pub(super) struct Key {
    id: Option<String>,
    /// The only algorithm it is for, if its owner says so.
    algorithm: Option<String>,
    material: Material,
}

#[derive(Clone, Debug)]
enum Material {
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// An uncompressed point on the curve of this algorithm.
    Elliptic {
        algorithm: Algorithm,
        point: Vec<u8>,
    },
}

#[derive(Deserialize)]
struct WireSet {
    keys: Vec<Value>,
}

/// A key as it is published; of a private one only what is public is read.
#[derive(Deserialize)]
struct WireKey {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// Reads a JWKS. Keys for other purposes and of other kinds are left out.
    ///
    /// # Errors
    /// [`InvalidKeys`].
    pub fn parse(jwks: &str) -> Result<Self, InvalidKeys> {
        let WireSet { keys } = serde_json::from_str(jwks)?;
        if keys.len() > KEYS_MAX {
            return Err(InvalidKeys::TooMany(keys.len()));
        }
        let keys: Vec<Key> = keys.into_iter().filter_map(Key::read).collect();
        if keys.is_empty() { Err(InvalidKeys::NoneUsable) } else { Ok(Self { keys }) }
    }

    /// The key that a token with this header is signed with.
    pub(super) fn find(&self, algorithm: Algorithm, id: Option<&str>) -> Result<&Key, JwtError> {
        let mut fitting = self.keys.iter().filter(|key| key.fits(algorithm, id));
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(key),
            (None, _) => Err(JwtError::NoMatchingKey),
            (Some(_), Some(_)) => Err(JwtError::SeveralMatchingKeys),
        }
    }
}

impl Key {
    fn read(key: Value) -> Option<Self> {
        let key: WireKey = serde_json::from_value(key).ok()?;
        if key.purpose.is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let bytes = |text: Option<String>| text.as_deref().and_then(decode);
        let material = match (&*key.kty, key.crv.as_deref()) {
            ("RSA", _) => Material::Rsa { modulus: bytes(key.n)?, exponent: bytes(key.e)? },
            ("EC", Some(curve)) => {
                let algorithm = match curve {
                    "P-256" => Algorithm::Es256,
                    "P-384" => Algorithm::Es384,
                    "P-521" => Algorithm::Es512,
                    _ => return None,
                };
                // SEC 1, section 2.3.3.
                let point = [vec![4], bytes(key.x)?, bytes(key.y)?].concat();
                ParsedPublicKey::new(elliptic(algorithm)?, &point).ok()?;
                Material::Elliptic { algorithm, point }
            }
            _ => return None,
        };
        Some(Self { id: key.kid, algorithm: key.alg, material })
    }

    fn fits(&self, algorithm: Algorithm, id: Option<&str>) -> bool {
        let is_of_kind = match (&self.material, algorithm) {
            (Material::Rsa { .. }, algorithm) => rsa(algorithm).is_some(),
            (Material::Elliptic { algorithm: own, .. }, algorithm) => *own == algorithm,
        };
        is_of_kind
            && id.is_none_or(|id| self.id.as_deref() == Some(id))
            && self.algorithm.as_deref().is_none_or(|name| name == algorithm.name())
    }

    /// Whether the key made this signature of `message`.
    pub(super) fn signed(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        match &self.material {
            Material::Rsa { modulus, exponent } => rsa(algorithm).is_some_and(|parameters| {
                let key = RsaPublicKeyComponents { n: modulus, e: exponent };
                key.verify(parameters, message, signature).is_ok()
            }),
            Material::Elliptic { algorithm: own, point } => {
                let parameters = elliptic(*own).filter(|_| *own == algorithm);
                parameters.is_some_and(|parameters| {
                    UnparsedPublicKey::new(parameters, point).verify(message, signature).is_ok()
                })
            }
        }
    }
}

fn rsa(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    match algorithm {
        Algorithm::Rs256 => Some(&RSA_PKCS1_2048_8192_SHA256),
        Algorithm::Ps256 => Some(&RSA_PSS_2048_8192_SHA256),
        Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => None,
    }
}

fn elliptic(algorithm: Algorithm) -> Option<&'static EcdsaVerificationAlgorithm> {
    match algorithm {
        Algorithm::Es256 => Some(&ECDSA_P256_SHA256_FIXED),
        Algorithm::Es384 => Some(&ECDSA_P384_SHA384_FIXED),
        Algorithm::Es512 => Some(&ECDSA_P521_SHA512_FIXED),
        Algorithm::Rs256 | Algorithm::Ps256 => None,
    }
}
