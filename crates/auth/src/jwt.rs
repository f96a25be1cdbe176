//! Signed tokens of others: JSON Web Tokens (RFC 7519) in their compact form (RFC 7515).
//!
//! Who accepts them says which keys and which algorithm count; a token never chooses. This module
//! is not for tokens of our own, which are random texts.
//!
//! - [`token`]: the parts of a token.
//! - [`keys`]: public keys (RFC 7517), and whether one of them made a signature.
//! - [`claims`]: whether what a token says holds here and now.

pub mod claims;
pub mod keys;
pub mod token;

pub use claims::{Claims, Expected, Lifetime};
pub use keys::{InvalidKeys, KeySet};
pub use token::Token;

use std::fmt;
use std::str::FromStr;

/// How a token is signed: the algorithms that Logto and Authgear sign with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
}

/// A name that is none of [`Algorithm`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown algorithm `{0}` (known: RS256, PS256, ES256, ES384, ES512)")]
pub struct UnknownAlgorithm(pub String);

/// Why a token is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// It has not three parts, or its header is not one.
    #[error("this is not a JSON Web Token")]
    Malformed,
    /// Its header names an algorithm that is not known here, or demands an extension.
    #[error("the token's header asks for something that is not supported")]
    NotSupported,
    /// No key has its id and fits its algorithm.
    #[error("no key of the issuer fits the token's header")]
    NoMatchingKey,
    /// It names no key, and several could be meant.
    #[error("the token names no key, and the issuer has several")]
    SeveralMatchingKeys,
    /// None of the keys that count made its signature.
    #[error("the token's signature is wrong")]
    WrongSignature,
    /// What it says is not a JSON object.
    #[error("the token's claims are not a JSON object")]
    MalformedClaims,
    /// One of its claims does not hold here.
    #[error("the token's claim `{claim}` {problem}")]
    Claim {
        /// The claim's name.
        claim: &'static str,
        /// What is wrong with it.
        problem: ClaimProblem,
    },
    /// It has expired.
    #[error("the token has expired")]
    Expired,
}

/// What is wrong with a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimProblem {
    /// It is not there.
    Missing,
    /// It is of another type.
    Invalid,
    /// It has another value, or means another time.
    Different,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Rs256, Self::Ps256, Self::Es256, Self::Es384, Self::Es512];

    /// Its name in a token's header (RFC 7518).
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
        }
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|algorithm| algorithm.name() == name);
        found.ok_or_else(|| UnknownAlgorithm(name.to_owned()))
    }
}

impl fmt::Display for ClaimProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Missing => "is missing",
            Self::Invalid => "is of the wrong type",
            Self::Different => "does not hold here",
        })
    }
}
