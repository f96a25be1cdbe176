//! The first user.

use gatelog_auth::{OneTimePassword, Role};
use gatelog_event::tenant::TenantName;
use gatelog_meta::{Author, Meta, Password};
use gatelog_service::credentials::{NewMember, create_member, reset_password};
use gatelog_service::{Environment, Error};

/// The user every new data directory has.
pub const ADMINISTRATOR: &str = "admin";

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
    let (name, tenant) = (ADMINISTRATOR, TenantName::default_tenant());
    match meta.user(name)? {
        None => {
            let admin = NewMember { name, role: Role::Operator, tenant, personal_data: None };
            create_member(meta, environment, &admin, by).map(Some)
        }
        Some(user) => match user.password {
            Password::Chosen(_) | Password::Elsewhere { .. } => Ok(None),
            Password::OneTime { .. } | Password::Unset => {
                reset_password(meta, environment, name, by).map(Some)
            }
        },
    }
}
