//! Password to session, session to principal.
//!
//! A new user gets a one-time password. It opens one session, in which a password is to be chosen;
//! that one opens all later sessions. A new one-time password (for somebody
//! who forgot) takes the chosen one's place.

use gatelog_event::time::UnixMicros;
use gatelog_meta::author::user_id;
use gatelog_meta::{Author, Change, Password, PersonalData, Role, Session, Unmasked, User};

use crate::authenticator::Authenticator;
use crate::error::AuthError;
use crate::one_time_password;
use crate::password::SALT_BYTES;
use crate::principal::Principal;
use crate::secret::sha256;
use crate::session_token::{SESSION_TOKEN_BYTES, SessionToken};

/// The fewest characters of a chosen password.
pub const PASSWORD_CHARACTERS_MIN: usize = 10;
/// The most bytes of a chosen password.
pub const PASSWORD_BYTES_MAX: usize = 1_024;
/// Random bytes in a password's salt.
pub const PASSWORD_SALT_BYTES: usize = SALT_BYTES;
/// A session ends when it is not seen for so long.
pub const SESSION_IDLE_MICROS_MAX: i64 = 12 * 3_600 * 1_000_000;
/// A session ends so long after the sign-in, seen or not.
pub const SESSION_MICROS_MAX: i64 = 7 * 24 * 3_600 * 1_000_000;

/// The most bytes that are kept of what a browser says of itself.
const USER_AGENT_BYTES_MAX: usize = 512;

/// That a session was seen is written at most this often.
const LAST_SEEN_INTERVAL_MICROS: i64 = 60 * 1_000_000;

/// A browser that somebody signs in with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Browser {
    /// What its session's token is made of; must be random.
    pub token: [u8; SESSION_TOKEN_BYTES],
    /// What it says of itself; empty if nothing.
    pub user_agent: String,
    /// Where it is; empty if that is not known.
    pub address: String,
}

/// A person with a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who it is.
    pub principal: Principal,
    /// The one-time password is used up and no other was chosen: without
    /// [`Authenticator::choose_password`] this person cannot sign in again.
    pub must_choose_password: bool,
    /// What they are called by what they may do; nothing if they may only send events.
    pub role: Option<Role>,
    /// Whether they see personal data.
    pub personal_data: PersonalData,
    /// That this session sees it on request; also if that is over.
    pub unmasked: Option<Unmasked>,
}

/// What the right password led to.
#[derive(Debug)]
pub enum Opened {
    /// A session.
    Session(SessionToken, SignedIn),
    /// Nothing yet: [`Authenticator::sign_in_with_code`] wants this token and a code, or
    /// [`Authenticator::sign_in_with_passkey`] a passkey.
    SecondFactorNeeded(SessionToken),
}

impl Opened {
    /// The session, if it is one.
    pub fn session(self) -> Option<(SessionToken, SignedIn)> {
        match self {
            Self::Session(token, signed_in) => Some((token, signed_in)),
            Self::SecondFactorNeeded(_) => None,
        }
    }
}

impl Authenticator {
    /// Opens a session for whoever knows the password of `user`, or asks for a second factor too if
    /// they set one up. That a session was opened, or that the password was wrong, is recorded.
    ///
    /// Blocks for some 20 ms of computing, whether or not there is such a user.
    ///
    /// # Errors
    ///
    /// [`AuthError::WrongPassword`]; [`AuthError::TooManyAttempts`] after 10 failures within 15
    /// minutes; [`AuthError::Busy`]; or `meta.db` fails.
    pub fn sign_in(
        &self,
        user: &str,
        password: &str,
        browser: impl Into<Browser>,
        now: UnixMicros,
    ) -> Result<Opened, AuthError> {
        let checked = self.user_by_password(user, password, now);
        if let Err(error) = &checked {
            self.counts.sign_in_refused(error);
        }
        if matches!(checked, Err(AuthError::WrongPassword)) {
            self.meta.record_failed_sign_in(user, now)?;
        }
        let user = checked?;
        let browser = browser.into();
        if self.meta.second_factors(&user.name)?.is_any() {
            let token = SessionToken::mint(browser.token);
            self.half_open.begin(sha256(token.reveal()), user.name, now);
            return Ok(Opened::SecondFactorNeeded(token));
        }
        let (token, signed_in) = self.open_session(user, browser, now)?;
        Ok(Opened::Session(token, signed_in))
    }

    /// Opens a session for somebody who has proved who they are.
    pub(crate) fn open_session(
        &self,
        user: User,
        browser: Browser,
        now: UnixMicros,
    ) -> Result<(SessionToken, SignedIn), AuthError> {
        let Browser { token, user_agent, address } = browser;
        let token = SessionToken::mint(token);
        self.meta.create_session(&Session {
            token_sha256: sha256(token.reveal()),
            user: user.name.clone(),
            created: now,
            last_seen: now,
            expires: session_expires(now, now),
            user_agent: shortened(user_agent),
            address,
            unmasked: None,
        })?;
        self.counts.signed_in();
        Ok((token, SignedIn::new(user, None)))
    }

    /// The person whose browser sent `token`.
    ///
    /// # Errors
    ///
    /// [`AuthError::SessionEnded`], or `meta.db` fails.
    pub fn session(&self, token: &str, now: UnixMicros) -> Result<SignedIn, AuthError> {
        let session = self.meta.session(&sha256(token), now)?.ok_or(AuthError::SessionEnded)?;
        let user = self.enabled_user(&session.user)?.ok_or(AuthError::SessionEnded)?;
        if session.last_seen.saturating_add(LAST_SEEN_INTERVAL_MICROS) <= now {
            let expires = session_expires(session.created, now);
            // A full disk must not end a session: at worst it is thought to be idle.
            let _ = self.meta.touch_session(&session.token_sha256, now, expires);
        }
        Ok(SignedIn::new(user, session.unmasked))
    }

