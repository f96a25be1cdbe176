//! Secrets that are given out: one-time passwords of people, keys and clients of programs.
//!
//! This module answers "who gets a new secret, and what is stored of it?" for commands and for the
//! console alike. Each secret is returned once and stored as a hash. They work on `meta.db` alone,
//! so that commands can make them beside a running server.

use gatelog_auth::{Access, ApiKey, ClientDialect, ClientSecret, OneTimePassword, Role};
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_meta::{Author, Meta, NewUser, Password, PersonalData};

use crate::environment::Environment;
use crate::service::{Error, random};

/// How long a one-time password can be used, in microseconds: a week.
pub const ONE_TIME_MICROS_MAX: i64 = 7 * 24 * 3_600 * 1_000_000;

/// Somebody who is to use the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMember<'m> {
    /// What they type to sign in.
    pub name: &'m str,
    /// What they may do.
    pub role: Role,
    /// Where, unless everywhere.
    pub tenant: TenantName,
    /// Whether they see personal data, unless as their role has it.
    pub personal_data: Option<PersonalData>,
}

/// Creates a user who signs in with the returned one-time password.
///
/// # Errors
/// [`Error::Meta`], also when there is a user of that name; [`Error::Open`] without randomness.
pub fn create_member(
    meta: &Meta,
    environment: &Environment,
    member: &NewMember<'_>,
    by: Author,
) -> Result<OneTimePassword, Error> {
    let NewMember { name, role, tenant, personal_data } = member;
    let change = environment.change(by);
    let (password, stored) = one_time_password(environment, change.time)?;
    let user = NewUser {
        name: (*name).to_owned(),
        access: role.access(tenant),
        is_analyst: *role == Role::Analyst,
        personal_data: *personal_data,
        password: stored,
    };
    meta.create_user(&user, &change)?;
    Ok(password)
}

/// Gives an existing user a one-time password; what they chose before is void, and their sessions
/// end.
///
/// # Errors
/// [`Error::Meta`], also when there is no such user; [`Error::Open`] without randomness.
pub fn reset_password(
    meta: &Meta,
    environment: &Environment,
    name: &str,
    by: Author,
) -> Result<OneTimePassword, Error> {
    let change = environment.change(by);
    let (password, stored) = one_time_password(environment, change.time)?;
    meta.set_password(name, &stored, None, &change)?;
    Ok(password)
}

/// Creates an API key.
///
/// # Errors
/// [`Error::Meta`], also when there is no such tenant; [`Error::Open`] without randomness.
pub fn create_key(
    meta: &Meta,
    environment: &Environment,
    access: Access,
    label: &str,
    by: Author,
) -> Result<ApiKey, Error> {
    let key = ApiKey::mint(random(environment)?, random(environment)?);
    meta.create_credential(&key.to_stored(access, label.to_owned()), &environment.change(by))?;
    Ok(key)
}

/// Creates a client: an id and a secret for a program that was written for another product.
///
/// # Errors
/// [`Error::Meta`], also when there is no such tenant; [`Error::Open`] without randomness.
pub fn create_client(
    meta: &Meta,
    environment: &Environment,
    reads: (ClientDialect, TenantName),
    label: &str,
    by: Author,
) -> Result<ClientSecret, Error> {
    let (dialect, tenant) = reads;
    let client = ClientSecret::mint(random(environment)?, random(environment)?);
    let stored = client.to_stored(dialect, tenant, label.to_owned());
    meta.create_client(&stored, &environment.change(by))?;
    Ok(client)
}

fn one_time_password(
    environment: &Environment,
    now: UnixMicros,
) -> Result<(OneTimePassword, Password), Error> {
    let password = OneTimePassword::mint(random(environment)?);
    let stored = password.to_stored(now.saturating_add(ONE_TIME_MICROS_MAX));
    Ok((password, stored))
}
