//! Sign-ins that wait for a second factor.
//!
//! Whoever knew the password has five minutes for the code. Until then there is no session: what the
//! browser holds opens nothing but the page that asks for the code. Kept in memory: after a restart
//! one begins again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use gatelog_event::time::UnixMicros;
use gatelog_meta::Sha256Hash;

/// How long the code may take.
pub(crate) const HALF_OPEN_MICROS_MAX: i64 = 5 * 60 * 1_000_000;

/// Sign-ins that wait at once; the one that ends first gives way.
const WAITING_MAX: usize = 1_000;

/// Who waits, by the hash of what their browser holds.
#[derive(Debug, Default)]
pub(crate) struct HalfOpen {
    by_token: Mutex<HashMap<Sha256Hash, Waiting>>,
}

#[derive(Clone, Debug)]
struct Waiting {
    user: String,
    ends: UnixMicros,
}

impl HalfOpen {
    /// Remembers somebody who knew the password.
    pub(crate) fn begin(&self, token_sha256: Sha256Hash, user: String, now: UnixMicros) {
        let mut by_token = self.by_token.lock().unwrap_or_else(PoisonError::into_inner);
        by_token.retain(|_, waiting| waiting.ends > now);
        if by_token.len() >= WAITING_MAX {
            let first = by_token.iter().min_by_key(|(_, waiting)| waiting.ends);
            if let Some(token) = first.map(|(token, _)| *token) {
                by_token.remove(&token);
            }
        }
        let ends = now.saturating_add(HALF_OPEN_MICROS_MAX);
        by_token.insert(token_sha256, Waiting { user, ends });
    }

    /// Who waits with this token.
    pub(crate) fn user(&self, token_sha256: &Sha256Hash, now: UnixMicros) -> Option<String> {
        let by_token = self.by_token.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = by_token.get(token_sha256).filter(|waiting| waiting.ends > now);
        waiting.map(|waiting| waiting.user.clone())
    }

    /// Forgets a token. True for one caller only.
    pub(crate) fn end(&self, token_sha256: &Sha256Hash) -> bool {
        let mut by_token = self.by_token.lock().unwrap_or_else(PoisonError::into_inner);
        by_token.remove(token_sha256).is_some()
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
        let half_open = HalfOpen::default();
        half_open.begin([1; 32], "ada".to_owned(), at(0));
        assert_eq!(half_open.user(&[1; 32], at(299)).as_deref(), Some("ada"));
        assert_eq!(half_open.user(&[1; 32], at(300)), None);
        assert_eq!(half_open.user(&[2; 32], at(0)), None);
        assert!(half_open.end(&[1; 32]));
        assert!(!half_open.end(&[1; 32]));
    }

    #[test]
    fn a_crowd_takes_no_more_room() {
        let half_open = HalfOpen::default();
        for number in 0..WAITING_MAX + 5 {
            let mut token = [0; 32];
            token[..8].copy_from_slice(&number.to_be_bytes());
            half_open.begin(token, "ada".to_owned(), at(0));
        }
        assert_eq!(half_open.by_token.lock().unwrap().len(), WAITING_MAX);
    }
}
