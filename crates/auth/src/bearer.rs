//! API key to principal.

use gatelog_event::time::UnixMicros;
use gatelog_meta::Sha256Hash;
use quick_cache::sync::Cache;

use crate::api_key::ApiKey;
use crate::authenticator::Authenticator;
use crate::error::AuthError;
use crate::principal::Principal;
use crate::secret::sha256;

/// For so long a key is believed without asking `meta.db` again, where another process may have
/// revoked it.
const VERIFIED_MICROS: i64 = 10 * 1_000_000;

/// Keys remembered at once.
const VERIFIED_KEYS_MAX: usize = 10_000;

/// The principals of keys that were right a moment ago, by the hash of the whole key.
pub(crate) struct VerifiedKeys(Cache<Sha256Hash, VerifiedKey>);

#[derive(Clone)]
struct VerifiedKey {
    principal: Principal,
    verified: UnixMicros,
}

impl Authenticator {
    /// The holder of an API key, if the key was verified within the last seconds.
    ///
    /// Never blocks: to be tried first, on the thread of the request.
    pub fn bearer_if_verified(&self, token: &str, now: UnixMicros) -> Option<Principal> {
        let principal = self.verified_keys.get(&sha256(token), now)?;
        self.counts.key_remembered();
        Some(principal)
    }

    /// The holder of an API key, as sent in `Authorization: Bearer`.
    ///
    /// Blocks on `meta.db` unless [`Self::bearer_if_verified`] knows the answer. A key revoked by
    /// another process counts for 10 seconds more at most.
    ///
    /// # Errors
    ///
    /// [`AuthError::MalformedKey`], [`AuthError::UnknownKey`], [`AuthError::RevokedKey`], or
    /// `meta.db` fails.
    pub fn bearer(&self, token: &str, now: UnixMicros) -> Result<Principal, AuthError> {
        let token_sha256 = sha256(token);
        if let Some(principal) = self.verified_keys.get(&token_sha256, now) {
            self.counts.key_remembered();
            return Ok(principal);
        }
        let verified = token.parse().and_then(|key| self.verify_key(&key, now));
        self.counts.key(&verified);
        match &verified {
            Ok(principal) => self.verified_keys.remember(token_sha256, principal.clone(), now),
            Err(_) => self.verified_keys.forget(&token_sha256),
        }
        verified
    }

    /// Believes a key that `meta.db` does not have, as long as any key is believed without asking
    /// it again: a command that holds the data directory asks its own routes with one.
    pub fn admit(&self, key: &ApiKey, principal: Principal, now: UnixMicros) {
        self.verified_keys.remember(sha256(&key.reveal()), principal, now);
    }

    fn verify_key(&self, key: &ApiKey, now: UnixMicros) -> Result<Principal, AuthError> {
        let credential = self
            .meta
            .credential(key.id())?
            .filter(|credential| key.matches(&credential.secret_sha256))
            .ok_or(AuthError::UnknownKey)?;
        if credential.revoked.is_some() {
            return Err(AuthError::RevokedKey(credential.id));
        }
        // A full disk must not keep anybody from reading: the time of last use is for people.
        let _ = self.meta.touch_credential(&credential.id, now);
        Ok(Principal {
            id: credential.id.into(),
            name: credential.label.into(),
            access: credential.access,
        })
    }
}

impl VerifiedKeys {
    pub(crate) fn new() -> Self {
        Self(Cache::new(VERIFIED_KEYS_MAX))
    }

    fn get(&self, token_sha256: &Sha256Hash, now: UnixMicros) -> Option<Principal> {
        let key = self.0.get(token_sha256)?;
        // A clock that was set back makes the age negative: then it is unknown.
        let age_micros = now.micros().saturating_sub(key.verified.micros());
        (0..VERIFIED_MICROS).contains(&age_micros).then_some(key.principal)
    }

    fn remember(&self, token_sha256: Sha256Hash, principal: Principal, now: UnixMicros) {
        self.0.insert(token_sha256, VerifiedKey { principal, verified: now });
    }

    fn forget(&self, token_sha256: &Sha256Hash) {
        self.0.remove(token_sha256);
    }
}
