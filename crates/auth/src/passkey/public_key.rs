//! The algorithms that passkeys sign with: those that practically all devices have one of.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    VerificationAlgorithm,
};

use super::PasskeyError;

/// COSE's numbers of the algorithms that a browser is offered, the most wanted first: `EdDSA`,
/// `ES256`, `RS256`.
pub const ALGORITHMS: [i32; 3] = [-8, -7, -257];

/// A key (`SubjectPublicKeyInfo` in DER) that fits the algorithm of this number.
pub(super) fn read(algorithm: i32, key: &[u8]) -> Result<ParsedPublicKey, PasskeyError> {
    let verification: &'static dyn VerificationAlgorithm = match algorithm {
        -8 => &ED25519,
        -7 => &ECDSA_P256_SHA256_ASN1,
        -257 => &RSA_PKCS1_2048_8192_SHA256,
        _ => return Err(PasskeyError::UnsupportedAlgorithm),
    };
    ParsedPublicKey::new(verification, key).map_err(|_| PasskeyError::WrongKey)
}
