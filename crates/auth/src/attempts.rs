//! How often somebody may guess a password or a client's secret.
//!
//! Counted per name, known or not, so that the answer does not tell which names exist. An
//! attempt is counted before the password is checked: guesses sent at once are counted as well.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use gatelog_event::time::UnixMicros;
use gatelog_meta::Sha256Hash;

use crate::error::AuthError;
use crate::secret::sha256;

/// Attempts per user name within one window.
const ATTEMPTS_MAX: u32 = 10;

/// How long failures are remembered, from the first one.
const WINDOW_MICROS: i64 = 15 * 60 * MICROS_PER_SECOND;

/// User names remembered at once.
const NAMES_MAX: usize = 10_000;

const MICROS_PER_SECOND: i64 = 1_000_000;

/// The attempts since each user name's last success.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    by_name: Mutex<HashMap<Sha256Hash, Window>>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    attempts: u32,
    ends: UnixMicros,
}

impl Attempts {
    /// Counts an attempt, or says that there were too many.
    pub(crate) fn begin(&self, user: &str, now: UnixMicros) -> Result<(), AuthError> {
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        let name = name_hash(user);
        if by_name.len() >= NAMES_MAX && !by_name.contains_key(&name) {
            make_room(&mut by_name, now);
        }
        let new_window = Window { attempts: 0, ends: now.saturating_add(WINDOW_MICROS) };
        let window = by_name.entry(name).or_insert(new_window);
        if window.ends <= now {
            *window = new_window;
        }
        if window.attempts >= ATTEMPTS_MAX {
            return Err(AuthError::TooManyAttempts {
                retry_after_seconds: window.seconds_left(now),
            });
        }
        window.attempts += 1;
        Ok(())
    }

    /// Forgets a user name's failures.
    pub(crate) fn succeeded(&self, user: &str) {
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        by_name.remove(&name_hash(user));
    }
}

impl Window {
    /// Rounded up, so that it has ended by then.
    fn seconds_left(self, now: UnixMicros) -> u64 {
        let micros = self.ends.micros().saturating_sub(now.micros()).max(0);
        micros.unsigned_abs().div_ceil(MICROS_PER_SECOND.unsigned_abs())
    }
}

/// User names do not differ by case, and may be of any length.
fn name_hash(user: &str) -> Sha256Hash {
    sha256(&user.to_ascii_lowercase())
}

/// Forgets what has ended; failing that, the name with the fewest attempts, so that a flood of
/// invented names does not win back attempts at a real one.
fn make_room(by_name: &mut HashMap<Sha256Hash, Window>, now: UnixMicros) {
    by_name.retain(|_, window| window.ends > now);
    if by_name.len() < NAMES_MAX {
        return;
    }
    let least = by_name.iter().min_by_key(|(_, window)| (window.attempts, window.ends));
    if let Some(name) = least.map(|(name, _)| *name) {
        by_name.remove(&name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> UnixMicros {
        UnixMicros::clamped(seconds * MICROS_PER_SECOND)
    }

    /// The seconds to wait, 0 if the attempt counts.
    fn attempt(attempts: &Attempts, user: &str, seconds: i64) -> u64 {
        match attempts.begin(user, at(seconds)) {
            Ok(()) => 0,
            Err(AuthError::TooManyAttempts { retry_after_seconds }) => retry_after_seconds,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn ten_attempts_in_fifteen_minutes_per_name() {
        let attempts = Attempts::default();
        for second in 0..10 {
            assert_eq!(attempt(&attempts, "ada", second), 0);
        }
        assert_eq!(attempt(&attempts, "ada", 10), 890);
        assert_eq!(attempt(&attempts, "ADA", 899), 1, "the case does not count");
        assert_eq!(attempt(&attempts, "bob", 10), 0, "another name is another count");
        assert_eq!(attempt(&attempts, "ada", 900), 0, "a new window");
    }

    #[test]
    fn success_forgets_the_failures() {
        let attempts = Attempts::default();
        for _ in 0..10 {
            assert_eq!(attempt(&attempts, "ada", 0), 0);
        }
        attempts.succeeded("Ada");
        assert_eq!(attempt(&attempts, "ada", 0), 0);
    }

    #[test]
    fn a_flood_of_names_takes_no_more_room_and_unlocks_nobody() {
        let attempts = Attempts::default();
        for _ in 0..10 {
            attempt(&attempts, "ada", 0);
        }
        for number in 0..NAMES_MAX + 5 {
            assert_eq!(attempt(&attempts, &format!("invented {number}"), 1), 0);
        }
        assert_eq!(attempts.by_name.lock().unwrap().len(), NAMES_MAX);
        assert!(attempt(&attempts, "ada", 2) > 0);

        assert_eq!(attempt(&attempts, "new", 901), 0);
        assert_eq!(attempts.by_name.lock().unwrap().len(), 1, "all others have ended");
    }
}
