//! People whom an OpenID provider vouches for.
//!
//! They are users like all others, so that they can be disabled, their sessions ended and what they
//! do be found, but have no password. Their row is made at their first sign-in. They are found again
//! by what the provider calls them, which never changes, and not by their name, which may.

use gatelog_event::fields::Outcome;
use gatelog_event::own_audit::OwnEvent;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use rusqlite::{OptionalExtension, params};

use crate::access::Access;
use crate::author::{Author, Change};
use crate::database::Meta;
use crate::error::Error;
use crate::outbox::{login, put, tenant_of};
use crate::user::{NewUser, Password, User, is_user_name, record};

/// Somebody as a provider describes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// The provider's name here.
    pub provider: String,
    /// What the provider calls this person, for ever.
    pub subject: String,
    /// What people call them.
    pub name: String,
}

impl Meta {
    /// The user whom a provider means, made if they were never here, with the access that they have
    /// from now on. Recorded if something changes. Also returned if disabled.
    ///
    /// Nobody is given a name that somebody else has: whoever comes second is called by the
    /// provider's own word for them.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownTenant`], [`Error::UserExists`] or [`Error::InvalidUserName`] if there is no
    /// name for them, or the disk fails.
    pub fn welcome(
        &self,
        vouched: &Vouched,
        access: &Access,
        now: UnixMicros,
    ) -> Result<User, Error> {
        let change = |name: &str| Change { by: Author::User(name.to_owned()), time: now };
        let Vouched { provider, subject, .. } = vouched;
        let name = match self.name_of_subject(provider, subject)? {
            Some(name) => name,
            None => {
                let name = self.free_name(vouched)?;
                let password =
                    Password::Elsewhere { provider: provider.clone(), subject: subject.clone() };
                let user = NewUser {
                    name: name.clone(),
                    access: access.clone(),
                    is_analyst: false,
                    personal_data: None,
                    password,
                };
                self.create_user(&user, &change(&name))?;
                name
            }
        };
        let user = self.known_user(&name)?;
        if user.access != *access {
            self.set_access(&user, access, &change(&user.name))?;
        }
        Ok(User { access: access.clone(), ..user })
    }

    /// Ends the sessions of somebody who may do nothing here any more, or never might, and records
    /// that they tried.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn turn_away(&self, vouched: &Vouched, now: UnixMicros) -> Result<(), Error> {
        let name = match self.name_of_subject(&vouched.provider, &vouched.subject)? {
            Some(name) => name,
            None => self.free_name(vouched)?,
        };
        let user = self.user(&name)?;
        let tenant = user.map_or_else(TenantName::default_tenant, |user| tenant_of(&user.access));
        let actor = Author::User(name.clone()).to_party();
        let refused = OwnEvent {
            outcome: Outcome::Failure,
            error_code: Some("no_role"),
            ..login(actor, now)
        };
        self.transaction(|transaction| {
            transaction.execute("DELETE FROM sessions WHERE user = ?1", [&name])?;
            put(transaction, &tenant, refused)
        })
    }

    fn name_of_subject(&self, provider: &str, subject: &str) -> Result<Option<String>, Error> {
        let sql = "SELECT name FROM users WHERE provider = ?1 AND subject = ?2";
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql)?;
        Ok(statement.query_row([provider, subject], |row| row.get(0)).optional()?)
    }

    /// `NAME@PROVIDER`, or `SUBJECT@PROVIDER` if that cannot be a name or is somebody's.
    fn free_name(&self, vouched: &Vouched) -> Result<String, Error> {
        let Vouched { provider, subject, name } = vouched;
        let wished = format!("{name}@{provider}");
        let is_free = is_user_name(&wished) && self.user(&wished)?.is_none();
        Ok(if is_free { wished } else { format!("{subject}@{provider}") })
    }

    fn set_access(&self, user: &User, access: &Access, change: &Change) -> Result<(), Error> {
        let tenant = access.tenant().map(|tenant| tenant.as_str());
        if let Some(tenant) = access.tenant()
            && self.tenant(tenant)?.is_none()
        {
            return Err(Error::UnknownTenant(tenant.clone()));
        }
        self.transaction(|transaction| {
            let sql = "UPDATE users SET scope = ?2, tenant = ?3, source = ?4 WHERE name = ?1";
            let source = access.source().map(|source| source.name());
            transaction.execute(sql, params![user.name, access.scope().name(), tenant, source])?;
            record(transaction, change, "user.update", &user.name, access)
        })
    }
}
