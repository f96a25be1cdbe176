//! People who use the console, and how they prove who they are.

use std::fmt;

use gatelog_event::own_audit::Value;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use rusqlite::{Row, Transaction, params};

use crate::Sha256Hash;
use crate::access::Access;
use crate::author::{Change, user_id};
use crate::column;
use crate::database::Meta;
use crate::error::{BrokenRule, Error};
use crate::outbox::{access_data, changed, put, tenant_of};
use crate::personal_data::PersonalData;
use crate::role::Role;

/// The longest user name, in bytes.
pub const USER_NAME_BYTES_MAX: usize = 128;

/// Someone who uses the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// What is typed into the sign-in form. The case of ASCII letters does not count.
    pub name: String,
    /// What the user may do: an operator, or bound to a tenant.
    pub access: Access,
    /// Whether the user is called an analyst, not a viewer.
    pub is_analyst: bool,
    /// Whether the user sees personal data, where somebody chose it: see [`User::personal_data`].
    pub personal_data_chosen: Option<PersonalData>,
    /// How the user can sign in.
    pub password: Password,
    /// When the user was created.
    pub created: UnixMicros,
    /// When a browser with a session of the user last asked for something, to the minute.
    pub last_seen: Option<UnixMicros>,
    /// Since when the user cannot sign in any more.
    pub disabled: Option<UnixMicros>,
}

/// A user to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUser {
    /// 1 to [`USER_NAME_BYTES_MAX`] bytes, no control characters, no white space at the ends.
    pub name: String,
    /// What the user may do.
    pub access: Access,
    /// Whether the user is called an analyst, not a viewer.
    pub is_analyst: bool,
    /// Whether the user sees personal data, unless as their role has it.
    pub personal_data: Option<PersonalData>,
    /// How the user can sign in first.
    pub password: Password,
}

/// How a user can sign in.
#[derive(Clone, PartialEq, Eq)]
pub enum Password {
    /// Not at all: the one-time password was used and no password was chosen after it.
    Unset,
    /// Once, until it expires; then a password has to be chosen.
    OneTime {
        /// Hash of the one-time password.
        sha256: Sha256Hash,
        /// From when it does not count any more.
        expires: UnixMicros,
    },
    /// With a password of the user's own; this is its argon2 hash in PHC form.
    Chosen(String),
    /// Without one: an OpenID provider vouches for the user.
    Elsewhere {
        /// The provider's name here.
        provider: String,
        /// What the provider calls the user, for ever.
        subject: String,
    },
}

/// What is stored of a [`Password`], by column.
#[derive(Default)]
struct PasswordColumns<'p> {
    phc: Option<&'p str>,
    one_time_sha256: Option<&'p Sha256Hash>,
    one_time_expires: Option<i64>,
    provider: Option<&'p str>,
    subject: Option<&'p str>,
}

const COLUMNS: &str = "name, scope, tenant, source, is_analyst, personal_data, password_phc, one_time_sha256, \
     one_time_expires, provider, subject, created, last_seen, disabled";

impl User {
    /// What the user is called by what they may do; `None` for one who may only send events.
    pub fn role(&self) -> Option<Role> {
        Role::of(&self.access, self.is_analyst)
    }

    /// Whether the user sees personal data: as was chosen, else as their role has it.
    pub fn personal_data(&self) -> PersonalData {
        self.personal_data_chosen.unwrap_or_else(|| PersonalData::of_role(self.role()))
    }
}

impl Meta {
    /// Creates a user.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidUserName`], [`Error::UserExists`], [`Error::UnknownTenant`], or the disk
    /// fails.
    pub fn create_user(&self, user: &NewUser, change: &Change) -> Result<(), Error> {
        let NewUser { name, access, is_analyst, personal_data, password } = user;
        if !is_user_name(name) {
            return Err(Error::InvalidUserName(name.clone()));
        }
        let tenant = access.tenant();
        let stored = password.columns();
        let sql = format!(
            "INSERT INTO users ({COLUMNS}) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, NULL, NULL)"
        );
        let values = params![
            name,
            access.scope().name(),
            tenant.map(TenantName::as_str),
            access.source().map(|source| source.name()),
            is_analyst,
            personal_data.map(PersonalData::name),
            stored.phc,
            stored.one_time_sha256,
            stored.one_time_expires,
            stored.provider,
            stored.subject,
            change.time.micros(),
        ];
        self.transaction(|transaction| {
            let inserted = transaction.execute(&sql, values);
            inserted.map_err(|error| match (BrokenRule::of(&error), tenant) {
                (Some(BrokenRule::Unique), _) => Error::UserExists(name.clone()),
                (Some(BrokenRule::ForeignKey), Some(tenant)) => {
                    Error::UnknownTenant(tenant.clone())
                }
                _ => Error::from(error),
            })?;
            let id = user_id(name);
            let mut data = access_data(access);
            let chosen = personal_data.map(|right| Value::Text(right.name().into()));
            data.extend(chosen.map(|chosen| ("personal_data", chosen)));
            let event = changed(change, "user.create", ("user", &id, name), data);
            put(transaction, &tenant_of(access), event)
        })
    }

