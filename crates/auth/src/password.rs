//! Argon2, and how much of it at once.
//!
//! Argon2id with 19 MiB, two passes and one lane, as OWASP's Password Storage Cheat Sheet
//! recommends: some 20 ms of one core. Each check holds its 19 MiB, so their number is bounded.

use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::error::AuthError;

/// Random bytes in a password's salt.
pub(crate) const SALT_BYTES: usize = 16;

/// Passwords hashed at the same time.
const CHECKS_MAX: usize = 4;

/// A hash that no password has. Checked for users who do not exist, so that they take as long.
const NOBODYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$\
     AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Counts the checks under way.
#[derive(Debug, Default)]
pub(crate) struct PasswordChecks {
    running: AtomicUsize,
}

/// The right to do one check, until it is dropped.
pub(crate) struct PasswordCheck<'a> {
    running: &'a AtomicUsize,
}

impl PasswordChecks {
    /// Room for one check, or [`AuthError::Busy`].
    pub(crate) fn begin(&self) -> Result<PasswordCheck<'_>, AuthError> {
        let one_more = |running: usize| (running < CHECKS_MAX).then_some(running + 1);
        self.running
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more)
            .map(|_| PasswordCheck { running: &self.running })
            .map_err(|_| AuthError::Busy)
    }
}

impl PasswordCheck<'_> {
    /// Whether `phc` is a hash of `password`. Without a `phc`: no, but not sooner.
    pub(crate) fn matches(&self, password: &str, phc: Option<&str>) -> Result<bool, AuthError> {
        match argon2().verify_password(password.as_bytes(), phc.unwrap_or(NOBODYS_HASH)) {
            Ok(()) => Ok(phc.is_some()),
            Err(Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(AuthError::PasswordHash(error)),
        }
    }

    /// The hash of `password` in PHC form.
    pub(crate) fn hash(&self, password: &str, salt: [u8; SALT_BYTES]) -> Result<String, AuthError> {
        let hash: PasswordHash = argon2()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map_err(AuthError::PasswordHash)?;
        Ok(hash.to_string())
    }
}

impl Drop for PasswordCheck<'_> {
    fn drop(&mut self) {
        self.running.fetch_sub(1, Ordering::AcqRel);
    }
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_matches_its_password_only() {
        let checks = PasswordChecks::default();
        let check = checks.begin().unwrap();
        let phc = check.hash("correct horse", [5; SALT_BYTES]).unwrap();
        assert!(check.matches("correct horse", Some(&phc)).unwrap());
        assert!(!check.matches("correct horsf", Some(&phc)).unwrap());
        assert_ne!(phc, check.hash("correct horse", [6; SALT_BYTES]).unwrap(), "salted");
    }

    #[test]
    fn nobodys_hash_costs_as_much_as_a_real_one_and_never_matches() {
        let checks = PasswordChecks::default();
        let check = checks.begin().unwrap();
        let phc = check.hash("", [0; SALT_BYTES]).unwrap();
        let cost = |phc: &str| phc.rsplitn(3, '$').last().map(str::to_owned);
        assert_eq!(cost(&phc).unwrap(), "$argon2id$v=19$m=19456,t=2,p=1");
        assert_eq!(cost(NOBODYS_HASH), cost(&phc));
        assert_eq!(NOBODYS_HASH.len(), phc.len());
        assert!(!check.matches("", None).unwrap());
    }

    #[test]
    fn a_damaged_hash_is_an_error_and_not_a_wrong_password() {
        let checks = PasswordChecks::default();
        let answer = checks.begin().unwrap().matches("x", Some("plain text"));
        assert!(matches!(answer, Err(AuthError::PasswordHash(_))));
    }

    #[test]
    fn so_many_at_once_and_no_more() {
        let checks = PasswordChecks::default();
        let mut running: Vec<_> = (0..CHECKS_MAX).map(|_| checks.begin().unwrap()).collect();
        assert!(matches!(checks.begin(), Err(AuthError::Busy)));
        running.pop();
        assert!(checks.begin().is_ok());
    }
}
