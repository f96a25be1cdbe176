//! What people are called by what they may do.
//!
//! A role is a name for a scope, and for what the scope alone does not say: an analyst reads as a
//! viewer does, and may share with others what they found.

use std::fmt;
use std::str::FromStr;

use gatelog_event::tenant::TenantName;

use crate::access::{Access, Scope, TenantScope};

/// What somebody who uses the console may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Reads the events of a tenant.
    Viewer,
    /// Reads them, and shares searches with others.
    Analyst,
    /// Everything within a tenant, its members and keys too.
    Admin,
    /// Everything in every tenant.
    Operator,
}

/// A name that is none of [`Role`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown role `{0}` (known: viewer, analyst, admin, operator)")]
pub struct UnknownRole(pub String);

impl Role {
    /// All roles, from the smallest right to the largest.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Analyst, Self::Admin, Self::Operator];

    /// The name used on the command line and in the console's forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Admin => "admin",
            Self::Operator => "operator",
        }
    }

    /// The right that goes with it.
    pub fn scope(self) -> Scope {
        match self {
            Self::Viewer | Self::Analyst => Scope::Read,
            Self::Admin => Scope::Admin,
            Self::Operator => Scope::Operator,
        }
    }

    /// What somebody with this role may do; an operator is bound to no tenant.
    pub fn access(self, tenant: &TenantName) -> Access {
        let scope = match self {
            Self::Viewer | Self::Analyst => TenantScope::Read,
            Self::Admin => TenantScope::Admin,
            Self::Operator => return Access::Operator,
        };
        Access::Tenant { tenant: tenant.clone(), scope, source: None }
    }

    /// The role of somebody with this access; `None` if it is one that no person has.
    pub(crate) fn of(access: &Access, is_analyst: bool) -> Option<Self> {
        match access.scope() {
            Scope::Ingest => None,
            Scope::Read if is_analyst => Some(Self::Analyst),
            Scope::Read => Some(Self::Viewer),
            Scope::Admin => Some(Self::Admin),
            Scope::Operator => Some(Self::Operator),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|role| role.name() == name);
        found.ok_or_else(|| UnknownRole(name.to_owned()))
    }
}
