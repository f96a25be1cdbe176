//! How often somebody was recognised, and how often not.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::AuthError;

/// Counts since the authenticator was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuthActivity {
    /// API keys that had been right a moment ago and were believed.
    pub keys_remembered: u64,
    /// API keys, client secrets and access tokens that were looked up and are right.
    pub keys_verified: u64,
    /// API keys, client secrets and access tokens that are malformed, unknown or revoked.
    pub keys_refused: u64,
    /// Sessions that were opened.
    pub sign_ins: u64,
    /// Passwords, codes and passkeys that were wrong, or came after too many of them, and people of a provider
    /// who may not come in.
    pub sign_ins_refused: u64,
}

/// The counters.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    keys_remembered: AtomicU64,
    keys_verified: AtomicU64,
    keys_refused: AtomicU64,
    sign_ins: AtomicU64,
    sign_ins_refused: AtomicU64,
}

impl Counts {
    pub(crate) fn key_remembered(&self) {
        self.keys_remembered.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts an API key, secret or token that was looked up.
    pub(crate) fn key<T>(&self, outcome: &Result<T, AuthError>) {
        count(outcome, &self.keys_verified, &self.keys_refused);
    }

    /// Counts a session that was opened.
    pub(crate) fn signed_in(&self) {
        self.sign_ins.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts somebody who was not let in.
    pub(crate) fn sign_in_refused(&self, error: &AuthError) {
        if is_about_the_caller(error) {
            self.sign_ins_refused.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn get(&self) -> AuthActivity {
        AuthActivity {
            keys_remembered: self.keys_remembered.load(Ordering::Relaxed),
            keys_verified: self.keys_verified.load(Ordering::Relaxed),
            keys_refused: self.keys_refused.load(Ordering::Relaxed),
            sign_ins: self.sign_ins.load(Ordering::Relaxed),
            sign_ins_refused: self.sign_ins_refused.load(Ordering::Relaxed),
        }
    }
}

/// Counts an outcome that says something of the caller.
fn count<T>(outcome: &Result<T, AuthError>, right: &AtomicU64, refused: &AtomicU64) {
    let counter = match outcome {
        Ok(_) => right,
        Err(error) if is_about_the_caller(error) => refused,
        Err(_) => return,
    };
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Whether an error says something of the caller; a busy server and a broken disk do not.
fn is_about_the_caller(error: &AuthError) -> bool {
    matches!(
        error,
        AuthError::MalformedKey
            | AuthError::UnknownKey
            | AuthError::RevokedKey(_)
            | AuthError::UnknownClient
            | AuthError::WrongSecret
            | AuthError::UnknownToken
            | AuthError::WrongPassword
            | AuthError::WrongCode
            | AuthError::Passkey(_)
            | AuthError::NoRole
            | AuthError::UserDisabled
            | AuthError::TooManyAttempts { .. }
    )
}
