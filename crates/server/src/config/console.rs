//! `[console]`: how people get into the console.

use std::path::PathBuf;
use std::sync::Arc;

use gatelog_auth::jwt::Algorithm;
use gatelog_auth::{Access, CallProvider, Grant, Grants, Provider, Providers, Scope};
use gatelog_event::tenant::TenantName;
use gatelog_service::origin::places::Places;
use serde::Deserialize;

use super::ConfigError;
use super::dialects::parsed;

/// `[console]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct ConsoleConfig {
    /// OpenID providers at which people may sign in. None.
    pub oidc: Vec<OidcConfig>,
    /// A database of countries or cities in MaxMind's format. None.
    pub geo_database: Option<PathBuf>,
    /// The same of networks (autonomous systems). None.
    pub asn_database: Option<PathBuf>,
}

/// `[[console.oidc]]`: an OpenID provider.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct OidcConfig {
    /// What it is called on the sign-in page, in its address and after the names of its people:
    /// lower-case letters, digits and hyphens.
    pub name: String,
    /// Its address, exactly as its tokens say it in `iss`.
    pub issuer: String,
    /// What this Gatelog is called there.
    pub client_id: String,
    /// A file with the password of this Gatelog there. None: PKCE alone.
    pub client_secret_file: Option<PathBuf>,
    /// What is asked for beside `openid`. `profile` and `email`.
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
    /// The one algorithm that counts: `RS256`, `PS256`, `ES256`, `ES384` or `ES512`. `RS256`.
    #[serde(default = "default_algorithm", deserialize_with = "parsed")]
    pub algorithm: Algorithm,
    /// The claim that says what somebody may do; dots lead into objects. None.
    pub role_claim: Option<String>,
    /// `[[console.oidc.roles]]`: what its words mean; the first that fits counts. None.
    #[serde(default)]
    pub roles: Vec<RoleConfig>,
    /// What everybody else may do. None: they are refused.
    pub default_role: Option<AccessConfig>,
}

/// `[[console.oidc.roles]]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct RoleConfig {
    /// The provider's word.
    pub value: String,
    /// `read`, `admin` or `operator`.
    #[serde(deserialize_with = "parsed")]
    pub scope: Scope,
    /// The tenant; needed by all but `operator`.
    #[serde(default, deserialize_with = "optional_tenant")]
    pub tenant: Option<TenantName>,
}

/// What somebody may do.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct AccessConfig {
    /// `read`, `admin` or `operator`.
    #[serde(deserialize_with = "parsed")]
    pub scope: Scope,
    /// The tenant; needed by all but `operator`.
    #[serde(default, deserialize_with = "optional_tenant")]
    pub tenant: Option<TenantName>,
}

impl ConsoleConfig {
    /// The tenants that are named.
    pub(super) fn tenants(&self) -> impl Iterator<Item = &TenantName> {
        self.oidc.iter().flat_map(|provider| {
            let of_roles = provider.roles.iter().filter_map(|role| role.tenant.as_ref());
            of_roles.chain(provider.default_role.iter().filter_map(|role| role.tenant.as_ref()))
        })
    }

    /// Whether a provider is asked over TLS.
    pub(crate) fn speaks_tls(&self) -> bool {
        self.oidc.iter().any(|provider| provider.issuer.starts_with("https://"))
    }

    /// Checks what no single key shows.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (position, provider) in self.oidc.iter().enumerate() {
            let OidcConfig { name, .. } = provider;
            let refuse = |reason: &str| {
                Err(ConfigError::Inconsistent(format!("console.oidc: {name:?}: {reason}")))
            };
            let is_letter = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
            if !(1..=32).contains(&name.len()) || !name.bytes().all(is_letter) {
                return refuse("a name is 1 to 32 lower-case letters, digits and hyphens");
            }
            if self.oidc.iter().take(position).any(|earlier| earlier.name == *name) {
                return refuse("the name stands there twice");
            }
            if !provider.issuer.starts_with("https://") && !provider.issuer.starts_with("http://") {
                return refuse("the issuer is no address; it begins with https:// or http://");
            }
            if provider.roles.is_empty() && provider.default_role.is_none() {
                return refuse("without roles and default_role nobody could sign in");
            }
            if !provider.roles.is_empty() && provider.role_claim.is_none() {
                return refuse("roles need role_claim, the claim that names them");
            }
            provider.grants()?;
        }
        Ok(())
    }

    /// Where addresses are. Reads the databases.
    ///
    /// # Errors
    /// [`ConfigError`], naming the database that cannot be read.
    pub fn places(&self) -> Result<Places, ConfigError> {
        let places = Places::read(self.geo_database.as_deref(), self.asn_database.as_deref());
        places.map_err(|error| ConfigError::Inconsistent(format!("[console]: {error}")))
    }

    /// What the console needs to know. Reads the files with the secrets.
    ///
    /// # Errors
    /// [`ConfigError`], naming the file that cannot be read.
    pub(crate) fn providers(
        &self,
        client: Arc<dyn CallProvider>,
    ) -> Result<Providers, ConfigError> {
        let providers = self.oidc.iter().map(OidcConfig::provider);
        Ok(Providers::new(providers.collect::<Result<Vec<_>, _>>()?, client))
    }
}

