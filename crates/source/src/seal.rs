//! Encryption of what must not be read by whoever has the data directory: secrets in settings, and
//! records of which nobody knows what is secret in them.
//!
//! AES-256-GCM under one key of the installation, which whoever runs it keeps in a file outside the
//! data directory. A sealed value is bound to what it is for, so that it opens nowhere else.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use gatelog_event::tenant::TenantName;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::hexadecimal::from_hexadecimal;

/// Bytes of a key, of which the file holds the hexadecimal digits.
pub const KEY_BYTES: usize = 32;

/// Bytes of a digest.
pub const DIGEST_BYTES: usize = 16;

/// The layout of sealed values: this byte, the nonce, what was encrypted with its tag.
const VERSION: u8 = 1;

/// The key of an installation.
pub struct SealKey {
    cipher: LessSafeKey,
    /// For digests: a key that follows from the first one and tells nothing of it.
    digest_key: [u8; KEY_BYTES],
}

/// What a sealed value is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose<'p> {
    /// A secret in the settings of a source.
    Secret {
        /// The source.
        source: &'p str,
    },
    /// A record in the quarantine.
    Record {
        /// Whose it is.
        tenant: &'p TenantName,
        /// The source.
        source: &'p str,
    },
}

/// A sealed value that this key does not open: it was sealed under another one, for something else,
/// or it is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it was sealed under another key, for another source, or is damaged")]
pub struct NotOpened;

impl SealKey {
    /// The key that hexadecimal digits stand for.
    pub fn parse(digits: &str) -> Option<Self> {
        from_hexadecimal(digits.as_bytes()).map(Self::new)
    }

    /// A key.
    pub fn new(key: [u8; KEY_BYTES]) -> Self {
        let digest_key = hmac(&key, b"gatelog quarantine digest");
        #[expect(clippy::expect_used, reason = "the key has the length that the algorithm wants")]
        let cipher = UnboundKey::new(&AES_256_GCM, &key).expect("32 bytes are a key");
        Self { cipher: LessSafeKey::new(cipher), digest_key }
    }

    /// The same for the same bytes and purpose; whoever has no key cannot make it.
    pub fn digest(&self, purpose: Purpose<'_>, bytes: &[u8]) -> [u8; DIGEST_BYTES] {
        let mut text = purpose.bytes();
        text.push(0);
        text.extend_from_slice(bytes);
        let mut digest = [0; DIGEST_BYTES];
        digest.iter_mut().zip(hmac(&self.digest_key, &text)).for_each(|(to, byte)| *to = byte);
        digest
    }

    /// Encrypts. The nonce has to be random: one key seals far fewer than 2^32 values.
    pub fn seal(&self, purpose: Purpose<'_>, plain: &[u8], nonce: [u8; NONCE_LEN]) -> Vec<u8> {
        let mut sealed = vec![VERSION];
        sealed.extend_from_slice(&nonce);
        let mut text = plain.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        // Only texts of more than 64 GiB cannot be sealed; a record has 1 MiB.
        if self
            .cipher
            .seal_in_place_append_tag(nonce, Aad::from(purpose.bytes()), &mut text)
            .is_ok()
        {
            sealed.append(&mut text);
        }
        sealed
    }

    /// Decrypts what was sealed for the same purpose.
    ///
    /// # Errors
    /// [`NotOpened`].
    pub fn open(&self, purpose: Purpose<'_>, sealed: &[u8]) -> Result<Vec<u8>, NotOpened> {
        let rest = sealed.strip_prefix(&[VERSION]).ok_or(NotOpened)?;
        let (nonce, text) = rest.split_first_chunk::<NONCE_LEN>().ok_or(NotOpened)?;
        let (nonce, mut text) = (Nonce::assume_unique_for_key(*nonce), text.to_vec());
        let opened = self.cipher.open_in_place(nonce, Aad::from(purpose.bytes()), &mut text);
        Ok(opened.map_err(|_| NotOpened)?.to_vec())
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SealKey")
    }
}

impl Purpose<'_> {
    /// No two purposes have the same bytes: names have no zero in them.
    fn bytes(self) -> Vec<u8> {
        let parts = match self {
            Self::Secret { source } => ["gatelog source secret", source, ""],
            Self::Record { tenant, source } => ["gatelog quarantine", tenant.as_str(), source],
        };
        parts.join("\0").into_bytes()
    }
}

fn hmac(key: &[u8; KEY_BYTES], text: &[u8]) -> [u8; KEY_BYTES] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length is a key");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: Purpose<'_> = Purpose::Secret { source: "shop" };

    #[test]
    fn what_is_sealed_opens_for_its_purpose_only() {
        let key = SealKey::new([7; 32]);
        let sealed = key.seal(SHOP, b"hunter2", [1; 12]);
        assert_eq!(key.open(SHOP, &sealed).as_deref(), Ok(&b"hunter2"[..]));
        assert!(!sealed.windows(7).any(|part| part == b"hunter2"));
        let tenant = TenantName::default_tenant();
        for other in [
            Purpose::Secret { source: "shop2" },
            Purpose::Record { tenant: &tenant, source: "shop" },
        ] {
            assert_eq!(key.open(other, &sealed), Err(NotOpened));
        }
        assert_eq!(SealKey::new([8; 32]).open(SHOP, &sealed), Err(NotOpened));
        for position in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[position] ^= 1;
            assert_eq!(key.open(SHOP, &damaged), Err(NotOpened), "byte {position}");
            assert_eq!(key.open(SHOP, &sealed[..position]), Err(NotOpened));
        }
    }

    #[test]
    fn a_key_is_written_in_hexadecimal_digits() {
        let key = SealKey::parse(&"0f".repeat(32)).unwrap();
        assert!(key.open(SHOP, &SealKey::new([15; 32]).seal(SHOP, b"a", [0; 12])).is_ok());
        for text in ["", "0f", &"0g".repeat(32), &"0f".repeat(33)] {
            assert!(SealKey::parse(text).is_none(), "{text}");
        }
    }
}
