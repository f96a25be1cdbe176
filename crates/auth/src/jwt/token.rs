//! The parts of a token.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::claims::Claims;
use super::keys::KeySet;
use super::{Algorithm, JwtError};

/// Longer texts are no tokens that we accept: headers of a request are bounded likewise.
const TOKEN_BYTES_MAX: usize = 16 << 10;

/// A token whose signature was not looked at yet.
#[derive(Clone, Debug)]
pub struct Token<'t> {
    algorithm: String,
    key_id: Option<String>,
    /// Header and claims as they were signed.
    signed: &'t str,
    claims: &'t str,
    signature: &'t str,
}

impl<'t> Token<'t> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// [`JwtError::Malformed`]; [`JwtError::NotSupported`] if the header demands an extension.
    pub fn parse(text: &'t str) -> Result<Self, JwtError> {
        if text.len() > TOKEN_BYTES_MAX {
            return Err(JwtError::Malformed);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(JwtError::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(JwtError::Malformed)?;
        if claims.contains('.') {
            return Err(JwtError::Malformed);
        }
        let header = decode(header).ok_or(JwtError::Malformed)?;
        let Ok(Value::Object(header)) = serde_json::from_slice(&header) else {
            return Err(JwtError::Malformed);
        };
        if header.contains_key("crit") {
            return Err(JwtError::NotSupported);
        }
        let member = |name| header.get(name).and_then(Value::as_str).map(str::to_owned);
        let algorithm = member("alg").filter(|name| !name.is_empty());
        let algorithm = algorithm.ok_or(JwtError::Malformed)?;
        Ok(Self { algorithm, key_id: member("kid"), signed, claims, signature })
    }

    /// The name of the key that it is signed with, if it names one.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// What the token says. Nobody has vouched for it before [`Token::verify`].
    ///
    /// # Errors
    /// [`JwtError::MalformedClaims`].
    pub fn claims(&self) -> Result<Claims, JwtError> {
        let claims = decode(self.claims).ok_or(JwtError::MalformedClaims)?;
        match serde_json::from_slice(&claims) {
            Ok(Value::Object(claims)) => Ok(Claims::new(claims)),
            _ => Err(JwtError::MalformedClaims),
        }
    }

    /// Whether one of these keys signed the token, with this algorithm and no other.
    ///
    /// # Errors
    /// [`JwtError::NotSupported`], [`JwtError::NoMatchingKey`], [`JwtError::SeveralMatchingKeys`],
    /// [`JwtError::Malformed`] or [`JwtError::WrongSignature`].
    pub fn verify(&self, keys: &KeySet, algorithm: Algorithm) -> Result<(), JwtError> {
        let stated: Algorithm = self.algorithm.parse().map_err(|_| JwtError::NotSupported)?;
        if stated != algorithm {
            return Err(JwtError::NoMatchingKey);
        }
        let key = keys.find(algorithm, self.key_id.as_deref())?;
        let signature = decode(self.signature).ok_or(JwtError::Malformed)?;
        match key.signed(algorithm, self.signed.as_bytes(), &signature) {
            true => Ok(()),
            false => Err(JwtError::WrongSignature),
        }
    }
}

pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
