//! The key behind the hashes in markers and derived ids.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A tenant's secret key for keyed hashes (HMAC-SHA-256, RFC 2104) of what must not be stored.
///
/// It is kept as what the hash has become of it, so that no hash begins with it again.
#[derive(Clone)]
pub struct FingerprintKey(Hmac<Sha256>);

/// Hexadecimal digits of the fingerprint of a secret.
pub(super) const FINGERPRINT_DIGITS: usize = 16;

/// What a hash is for. Hashes for two purposes never compare equal.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// A redacted value, the same wherever it stood.
    Secret,
    /// What was typed as an identifier.
    Identifier,
    /// A record without an id.
    Record,
}

impl FingerprintKey {
    /// The key with these bytes, which must be random and kept secret.
    pub fn new(bytes: [u8; 32]) -> Self {
        // HMAC pads a key that is shorter than a block of its hash with zeros.
        let mut block = [0; 64];
        for (place, byte) in block.iter_mut().zip(bytes) {
            *place = byte;
        }
        Self(Hmac::new(&block.into()))
    }

    /// 16 lower-case hexadecimal digits that stand for a secret: those that its marker has.
    pub fn fingerprint(&self, secret: &str) -> String {
        self.hex(Purpose::Secret, secret.as_bytes(), FINGERPRINT_DIGITS)
    }

    /// The first `digits` (at most 64) lower-case hexadecimal digits of the hash of `bytes`.
    pub(crate) fn hex(&self, purpose: Purpose, bytes: &[u8], digits: usize) -> String {
        let mut mac = self.0.clone();
        mac.update(match purpose {
            Purpose::Secret => b"gatelog secret\0",
            Purpose::Identifier => b"gatelog identifier\0",
            Purpose::Record => b"gatelog record\0",
        });
        mac.update(bytes);
        let hash = mac.finalize().into_bytes();
        let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
        nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16)).take(digits).collect()
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("FingerprintKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_does_not_show() {
        assert_eq!(format!("{:?}", FingerprintKey::new([0x41; 32])), "FingerprintKey(..)");
    }

    #[test]
    fn hashes_depend_on_key_purpose_and_value() {
        let hex = |key, purpose, text: &str| {
            FingerprintKey::new([key; 32]).hex(purpose, text.as_bytes(), 64)
        };
        // HMAC-SHA-256 with 32 zero bytes, computed with Python's hmac module.
        let expected =
            concat!("358a0674a00c1cbc8abe1a53c0befa0a", "03fbcd1334217d51b8ea07bdc486873e");
        assert_eq!(hex(0, Purpose::Secret, "a"), expected);
        assert_ne!(hex(1, Purpose::Secret, "a"), expected);
        assert_ne!(hex(0, Purpose::Identifier, "a"), expected);
        assert_ne!(hex(0, Purpose::Secret, "b"), expected);
    }
}
