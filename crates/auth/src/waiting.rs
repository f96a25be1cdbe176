//! What waits for a browser to answer: sign-ins for the second factor, and passkeys' challenges.
//!
//! Whoever knew the password has five minutes for the second factor. Until then there is no session:
//! what the browser holds opens nothing but the page that asks for it. Kept in memory: after a
//! restart one begins again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gatelog_event::time::UnixMicros;
use gatelog_meta::Sha256Hash;

/// How long an answer may take.
pub(crate) const WAITING_MICROS_MAX: i64 = 5 * 60 * 1_000_000;

/// How many wait at once; the one that ends first gives way.
const WAITING_MAX: usize = 1_000;

/// What waits, one for each browser, by the hash of what that holds.
#[derive(Debug)]
pub(crate) struct Waiting<T> {
    by_token: Mutex<HashMap<Sha256Hash, Entry<T>>>,
}

#[derive(Debug)]
struct Entry<T> {
    value: T,
    ends: UnixMicros,
}

impl<T> Default for Waiting<T> {
    fn default() -> Self {
        Self { by_token: Mutex::default() }
    }
}

impl<T: Clone> Waiting<T> {
    /// Remembers something, in the place of what waited for the same browser.
    pub(crate) fn begin(&self, token_sha256: Sha256Hash, value: T, now: UnixMicros) {
        let mut by_token = self.lock();
        by_token.retain(|_, entry| entry.ends > now);
        if by_token.len() >= WAITING_MAX && !by_token.contains_key(&token_sha256) {
            let first = by_token.iter().min_by_key(|(_, entry)| entry.ends);
            if let Some(token) = first.map(|(token, _)| *token) {
                by_token.remove(&token);
            }
        }
        let ends = now.saturating_add(WAITING_MICROS_MAX);
        by_token.insert(token_sha256, Entry { value, ends });
    }

    /// What waits for this browser.
    pub(crate) fn get(&self, token_sha256: &Sha256Hash, now: UnixMicros) -> Option<T> {
        let by_token = self.lock();
        let entry = by_token.get(token_sha256).filter(|entry| entry.ends > now);
        entry.map(|entry| entry.value.clone())
    }

    /// The same, and forgets it: one caller only gets it.
    pub(crate) fn end(&self, token_sha256: &Sha256Hash, now: UnixMicros) -> Option<T> {
        let entry = self.lock().remove(token_sha256);
        entry.filter(|entry| entry.ends > now).map(|entry| entry.value)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Sha256Hash, Entry<T>>> {
        self.by_token.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> UnixMicros {
        UnixMicros::clamped(seconds * 1_000_000)
    }

    #[test]
    fn whoever_waits_is_known_for_five_minutes_and_ends_once() {
        let waiting = Waiting::default();
        waiting.begin([1; 32], "ada", at(0));
        assert_eq!(waiting.get(&[1; 32], at(299)), Some("ada"));
        assert_eq!(waiting.get(&[1; 32], at(300)), None);
        assert_eq!(waiting.get(&[2; 32], at(0)), None);
        assert_eq!(waiting.end(&[1; 32], at(299)), Some("ada"));
        assert_eq!(waiting.end(&[1; 32], at(299)), None);
        waiting.begin([1; 32], "ada", at(300));
        waiting.begin([1; 32], "bob", at(301));
        assert_eq!(waiting.end(&[1; 32], at(301)), Some("bob"), "the last counts");
        waiting.begin([1; 32], "ada", at(400));
        assert_eq!(waiting.end(&[1; 32], at(700)), None, "too late");
    }

    #[test]
    fn a_crowd_takes_no_more_room() {
        let waiting = Waiting::default();
        for number in 0..WAITING_MAX + 5 {
            let mut token = [0; 32];
            token[..8].copy_from_slice(&number.to_be_bytes());
            waiting.begin(token, "ada", at(0));
        }
        assert_eq!(waiting.by_token.lock().unwrap().len(), WAITING_MAX);
    }
}
