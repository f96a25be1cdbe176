//! Others whose signed tokens are accepted, and their keys as they publish them.
//!
//! Keys are fetched when the first token comes, kept, and fetched again when a token names one that
//! is not there: an issuer may have made a new one (`kept`).

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use gatelog_event::time::UnixMicros;
use gatelog_meta::TenantName;

use crate::jwt::{Algorithm, ClaimProblem, Claims, Expected, JwtError, KeySet, Lifetime, Token};
use crate::kept::{Kept, Published};
use crate::principal::Principal;
use crate::{Access, TenantScope};

/// So far may the clocks of an issuer and this server differ, in seconds.
pub(crate) const SKEW_SECONDS: u32 = 60;

/// Somebody whose tokens are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// What its tokens say in `iss`, exactly.
    pub name: String,
    /// Whose events holders of its tokens may read.
    pub tenant: TenantName,
    /// What its tokens have to say in `aud`.
    pub audience: String,
    /// The one algorithm that counts.
    pub algorithm: Algorithm,
    /// Where it publishes its keys.
    pub keys_url: String,
}

/// Fetches the text at an address.
pub trait FetchKeys: fmt::Debug + Send + Sync {
    /// The JWKS at `url`, or why it cannot be had. Gives up by itself after some seconds.
    fn fetch<'f>(
        &'f self,
        url: &'f str,
    ) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'f>>;
}

/// All issuers whose tokens are accepted.
#[derive(Debug)]
pub struct Issuers {
    by_name: HashMap<String, Trusted>,
    keys: Arc<dyn FetchKeys>,
}

/// Somebody with a token of an issuer.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// Who it is.
    pub principal: Principal,
    /// What the token says.
    pub claims: Claims,
}

/// Why a token of somebody else is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAccepted {
    /// There is something wrong with it. What it says is told if that is what is wrong.
    Token(JwtError, Option<Claims>),
    /// It does not say whom it is for; the rest holds.
    SubjectMissing,
    /// Its issuer's keys cannot be had at this moment. It was logged.
    KeysUnavailable,
}

#[derive(Debug)]
struct Trusted {
    issuer: Issuer,
    keys: Kept<KeySet>,
}

impl Issuers {
    /// Issuers, each with a name of its own.
    ///
    /// # Errors
    /// The name that two of them have.
    pub fn new(
        issuers: impl IntoIterator<Item = Issuer>,
        keys: Arc<dyn FetchKeys>,
    ) -> Result<Self, String> {
        let mut by_name = HashMap::new();
        for issuer in issuers {
            let name = issuer.name.clone();
            let trusted = Trusted { issuer, keys: Kept::default() };
            if by_name.insert(name.clone(), trusted).is_some() {
                return Err(name);
            }
        }
        Ok(Self { by_name, keys })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// Who sent this token, if its issuer signed it and it holds here and now. The keys of another
    /// issuer never count for it.
    ///
    /// # Errors
    /// [`NotAccepted`].
    pub async fn accept(&self, text: &str, now: UnixMicros) -> Result<Accepted, NotAccepted> {
        let refused = |error| NotAccepted::Token(error, None);
        let token = Token::parse(text).map_err(refused)?;
        let claims = token.claims().map_err(refused)?;
        let trusted = claims.text("iss").and_then(|name| self.by_name.get(name));
        let Some(trusted) = trusted else {
            let is_missing = claims.get("iss").is_none();
            let problem = if is_missing { ClaimProblem::Missing } else { ClaimProblem::Different };
            let error = JwtError::Claim { claim: "iss", problem };
            return Err(NotAccepted::Token(error, Some(claims)));
        };
        trusted.verify(&token, &*self.keys, now).await?;
        let Issuer { name, tenant, audience, .. } = &trusted.issuer;
        let lifetime =
            Lifetime { skew_seconds: SKEW_SECONDS, must_end: true, must_be_issued: false };
        let expected = Expected { issuer: Some(name), audience, lifetime };
        if let Err(error) = claims.check(expected, now) {
            return Err(NotAccepted::Token(error, Some(claims)));
        }
        let subject = claims.text("sub").filter(|subject| !subject.is_empty());
        let subject = subject.ok_or(NotAccepted::SubjectMissing)?;
        let principal = Principal::of_token(subject, name, tenant.clone());
        Ok(Accepted { principal, claims })
    }
}

impl Principal {
    /// Whoever another system vouches for: `token:SUBJECT@ISSUER`, who may read.
    pub fn of_token(subject: &str, issuer: &str, tenant: TenantName) -> Self {
        let access = Access::Tenant { tenant, scope: TenantScope::Read, source: None };
        Self { id: format!("token:{subject}@{issuer}").into(), name: subject.into(), access }
    }
}

impl Trusted {
    async fn verify(
        &self,
        token: &Token<'_>,
        source: &dyn FetchKeys,
        now: UnixMicros,
    ) -> Result<(), NotAccepted> {
        let Issuer { algorithm, keys_url, .. } = &self.issuer;
        verify(token, *algorithm, &self.keys, &published(keys_url, source), now).await
    }
}

/// The keys that an issuer publishes at `url`.
pub(crate) fn published<'p>(url: &'p str, source: &'p dyn FetchKeys) -> Published<'p, KeySet> {
    let read = |text: &str| KeySet::parse(text).map_err(|error| error.to_string());
    Published { url, source, read }
}

/// Whether one of an issuer's keys signed a token. They are fetched again when it names one that is
/// not there.
pub(crate) async fn verify(
    token: &Token<'_>,
    algorithm: Algorithm,
    keys: &Kept<KeySet>,
    published: &Published<'_, KeySet>,
    now: UnixMicros,
) -> Result<(), NotAccepted> {
    let known = keys.get(published, now).await.ok_or(NotAccepted::KeysUnavailable)?;
    let mut verified = token.verify(&known, algorithm);
    if verified == Err(JwtError::NoMatchingKey) && keys.may_be_newer(now) {
        let newer = keys.newer(published, now).await.ok_or(NotAccepted::KeysUnavailable)?;
        verified = token.verify(&newer, algorithm);
    }
    verified.map_err(|error| NotAccepted::Token(error, None))
}