impl OidcConfig {
    fn provider(&self) -> Result<Provider, ConfigError> {
        let secret = self.client_secret_file.as_ref().map(|path| {
            let unread = |source| ConfigError::Read { path: path.clone(), source };
            let text = std::fs::read_to_string(path).map_err(unread)?;
            Ok(text.trim_end_matches(['\r', '\n']).to_owned())
        });
        let others = self.scopes.iter().filter(|scope| *scope != "openid");
        Ok(Provider {
            name: self.name.clone(),
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: secret.transpose()?,
            scopes: std::iter::once("openid".to_owned()).chain(others.cloned()).collect(),
            algorithm: self.algorithm,
            grants: self.grants()?,
        })
    }

    fn grants(&self) -> Result<Grants, ConfigError> {
        let access = |scope: Scope, tenant: &Option<TenantName>| {
            let unusable = |reason: String| {
                ConfigError::Inconsistent(format!("console.oidc: {:?}: {reason}", self.name))
            };
            if scope == Scope::Ingest {
                return Err(unusable(
                    "people with the scope `ingest` would see nothing".to_owned(),
                ));
            }
            let access = Access::new(scope, tenant.clone(), None);
            access.map_err(|error| unusable(error.to_string()))
        };
        let known = self.roles.iter().map(|RoleConfig { value, scope, tenant }| {
            Ok(Grant { value: value.clone(), access: access(*scope, tenant)? })
        });
        let default = self.default_role.as_ref();
        let default = default.map(|AccessConfig { scope, tenant }| access(*scope, tenant));
        Ok(Grants {
            claim: self.role_claim.clone(),
            known: known.collect::<Result<_, _>>()?,
            default: default.transpose()?,
        })
    }
}

fn default_scopes() -> Vec<String> {
    vec!["profile".to_owned(), "email".to_owned()]
}

fn default_algorithm() -> Algorithm {
    Algorithm::Rs256
}

fn optional_tenant<'d, D: serde::Deserializer<'d>>(
    deserializer: D,
) -> Result<Option<TenantName>, D::Error> {
    parsed(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROVIDER: &str = "name = \"corp\"\nissuer = \"https://id.example\"\nclient_id = \"g\"\n";

    fn check(text: &str) -> Result<(), String> {
        let config: ConsoleConfig = toml::from_str(text).map_err(|error| error.to_string())?;
        config.check().map_err(|error| error.to_string())
    }

    #[test]
    fn a_provider_says_who_may_come() {
        let role = "[[oidc.roles]]\nvalue = \"auditors\"\nscope = \"read\"\ntenant = \"acme\"\n";
        let default = "default_role = { scope = \"read\", tenant = \"acme\" }\n";
        let begin = format!("[[oidc]]\n{PROVIDER}");
        let claim = "role_claim = \"groups\"\n";
        assert_eq!(check(&format!("{begin}{claim}{role}")), Ok(()));
        assert_eq!(check(&format!("{begin}{default}")), Ok(()));
        for (text, expected) in [
            (begin.clone(), "nobody could sign in"),
            (format!("{begin}{role}"), "roles need role_claim"),
            (format!("{begin}{default}{begin}{default}"), "stands there twice"),
            (format!("{}{default}", begin.replace("corp", "Corp/1")), "lower-case letters"),
            (format!("{}{default}", begin.replace("https://", "")), "is no address"),
            (
                format!("{begin}{claim}{}", role.replace("tenant = \"acme\"\n", "")),
                "the scope `read` needs a tenant",
            ),
            (format!("{begin}{claim}{}", role.replace("read", "operator")), "leave the tenant out"),
            (format!("{begin}{claim}{}", role.replace("read", "ingest")), "would see nothing"),
            (format!("{begin}{claim}{}", role.replace("read", "root")), "unknown scope `root`"),
        ] {
            let error = check(&text).expect_err(&text);
            assert!(error.contains(expected), "{error}");
        }
    }
}
