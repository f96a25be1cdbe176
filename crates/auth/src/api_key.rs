//! The secret a program sends.
//!
//! `gl_`, 16 hexadecimal digits, `_`, 64 hexadecimal digits: a fixed shape, so that scanners for
//! leaked secrets find it. The first part is public and names the key (`key_` and the digits are
//! its id); the second is the secret, of which only a hash is stored.

use std::fmt;
use std::str::FromStr;

use gatelog_meta::{Access, NewCredential, Sha256Hash};

use crate::error::AuthError;
use crate::secret::{hexadecimal, is_hash_of, is_hexadecimal, sha256};

/// Random bytes in a key's public part: enough that no two keys of an installation are alike.
pub const KEY_ID_BYTES: usize = 8;
/// Random bytes in a key's secret part.
pub const KEY_SECRET_BYTES: usize = 32;

/// An API key with its secret.
#[derive(Clone)]
pub struct ApiKey {
    id: String,
    secret: String,
}

impl ApiKey {
    /// A new key from bytes that must be random.
    pub fn mint(id: [u8; KEY_ID_BYTES], secret: [u8; KEY_SECRET_BYTES]) -> Self {
        Self { id: format!("key_{}", hexadecimal(&id)), secret: hexadecimal(&secret) }
    }

    /// The public id, such as `key_3f9a2c6d01b7e845`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The whole key as its holder needs it. To be shown once and never logged.
    pub fn reveal(&self) -> String {
        format!("gl_{}_{}", self.id.trim_start_matches("key_"), self.secret)
    }

    /// What is stored of this key, for [`gatelog_meta::Meta::create_credential`].
    pub fn to_stored(&self, access: Access, label: String) -> NewCredential {
        NewCredential { id: self.id.clone(), access, label, secret_sha256: sha256(&self.secret) }
    }

    /// Whether `stored` is the hash of this key's secret. Takes as long whatever the answer.
    pub fn matches(&self, stored: &Sha256Hash) -> bool {
        is_hash_of(stored, &self.secret)
    }
}

impl FromStr for ApiKey {
    type Err = AuthError;

    fn from_str(text: &str) -> Result<Self, AuthError> {
        text.strip_prefix("gl_")
            .and_then(|parts| parts.split_once('_'))
            .filter(|(id, _)| is_hexadecimal(id, KEY_ID_BYTES))
            .filter(|(_, secret)| is_hexadecimal(secret, KEY_SECRET_BYTES))
            .map(|(id, secret)| Self { id: format!("key_{id}"), secret: secret.to_owned() })
            .ok_or(AuthError::MalformedKey)
    }
}

impl fmt::Debug for ApiKey {
    /// Without the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ApiKey").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> ApiKey {
        ApiKey::mint([0x3f, 0x9a, 0, 1, 2, 3, 4, 5], [0xab; 32])
    }

    #[test]
    fn a_key_is_read_as_it_is_written() {
        let text = format!("gl_3f9a000102030405_{}", "ab".repeat(32));
        assert_eq!(key().reveal(), text);
        assert_eq!(key().id(), "key_3f9a000102030405");
        let parsed: ApiKey = text.parse().unwrap();
        assert_eq!(parsed.reveal(), text);
        assert_eq!(parsed.id(), key().id());
    }

    #[test]
    fn only_the_hash_of_the_right_secret_matches() {
        let stored = key().to_stored(Access::Operator, "backup".to_owned());
        assert_eq!((stored.id.as_str(), stored.label.as_str()), (key().id(), "backup"));
        assert!(key().matches(&stored.secret_sha256));
        assert!(!ApiKey::mint([0x3f; 8], [0xac; 32]).matches(&stored.secret_sha256));
    }

    #[test]
    fn other_texts_are_no_keys() {
        let good = key().reveal();
        let upper = good.to_uppercase();
        let cut = &good[..good.len() - 1];
        let long = format!("{good}0");
        let prefixed = format!("x{good}");
        let middle = good.replacen("3f9a", "3f_9a", 1);
        for bad in ["", "gl_", "gl__", "Bearer", &upper, cut, &long, &prefixed, &middle, "gl_é_é"]
        {
            assert!(matches!(bad.parse::<ApiKey>(), Err(AuthError::MalformedKey)), "{bad}");
        }
    }

    #[test]
    fn the_secret_is_not_shown() {
        let shown = format!("{:?}", key());
        assert!(shown.contains("key_3f9a000102030405"), "{shown}");
        assert!(!shown.contains("abab"), "{shown}");
    }
}
