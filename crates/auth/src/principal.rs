//! Who is asking, and the rules of what they may do.

use std::sync::Arc;

use gatelog_event::source::Source;
use gatelog_event::tenant::TenantName;
use gatelog_meta::{Access, Scope};

/// A caller who has proved who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// `key_...` for an API key, and then the submitter of the events it sends; `client_...` for a
    /// client; `token:SUBJECT@ISSUER` for whoever another system vouches for; `user:NAME` for a
    /// person; `uid:NUMBER@HOST` for an account that runs a command on
    /// the data directory.
    pub id: Arc<str>,
    /// What people call it: the key's label, the user's name.
    pub name: Arc<str>,
    /// What it may do.
    pub access: Access,
}

/// Why a known caller may not do something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// It belongs to another tenant.
    #[error("this credential belongs to the tenant `{held}`, not to `{requested}`")]
    OtherTenant {
        /// The tenant it belongs to.
        held: TenantName,
        /// The tenant it asked for.
        requested: TenantName,
    },
    /// It has too small a right.
    #[error("this needs the scope `{needed}`, and the credential has `{held}`")]
    MissingScope {
        /// The right it would need.
        needed: Scope,
        /// The right it has.
        held: Scope,
    },
    /// It is bound to another source.
    #[error("this credential is bound to the source `{held}`, and this is `{requested}`")]
    OtherSource {
        /// The source it is bound to.
        held: Source,
        /// The source it asked for.
        requested: Source,
    },
}

impl Principal {
    /// What sort of caller it is: `user`, `operator` (whoever runs a command here), `token`,
    /// `client` or `key`.
    pub fn kind(&self) -> &'static str {
        match self.id.split_once(':') {
            Some(("user", _)) => "user",
            Some(("uid", _)) => "operator",
            Some(("token", _)) => "token",
            _ if self.id.starts_with("client_") => "client",
            _ => "key",
        }
    }

    /// The tenant in which the caller may do what needs `needed`.
    ///
    /// `requested` is the tenant it named, if it did (header `Gatelog-Tenant`). An operator gets
    /// the tenant it asks for, whether or not there is one of that name, or `default`.
    ///
    /// # Errors
    ///
    /// [`Denied::OtherTenant`] or [`Denied::MissingScope`].
    pub fn authorize(
        &self,
        needed: Scope,
        requested: Option<&TenantName>,
    ) -> Result<TenantName, Denied> {
        let tenant = match (self.access.tenant(), requested) {
            (Some(held), Some(requested)) if held != requested => {
                let (held, requested) = (held.clone(), requested.clone());
                return Err(Denied::OtherTenant { held, requested });
            }
            (Some(tenant), _) | (None, Some(tenant)) => tenant.clone(),
            (None, None) => TenantName::default_tenant(),
        };
        let held = self.access.scope();
        if held.includes(needed) { Ok(tenant) } else { Err(Denied::MissingScope { needed, held }) }
    }

    /// Whether the caller may send or read events of `source`.
    ///
    /// # Errors
    ///
    /// [`Denied::OtherSource`].
    pub fn authorize_source(&self, source: Source) -> Result<(), Denied> {
        match self.access.source() {
            Some(held) if held != source => Err(Denied::OtherSource { held, requested: source }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principal(scope: Scope, source: Option<Source>) -> Principal {
        let tenant = (scope != Scope::Operator).then(|| tenant("acme"));
        let access = Access::new(scope, tenant, source).unwrap();
        Principal { id: "key_1".into(), name: "one".into(), access }
    }

    fn tenant(name: &str) -> TenantName {
        name.parse().unwrap()
    }

    #[test]
    fn who_may_do_what_where() {
        use Scope::{Admin, Ingest, Operator, Read};
        let cases = [
            (Ingest, Ingest, None, "acme"),
            (Ingest, Ingest, Some("acme"), "acme"),
            (Ingest, Read, None, "this needs the scope `read`, and the credential has `ingest`"),
            (Read, Ingest, None, "this needs the scope `ingest`, and the credential has `read`"),
            (Read, Admin, None, "this needs the scope `admin`, and the credential has `read`"),
            (Admin, Read, None, "acme"),
            (Admin, Ingest, None, "acme"),
            (
                Admin,
                Operator,
                None,
                "this needs the scope `operator`, and the credential has `admin`",
            ),
            (
                Admin,
                Read,
                Some("default"),
                "this credential belongs to the tenant `acme`, not to `default`",
            ),
            (Operator, Ingest, None, "default"),
            (Operator, Read, Some("acme"), "acme"),
            (Operator, Operator, Some("nobody"), "nobody"),
        ];
        for (held, needed, requested, expected) in cases {
            let requested = requested.map(tenant);
            let answer = match principal(held, None).authorize(needed, requested.as_ref()) {
                Ok(tenant) => tenant.to_string(),
                Err(denied) => denied.to_string(),
            };
            assert_eq!(answer, expected, "{held} asks for {needed} in {requested:?}");
        }
    }

    #[test]
    fn a_key_can_be_bound_to_a_source() {
        let bound = principal(Scope::Ingest, Some(Source::Logto));
        assert_eq!(bound.authorize_source(Source::Logto), Ok(()));
        assert_eq!(
            bound.authorize_source(Source::Native).unwrap_err().to_string(),
            "this credential is bound to the source `logto`, and this is `native`"
        );
        assert_eq!(principal(Scope::Ingest, None).authorize_source(Source::Native), Ok(()));
    }
}
