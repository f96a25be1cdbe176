//! From claims to what somebody may do.

use serde_json::Value;

use crate::Access;

/// What people with this word in their claim may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The provider's word: a group, a role.
    pub value: String,
    /// What they may do.
    pub access: Access,
}

/// What a provider's people may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// The claim that says it. Dots lead into objects: `realm_access.roles`.
    pub claim: Option<String>,
    /// The roles, of which the first that fits counts.
    pub known: Vec<Grant>,
    /// What everybody else may do; without it they are refused.
    pub default: Option<Access>,
}

impl Grants {
    /// What somebody with these claims may do.
    pub(super) fn access(&self, claims: &Value) -> Option<Access> {
        let claim = self.claim.as_deref().and_then(|path| find(claims, path));
        let has = |value: &str| match claim {
            Some(Value::Array(words)) => words.iter().any(|word| *word == *value),
            Some(word) => *word == *value,
            None => false,
        };
        let role = self.known.iter().find(|role| has(&role.value));
        role.map(|role| &role.access).or(self.default.as_ref()).cloned()
    }
}

/// The value of a claim of this name, or where a path of names leads to: names of claims may be
/// addresses, which have dots of their own.
fn find<'c>(claims: &'c Value, path: &str) -> Option<&'c Value> {
    claims.get(path).or_else(|| path.split('.').try_fold(claims, |value, name| value.get(name)))
}

#[cfg(test)]
mod tests {
    use gatelog_meta::Scope;
    use serde_json::json;

    use super::*;

    fn acme(scope: Scope) -> Access {
        Access::new(scope, Some("acme".parse().unwrap()), None).unwrap()
    }

    #[test]
    fn the_first_role_that_fits_counts() {
        let known = [("admins", acme(Scope::Admin)), ("auditors", acme(Scope::Read))]
            .map(|(value, access)| Grant { value: value.to_owned(), access });
        let roles = |claim: &str, default| Grants {
            claim: Some(claim.to_owned()),
            known: known.to_vec(),
            default,
        };
        let (admin, reader) = (Some(acme(Scope::Admin)), Some(acme(Scope::Read)));
        for (claim, claims, expected) in [
            ("groups", json!({ "groups": ["x", "auditors"] }), &reader),
            ("groups", json!({ "groups": ["auditors", "admins"] }), &admin),
            ("groups", json!({ "groups": "admins" }), &admin),
            ("groups", json!({ "groups": ["Admins", 7, null] }), &None),
            ("groups", json!({ "groups": { "admins": true } }), &None),
            ("groups", json!({}), &None),
            ("realm_access.roles", json!({ "realm_access": { "roles": ["admins"] } }), &admin),
            ("https://a.example/r", json!({ "https://a.example/r": ["auditors"] }), &reader),
            ("a.b", json!({ "a": "admins" }), &None),
        ] {
            assert_eq!(roles(claim, None).access(&claims), *expected, "{claims}");
        }
        let everybody = roles("groups", Some(acme(Scope::Read)));
        assert_eq!(everybody.access(&json!({})), reader);
        assert_eq!(everybody.access(&json!({ "groups": "admins" })), admin);
    }
}
