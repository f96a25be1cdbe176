//! A key that a device used for us, as a browser tells of it (section 7.2).

use gatelog_meta::Passkey;
use sha2::{Digest, Sha256};

use super::authenticator_data::AuthenticatorData;
use super::client_data::{self, Asked};
use super::{
    CREDENTIAL_BYTES_MAX, Challenge, PART_BYTES_MAX, PasskeyError, RelyingParty, decode,
    public_key, user_handle,
};

/// What a browser sends, each part in Base64url.
#[derive(Clone, Copy, Debug, Default)]
pub struct Assertion<'s> {
    /// `rawId`: what the device calls the key.
    pub credential: &'s str,
    /// `response.clientDataJSON`
    pub client_data: &'s str,
    /// `response.authenticatorData`
    pub authenticator_data: &'s str,
    /// `response.signature`
    pub signature: &'s str,
    /// `response.userHandle`; empty if the device does not know it.
    pub user_handle: &'s str,
}

/// A passkey that was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used<'p> {
    /// Which one.
    pub passkey: &'p Passkey,
    /// How often the device has been used by now; 0 if it does not count.
    pub counter: u32,
}

impl Assertion<'_> {
    /// Which of the passkeys of `user` was used for us and for this challenge.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn check<'p>(
        &self,
        party: &RelyingParty,
        challenge: Challenge,
        user: &str,
        passkeys: &'p [Passkey],
    ) -> Result<Used<'p>, PasskeyError> {
        let credential = decode(self.credential, "credential id", CREDENTIAL_BYTES_MAX)?;
        let known = passkeys.iter().find(|passkey| passkey.credential == credential);
        let passkey = known.ok_or(PasskeyError::UnknownPasskey)?;
        if !self.user_handle.is_empty() && self.user_handle != user_handle(user) {
            return Err(PasskeyError::UnknownPasskey);
        }
        let client_data = decode(self.client_data, "client data", PART_BYTES_MAX)?;
        client_data::check(&client_data, Asked::Get, party, challenge)?;
        let device_data = decode(self.authenticator_data, "authenticator data", PART_BYTES_MAX)?;
        let counter = AuthenticatorData::read(&device_data, party)?.counter;
        let signature = decode(self.signature, "signature", PART_BYTES_MAX)?;
        let signed = [&*device_data, &*Sha256::digest(&client_data)].concat();
        let key = public_key::read(passkey.algorithm, &passkey.public_key)?;
        key.verify_sig(&signed, &signature).map_err(|_| PasskeyError::WrongSignature)?;
        // Section 6.1.1: a device that counts never counts back, and its copy does sooner or later.
        if (counter, passkey.counter) != (0, 0) && counter <= passkey.counter {
            return Err(PasskeyError::CounterWentBack);
        }
        Ok(Used { passkey, counter })
    }
}
