//! Which Authgear projects there are: what a tenant is called there, and where the rest of its
//! Admin API is.

use std::sync::Arc;
use std::time::Duration;

use gatelog_auth::Principal;
use gatelog_auth::jwt::{Algorithm, Expected, JwtError, KeySet, Lifetime, Token};
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::limits::{UPSTREAM_ANSWER_MS, UPSTREAM_CONNECT_MS, UPSTREAM_REQUESTS_MAX};

/// Tokens of the Admin API are signed with this and nothing else. They need no end.
const ALGORITHM: Algorithm = Algorithm::Rs256;
const LIFETIME: Lifetime = Lifetime { skew_seconds: 300, must_end: false, must_be_issued: true };

/// What the holder of a token is called that names nobody.
const NOBODY: &str = "admin-api";

/// All projects, as the operator configured them.
#[derive(Clone, Debug, Default)]
pub struct Projects {
    projects: Vec<Project>,
}

/// One Authgear project whose events are a tenant's.
#[derive(Clone, Debug)]
pub struct Project {
    /// Whose events.
    pub tenant: TenantName,
    /// The project's id in Authgear, for which its tokens are.
    pub app_id: String,
    /// The public parts of its keys for the Admin API (the secret `admin-api.auth`).
    pub keys: Option<KeySet>,
    /// The Authgear that answers what is not about audit logs, if there is one.
    pub upstream: Option<Upstream>,
}

/// A running Authgear's Admin API. Only the operator can name one, so it may be in a private
/// network.
#[derive(Clone, Debug)]
pub struct Upstream {
    url: Url,
    client: Client,
    room: Arc<Semaphore>,
}

/// An upstream that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// The address is none.
    #[error(
        "`{0}` is not an address of an Admin API such as https://id.example/_api/admin/graphql"
    )]
    Address(String),
    /// The HTTP client did not start.
    #[error("the HTTP client for {url} did not start: {error}")]
    Client {
        /// What it would have been for.
        url: Url,
        /// Why it did not.
        error: reqwest::Error,
    },
}

impl Projects {
    /// These projects.
    pub fn new(projects: Vec<Project>) -> Self {
        Self { projects }
    }

    /// Who sent this token, and the project that it is for: its key made the signature.
    ///
    /// # Errors
    /// [`JwtError`].
    pub(super) fn holder(
        &self,
        text: &str,
        now: UnixMicros,
    ) -> Result<(&Project, Principal), JwtError> {
        let token = Token::parse(text)?;
        let claims = token.claims()?;
        if token.key_id().is_none() {
            return Err(JwtError::NoMatchingKey);
        }
        let mut outcome = Err(JwtError::NoMatchingKey);
        for project in &self.projects {
            let Some(keys) = &project.keys else { continue };
            let expected = Expected { issuer: None, audience: &project.app_id, lifetime: LIFETIME };
            outcome = token.verify(keys, ALGORITHM).and_then(|()| claims.check(expected, now)).map(
                |()| {
                    let name = claims.text("sub").unwrap_or(NOBODY);
                    let tenant = project.tenant.clone();
                    (project, Principal::of_token(name, &project.app_id, tenant))
                },
            );
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }
}

impl Upstream {
    /// The Admin API at `url`, path included. It answers itself or not at all: redirects are not
    /// followed, and proxies of the environment not asked.
    ///
    /// # Errors
    /// [`UpstreamError`].
    pub fn new(url: &str) -> Result<Self, UpstreamError> {
        let address = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = address.ok_or_else(|| UpstreamError::Address(url.to_owned()))?;
        // Several TLS libraries are linked in one way or another; this says which one is meant.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_millis(UPSTREAM_CONNECT_MS))
            .timeout(Duration::from_millis(UPSTREAM_ANSWER_MS));
        if url.scheme() == "http" {
            // Where TLS is not spoken, a system without certificates will do.
            client = client.tls_certs_only([]);
        }
        match client.build() {
            Ok(client) => {
                Ok(Self { url, client, room: Arc::new(Semaphore::new(UPSTREAM_REQUESTS_MAX)) })
            }
            Err(error) => Err(UpstreamError::Client { url, error }),
        }
    }

    /// Where it is.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// A place among those who ask it, until it is dropped; `None` if there is none.
    pub(super) fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.room.try_acquire().ok()
    }

    /// What asks it.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }
}
