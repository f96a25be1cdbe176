//! Who may send: signed bodies, and tokens in a header.

use hmac::{Hmac, KeyInit, Mac};
use http::HeaderName;
use http::header::AUTHORIZATION;
use serde::Deserialize;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::{Refusal, Request};
use crate::hexadecimal::from_hexadecimal;
use crate::secret::{Secret, SecretRef};

/// Bytes of an HMAC-SHA256.
const SIGNATURE_BYTES: usize = 32;

/// Keys that bodies are signed with: HMAC-SHA256 (RFC 2104) over the bytes of the body, in
/// hexadecimal digits in a header.
#[derive(Clone, Debug)]
pub struct SignedBody {
    header: HeaderName,
    prefix: String,
    keys: Vec<Secret>,
}

/// Tokens of which one must stand in a header, alone or after `Bearer`.
#[derive(Clone, Debug)]
pub struct HeaderToken {
    header: HeaderName,
    tokens: Vec<Secret>,
}

/// How a sender shows that it is one, where no product decides it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum CredentialSettings {
    /// By a token.
    Token {
        /// What stands in the header, alone or after `Bearer`; any of them counts.
        tokens: Vec<SecretRef>,
        /// In which header; `authorization` if it is not said.
        #[serde(default = "authorization")]
        header: String,
    },
    /// By an HMAC-SHA256 of the body in hexadecimal digits.
    Signature {
        /// Any of them counts.
        signing_keys: Vec<SecretRef>,
        /// In which header.
        header: String,
        /// What stands before the digits, such as `sha256=`.
        #[serde(default)]
        prefix: String,
    },
}

fn authorization() -> String {
    AUTHORIZATION.as_str().to_owned()
}

/// How a sender shows that it is one.
#[derive(Clone, Debug)]
pub enum Credential {
    /// By what it signs.
    SignedBody(SignedBody),
    /// By what it knows.
    HeaderToken(HeaderToken),
}

/// A source without a secret, or with an empty one, which anybody could send for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a source that is sent to needs at least one secret, and none may be empty")]
pub struct NoSecret;

/// Settings of which no credential can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnusableCredential {
    /// No secret.
    #[error(transparent)]
    NoSecret(#[from] NoSecret),
    /// No header has such a name.
    #[error("`{0}` cannot be the name of a header")]
    Header(String),
}

impl SignedBody {
    /// Signatures in `header`, behind `prefix` (such as `sha256=`; may be empty).
    ///
    /// # Errors
    /// [`NoSecret`].
    pub fn new(
        header: HeaderName,
        prefix: impl Into<String>,
        keys: Vec<Secret>,
    ) -> Result<Self, NoSecret> {
        Ok(Self { header, prefix: prefix.into(), keys: checked(keys)? })
    }

    /// Whether one of the keys signed the body.
    ///
    /// # Errors
    /// 401, which says whether there is no signature, none of its form, or a wrong one.
    pub fn check(&self, request: &Request<'_>) -> Result<(), Refusal> {
        let header = &self.header;
        let Some(value) = request.headers.get(header) else {
            return Err(Refusal::unauthorized(format!(
                "the header `{header}` with the body's signature is missing; set the signing key \
                 where this is sent from"
            )));
        };
        let digits = value.as_bytes().strip_prefix(self.prefix.as_bytes());
        let Some(signature) = digits.and_then(from_hexadecimal::<SIGNATURE_BYTES>) else {
            return Err(Refusal::unauthorized(format!(
                "`{header}` is not a signature: it must be `{}` and {} hexadecimal digits",
                self.prefix,
                2 * SIGNATURE_BYTES
            )));
        };
        if self.keys.iter().any(|key| is_signed(key, request.body, &signature)) {
            return Ok(());
        }
        Err(Refusal::unauthorized(format!(
            "`{header}` is not the signature of this body by any key that is known here; compare \
             the signing key, and let nothing between change the body"
        )))
    }
}

impl HeaderToken {
    /// Tokens in `header`.
    ///
    /// # Errors
    /// [`NoSecret`].
    pub fn new(header: HeaderName, tokens: Vec<Secret>) -> Result<Self, NoSecret> {
        Ok(Self { header, tokens: checked(tokens)? })
    }

    /// Tokens in `Authorization`.
    ///
    /// # Errors
    /// [`NoSecret`].
    pub fn authorization(tokens: Vec<Secret>) -> Result<Self, NoSecret> {
        Self::new(AUTHORIZATION, tokens)
    }

    /// Whether one of the tokens came.
    ///
    /// # Errors
    /// 401.
    pub fn check(&self, request: &Request<'_>) -> Result<(), Refusal> {
        let header = &self.header;
        let Some(value) = request.headers.get(header) else {
            return Err(Refusal::unauthorized(format!(
                "the header `{header}` with the token of this source is missing"
            )));
        };
        let given = value.as_bytes();
        let (scheme, token) = given.split_at_checked(b"Bearer ".len()).unwrap_or_default();
        let bare = scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii_start());
        let is_known = |token: &Secret| {
            let token = token.expose().as_bytes();
            bool::from(token.ct_eq(given)) || bare.is_some_and(|bare| token.ct_eq(bare).into())
        };
        if self.tokens.iter().any(is_known) {
            return Ok(());
        }
        Err(Refusal::unauthorized(format!("`{header}` is not a token of this source")))
    }
}

impl CredentialSettings {
    /// Where its secrets are, to be opened for [`Credential::new`].
    pub fn secrets(&self) -> &[SecretRef] {
        match self {
            Self::Token { tokens, .. } => tokens,
            Self::Signature { signing_keys, .. } => signing_keys,
        }
    }
}

impl Credential {
    /// With the secrets of [`CredentialSettings::secrets`].
    ///
    /// # Errors
    /// [`UnusableCredential`].
    pub fn new(
        settings: &CredentialSettings,
        secrets: Vec<Secret>,
    ) -> Result<Self, UnusableCredential> {
        let name = |text: &str| {
            text.parse::<HeaderName>().map_err(|_| UnusableCredential::Header(text.to_owned()))
        };
        Ok(match settings {
            CredentialSettings::Token { header, .. } => {
                Self::HeaderToken(HeaderToken::new(name(header)?, secrets)?)
            }
            CredentialSettings::Signature { header, prefix, .. } => {
                Self::SignedBody(SignedBody::new(name(header)?, prefix.as_str(), secrets)?)
            }
        })
    }

    /// Whether the request is from whom it says.
    ///
    /// # Errors
    /// 401.
    pub fn check(&self, request: &Request<'_>) -> Result<(), Refusal> {
        match self {
            Self::SignedBody(signed) => signed.check(request),
            Self::HeaderToken(token) => token.check(request),
        }
    }
}

fn checked(secrets: Vec<Secret>) -> Result<Vec<Secret>, NoSecret> {
    let is_usable = !secrets.is_empty() && secrets.iter().all(|secret| !secret.expose().is_empty());
    is_usable.then_some(secrets).ok_or(NoSecret)
}

fn is_signed(key: &Secret, body: &[u8], signature: &[u8]) -> bool {
    // HMAC takes keys of any length.
    Hmac::<Sha256>::new_from_slice(key.expose().as_bytes())
        .is_ok_and(|mac| mac.chain_update(body).verify_slice(signature).is_ok())
}
