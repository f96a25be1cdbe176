//! From the password to the session where a code is asked for too, and how that is set up.

use gatelog_event::time::UnixMicros;
use gatelog_meta::{Author, Change, Password, User};

use crate::authenticator::Authenticator;
use crate::error::AuthError;
use crate::half_open::HALF_OPEN_MICROS_MAX;
use crate::one_time_password::{self, ONE_TIME_PASSWORD_BYTES, OneTimePassword};
use crate::secret::sha256;
use crate::session_token::SessionToken;
use crate::sign_in::{Browser, SignedIn};
use crate::totp::TotpSecret;

/// How many recovery codes there are at first.
pub const RECOVERY_CODES: usize = 10;

/// So many seconds may pass between the password and the code.
pub const CODE_SECONDS_MAX: i64 = HALF_OPEN_MICROS_MAX / 1_000_000;

/// Random bytes of all recovery codes.
pub type RecoveryBytes = [[u8; ONE_TIME_PASSWORD_BYTES]; RECOVERY_CODES];

/// What a person has beside the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// Nothing, and can set it up.
    None,
    /// Nothing, and has no password of their own yet to begin with.
    PasswordFirst,
    /// Whatever the provider asks for, at which they sign in.
    Elsewhere,
    /// Codes from an app.
    Totp {
        /// How many recovery codes are left.
        recovery_codes: u32,
    },
}

impl Authenticator {
    /// Who knew the password and waits with this token for the code to count.
    pub fn half_open_user(&self, token: &str, now: UnixMicros) -> Option<String> {
        self.half_open.user(&sha256(token), now)
    }

    /// Opens a session for whoever waits with the token `half_open` and types the code of their app
    /// or a recovery code. A wrong code is recorded.
    ///
    /// # Errors
    ///
    /// [`AuthError::SessionEnded`] if nobody waits any more; [`AuthError::WrongCode`];
    /// [`AuthError::TooManyAttempts`] after 10 failures within 15 minutes; or `meta.db` fails.
    pub fn sign_in_with_code(
        &self,
        half_open: &str,
        code: &str,
        browser: impl Into<Browser>,
        now: UnixMicros,
    ) -> Result<(SessionToken, SignedIn), AuthError> {
        let waiting = sha256(half_open);
        let name = self.half_open.user(&waiting, now).ok_or(AuthError::SessionEnded)?;
        let proven = self.check_code(&name, code, now);
        if let Err(error) = &proven {
            self.counts.sign_in_refused(error);
        }
        if matches!(proven, Err(AuthError::WrongCode)) {
            self.meta.record_wrong_code(&name, now)?;
        }
        proven?;
        if !self.half_open.end(&waiting) {
            return Err(AuthError::SessionEnded);
        }
        let user = self.enabled_user(&name)?.ok_or(AuthError::SessionEnded)?;
        self.open_session(user, browser.into(), now)
    }

    /// What the person of a session has beside the password.
    ///
    /// # Errors
    ///
    /// [`AuthError::SessionEnded`], or `meta.db` fails.
    pub fn second_factor(&self, signed_in: &SignedIn) -> Result<SecondFactor, AuthError> {
        let user = self.user_of(signed_in)?;
        Ok(match (&user.password, self.meta.totp(&user.name)?) {
            (Password::Elsewhere { .. }, _) => SecondFactor::Elsewhere,
            (_, Some(totp)) => SecondFactor::Totp { recovery_codes: totp.recovery_codes },
            (Password::Chosen(_), None) => SecondFactor::None,
            (Password::OneTime { .. } | Password::Unset, None) => SecondFactor::PasswordFirst,
        })
    }

    /// Asks the person of the session `token` for codes from now on, once they show one that their
    /// app computed from `secret`. The session goes on; their other ones end. Returns the recovery
    /// codes, which are made of `random` and can be shown only now.
    ///
    /// # Errors
    ///
    /// [`AuthError::SessionEnded`]; [`AuthError::WrongCode`]; [`AuthError::PasswordNotChosen`] if
    /// they have no password of their own; or `meta.db` fails, also if they have codes already.
    pub fn enable_totp(
        &self,
        token: &str,
        secret: &TotpSecret,
        code: &str,
        random: RecoveryBytes,
        now: UnixMicros,
    ) -> Result<[OneTimePassword; RECOVERY_CODES], AuthError> {
        let user = self.user_of(&self.session(token, now)?)?;
        if !matches!(user.password, Password::Chosen(_)) {
            return Err(AuthError::PasswordNotChosen);
        }
        let step = secret.step_of(code, now).ok_or(AuthError::WrongCode)?;
        let codes = random.map(OneTimePassword::mint);
        let hashes = codes.each_ref().map(|code| one_time_password::hash_as_typed(code.reveal()));
        let change = Change { by: Author::User(user.name.clone()), time: now };
        let (proven, kept) = ((secret.bytes(), step), sha256(token));
        self.meta.enable_totp(&user.name, proven, &hashes, Some(&kept), &change)?;
        Ok(codes)
    }

    /// Asks the person of the session `token` for no codes any more, if they know their password.
    ///
    /// # Errors
    ///
    /// [`AuthError::SessionEnded`], [`AuthError::WrongPassword`], [`AuthError::TooManyAttempts`],
    /// [`AuthError::Busy`], or `meta.db` fails.
    pub fn disable_totp(
        &self,
        token: &str,
        password: &str,
        now: UnixMicros,
    ) -> Result<(), AuthError> {
        let name = self.session(token, now)?.principal.name;
        let user = self.user_by_password(&name, password, now)?;
        let change = Change { by: Author::User(user.name.clone()), time: now };
        self.meta.disable_totp(&user.name, &change)?;
        Ok(())
    }

    fn check_code(&self, name: &str, typed: &str, now: UnixMicros) -> Result<(), AuthError> {
        self.code_attempts.begin(name, now)?;
        // Without a secret nothing is asked for any more: an operator took it away meanwhile, and
        // whoever waits signs in again.
        let totp = self.meta.totp(name)?.ok_or(AuthError::SessionEnded)?;
        let step = TotpSecret::new(totp.secret).step_of(typed, now);
        let is_right = match step {
            Some(step) => self.meta.take_totp_step(name, step)?,
            None => {
                let typed = one_time_password::hash_as_typed(typed);
                self.meta.take_recovery_code(name, &typed, now)?
            }
        };
        if !is_right {
            return Err(AuthError::WrongCode);
        }
        self.code_attempts.succeeded(name);
        Ok(())
    }

    fn user_of(&self, signed_in: &SignedIn) -> Result<User, AuthError> {
        self.enabled_user(&signed_in.principal.name)?.ok_or(AuthError::SessionEnded)
    }
}
