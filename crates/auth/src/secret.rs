//! Random bytes as text, and their hash.

use gatelog_meta::Sha256Hash;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// `bytes` as lower-case hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether `text` is what [`hexadecimal`] makes of `bytes` bytes.
pub(crate) fn is_hexadecimal(text: &str, bytes: usize) -> bool {
    text.len() == 2 * bytes && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// What is stored of a secret. Enough by itself, without salt or stretching, because every secret
/// hashed with it has at least 100 random bits.
pub(crate) fn sha256(secret: &str) -> Sha256Hash {
    Sha256::digest(secret).into()
}

/// Whether `stored` is the hash of this secret. Takes as long whatever the answer.
pub(crate) fn is_hash_of(stored: &Sha256Hash, secret: &str) -> bool {
    sha256(secret).ct_eq(stored).into()
}
