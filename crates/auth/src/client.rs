//! Client id and secret to access token, and access token to who sent it (RFC 6749, section 4.4).
//!
//! A client belongs to a tenant and to the product it was written for; it may read, and nothing
//! else. Its id looks like `client_3f9a2c6d01b7e845`, its secret is 64 hexadecimal digits, and a
//! token is `gla_` and 64 more.

use std::fmt;

use gatelog_event::time::UnixMicros;
use gatelog_meta::{AccessToken, Client, ClientDialect, NewClient, TenantName};

use crate::authenticator::Authenticator;
use crate::error::AuthError;
use crate::principal::Principal;
use crate::secret::{hexadecimal, is_hash_of, is_hexadecimal, sha256};
use crate::{Access, TenantScope};

/// Random bytes in a client's id: enough that no two clients of an installation are alike.
pub const CLIENT_ID_BYTES: usize = 8;
/// Random bytes in a client's secret.
pub const CLIENT_SECRET_BYTES: usize = 32;
/// Random bytes in an access token.
pub const ACCESS_TOKEN_BYTES: usize = 32;
/// For so long an access token counts.
pub const ACCESS_TOKEN_SECONDS: u32 = 3_600;

/// Tokens of one client that count at once: one every four seconds.
const TOKENS_MAX: u32 = 900;

const TOKEN_START: &str = "gla_";

/// A client's id with its secret.
#[derive(Clone)]
pub struct ClientSecret {
    id: String,
    secret: String,
}

/// What a program sends to get a token.
#[derive(Clone, Copy, Debug)]
pub struct TokenRequest<'r> {
    /// The product at whose endpoint it asks.
    pub dialect: ClientDialect,
    /// The client it says it is.
    pub client: &'r str,
    /// The client's secret.
    pub secret: &'r str,
    /// What it is granted, words between spaces.
    pub scope: &'r str,
}

/// Somebody with an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// Who it is.
    pub principal: Principal,
    /// What was granted, words between spaces.
    pub scope: String,
}

impl Authenticator {
    /// A token for a client that shows its secret. `token` must be random. Blocks.
    ///
    /// # Errors
    ///
    /// [`AuthError::UnknownClient`], [`AuthError::WrongSecret`]; [`AuthError::TooManyAttempts`]
    /// after 10 failures within 15 minutes; [`AuthError::TooManyTokens`]; or `meta.db` fails.
    pub fn issue_token(
        &self,
        request: TokenRequest<'_>,
        token: [u8; ACCESS_TOKEN_BYTES],
        now: UnixMicros,
    ) -> Result<String, AuthError> {
        let client = self.client_by_secret(request, now);
        self.counts.key(&client);
        let token = format!("{TOKEN_START}{}", hexadecimal(&token));
        let stored = AccessToken {
            token_sha256: sha256(&token),
            client: client?.id,
            scope: request.scope.to_owned(),
            expires: now.saturating_add(i64::from(ACCESS_TOKEN_SECONDS) * 1_000_000),
        };
        match self.meta.create_access_token(&stored, TOKENS_MAX, now)? {
            true => Ok(token),
            false => Err(AuthError::TooManyTokens),
        }
    }

    /// Whether a text has the shape of an access token.
    pub fn is_access_token(text: &str) -> bool {
        let digits = text.strip_prefix(TOKEN_START);
        digits.is_some_and(|digits| is_hexadecimal(digits, ACCESS_TOKEN_BYTES))
    }

    /// Who got this access token to read through `dialect`. Looks it up each time, so that a client
    /// that was revoked is refused at once. Blocks for some ten microseconds.
    ///
    /// # Errors
    ///
    /// [`AuthError::UnknownToken`], or `meta.db` fails.
    pub fn access_token(
        &self,
        token: &str,
        dialect: ClientDialect,
        now: UnixMicros,
    ) -> Result<Granted, AuthError> {
        let found = self.meta.client_by_token(&sha256(token), now)?;
        let found = found.filter(|(client, _)| client.dialect == dialect);
        let found = found.ok_or(AuthError::UnknownToken);
        self.counts.key(&found);
        let (client, scope) = found?;
        // A full disk must not keep anybody from reading: the time of last use is for people.
        let _ = self.meta.touch_client(&client, now);
        Ok(Granted { principal: client.into(), scope })
    }

    fn client_by_secret(
        &self,
        request: TokenRequest<'_>,
        now: UnixMicros,
    ) -> Result<Client, AuthError> {
        self.client_attempts.begin(request.client, now)?;
        let client = self.meta.client(request.client)?;
        let usable =
            |client: &Client| client.dialect == request.dialect && client.revoked.is_none();
        let client = client.filter(usable).ok_or(AuthError::UnknownClient)?;
        if !is_hash_of(&client.secret_sha256, request.secret) {
            return Err(AuthError::WrongSecret);
        }
        self.client_attempts.succeeded(request.client);
        Ok(client)
    }
}

impl ClientSecret {
    /// A new client from bytes that must be random.
    pub fn mint(id: [u8; CLIENT_ID_BYTES], secret: [u8; CLIENT_SECRET_BYTES]) -> Self {
        Self { id: format!("client_{}", hexadecimal(&id)), secret: hexadecimal(&secret) }
    }

    /// The public id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The secret as its holder needs it. To be shown once and never logged.
    pub fn reveal(&self) -> &str {
        &self.secret
    }

    /// What is stored of this client, for [`gatelog_meta::Meta::create_client`].
    pub fn to_stored(
        &self,
        dialect: ClientDialect,
        tenant: TenantName,
        label: String,
    ) -> NewClient {
        let (id, secret_sha256) = (self.id.clone(), sha256(&self.secret));
        NewClient { id, dialect, tenant, label, secret_sha256 }
    }
}

impl fmt::Debug for ClientSecret {
    /// Without the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ClientSecret").field("id", &self.id).finish_non_exhaustive()
    }
}

impl From<Client> for Principal {
    fn from(client: Client) -> Self {
        let Client { id, tenant, label, .. } = client;
        let access = Access::Tenant { tenant, scope: TenantScope::Read, source: None };
        Self { id: id.into(), name: label.into(), access }
    }
}
