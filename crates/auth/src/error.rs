//! Why somebody was not recognised, or could not sign in.
//!
//! What a recognised caller may not do is [`crate::Denied`].

use gatelog_meta::personal_data::REASON_CHARACTERS_MAX;

use crate::passkey::PasskeyError;
use crate::passkeys::PASSKEY_NAME_CHARACTERS_MAX;
use crate::sign_in::{PASSWORD_BYTES_MAX, PASSWORD_CHARACTERS_MIN};

/// Why somebody was not recognised, or could not sign in.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The text does not have the shape of a key.
    #[error("this is not a Gatelog API key: those look like gl_0123456789abcdef_...")]
    MalformedKey,
    /// There is no such key, or its secret is another one.
    #[error("this API key is not known here")]
    UnknownKey,
    /// The key was right, and has been revoked.
    #[error("the API key `{0}` has been revoked")]
    RevokedKey(String),
    /// There is no such client, it was written for another product, or it has been revoked.
    #[error("this client is not known here")]
    UnknownClient,
    /// The client has another secret.
    #[error("this is not the client's secret")]
    WrongSecret,
    /// The client has so many tokens already.
    #[error("this client has too many access tokens that still count: use one until it expires")]
    TooManyTokens,
    /// There is no such access token, it has expired, or its client has been revoked.
    #[error("this access token is not known here, or has expired")]
    UnknownToken,
    /// There is no such user, the user is disabled, or the password is wrong, used or expired.
    #[error("wrong user name or password")]
    WrongPassword,
    /// The code is no code of the person's app at this moment, was used already, and is no recovery
    /// code of theirs that is left.
    #[error("this code is wrong, was used already, or has expired")]
    WrongCode,
    /// What a browser sent of a passkey does not count.
    #[error(transparent)]
    Passkey(#[from] PasskeyError),
    /// The text cannot name a passkey.
    #[error("a passkey's name has 1 to {PASSKEY_NAME_CHARACTERS_MAX} characters, none of control")]
    PasskeyName,
    /// Codes come beside a password of one's own.
    #[error("choose a password of your own first")]
    PasswordNotChosen,
    /// A provider vouches for somebody, and no role here is meant for them.
    #[error("the provider gives this person no role here")]
    NoRole,
    /// The user was disabled here, whatever a provider says.
    #[error("this user is disabled")]
    UserDisabled,
    /// Too many failures for one user or client.
    #[error("too many failed sign-ins for this name: try again in {retry_after_seconds} seconds")]
    TooManyAttempts {
        /// After how many seconds the next attempt counts.
        retry_after_seconds: u64,
    },
    /// As many passwords are being checked as memory is set aside for.
    #[error("too many people are signing in at this moment: try again in a few seconds")]
    Busy,
    /// The session has expired, was ended, or never was.
    #[error("the session has ended: sign in again")]
    SessionEnded,
    /// Personal data is not shown to this person on request.
    #[error("this person has no right to see personal data on request")]
    PersonalDataDenied,
    /// Nobody sees personal data on request without saying why.
    #[error("say in 1 to {REASON_CHARACTERS_MAX} characters why you need to see personal data")]
    ReasonNeeded,
    /// The new password has too few characters.
    #[error("a password needs at least {PASSWORD_CHARACTERS_MIN} characters")]
    PasswordTooShort,
    /// The new password has too many bytes.
    #[error("a password can have at most {PASSWORD_BYTES_MAX} bytes")]
    PasswordTooLong,
    /// The user has chosen a password already; only a one-time password opens the choice again.
    #[error("this user has chosen a password already")]
    PasswordAlreadyChosen,
    /// A stored password hash is damaged, or memory for argon2 ran out.
    #[error("cannot compute the password hash: {0}")]
    PasswordHash(argon2::password_hash::Error),
    /// `meta.db` does not answer.
    #[error(transparent)]
    Meta(#[from] gatelog_meta::Error),
}
