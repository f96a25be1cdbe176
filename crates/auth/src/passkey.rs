//! Passkeys: what a browser sends of them, and whether it holds (W3C Web Authentication, Level 3).
//!
//! This module answers "did this device make, or use, a key for us just now?". **It does no I/O,
//! and reads no clock**; who may ask, and what is kept, is in `passkeys`. A key is registered without
//! attestation: we do not ask who made the device. So the browser's own reading of the key
//! (`getPublicKey()`) is as good as ours would be, and no CBOR is read here.
//!
//! Modules in reading order:
//!
//! - [`relying_party`]: who we are to a browser.
//! - [`registration`]: a key that was made; section 7.1.
//! - [`assertion`]: a key that was used; section 7.2.
//! - `client_data`: what the browser says it was asked.
//! - `authenticator_data`: what the device says.
//! - `public_key`: the algorithms.

pub mod assertion;
pub mod registration;
pub mod relying_party;

mod authenticator_data;
mod client_data;
mod public_key;

pub use assertion::{Assertion, Used};
pub use public_key::ALGORITHMS;
pub use registration::Registration;
pub use relying_party::RelyingParty;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Random bytes of a challenge; section 13.4.3 wants 16.
pub const CHALLENGE_BYTES: usize = 32;

/// The longest of anything a browser sends, in bytes. The longest that devices make are keys of
/// RSA with 4,096 bits, some 600 bytes, and they come twice.
pub const PART_BYTES_MAX: usize = 4_096;

/// The longest name of a key, in bytes; section 4, "credential ID".
pub const CREDENTIAL_BYTES_MAX: usize = 1_023;

/// What a device has to sign, so that its answer counts now and not again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Challenge([u8; CHALLENGE_BYTES]);

impl Challenge {
    /// A challenge from bytes that must be random.
    pub fn new(random: [u8; CHALLENGE_BYTES]) -> Self {
        Self(random)
    }

    /// As it stands on the page, and in what the browser answers.
    pub fn to_text(self) -> String {
        text(&self.0)
    }
}

/// Why a passkey does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// A part cannot be read.
    #[error("the browser's {0} cannot be read")]
    Malformed(&'static str),
    /// A part is longer than any device makes it.
    #[error("the browser's {0} is too long")]
    TooLong(&'static str),
    /// There is no challenge that waits to be answered.
    #[error("the page was open for too long, or was answered already: try again")]
    ChallengeOver,
    /// The answer is to another question: a use where a key was to be made, or the reverse.
    #[error("the browser answered another question")]
    WrongType,
    /// The answer is to another challenge.
    #[error("the browser answered another challenge")]
    WrongChallenge,
    /// A page of another address asked, or passkeys cannot be used at ours.
    #[error("the passkey was asked for by a page of another address")]
    WrongOrigin,
    /// A page within a page of another address asked.
    #[error("the passkey was asked for within a page of another address")]
    CrossOrigin,
    /// The device answered for another address.
    #[error("the passkey is for another address")]
    WrongRelyingParty,
    /// Nobody touched the device.
    #[error("nobody touched the device")]
    NobodyPresent,
    /// The browser and the device do not name the same key.
    #[error("browser and device name different keys")]
    WrongCredential,
    /// The key signs with an algorithm that was not offered.
    #[error("the passkey signs with an algorithm that was not offered")]
    UnsupportedAlgorithm,
    /// The key is none of its algorithm.
    #[error("the public key is none of its algorithm")]
    WrongKey,
    /// The passkey is not one of this person's.
    #[error("this passkey is not known for this user")]
    UnknownPasskey,
    /// The key did not sign this.
    #[error("the signature is not the passkey's")]
    WrongSignature,
    /// The device has counted fewer uses than we saw: there may be a copy of it.
    #[error("the passkey has counted fewer uses than were seen: it may have been copied")]
    CounterWentBack,
}

impl PasskeyError {
    /// What stands in the audit.
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed(_) => "passkey_malformed",
            Self::TooLong(_) => "passkey_too_long",
            Self::ChallengeOver => "passkey_challenge_over",
            Self::WrongType => "passkey_wrong_type",
            Self::WrongChallenge => "passkey_wrong_challenge",
            Self::WrongOrigin => "passkey_wrong_origin",
            Self::CrossOrigin => "passkey_cross_origin",
            Self::WrongRelyingParty => "passkey_wrong_relying_party",
            Self::NobodyPresent => "passkey_nobody_present",
            Self::WrongCredential => "passkey_wrong_credential",
            Self::UnsupportedAlgorithm => "passkey_unsupported_algorithm",
            Self::WrongKey => "passkey_wrong_key",
            Self::UnknownPasskey => "passkey_unknown",
            Self::WrongSignature => "passkey_wrong_signature",
            Self::CounterWentBack => "passkey_counter_went_back",
        }
    }
}

/// What a device calls the owner of a key: the same for all keys of one user, and, as section
/// 14.6.1 wants it, without their name.
pub fn user_handle(user: &str) -> String {
    text(&Sha256::digest(format!("gatelog user {user}")))
}

/// Bytes as they stand on a page: Base64url without padding.
pub fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a part of what a browser sends, which `name` names.
fn decode(part: &str, name: &'static str, bytes_max: usize) -> Result<Vec<u8>, PasskeyError> {
    // Four characters for three bytes: nothing long is decoded first.
    if part.len() > bytes_max.div_ceil(3) * 4 {
        return Err(PasskeyError::TooLong(name));
    }
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| PasskeyError::Malformed(name))?;
    match bytes.len() {
        0 => Err(PasskeyError::Malformed(name)),
        length if length > bytes_max => Err(PasskeyError::TooLong(name)),
        _ => Ok(bytes),
    }
}