    /// The user of this name, if there is one; also if disabled.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn user(&self, name: &str) -> Result<Option<User>, Error> {
        self.first_row(&format!("SELECT {COLUMNS} FROM users WHERE name = ?1"), [name], read)
    }

    /// All users, by name.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn users(&self) -> Result<Vec<User>, Error> {
        self.rows(&format!("SELECT {COLUMNS} FROM users ORDER BY name"), [], read)
    }

    /// Replaces how a user signs in, and ends the user's sessions except `kept_session`.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUser`], [`Error::SignsInElsewhere`], or the disk fails.
    pub fn set_password(
        &self,
        name: &str,
        password: &Password,
        kept_session: Option<&Sha256Hash>,
        change: &Change,
    ) -> Result<(), Error> {
        let PasswordColumns { phc, one_time_sha256, one_time_expires, .. } = password.columns();
        let event_type = match password {
            Password::Chosen(_) => "password.set",
            Password::OneTime { .. } | Password::Unset | Password::Elsewhere { .. } => {
                "password.reset"
            }
        };
        let user = self.known_user(name)?;
        if let Password::Elsewhere { provider, .. } = user.password {
            return Err(Error::SignsInElsewhere { user: user.name, provider });
        }
        self.transaction(|transaction| {
            transaction.execute(
                "UPDATE users SET password_phc = ?2, one_time_sha256 = ?3, one_time_expires = ?4 \
                 WHERE name = ?1",
                params![name, phc, one_time_sha256, one_time_expires],
            )?;
            transaction.execute(
                "DELETE FROM sessions WHERE user = ?1 AND token_sha256 IS NOT ?2",
                params![name, kept_session],
            )?;
            record(transaction, change, event_type, &user.name, &user.access)
        })
    }

    /// Uses up a one-time password. True for one caller only, and only if it is the right one and
    /// has not expired.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn take_one_time_password(
        &self,
        name: &str,
        sha256: &Sha256Hash,
        now: UnixMicros,
    ) -> Result<bool, Error> {
        let changed = self.execute(
            "UPDATE users SET one_time_sha256 = NULL, one_time_expires = NULL \
             WHERE name = ?1 AND one_time_sha256 = ?2 AND one_time_expires > ?3",
            params![name, sha256, now.micros()],
        )?;
        Ok(changed == 1)
    }

    /// Gives a user another role, in `tenant` unless it is that of an operator.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUser`], [`Error::LastOfRole`], [`Error::UnknownTenant`], or the disk fails.
    pub fn set_role(
        &self,
        name: &str,
        role: Role,
        tenant: &TenantName,
        change: &Change,
    ) -> Result<(), Error> {
        let user = self.known_user(name)?;
        let access = role.access(tenant);
        let is_analyst = role == Role::Analyst;
        if (&user.access, user.is_analyst) == (&access, is_analyst) {
            return Ok(());
        }
        let sql = "UPDATE users SET scope = ?2, tenant = ?3, source = NULL, is_analyst = ?4 \
                   WHERE name = ?1";
        let tenant = access.tenant().map(TenantName::as_str);
        self.transaction(|transaction| {
            keep_one(transaction, &user)?;
            let values = params![name, access.scope().name(), tenant, is_analyst];
            transaction.execute(sql, values).map_err(|error| {
                match (BrokenRule::of(&error), access.tenant()) {
                    (Some(BrokenRule::ForeignKey), Some(tenant)) => {
                        Error::UnknownTenant(tenant.clone())
                    }
                    _ => Error::from(error),
                }
            })?;
            // Where the user comes from: there it is noticed that they are gone.
            let concerned = if user.access.tenant().is_some() { &user.access } else { &access };
            let id = user_id(&user.name);
            let mut data = access_data(&access);
            data.push(("role", Value::Text(role.name().into())));
            let event = changed(change, "user.update", ("user", &id, &user.name), data);
            put(transaction, &tenant_of(concerned), event)
        })
    }

    /// Lets a user sign in no more and ends all sessions.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUser`], [`Error::LastOfRole`], or the disk fails.
    pub fn disable_user(&self, name: &str, change: &Change) -> Result<(), Error> {
        let user = self.known_user(name)?;
        self.transaction(|transaction| {
            keep_one(transaction, &user)?;
            let sql = "UPDATE users SET disabled = ?2 WHERE name = ?1 AND disabled IS NULL";
            let changed = transaction.execute(sql, params![name, change.time.micros()])?;
            transaction.execute("DELETE FROM sessions WHERE user = ?1", [name])?;
            match changed {
                0 => Ok(()),
                _ => record(transaction, change, "user.disable", &user.name, &user.access),
            }
        })
    }

    /// Lets a disabled user sign in again.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUser`], or the disk fails.
    pub fn enable_user(&self, name: &str, change: &Change) -> Result<(), Error> {
        let user = self.known_user(name)?;
        self.transaction(|transaction| {
            let sql = "UPDATE users SET disabled = NULL WHERE name = ?1 AND disabled IS NOT NULL";
            match transaction.execute(sql, [name])? {
                0 => Ok(()),
                _ => record(transaction, change, "user.enable", &user.name, &user.access),
            }
        })
    }

    pub(crate) fn known_user(&self, name: &str) -> Result<User, Error> {
        // Users are never deleted, so one that was found stays.
        self.user(name)?.ok_or_else(|| Error::UnknownUser(name.to_owned()))
    }
}

