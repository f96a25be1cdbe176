//! From the password to the session where a second factor is asked for too, and how codes from an
//! app are set up as one.

use gatelog_event::time::UnixMicros;
use gatelog_meta::{Author, Change, Password, SecondFactors, Sha256Hash, User};

use crate::authenticator::Authenticator;
use crate::error::AuthError;
use crate::one_time_password::{self, ONE_TIME_PASSWORD_BYTES, OneTimePassword};
use crate::secret::sha256;
use crate::session_token::SessionToken;
use crate::sign_in::{Browser, SignedIn};
use crate::totp::TotpSecret;
use crate::waiting::WAITING_MICROS_MAX;

/// How many recovery codes there are at first.
pub const RECOVERY_CODES: usize = 10;

/// So many seconds may pass between the password and the second factor.
pub const SECOND_FACTOR_SECONDS_MAX: i64 = WAITING_MICROS_MAX / 1_000_000;

/// Random bytes of all recovery codes.
pub type RecoveryBytes = [[u8; ONE_TIME_PASSWORD_BYTES]; RECOVERY_CODES];

/// All recovery codes of a person.
pub type RecoveryCodes = [OneTimePassword; RECOVERY_CODES];

/// What a person has beside the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// Nothing, and has no password of their own yet to begin with.
    PasswordFirst,
    /// Whatever the provider asks for, at which they sign in.
    Elsewhere {
        /// The provider's name here.
        provider: String,
    },
    /// What they set up, or can.
    Own(SecondFactors),
}

/// Somebody who knew the password, and has the rest to prove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HalfOpen {
    /// The user's name.
    pub user: String,
    /// What they can prove it with.
    pub factors: SecondFactors,
}

impl Authenticator {
    /// Who knew the password and waits with this token for a second factor to count.
    ///
    /// # Errors
    ///
    /// Only if `meta.db` fails.
    pub fn half_open(&self, token: &str, now: UnixMicros) -> Result<Option<HalfOpen>, AuthError> {
        let Some(user) = self.half_open.get(&sha256(token), now) else { return Ok(None) };
        let factors = self.meta.second_factors(&user)?;
        Ok(Some(HalfOpen { user, factors }))
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
        let name = self.half_open.get(&waiting, now).ok_or(AuthError::SessionEnded)?;
        let proven = self.check_code(&name, code, now);
        self.open_half_open(&waiting, &name, proven, browser.into(), now)
    }

    /// Opens the session of somebody who has `proven` their second factor, or records that they did
    /// not.
    pub(crate) fn open_half_open(
        &self,
        waiting: &Sha256Hash,
        name: &str,
        proven: Result<(), AuthError>,
        browser: Browser,
        now: UnixMicros,
    ) -> Result<(SessionToken, SignedIn), AuthError> {
        if let Err(error) = proven {
            self.counts.sign_in_refused(&error);
            let error_code = match &error {
                AuthError::WrongCode => Some("wrong_code"),
                AuthError::Passkey(error) => Some(error.code()),
                _ => None,
            };
            if let Some(error_code) = error_code {
                self.meta.record_failed_second_factor(name, error_code, now)?;
            }
            return Err(error);
        }
        self.half_open.end(waiting, now).ok_or(AuthError::SessionEnded)?;
        let user = self.enabled_user(name)?.ok_or(AuthError::SessionEnded)?;
        self.open_session(user, browser, now)
    }

    /// What the person of a session has beside the password.
    ///
    /// # Errors
    ///
    /// [`AuthError::SessionEnded`], or `meta.db` fails.
    pub fn second_factor(&self, signed_in: &SignedIn) -> Result<SecondFactor, AuthError> {
        let user = self.user_of(signed_in)?;
        let factors = self.meta.second_factors(&user.name)?;
        Ok(match user.password {
            Password::Elsewhere { provider, .. } => SecondFactor::Elsewhere { provider },
            Password::OneTime { .. } | Password::Unset if !factors.is_any() => {
                SecondFactor::PasswordFirst
            }
            Password::OneTime { .. } | Password::Unset | Password::Chosen(_) => {
                SecondFactor::Own(factors)
            }
        })
    }

    /// Asks the person of the session `token` for codes from now on, once they show one that their
    /// app computed from `secret`. The session goes on; their other ones end. Returns recovery
    /// codes, which are made of `random` and can be shown only now; nothing if they have some left.
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
    ) -> Result<Option<RecoveryCodes>, AuthError> {
        let user = self.user_with_password(token, now)?;
        let step = secret.step_of(code, now).ok_or(AuthError::WrongCode)?;
        let (codes, hashes) = recovery_codes(random);
        let change = Change { by: Author::User(user.name.clone()), time: now };
        let (proven, kept) = ((secret.bytes(), step), sha256(token));
        let taken = self.meta.enable_totp(&user.name, proven, &hashes, Some(&kept), &change)?;
        Ok(taken.then_some(codes))
    }

    /// Asks the person of the session `token` for no codes of an app any more, if they know their
    /// password.
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
        // Without a second factor nothing is asked for any more: an operator took it away
        // meanwhile, and whoever waits signs in again.
        if !self.meta.second_factors(name)?.is_any() {
            return Err(AuthError::SessionEnded);
        }
        let totp = self.meta.totp(name)?;
        let step = totp.and_then(|totp| TotpSecret::new(totp.secret).step_of(typed, now));
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

    /// The person of a session, if they have a password of their own.
    pub(crate) fn user_with_password(
        &self,
        token: &str,
        now: UnixMicros,
    ) -> Result<User, AuthError> {
        let user = self.user_of(&self.session(token, now)?)?;
        match user.password {
            Password::Chosen(_) => Ok(user),
            Password::OneTime { .. } | Password::Unset | Password::Elsewhere { .. } => {
                Err(AuthError::PasswordNotChosen)
            }
        }
    }

    fn user_of(&self, signed_in: &SignedIn) -> Result<User, AuthError> {
        self.enabled_user(&signed_in.principal.name)?.ok_or(AuthError::SessionEnded)
    }
}

/// Recovery codes, and what is stored of them.
pub(crate) fn recovery_codes(
    random: RecoveryBytes,
) -> (RecoveryCodes, [Sha256Hash; RECOVERY_CODES]) {
    let codes = random.map(OneTimePassword::mint);
    let hashes = codes.each_ref().map(|code| one_time_password::hash_as_typed(code.reveal()));
    (codes, hashes)
}
