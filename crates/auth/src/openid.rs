//! Who somebody is and what they may do, as an OpenID provider says.
//!
//! People sign in at their company's provider (OpenID Connect Core 1.0, authorization code flow with
//! PKCE), whatever it asks them for, and come back with a code. The code is exchanged for a token
//! that the provider signed, and the token's claims decide on the role: anew at each sign-in, and
//! nobody without one gets in. This module is not for tokens that programs send (`issuers`).
//!
//! - [`attempt`]: one sign-in, from here and back.
//! - [`discovery`]: where a provider's doors are.
//! - [`grant`]: from claims to what somebody may do.

pub mod attempt;
pub mod discovery;
pub mod grant;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use gatelog_event::time::UnixMicros;
use gatelog_meta::{User, Vouched};
use serde_json::Value;

use self::attempt::{Attempt, Returned};
use self::discovery::Document;
pub use self::grant::{Grant, Grants};
use crate::Access;
use crate::authenticator::Authenticator;
use crate::error::AuthError;
use crate::issuers::{FetchKeys, NotAccepted, SKEW_SECONDS, published, verify};
use crate::jwt::{Algorithm, Claims, Expected, JwtError, KeySet, Lifetime, Token};
use crate::kept::Kept;
use crate::session_token::SessionToken;
use crate::sign_in::{Browser, SignedIn};

/// A provider that people may sign in at.
#[derive(Clone, PartialEq, Eq)]
pub struct Provider {
    /// What it is called here; part of the names of those who sign in there.
    pub name: String,
    /// Its address, exactly as its tokens say it in `iss`.
    pub issuer: String,
    /// What this Gatelog is called there.
    pub client_id: String,
    /// The password of this Gatelog there; without one PKCE alone protects the code.
    pub client_secret: Option<String>,
    /// What is asked for, `openid` first.
    pub scopes: Vec<String>,
    /// The one algorithm that counts.
    pub algorithm: Algorithm,
    /// What its people may do.
    pub grants: Grants,
}

/// Sends forms to providers; documents and keys are fetched.
pub trait CallProvider: FetchKeys {
    /// The body of the answer to a form, or why there is none. An answer that refuses is an answer.
    /// Gives up by itself after some seconds.
    fn post<'f>(
        &'f self,
        url: &'f str,
        authorization: Option<&'f str>,
        form: String,
    ) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'f>>;
}

/// All providers that people may sign in at.
#[derive(Debug, Default)]
pub struct Providers {
    known: Vec<Known>,
    client: Option<Arc<dyn CallProvider>>,
}

#[derive(Debug)]
struct Known {
    provider: Provider,
    document: Kept<Document>,
    keys: Kept<KeySet>,
}

/// Somebody whom a provider vouches for, with the access that this gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// Who it is.
    pub vouched: Vouched,
    /// What they may do; nothing if no role is meant for them.
    pub access: Option<Access>,
}

/// Why nobody was signed in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenIdError {
    /// There is no provider of this name.
    #[error("there is no provider `{0}`")]
    UnknownProvider(String),
    /// The provider's document, keys or token endpoint do not answer, or answer what they may not.
    #[error("the provider does not answer: {0}")]
    Unreachable(String),
    /// The provider, or the person there, refused; its own word for why.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// The answer belongs to no sign-in that this browser began, or began lately.
    #[error("this sign-in was not begun in this browser")]
    NotBegunHere,
    /// The provider's token does not hold.
    #[error("the provider's token is not accepted: {0}")]
    Token(JwtError),
    /// The provider's token does not say whom it is for, or was made for another sign-in.
    #[error("the provider's token has no right `{0}`")]
    WrongClaim(&'static str),
}

impl Providers {
    /// Providers, each with a name of its own.
    pub fn new(
        providers: impl IntoIterator<Item = Provider>,
        client: Arc<dyn CallProvider>,
    ) -> Self {
        let known = |provider| Known { provider, document: Kept::default(), keys: Kept::default() };
        Self { known: providers.into_iter().map(known).collect(), client: Some(client) }
    }

