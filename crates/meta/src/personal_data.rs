//! Who sees personal data: the addresses, identifiers and names in what is read.
//!
//! It is a right of its own beside the role: somebody may read all of the log and yet not see whom
//! it is about.

use std::fmt;
use std::str::FromStr;

use gatelog_event::fields::Party;
use gatelog_event::own_audit::{OwnEvent, Value};
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use rusqlite::params;

use crate::Sha256Hash;
use crate::author::{Change, user_id};
use crate::database::Meta;
use crate::error::Error;
use crate::outbox::{changed, login, put, tenant_of};
use crate::role::Role;

/// The longest reason for seeing personal data, in characters: a sentence.
pub const REASON_CHARACTERS_MAX: usize = 200;

/// What the event that tells of it is about.
const TARGET_KIND: &str = "personal_data";

/// Whether a member sees personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PersonalData {
    /// It is masked.
    Never,
    /// It is masked until the member says why they need to see it, which is recorded.
    OnRequest,
    /// It is shown: the right that is also called `pii:read`.
    Always,
}

/// A name that is none of [`PersonalData`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown right to personal data `{0}` (known: never, on-request, always)")]
pub struct UnknownPersonalData(pub String);

/// That a session sees the personal data of a tenant for some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmasked {
    /// Whose log it is.
    pub tenant: TenantName,
    /// From when it is masked again.
    pub until: UnixMicros,
}

impl PersonalData {
    /// All of them, from the smallest right to the largest.
    pub const ALL: [Self; 3] = [Self::Never, Self::OnRequest, Self::Always];

    /// The name used on the command line and in the console's forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::OnRequest => "on-request",
            Self::Always => "always",
        }
    }

    /// What somebody with a role may see unless something else is chosen for them. Whoever has no
    /// role may see nothing.
    pub fn of_role(role: Option<Role>) -> Self {
        match role {
            None | Some(Role::Viewer) => Self::Never,
            Some(Role::Analyst) => Self::OnRequest,
            Some(Role::Admin | Role::Operator) => Self::Always,
        }
    }
}

impl fmt::Display for PersonalData {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for PersonalData {
    type Err = UnknownPersonalData;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|right| right.name() == name);
        found.ok_or_else(|| UnknownPersonalData(name.to_owned()))
    }
}

impl Meta {
    /// Gives a user another right to personal data. What their sessions were shown on request ends.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUser`], or the disk fails.
    pub fn set_personal_data(
        &self,
        name: &str,
        personal_data: PersonalData,
        change: &Change,
    ) -> Result<(), Error> {
        let user = self.known_user(name)?;
        if user.personal_data_chosen == Some(personal_data) {
            return Ok(());
        }
        self.transaction(|transaction| {
            let sql = "UPDATE users SET personal_data = ?2 WHERE name = ?1";
            transaction.execute(sql, [name, personal_data.name()])?;
            let sql = "UPDATE sessions SET unmasked_until = NULL, unmasked_tenant = NULL \
                       WHERE user = ?1";
            transaction.execute(sql, [name])?;
            let id = user_id(&user.name);
            let data = vec![("personal_data", Value::Text(personal_data.name().into()))];
            let event = changed(change, "user.update", ("user", &id, &user.name), data);
            put(transaction, &tenant_of(&user.access), event)
        })
    }

    /// Lets a session see the personal data of a tenant for some time, and records why. Whether it
    /// may is for `auth` to decide.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn unmask_session(
        &self,
        token_sha256: &Sha256Hash,
        unmasked: &Unmasked,
        reason: &str,
        change: &Change,
    ) -> Result<(), Error> {
        let Unmasked { tenant, until } = unmasked;
        let data = vec![
            ("reason", Value::Text(reason.into())),
            ("until", Value::Text(until.to_string().into())),
        ];
        self.transaction(|transaction| {
            let sql = "UPDATE sessions SET unmasked_until = ?2, unmasked_tenant = ?3 \
                       WHERE token_sha256 = ?1";
            let values = params![token_sha256, until.micros(), tenant.as_str()];
            match transaction.execute(sql, values)? {
                0 => Ok(()),
                _ => put(transaction, tenant, OwnEvent { data, ..told(change, "unmasked") }),
            }
        })
    }

    /// Masks personal data for a session again, and records it if there was any to mask.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn mask_session(
        &self,
        token_sha256: &Sha256Hash,
        tenant: &TenantName,
        change: &Change,
    ) -> Result<(), Error> {
        self.transaction(|transaction| {
            let sql = "UPDATE sessions SET unmasked_until = NULL, unmasked_tenant = NULL \
                       WHERE token_sha256 = ?1 AND unmasked_until > ?2 AND unmasked_tenant = ?3";
            let values = params![token_sha256, change.time.micros(), tenant.as_str()];
            match transaction.execute(sql, values)? {
                0 => Ok(()),
                _ => put(transaction, tenant, told(change, "masked")),
            }
        })
    }
}

/// The event that tells that personal data is shown, or masked again: a read of the audit log.
fn told(change: &Change, id: &'static str) -> OwnEvent<'static> {
    let target = Party { kind: Some(TARGET_KIND.into()), id: Some(id.into()), ..Party::default() };
    OwnEvent { event_type: "audit.read", target, ..login(change.by.to_party(), change.time) }
}