    /// Ends the session of `token`, if there is one.
    ///
    /// # Errors
    ///
    /// Only if `meta.db` fails.
    pub fn sign_out(&self, token: &str) -> Result<(), AuthError> {
        Ok(self.meta.end_session(&sha256(token))?)
    }

    /// Gives the person of the session `token`, who came with a one-time password, a password of
    /// their own. `salt` must be random. The session goes on; the user's other ones end.
    ///
    /// # Errors
    ///
    /// [`AuthError::SessionEnded`], [`AuthError::PasswordAlreadyChosen`],
    /// [`AuthError::PasswordTooShort`], [`AuthError::PasswordTooLong`], [`AuthError::Busy`], or
    /// `meta.db` fails.
    pub fn choose_password(
        &self,
        token: &str,
        password: &str,
        salt: [u8; PASSWORD_SALT_BYTES],
        now: UnixMicros,
    ) -> Result<(), AuthError> {
        let signed_in = self.session(token, now)?;
        if !signed_in.must_choose_password {
            return Err(AuthError::PasswordAlreadyChosen);
        }
        self.set_password(&signed_in.principal.name, token, password, salt, now)
    }

    /// Gives the person of the session `token`, who knows their password, another one. `salt` must
    /// be random. The session goes on; the user's other ones end. Guesses are counted with those of
    /// the sign-in page.
    ///
    /// # Errors
    ///
    /// As [`Authenticator::choose_password`], and [`AuthError::WrongPassword`] and
    /// [`AuthError::TooManyAttempts`] for `current`.
    pub fn change_password(
        &self,
        token: &str,
        current: &str,
        password: &str,
        salt: [u8; PASSWORD_SALT_BYTES],
        now: UnixMicros,
    ) -> Result<(), AuthError> {
        let signed_in = self.session(token, now)?;
        let name = &signed_in.principal.name;
        // A password that would be refused must not cost an attempt, nor a one-time password.
        check_length(password)?;
        self.user_by_password(name, current, now)?;
        self.set_password(name, token, password, salt, now)
    }

    fn set_password(
        &self,
        name: &str,
        token: &str,
        password: &str,
        salt: [u8; PASSWORD_SALT_BYTES],
        now: UnixMicros,
    ) -> Result<(), AuthError> {
        check_length(password)?;
        let phc = self.password_checks.begin()?.hash(password, salt)?;
        let chosen = Password::Chosen(phc);
        let change = Change { by: Author::User(name.to_owned()), time: now };
        Ok(self.meta.set_password(name, &chosen, Some(&sha256(token)), &change)?)
    }

    pub(crate) fn user_by_password(
        &self,
        name: &str,
        password: &str,
        now: UnixMicros,
    ) -> Result<User, AuthError> {
        let check = self.password_checks.begin()?;
        self.attempts.begin(name, now)?;
        let user = self.enabled_user(name)?;
        let phc = match &user {
            Some(User { password: Password::Chosen(phc), .. }) => Some(phc.as_str()),
            _ => None,
        };
        let chosen_matches = check.matches(password, phc)?;
        let user = user.ok_or(AuthError::WrongPassword)?;
        let proven = match user.password {
            Password::Chosen(_) => chosen_matches,
            Password::OneTime { .. } => {
                let typed = one_time_password::hash_as_typed(password);
                self.meta.take_one_time_password(name, &typed, now)?
            }
            Password::Unset | Password::Elsewhere { .. } => false,
        };
        if !proven {
            return Err(AuthError::WrongPassword);
        }
        self.attempts.succeeded(name);
        Ok(user)
    }

    pub(crate) fn enabled_user(&self, name: &str) -> Result<Option<User>, AuthError> {
        Ok(self.meta.user(name)?.filter(|user| user.disabled.is_none()))
    }
}

impl SignedIn {
    fn new(user: User, unmasked: Option<Unmasked>) -> Self {
        Self {
            role: user.role(),
            personal_data: user.personal_data(),
            unmasked,
            must_choose_password: matches!(
                user.password,
                Password::Unset | Password::OneTime { .. }
            ),
            principal: Principal {
                id: user_id(&user.name).into(),
                name: user.name.into(),
                access: user.access,
            },
        }
    }
}

impl From<[u8; SESSION_TOKEN_BYTES]> for Browser {
    /// One of which nothing is known.
    fn from(token: [u8; SESSION_TOKEN_BYTES]) -> Self {
        Self { token, ..Self::default() }
    }
}

fn check_length(password: &str) -> Result<(), AuthError> {
    if password.chars().count() < PASSWORD_CHARACTERS_MIN {
        Err(AuthError::PasswordTooShort)
    } else if password.len() > PASSWORD_BYTES_MAX {
        Err(AuthError::PasswordTooLong)
    } else {
        Ok(())
    }
}

/// What a browser says of itself can be of any length.
fn shortened(mut user_agent: String) -> String {
    user_agent.truncate(user_agent.floor_char_boundary(USER_AGENT_BYTES_MAX));
    user_agent
}

/// When a session of somebody who signed in at `created` and was seen at `last_seen` ends.
fn session_expires(created: UnixMicros, last_seen: UnixMicros) -> UnixMicros {
    let idle = last_seen.saturating_add(SESSION_IDLE_MICROS_MAX);
    idle.min(created.saturating_add(SESSION_MICROS_MAX))
}
