//! One sign-in, from here to the provider and back.
//!
//! A browser that leaves holds a random secret in a cookie, and the server keeps nothing: `state`,
//! `nonce` and the PKCE verifier all follow from that secret. So an answer counts only in the browser
//! that began, and nobody can fill the server's memory by beginning.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::discovery::Document;
use super::{OpenIdError, Provider};
use crate::jwt::Claims;
use crate::secret::{hexadecimal, is_hexadecimal, sha256};
use crate::session_token::{SESSION_TOKEN_BYTES, SessionToken};

/// The longest word of a provider that is shown, in characters.
const REASON_CHARACTERS_MAX: usize = 200;

/// A sign-in that a browser began.
pub struct Attempt {
    secret: String,
}

/// What a provider sends a browser back with.
#[derive(Clone, Debug, Default)]
pub struct Returned {
    /// What is to be exchanged for a token.
    pub code: Option<String>,
    /// What was sent there.
    pub state: Option<String>,
    /// Why it refused.
    pub error: Option<String>,
    /// Who it is, if it says so (RFC 9207).
    pub issuer: Option<String>,
}

/// What is sent to exchange a code.
pub(super) struct Request {
    pub(super) authorization: Option<String>,
    pub(super) form: String,
}

/// A token endpoint's answer (RFC 6749, sections 5.1 and 5.2).
#[derive(Deserialize)]
struct Answer {
    id_token: Option<String>,
    error: Option<String>,
}

impl Attempt {
    /// A new one from bytes that must be random.
    pub fn mint(random: [u8; SESSION_TOKEN_BYTES]) -> Self {
        Self { secret: SessionToken::mint(random).reveal().to_owned() }
    }

    /// The one whose secret a browser holds.
    pub fn of_secret(secret: &str) -> Option<Self> {
        let secret = Some(secret).filter(|text| is_hexadecimal(text, SESSION_TOKEN_BYTES))?;
        Some(Self { secret: secret.to_owned() })
    }

    /// The secret for the browser's cookie. Never to be logged.
    pub fn reveal(&self) -> &str {
        &self.secret
    }

    /// Where the browser goes.
    pub(super) fn address(&self, to: &Provider, endpoint: &str, redirect_uri: &str) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(self.word("verifier", to)));
        let parameters = encoded([
            ("response_type", "code"),
            ("client_id", &to.client_id),
            ("redirect_uri", redirect_uri),
            ("scope", &to.scopes.join(" ")),
            ("state", &self.word("state", to)),
            ("nonce", &self.word("nonce", to)),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let separator = if endpoint.contains('?') { '&' } else { '?' };
        format!("{endpoint}{separator}{parameters}")
    }

    /// The code that came back, if this browser was sent for it.
    pub(super) fn code<'r>(
        &self,
        provider: &Provider,
        returned: &'r Returned,
    ) -> Result<&'r str, OpenIdError> {
        let state = returned.state.as_deref().unwrap_or_default();
        let is_ours: bool = self.word("state", provider).as_bytes().ct_eq(state.as_bytes()).into();
        let is_theirs = returned.issuer.as_ref().is_none_or(|issuer| *issuer == provider.issuer);
        if !is_ours || !is_theirs {
            return Err(OpenIdError::NotBegunHere);
        }
        if let Some(error) = &returned.error {
            return Err(refused(error));
        }
        returned.code.as_deref().ok_or(OpenIdError::NotBegunHere)
    }

    /// What is sent to the token endpoint. The secret goes where the provider takes it, which is the
    /// header unless its document says otherwise.
    pub(super) fn exchange(
        &self,
        provider: &Provider,
        document: &Document,
        code: &str,
        redirect_uri: &str,
    ) -> Request {
        let verifier = self.word("verifier", provider);
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", &*verifier),
        ];
        let mut authorization = None;
        match &provider.client_secret {
            Some(secret) if document.takes_secret_in_header() => {
                // RFC 6749, section 2.3.1: encoded as in a form first.
                let part = |text: &str| {
                    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>()
                };
                let pair = format!("{}:{}", part(&provider.client_id), part(secret));
                authorization = Some(format!("Basic {}", STANDARD.encode(pair)));
            }
            Some(secret) => {
                fields.push(("client_id", &provider.client_id));
                fields.push(("client_secret", secret));
            }
            None => fields.push(("client_id", &provider.client_id)),
        }
        Request { authorization, form: encoded(fields) }
    }

    /// Whether a token was made for this sign-in, and for nobody else (OpenID Connect Core 1.0,
    /// section 3.1.3.7).
    pub(super) fn check(&self, provider: &Provider, claims: &Claims) -> Result<(), OpenIdError> {
        if claims.text("nonce") != Some(&self.word("nonce", provider)) {
            return Err(OpenIdError::WrongClaim("nonce"));
        }
        if claims.get("azp").is_some_and(|party| *party != *provider.client_id) {
            return Err(OpenIdError::WrongClaim("azp"));
        }
        Ok(())
    }

    /// A word that follows from the secret, another one for each purpose and provider.
    fn word(&self, purpose: &str, provider: &Provider) -> String {
        hexadecimal(&sha256(&format!("{purpose} {} {}", self.secret, provider.name)))
    }
}

impl fmt::Debug for Attempt {
    /// Without the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Attempt(..)")
    }
}

/// The token in a token endpoint's answer.
pub(super) fn id_token(answer: &str) -> Result<String, OpenIdError> {
    let malformed = |error: serde_json::Error| {
        OpenIdError::Unreachable(format!("its answer is no JSON: {error}"))
    };
    match serde_json::from_str(answer).map_err(malformed)? {
        Answer { error: Some(error), .. } => Err(refused(&error)),
        Answer { id_token: Some(token), .. } => Ok(token),
        Answer { .. } => Err(OpenIdError::Unreachable("its answer has no id_token".to_owned())),
    }
}

fn refused(reason: &str) -> OpenIdError {
    OpenIdError::Refused(reason.chars().take(REASON_CHARACTERS_MAX).collect())
}

fn encoded<'f>(fields: impl IntoIterator<Item = (&'f str, &'f str)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
