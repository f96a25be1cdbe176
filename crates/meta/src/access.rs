//! What a key or a user may do, and where.
//!
//! Only the words and how they are written. Whether a request is allowed is decided in `auth`.

use std::fmt;
use std::str::FromStr;

use gatelog_event::source::Source;
use gatelog_event::tenant::TenantName;

/// A right that can be asked for, as it is written on the command line and in `meta.db`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Send events.
    Ingest,
    /// Read events.
    Read,
    /// Everything within one tenant: includes `Ingest` and `Read`.
    Admin,
    /// Everything in every tenant, and the tenants themselves.
    Operator,
}

/// A right that is held within one tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TenantScope {
    /// Send events.
    Ingest,
    /// Read events.
    Read,
    /// Everything within the tenant: includes `Ingest` and `Read`.
    Admin,
}

/// What the holder of a key, or a user, may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Something in one tenant.
    Tenant {
        /// The tenant.
        tenant: TenantName,
        /// What may be done there.
        scope: TenantScope,
        /// If set, only events of this source are meant.
        source: Option<Source>,
    },
    /// Everything in every tenant.
    Operator,
}

/// A scope name that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown scope `{0}` (known: ingest, read, admin, operator)")]
pub struct UnknownScope(pub String);

/// A combination of scope, tenant and source that means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAccess {
    /// All scopes but `operator` need a tenant.
    #[error("the scope `{0}` needs a tenant")]
    TenantMissing(Scope),
    /// An operator is bound to no tenant.
    #[error("the scope `operator` covers every tenant: leave the tenant out")]
    OperatorWithTenant,
    /// An operator is bound to no source.
    #[error("the scope `operator` covers every source: leave the source out")]
    OperatorWithSource,
}

impl Scope {
    /// All scopes, from the smallest right to the largest.
    pub const ALL: [Self; 4] = [Self::Ingest, Self::Read, Self::Admin, Self::Operator];

    /// The name used on the command line and in `meta.db`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Read => "read",
            Self::Admin => "admin",
            Self::Operator => "operator",
        }
    }

    /// Whether holding this right is holding `other` too.
    pub fn includes(self, other: Self) -> bool {
        match self {
            Self::Ingest | Self::Read => self == other,
            Self::Admin => other != Self::Operator,
            Self::Operator => true,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.name() == name)
            .ok_or_else(|| UnknownScope(name.to_owned()))
    }
}

impl From<TenantScope> for Scope {
    fn from(scope: TenantScope) -> Self {
        match scope {
            TenantScope::Ingest => Self::Ingest,
            TenantScope::Read => Self::Read,
            TenantScope::Admin => Self::Admin,
        }
    }
}

impl Access {
    /// Puts together what was asked for separately, as on a command line.
    ///
    /// # Errors
    ///
    /// If the three do not fit together.
    pub fn new(
        scope: Scope,
        tenant: Option<TenantName>,
        source: Option<Source>,
    ) -> Result<Self, InvalidAccess> {
        let tenant_scope = match scope {
            Scope::Ingest => TenantScope::Ingest,
            Scope::Read => TenantScope::Read,
            Scope::Admin => TenantScope::Admin,
            Scope::Operator if tenant.is_some() => return Err(InvalidAccess::OperatorWithTenant),
            Scope::Operator if source.is_some() => return Err(InvalidAccess::OperatorWithSource),
            Scope::Operator => return Ok(Self::Operator),
        };
        let tenant = tenant.ok_or(InvalidAccess::TenantMissing(scope))?;
        Ok(Self::Tenant { tenant, scope: tenant_scope, source })
    }

    /// The right that is held.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Tenant { scope, .. } => Scope::from(*scope),
            Self::Operator => Scope::Operator,
        }
    }

    /// The tenant it is bound to, if it is.
    pub fn tenant(&self) -> Option<&TenantName> {
        match self {
            Self::Tenant { tenant, .. } => Some(tenant),
            Self::Operator => None,
        }
    }

    /// The source it is bound to, if it is.
    pub fn source(&self) -> Option<Source> {
        match self {
            Self::Tenant { source, .. } => *source,
            Self::Operator => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_scope_includes_which() {
        let included = |scope: Scope| -> Vec<&str> {
            Scope::ALL.iter().filter(|other| scope.includes(**other)).map(|s| s.name()).collect()
        };
        assert_eq!(included(Scope::Ingest), ["ingest"]);
        assert_eq!(included(Scope::Read), ["read"]);
        assert_eq!(included(Scope::Admin), ["ingest", "read", "admin"]);
        assert_eq!(included(Scope::Operator), ["ingest", "read", "admin", "operator"]);
    }

    #[test]
    fn scopes_are_read_as_they_are_written() {
        for scope in Scope::ALL {
            assert_eq!(scope.to_string().parse(), Ok(scope));
        }
        assert_eq!(
            "Root".parse::<Scope>().unwrap_err().to_string(),
            "unknown scope `Root` (known: ingest, read, admin, operator)"
        );
    }

    #[test]
    fn scope_tenant_and_source_must_fit_together() {
        let tenant = || Some(TenantName::default_tenant());
        let logto = Some(Source::Logto);
        assert_eq!(Access::new(Scope::Operator, None, None), Ok(Access::Operator));
        assert_eq!(
            Access::new(Scope::Ingest, tenant(), logto),
            Ok(Access::Tenant {
                tenant: TenantName::default_tenant(),
                scope: TenantScope::Ingest,
                source: logto
            })
        );
        for (scope, tenant, source, message) in [
            (Scope::Read, None, None, "the scope `read` needs a tenant"),
            (
                Scope::Operator,
                tenant(),
                None,
                "the scope `operator` covers every tenant: leave the tenant out",
            ),
            (
                Scope::Operator,
                None,
                logto,
                "the scope `operator` covers every source: leave the source out",
            ),
        ] {
            assert_eq!(Access::new(scope, tenant, source).unwrap_err().to_string(), message);
        }
    }
}
