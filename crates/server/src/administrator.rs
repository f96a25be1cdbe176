//! The first user and the one-time password.

use gatelog_auth::{Access, OneTimePassword};
use gatelog_event::time::UnixMicros;
use gatelog_meta::{Author, Error as MetaError, Meta, NewUser, Password};
use gatelog_service::Environment;

/// The user every new data directory has.
pub const ADMINISTRATOR: &str = "admin";

/// How long a one-time password can be used, in microseconds: a week.
pub const ONE_TIME_MICROS_MAX: i64 = 7 * 24 * 3_600 * 1_000_000;

/// Why no one-time password could be given out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `meta.db` refused.
    #[error(transparent)]
    Meta(#[from] MetaError),
    /// There is no randomness to be had.
    #[error("the random number generator does not answer: {0}")]
    Randomness(std::io::Error),
}

/// Creates the user `admin` on the first start. Returns a one-time password as long as `admin` has
/// chosen none; it is shown once, stored hashed, and takes the place of an earlier one.
///
/// # Errors
/// [`Error`].
pub fn one_time_password(
    meta: &Meta,
    environment: &Environment,
    by: Author,
) -> Result<Option<OneTimePassword>, Error> {
    match meta.user(ADMINISTRATOR)? {
        None => create_user(meta, environment, ADMINISTRATOR, Access::Operator, by).map(Some),
        Some(user) => match user.password {
            Password::Chosen(_) | Password::Elsewhere { .. } => Ok(None),
            Password::OneTime { .. } | Password::Unset => {
                reset_password(meta, environment, ADMINISTRATOR, by).map(Some)
            }
        },
    }
}

/// Creates a user who signs in with the returned one-time password.
///
/// # Errors
/// [`Error`], also when there is a user of that name.
pub fn create_user(
    meta: &Meta,
    environment: &Environment,
    name: &str,
    access: Access,
    by: Author,
) -> Result<OneTimePassword, Error> {
    let change = environment.change(by);
    let password = mint(environment)?;
    let stored = password.to_stored(expiry(change.time));
    meta.create_user(&NewUser { name: name.to_owned(), access, password: stored }, &change)?;
    Ok(password)
}

/// Gives an existing user a one-time password; what they chose before is void.
///
/// # Errors
/// [`Error`], also when there is no such user.
pub fn reset_password(
    meta: &Meta,
    environment: &Environment,
    name: &str,
    by: Author,
) -> Result<OneTimePassword, Error> {
    let change = environment.change(by);
    let password = mint(environment)?;
    let stored = password.to_stored(expiry(change.time));
    meta.set_password(name, &stored, None, &change)?;
    Ok(password)
}

/// Asks an existing user for no second factor any more. Says whether there was one.
///
/// # Errors
/// [`Error`], also when there is no such user.
pub fn reset_second_factor(
    meta: &Meta,
    environment: &Environment,
    name: &str,
    by: Author,
) -> Result<bool, Error> {
    Ok(meta.disable_totp(name, &environment.change(by))?)
}

fn mint(environment: &Environment) -> Result<OneTimePassword, Error> {
    Ok(OneTimePassword::mint(environment.random().map_err(Error::Randomness)?))
}

fn expiry(now: UnixMicros) -> UnixMicros {
    now.saturating_add(ONE_TIME_MICROS_MAX)
}
