//! The one value that knows all callers.

use std::fmt;
use std::sync::Arc;

use gatelog_meta::Meta;

use crate::activity::{AuthActivity, Counts};
use crate::attempts::Attempts;
use crate::bearer::VerifiedKeys;
use crate::passkey::Challenge;
use crate::password::PasswordChecks;
use crate::waiting::Waiting;

/// Recognises API keys ([`Authenticator::bearer`]), clients ([`Authenticator::issue_token`],
/// [`Authenticator::access_token`]) and people ([`Authenticator::sign_in`]).
///
/// One per server, shared by all requests.
pub struct Authenticator {
    pub(crate) meta: Arc<Meta>,
    pub(crate) verified_keys: VerifiedKeys,
    pub(crate) attempts: Attempts,
    pub(crate) client_attempts: Attempts,
    pub(crate) code_attempts: Attempts,
    /// Who knew the password and has a second factor to prove.
    pub(crate) half_open: Waiting<String>,
    /// What passkeys have to sign, for sessions and half-open sign-ins.
    pub(crate) challenges: Waiting<Challenge>,
    pub(crate) password_checks: PasswordChecks,
    pub(crate) counts: Counts,
}

impl Authenticator {
    /// An authenticator for the keys and users of `meta`.
    pub fn new(meta: Arc<Meta>) -> Self {
        Self {
            meta,
            verified_keys: VerifiedKeys::new(),
            attempts: Attempts::default(),
            client_attempts: Attempts::default(),
            code_attempts: Attempts::default(),
            half_open: Waiting::default(),
            challenges: Waiting::default(),
            password_checks: PasswordChecks::default(),
            counts: Counts::default(),
        }
    }

    /// How often somebody was recognised, and how often not.
    pub fn activity(&self) -> AuthActivity {
        self.counts.get()
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Authenticator").finish_non_exhaustive()
    }
}
