//! What the device says (section 6.1): for whom it answers, whether somebody touched it, how often
//! it was used, and the name of a key it made.

use super::{CREDENTIAL_BYTES_MAX, PasskeyError, RelyingParty};

const PART: &str = "authenticator data";

/// Somebody touched the device.
const USER_PRESENT: u8 = 1;
/// The key may be copied to other devices.
const BACKUP_ELIGIBLE: u8 = 1 << 3;
/// It was.
const BACKED_UP: u8 = 1 << 4;
/// A key that was made follows.
const HAS_CREDENTIAL: u8 = 1 << 6;

/// Bytes of the number that a device's maker gives to its model.
const MODEL_BYTES: usize = 16;

/// What was read, of bytes that are kept elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AuthenticatorData<'d> {
    /// How often the device was used; 0 if it does not count.
    pub(super) counter: u32,
    /// The name of the key that was made, if one was.
    pub(super) credential: Option<&'d [u8]>,
}

impl<'d> AuthenticatorData<'d> {
    /// Reads it, and checks that it is for us and that somebody was there. What follows the name of a
    /// key, such as the key itself, is left alone.
    pub(super) fn read(bytes: &'d [u8], party: &RelyingParty) -> Result<Self, PasskeyError> {
        let malformed = PasskeyError::Malformed(PART);
        let (id_hash, rest) = bytes.split_first_chunk::<32>().ok_or(malformed)?;
        let (flags, rest) = rest.split_first().ok_or(malformed)?;
        let (counter, rest) = rest.split_first_chunk().ok_or(malformed)?;
        let has = |flag| flags & flag != 0;
        if *id_hash != party.id_hash() {
            return Err(PasskeyError::WrongRelyingParty);
        }
        if !has(USER_PRESENT) {
            return Err(PasskeyError::NobodyPresent);
        }
        if has(BACKED_UP) && !has(BACKUP_ELIGIBLE) {
            return Err(malformed);
        }
        let credential = match has(HAS_CREDENTIAL) {
            true => Some(credential(rest).ok_or(malformed)?),
            false => None,
        };
        Ok(Self { counter: u32::from_be_bytes(*counter), credential })
    }
}

/// The name of a key, at the start of section 6.5.1's "attested credential data".
fn credential(bytes: &[u8]) -> Option<&[u8]> {
    let (_, rest) = bytes.split_first_chunk::<MODEL_BYTES>()?;
    let (length, rest) = rest.split_first_chunk()?;
    let length = usize::from(u16::from_be_bytes(*length));
    rest.get(..length).filter(|name| (1..=CREDENTIAL_BYTES_MAX).contains(&name.len()))
}