impl Password {
    fn columns(&self) -> PasswordColumns<'_> {
        let none = PasswordColumns::default();
        match self {
            Self::Unset => none,
            Self::OneTime { sha256, expires } => {
                let (one_time_sha256, one_time_expires) = (Some(sha256), Some(expires.micros()));
                PasswordColumns { one_time_sha256, one_time_expires, ..none }
            }
            Self::Chosen(phc) => PasswordColumns { phc: Some(phc), ..none },
            Self::Elsewhere { provider, subject } => {
                PasswordColumns { provider: Some(provider), subject: Some(subject), ..none }
            }
        }
    }
}

impl fmt::Debug for Password {
    /// Without the hashes.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset => formatter.write_str("Unset"),
            Self::OneTime { expires, .. } => {
                formatter.debug_struct("OneTime").field("expires", expires).finish_non_exhaustive()
            }
            Self::Chosen(_) => formatter.write_str("Chosen(..)"),
            Self::Elsewhere { provider, subject } => formatter
                .debug_struct("Elsewhere")
                .field("provider", provider)
                .field("subject", subject)
                .finish(),
        }
    }
}

/// Refuses to take an operator, or a tenant's admin, away if nobody else is one.
fn keep_one(transaction: &Transaction<'_>, user: &User) -> Result<(), Error> {
    let role = user.role().filter(|role| matches!(role, Role::Admin | Role::Operator));
    let (Some(role), None) = (role, user.disabled) else { return Ok(()) };
    let sql = "SELECT count(*) FROM users \
               WHERE name <> ?1 AND disabled IS NULL AND scope = ?2 AND tenant IS ?3";
    let tenant = user.access.tenant().map(TenantName::as_str);
    let others: i64 =
        transaction
            .query_row(sql, params![user.name, role.scope().name(), tenant], |row| row.get(0))?;
    match others {
        0 => Err(Error::LastOfRole { name: user.name.clone(), role }),
        _ => Ok(()),
    }
}

/// Records what happened to a user.
pub(crate) fn record(
    transaction: &Transaction<'_>,
    change: &Change,
    event_type: &'static str,
    name: &str,
    access: &Access,
) -> Result<(), Error> {
    let id = user_id(name);
    let target = ("user", id.as_str(), name);
    put(transaction, &tenant_of(access), changed(change, event_type, target, access_data(access)))
}

/// Whether a text can name a user.
pub(crate) fn is_user_name(name: &str) -> bool {
    (1..=USER_NAME_BYTES_MAX).contains(&name.len())
        && name.trim() == name
        && !name.chars().any(char::is_control)
}

fn read(row: &Row<'_>) -> Result<User, Error> {
    Ok(User {
        name: row.get("name")?,
        access: column::access(row)?,
        is_analyst: row.get("is_analyst")?,
        personal_data_chosen: column::optional_parsed(row, "personal_data")?,
        password: read_password(row)?,
        created: column::time(row, "created")?,
        last_seen: column::optional_time(row, "last_seen")?,
        disabled: column::optional_time(row, "disabled")?,
    })
}

fn read_password(row: &Row<'_>) -> Result<Password, Error> {
    if let Some(phc) = row.get("password_phc")? {
        return Ok(Password::Chosen(phc));
    }
    if let (Some(provider), Some(subject)) = (row.get("provider")?, row.get("subject")?) {
        return Ok(Password::Elsewhere { provider, subject });
    }
    let sha256: Option<Sha256Hash> = row.get("one_time_sha256")?;
    Ok(match (sha256, column::optional_time(row, "one_time_expires")?) {
        (Some(sha256), Some(expires)) => Password::OneTime { sha256, expires },
        _ => Password::Unset,
    })
}
