//! Whose passkeys they are: made in a session, asked for after the password, given up.

use gatelog_event::time::UnixMicros;
use gatelog_meta::{Author, Change, Sha256Hash};

use crate::authenticator::Authenticator;
use crate::error::AuthError;
use crate::passkey::{
    Assertion, CHALLENGE_BYTES, Challenge, PasskeyError, Registration, RelyingParty, text,
    user_handle,
};
use crate::second_factor::{RecoveryBytes, RecoveryCodes, recovery_codes};
use crate::secret::sha256;
use crate::session_token::SessionToken;
use crate::sign_in::{Browser, SignedIn};

/// The longest name of a passkey, so that it fits beside the others.
pub const PASSKEY_NAME_CHARACTERS_MAX: usize = 60;

/// What a page asks a browser for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyQuestion {
    /// What is to be signed, in Base64url. It counts once, for five minutes.
    pub challenge: String,
    /// What devices call the passkeys that this person has, in Base64url.
    pub credentials: Vec<String>,
    /// What devices call this person, in Base64url.
    pub user_handle: String,
    /// The name of this person.
    pub user: String,
}

impl Authenticator {
    /// Asks the person of the session `token` for a new passkey. `challenge` must be random.
    ///
    /// # Errors
    ///
    /// [`AuthError::SessionEnded`]; [`AuthError::PasswordNotChosen`] if they have no password of
    /// their own; or `meta.db` fails.
    pub fn begin_passkey(
        &self,
        token: &str,
        challenge: [u8; CHALLENGE_BYTES],
        now: UnixMicros,
    ) -> Result<PasskeyQuestion, AuthError> {
        let user = self.user_with_password(token, now)?;
        self.ask_for_passkey(sha256(token), user.name, challenge, now)
    }

    /// Keeps the passkey that a device made for the person of the session `token`, and asks them for
    /// it, or for another second factor of theirs, from now on. The session goes on; their other ones
    /// end. Returns recovery codes, which are made of `random` and can be shown only now; nothing if
    /// they have some left. A passkey that does not count is recorded.
    ///
    /// # Errors
    ///
    /// As [`Authenticator::begin_passkey`]; [`AuthError::Passkey`]; [`AuthError::PasskeyName`]; or
    /// `meta.db` refuses: the passkey is known already, or they have too many.
    pub fn add_passkey(
        &self,
        token: &str,
        (party, made): (&RelyingParty, &Registration<'_>),
        name: &str,
        random: RecoveryBytes,
        now: UnixMicros,
    ) -> Result<Option<RecoveryCodes>, AuthError> {
        let user = self.user_with_password(token, now)?.name;
        let name = name.trim();
        let is_name = (1..=PASSKEY_NAME_CHARACTERS_MAX).contains(&name.chars().count());
        if !is_name || name.chars().any(char::is_control) {
            return Err(AuthError::PasskeyName);
        }
        let session = sha256(token);
        let challenge = self.challenges.end(&session, now).ok_or(PasskeyError::ChallengeOver);
        let passkey = match challenge.and_then(|challenge| made.check(party, challenge, name)) {
            Ok(passkey) => passkey,
            Err(error) => {
                self.meta.record_refused_passkey(&user, error.code(), now)?;
                return Err(error.into());
            }
        };
        let (codes, hashes) = recovery_codes(random);
        let change = Change { by: Author::User(user.clone()), time: now };
        let taken = self.meta.add_passkey(&user, &passkey, &hashes, Some(&session), &change)?;
        Ok(taken.then_some(codes))
    }

    /// Asks whoever waits with the token `half_open` for one of their passkeys. `challenge` must be
    /// random.
    ///
    /// # Errors
    ///
    /// [`AuthError::SessionEnded`] if nobody waits any more, or `meta.db` fails.
    pub fn begin_sign_in_with_passkey(
        &self,
        half_open: &str,
        challenge: [u8; CHALLENGE_BYTES],
        now: UnixMicros,
    ) -> Result<PasskeyQuestion, AuthError> {
        let waiting = sha256(half_open);
        let user = self.half_open.get(&waiting, now).ok_or(AuthError::SessionEnded)?;
        self.ask_for_passkey(waiting, user, challenge, now)
    }

    /// Opens a session for whoever waits with the token `half_open` and used one of their passkeys.
    /// Both are recorded: that it was used, and that one does not count.
    ///
    /// # Errors
    ///
    /// [`AuthError::SessionEnded`] if nobody waits any more; [`AuthError::Passkey`];
    /// [`AuthError::TooManyAttempts`] after 10 failures within 15 minutes, of codes and passkeys
    /// together; or `meta.db` fails.
    pub fn sign_in_with_passkey(
        &self,
        half_open: &str,
        (party, used): (&RelyingParty, &Assertion<'_>),
        browser: impl Into<Browser>,
        now: UnixMicros,
    ) -> Result<(SessionToken, SignedIn), AuthError> {
        let waiting = sha256(half_open);
        let name = self.half_open.get(&waiting, now).ok_or(AuthError::SessionEnded)?;
        let proven = self.check_passkey(&waiting, &name, (party, used), now);
        self.open_half_open(&waiting, &name, proven, browser.into(), now)
    }

    /// Takes a passkey away from the person of the session `token`, if they know their password.
    ///
    /// # Errors
    ///
    /// [`AuthError::SessionEnded`], [`AuthError::WrongPassword`], [`AuthError::TooManyAttempts`],
    /// [`AuthError::Busy`], or `meta.db` fails, also if the passkey is not theirs.
    pub fn remove_passkey(
        &self,
        token: &str,
        number: i64,
        password: &str,
        now: UnixMicros,
    ) -> Result<(), AuthError> {
        let name = self.session(token, now)?.principal.name;
        let user = self.user_by_password(&name, password, now)?;
        let change = Change { by: Author::User(user.name.clone()), time: now };
        Ok(self.meta.remove_passkey(&user.name, number, &change)?)
    }

    fn ask_for_passkey(
        &self,
        browser: Sha256Hash,
        user: String,
        challenge: [u8; CHALLENGE_BYTES],
        now: UnixMicros,
    ) -> Result<PasskeyQuestion, AuthError> {
        let passkeys = self.meta.passkeys(&user)?;
        let challenge = Challenge::new(challenge);
        self.challenges.begin(browser, challenge, now);
        Ok(PasskeyQuestion {
            challenge: challenge.to_text(),
            credentials: passkeys.iter().map(|passkey| text(&passkey.credential)).collect(),
            user_handle: user_handle(&user),
            user,
        })
    }

    fn check_passkey(
        &self,
        waiting: &Sha256Hash,
        name: &str,
        (party, used): (&RelyingParty, &Assertion<'_>),
        now: UnixMicros,
    ) -> Result<(), AuthError> {
        self.code_attempts.begin(name, now)?;
        // Whatever comes of it, the challenge is used up.
        let challenge = self.challenges.end(waiting, now).ok_or(PasskeyError::ChallengeOver)?;
        let passkeys = self.meta.passkeys(name)?;
        let used = used.check(party, challenge, name, &passkeys)?;
        if !self.meta.use_passkey(name, used.passkey, used.counter, now)? {
            return Err(PasskeyError::CounterWentBack.into());
        }
        self.code_attempts.succeeded(name);
        Ok(())
    }
}
