//! `[logto]` and `[authgear]`: what this server stands beside.

use std::path::PathBuf;
use std::sync::Arc;

use axum::http::HeaderValue;
use gatelog_auth::jwt::{Algorithm, KeySet};
use gatelog_auth::{FetchKeys, Issuer, Issuers};
use gatelog_dialect::authgear::{Project, Projects, Upstream};
use gatelog_dialect::logto;
use gatelog_event::tenant::TenantName;
use serde::{Deserialize, Deserializer};

use super::ConfigError;

/// `[logto]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct LogtoConfig {
    /// Logtos whose access tokens are accepted. None.
    pub issuers: Vec<LogtoIssuer>,
    /// The origins of their Consoles, such as `https://admin.acme.example`, whose pages may read the
    /// answers. None.
    pub console_origins: Vec<String>,
}

/// `[[logto.issuers]]`: a Logto, or the Logto of its administrators.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct LogtoIssuer {
    /// What its tokens say in `iss`, exactly: its address and `/oidc`.
    pub issuer: String,
    /// The tenant whose events its tokens let read. `default`.
    #[serde(default = "TenantName::default_tenant", deserialize_with = "parsed")]
    pub tenant: TenantName,
    /// What its tokens have to say in `aud`. `https://default.logto.app/api`.
    #[serde(default = "default_audience")]
    pub audience: String,
    /// The one algorithm that counts: `ES384`, `RS256`, `PS256`, `ES256` or `ES512`. `ES384`.
    #[serde(default = "default_algorithm", deserialize_with = "parsed")]
    pub algorithm: Algorithm,
    /// Where it publishes its keys. The issuer and `/jwks`.
    pub jwks_url: Option<String>,
}

/// `[authgear]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct AuthgearConfig {
    /// Authgear projects whose tokens for the Admin API are accepted. None.
    pub projects: Vec<AuthgearProject>,
}

/// `[[authgear.projects]]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct AuthgearProject {
    /// The project's id in Authgear: what its tokens say in `aud`.
    pub app_id: String,
    /// The tenant whose events its tokens let read. `default`.
    #[serde(default = "TenantName::default_tenant", deserialize_with = "parsed")]
    pub tenant: TenantName,
    /// A file with its keys for the Admin API as a JWKS; only what is public is read. Without one no
    /// token of its own is accepted.
    pub jwks_file: Option<PathBuf>,
    /// The address of its Admin API, which gets what is not about audit logs. None.
    pub upstream: Option<String>,
}

impl AuthgearConfig {
    /// Checks what no single key shows.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (position, AuthgearProject { app_id, .. }) in self.projects.iter().enumerate() {
            if self.projects.iter().take(position).any(|earlier| earlier.app_id == *app_id) {
                return Err(ConfigError::Inconsistent(format!(
                    "authgear.projects: {app_id:?} stands there twice, and a project belongs to one \
                     tenant"
                )));
            }
        }
        Ok(())
    }

    /// What the dialect needs to know. Reads the files with the keys.
    ///
    /// # Errors
    /// [`ConfigError`], naming the file or the address that cannot be used.
    pub(crate) fn projects(&self) -> Result<Projects, ConfigError> {
        let projects = self.projects.iter().map(AuthgearProject::project);
        Ok(Projects::new(projects.collect::<Result<_, _>>()?))
    }
}

impl AuthgearProject {
    fn project(&self) -> Result<Project, ConfigError> {
        let keys = self.jwks_file.as_ref().map(|path| {
            let unread = |source| ConfigError::Read { path: path.clone(), source };
            let text = std::fs::read_to_string(path).map_err(unread)?;
            let unusable =
                |error| ConfigError::Inconsistent(format!("{}: {error}", path.display()));
            KeySet::parse(&text).map_err(unusable)
        });
        let upstream = self.upstream.as_deref().map(Upstream::new).transpose();
        let unusable =
            |error| ConfigError::Inconsistent(format!("authgear.projects: upstream: {error}"));
        Ok(Project {
            tenant: self.tenant.clone(),
            app_id: self.app_id.clone(),
            keys: keys.transpose()?,
            upstream: upstream.map_err(unusable)?,
        })
    }
}

impl LogtoConfig {
    /// Checks what no single key shows.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let refuse = |reason| Err(ConfigError::Inconsistent(reason));
        for (position, issuer) in self.issuers.iter().enumerate() {
            let (name, url) = (&issuer.issuer, issuer.keys_url());
            for address in [name, &url] {
                if !address.starts_with("https://") && !address.starts_with("http://") {
                    return refuse(format!(
                        "logto.issuers: {address:?} is no address; it begins with https:// or \
                         http://"
                    ));
                }
            }
            if self.issuers.iter().take(position).any(|earlier| earlier.issuer == *name) {
                return refuse(format!(
                    "logto.issuers: {name:?} stands there twice, and an issuer belongs to one tenant"
                ));
            }
        }
        for origin in &self.console_origins {
            let is_origin = origin.split_once("://").is_some_and(|(scheme, host)| {
                !scheme.is_empty() && !host.is_empty() && !host.contains('/')
            });
            if !is_origin || HeaderValue::from_str(origin).is_err() {
                return refuse(format!(
                    "logto.console_origins: {origin:?} is no origin; one looks like \
                     https://admin.acme.example, without a path"
                ));
            }
        }
        Ok(())
    }

    /// Whether keys are fetched over TLS.
    pub(crate) fn speaks_tls(&self) -> bool {
        self.issuers.iter().any(|issuer| issuer.keys_url().starts_with("https://"))
    }

    /// What the dialect needs to know.
    ///
    /// # Errors
    /// [`ConfigError::Inconsistent`].
    pub(crate) fn settings(
        &self,
        keys: Arc<dyn FetchKeys>,
    ) -> Result<logto::Settings, ConfigError> {
        let issuers = self.issuers.iter().map(|issuer| Issuer {
            name: issuer.issuer.clone(),
            tenant: issuer.tenant.clone(),
            audience: issuer.audience.clone(),
            algorithm: issuer.algorithm,
            keys_url: issuer.keys_url(),
        });
        let twice = |name| ConfigError::Inconsistent(format!("logto.issuers: {name:?} twice"));
        let issuers = Issuers::new(issuers, keys).map_err(twice)?;
        let origins = self.console_origins.iter();
        let console_origins =
            origins.filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
        Ok(logto::Settings { issuers, console_origins })
    }
}

impl LogtoIssuer {
    fn keys_url(&self) -> String {
        self.jwks_url.clone().unwrap_or_else(|| format!("{}/jwks", self.issuer))
    }
}

fn default_audience() -> String {
    "https://default.logto.app/api".to_owned()
}

fn default_algorithm() -> Algorithm {
    Algorithm::Es384
}

/// A text that has a type of its own.
pub(super) fn parsed<'d, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'d>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}
