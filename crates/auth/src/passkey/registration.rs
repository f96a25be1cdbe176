//! A key that a device made for us, as a browser tells of it (section 7.1, without attestation).

use super::authenticator_data::AuthenticatorData;
use super::client_data::{self, Asked};
use super::{
    ALGORITHMS, CREDENTIAL_BYTES_MAX, Challenge, PART_BYTES_MAX, PasskeyError, RelyingParty,
    decode, public_key,
};
use gatelog_meta::NewPasskey;

/// What a browser sends, each part in Base64url except the number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Registration<'s> {
    /// `rawId`: what the device calls the key.
    pub credential: &'s str,
    /// `response.clientDataJSON`
    pub client_data: &'s str,
    /// `response.getAuthenticatorData()`
    pub authenticator_data: &'s str,
    /// `response.getPublicKey()`: `SubjectPublicKeyInfo` in DER.
    pub public_key: &'s str,
    /// `response.getPublicKeyAlgorithm()`: COSE's number, in decimal.
    pub algorithm: &'s str,
}

impl Registration<'_> {
    /// The passkey, to be kept under `name`, if it was made for us and for this challenge.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn check(
        &self,
        party: &RelyingParty,
        challenge: Challenge,
        name: &str,
    ) -> Result<NewPasskey, PasskeyError> {
        let client_data = decode(self.client_data, "client data", PART_BYTES_MAX)?;
        client_data::check(&client_data, Asked::Create, party, challenge)?;
        let said = decode(self.authenticator_data, "authenticator data", PART_BYTES_MAX)?;
        let said = AuthenticatorData::read(&said, party)?;
        let credential = decode(self.credential, "credential id", CREDENTIAL_BYTES_MAX)?;
        if said.credential != Some(&*credential) {
            return Err(PasskeyError::WrongCredential);
        }
        let algorithm = self.algorithm.parse().map_err(|_| PasskeyError::Malformed("algorithm"))?;
        if !ALGORITHMS.contains(&algorithm) {
            return Err(PasskeyError::UnsupportedAlgorithm);
        }
        let public_key = decode(self.public_key, "public key", PART_BYTES_MAX)?;
        public_key::read(algorithm, &public_key)?;
        let (name, counter) = (name.to_owned(), said.counter);
        Ok(NewPasskey { name, credential, algorithm, public_key, counter })
    }
}
