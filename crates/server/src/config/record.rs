//! `[record]`: the proxy of `gatelog record`, which does not need the rest.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use gatelog_auth::jwt::Algorithm;
use gatelog_auth::{Issuer, Issuers};
use gatelog_event::tenant::TenantName;
use ipnet::IpNet;
use serde::Deserialize;

use super::{ConfigError, check_entrance, dialects::parsed};
use crate::keys::HttpKeys;

/// `[record]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct RecordConfig {
    /// The address of the API that is recorded, such as `http://127.0.0.1:3001`. None, and needed.
    pub upstream: String,
    /// Whether HTTP/2 is spoken there: over TLS, or known beforehand in clear text. `false`.
    pub upstream_http2: bool,
    /// How long it may take to begin an answer once it has the request, in seconds. 300.
    pub upstream_timeout_seconds: u32,
    /// The address to listen on. `127.0.0.1:8621`.
    pub listen: SocketAddr,
    /// Certificate chain in PEM, the proxy's own first. None.
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key in PEM. None.
    pub tls_key: Option<PathBuf>,
    /// Networks of reverse proxies that end TLS in front of this one. None.
    pub behind_proxy: Vec<IpNet>,
    /// The directory that keeps what Gatelog has not taken yet. `gatelog-spool`.
    pub spool: PathBuf,
    /// How many bytes it may hold. 1 GiB.
    pub spool_bytes_max: u64,
    /// Whether calls that only read are recorded. `true`.
    pub reads: bool,
    /// Paths that are not recorded: exactly, or whatever begins so if it ends with `*`. None.
    pub exclude: Vec<String>,
    /// Who signs the tokens that callers send. Without one, what a token says is not verified.
    pub issuers: Vec<TokenIssuer>,
}

/// `[[record.issuers]]`: somebody whose tokens callers send.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct TokenIssuer {
    /// What its tokens say in `iss`, exactly.
    pub issuer: String,
    /// What its tokens have to say in `aud`: the API.
    pub audience: String,
    /// The one algorithm that counts: `ES384`, `RS256`, `PS256`, `ES256` or `ES512`.
    #[serde(deserialize_with = "parsed")]
    pub algorithm: Algorithm,
    /// Where it publishes its keys.
    pub jwks_url: String,
}

impl Default for RecordConfig {
    fn default() -> Self {
        Self {
            upstream: String::new(),
            upstream_http2: false,
            upstream_timeout_seconds: 300,
            listen: SocketAddr::from(([127, 0, 0, 1], 8621)),
            tls_cert: None,
            tls_key: None,
            behind_proxy: Vec::new(),
            spool: PathBuf::from("gatelog-spool"),
            spool_bytes_max: 1 << 30,
            reads: true,
            exclude: Vec::new(),
            issuers: Vec::new(),
        }
    }
}

impl RecordConfig {
    /// Checks what no single key shows. Without an upstream there is nothing to check: `serve` reads
    /// the same file.
    ///
    /// # Errors
    /// [`ConfigError::Inconsistent`].
    pub fn check(&self) -> Result<(), ConfigError> {
        let refuse = |reason| Err(ConfigError::Inconsistent(reason));
        check_entrance(self.listen, (&self.tls_cert, &self.tls_key), &self.behind_proxy)?;
        if let Some(path) = self.exclude.iter().find(|path| !path.starts_with('/')) {
            return refuse(format!("record.exclude: {path:?} is no path; one begins with /"));
        }
        for (position, TokenIssuer { issuer, jwks_url, .. }) in self.issuers.iter().enumerate() {
            if !jwks_url.starts_with("https://") && !jwks_url.starts_with("http://") {
                return refuse(format!(
                    "record.issuers: {jwks_url:?} is no address; it begins with https:// or http://"
                ));
            }
            if self.issuers.iter().take(position).any(|earlier| earlier.issuer == *issuer) {
                return refuse(format!("record.issuers: {issuer:?} stands there twice"));
            }
        }
        Ok(())
    }

    /// Those whose tokens are verified, with their keys over HTTP.
    ///
    /// # Errors
    /// [`ConfigError::Inconsistent`], when the system's certificates cannot be read.
    pub fn issuers(&self) -> Result<Issuers, ConfigError> {
        let speaks_tls = self.issuers.iter().any(|issuer| issuer.jwks_url.starts_with("https://"));
        let unusable = |error| ConfigError::Inconsistent(format!("record.issuers: {error}"));
        let keys = HttpKeys::new(speaks_tls).map_err(|error| unusable(error.to_string()))?;
        let issuers = self.issuers.iter().map(|issuer| Issuer {
            name: issuer.issuer.clone(),
            // Only what the token says is used of it, never what it would let its holder read.
            tenant: TenantName::default_tenant(),
            audience: issuer.audience.clone(),
            algorithm: issuer.algorithm,
            keys_url: issuer.jwks_url.clone(),
        });
        Issuers::new(issuers, Arc::new(keys)).map_err(|name| unusable(format!("{name:?} twice")))
    }
}
