//! What the browser says it was asked, and by which page (section 5.8.1). The device signs its hash.

use serde::Deserialize;
use serde_json::Value;
use subtle::ConstantTimeEq;

use super::{Challenge, PasskeyError, RelyingParty};

const PART: &str = "client data";

/// What a page asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// A new key.
    Create,
    /// The use of one.
    Get,
}

/// The members that are looked at; browsers add others.
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    asked: String,
    challenge: String,
    origin: String,
    #[serde(default, rename = "crossOrigin")]
    cross_origin: bool,
    /// The page around ours, if there is one.
    #[serde(rename = "topOrigin")]
    top_origin: Option<Value>,
}

/// Checks that our own page asked for this, with this challenge.
pub(super) fn check(
    json: &[u8],
    asked: Asked,
    party: &RelyingParty,
    challenge: Challenge,
) -> Result<(), PasskeyError> {
    let data: ClientData =
        serde_json::from_slice(json).map_err(|_| PasskeyError::Malformed(PART))?;
    let expected = match asked {
        Asked::Create => "webauthn.create",
        Asked::Get => "webauthn.get",
    };
    if data.asked != expected {
        return Err(PasskeyError::WrongType);
    }
    if !bool::from(data.challenge.as_bytes().ct_eq(challenge.to_text().as_bytes())) {
        return Err(PasskeyError::WrongChallenge);
    }
    if data.origin != party.origin() {
        return Err(PasskeyError::WrongOrigin);
    }
    if data.cross_origin || data.top_origin.is_some() {
        return Err(PasskeyError::CrossOrigin);
    }
    Ok(())
}