    /// What they are called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(|known| known.provider.name.as_str())
    }

    /// The address at the provider `name` to which a browser goes to sign in.
    ///
    /// # Errors
    /// [`OpenIdError::UnknownProvider`] or [`OpenIdError::Unreachable`].
    pub async fn begin(
        &self,
        name: &str,
        attempt: &Attempt,
        redirect_uri: &str,
        now: UnixMicros,
    ) -> Result<String, OpenIdError> {
        let (known, client) = self.find(name)?;
        let document = known.document(client, now).await?;
        Ok(attempt.address(&known.provider, &document.authorization_endpoint, redirect_uri))
    }

    /// Who came back from the provider `name` with what it returned.
    ///
    /// # Errors
    /// [`OpenIdError`].
    pub async fn finish(
        &self,
        name: &str,
        attempt: &Attempt,
        returned: &Returned,
        redirect_uri: &str,
        now: UnixMicros,
    ) -> Result<Proven, OpenIdError> {
        let (known, client) = self.find(name)?;
        let provider = &known.provider;
        let code = attempt.code(provider, returned)?;
        let document = known.document(client, now).await?;
        let request = attempt.exchange(provider, &document, code, redirect_uri);
        let token = client
            .post(&document.token_endpoint, request.authorization.as_deref(), request.form)
            .await
            .map_err(OpenIdError::Unreachable)
            .and_then(|answer| attempt::id_token(&answer))?;
        let claims = known.claims(&token, &document, client, now).await?;
        attempt.check(provider, &claims)?;
        provider.proven(&claims)
    }

    fn find(&self, name: &str) -> Result<(&Known, &dyn CallProvider), OpenIdError> {
        let known = self.known.iter().find(|known| known.provider.name == name);
        known
            .zip(self.client.as_deref())
            .ok_or_else(|| OpenIdError::UnknownProvider(name.to_owned()))
    }
}

impl Known {
    async fn document(
        &self,
        client: &dyn CallProvider,
        now: UnixMicros,
    ) -> Result<Arc<Document>, OpenIdError> {
        let issuer = &self.provider.issuer;
        let url = discovery::address(issuer);
        let published = discovery::published(&url, client);
        let document = self.document.get(&published, now).await;
        let document = document.ok_or_else(|| OpenIdError::Unreachable(url.clone()))?;
        match document.issuer == *issuer {
            true => Ok(document),
            false => Err(OpenIdError::Unreachable(format!(
                "its document is of the issuer {:?}",
                document.issuer
            ))),
        }
    }

    /// What a token says, if the provider signed it for us and it holds now.
    async fn claims(
        &self,
        text: &str,
        document: &Document,
        client: &dyn CallProvider,
        now: UnixMicros,
    ) -> Result<Claims, OpenIdError> {
        let Provider { issuer, client_id, algorithm, .. } = &self.provider;
        let token = Token::parse(text).map_err(OpenIdError::Token)?;
        let published = published(&document.jwks_uri, client);
        verify(&token, *algorithm, &self.keys, &published, now).await.map_err(
            |error| match error {
                NotAccepted::Token(error, _) => OpenIdError::Token(error),
                NotAccepted::KeysUnavailable | NotAccepted::SubjectMissing => {
                    OpenIdError::Unreachable(document.jwks_uri.clone())
                }
            },
        )?;
        let claims = token.claims().map_err(OpenIdError::Token)?;
        let lifetime =
            Lifetime { skew_seconds: SKEW_SECONDS, must_end: true, must_be_issued: true };
        let expected = Expected { issuer: Some(issuer), audience: client_id, lifetime };
        claims.check(expected, now).map_err(OpenIdError::Token)?;
        Ok(claims)
    }
}

impl Provider {
    fn proven(&self, claims: &Claims) -> Result<Proven, OpenIdError> {
        let text = |name| claims.text(name).filter(|text| !text.is_empty());
        let subject = text("sub").ok_or(OpenIdError::WrongClaim("sub"))?;
        let name = text("preferred_username").or_else(|| text("email")).unwrap_or(subject);
        let vouched = Vouched {
            provider: self.name.clone(),
            subject: subject.to_owned(),
            name: name.to_owned(),
        };
        let access = self.grants.access(&Value::Object(claims.members().clone()));
        Ok(Proven { vouched, access })
    }
}

impl Authenticator {
    /// Opens a session for somebody whom a provider vouches for. Whoever has
    /// no role there is turned away: their sessions end, and it is recorded.
    ///
    /// # Errors
    /// [`AuthError::NoRole`], [`AuthError::UserDisabled`], or `meta.db` fails.
    pub fn sign_in_vouched(
        &self,
        Proven { vouched, access }: &Proven,
        browser: impl Into<Browser>,
        now: UnixMicros,
    ) -> Result<(SessionToken, SignedIn), AuthError> {
        let user = self.receive(vouched, access.as_ref(), now);
        let user = user.inspect_err(|error| self.counts.sign_in_refused(error))?;
        self.open_session(user, browser.into(), now)
    }

    fn receive(
        &self,
        vouched: &Vouched,
        access: Option<&Access>,
        now: UnixMicros,
    ) -> Result<User, AuthError> {
        let Some(access) = access else {
            self.meta.turn_away(vouched, now)?;
            return Err(AuthError::NoRole);
        };
        let user = self.meta.welcome(vouched, access, now)?;
        if user.disabled.is_some() {
            self.meta.record_failed_sign_in(&user.name, now)?;
            return Err(AuthError::UserDisabled);
        }
        Ok(user)
    }
}

impl fmt::Debug for Provider {
    /// Without the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut provider = formatter.debug_struct("Provider");
        provider.field("name", &self.name).field("issuer", &self.issuer);
        provider.field("client_id", &self.client_id).finish_non_exhaustive()
    }
}
