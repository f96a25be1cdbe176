//! Whether what a token says holds here and now.

use gatelog_event::time::UnixMicros;
use serde_json::{Map, Value};

use super::{ClaimProblem, JwtError};

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims(Map<String, Value>);

/// What a token has to say to be accepted.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'e> {
    /// Its issuer, exactly; `None` if it need not name one.
    pub issuer: Option<&'e str>,
    /// Whom it is for: one of its audiences.
    pub audience: &'e str,
    /// How it is bounded in time.
    pub lifetime: Lifetime,
}

/// How tokens are bounded in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// So far may the clocks of issuer and server differ.
    pub skew_seconds: u32,
    /// Whether a token that says no end is refused.
    pub must_end: bool,
    /// Whether a token that was issued later than now is refused.
    pub must_be_issued: bool,
}

impl Claims {
    pub(super) fn new(claims: Map<String, Value>) -> Self {
        Self(claims)
    }

    /// A claim's value.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A claim's value, if it is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// All of them.
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Checks issuer, audience and times, in this order.
    ///
    /// # Errors
    /// [`JwtError::Claim`] or [`JwtError::Expired`].
    pub fn check(&self, expected: Expected<'_>, now: UnixMicros) -> Result<(), JwtError> {
        let claim = |claim, problem| Err(JwtError::Claim { claim, problem });
        if expected.issuer.is_some() && self.get("iss").is_none() {
            return claim("iss", ClaimProblem::Missing);
        }
        if self.get("aud").is_none() {
            return claim("aud", ClaimProblem::Missing);
        }
        if expected.issuer.is_some_and(|issuer| self.text("iss") != Some(issuer)) {
            return claim("iss", ClaimProblem::Different);
        }
        if !self.is_for(expected.audience) {
            return claim("aud", ClaimProblem::Different);
        }
        self.check_times(expected.lifetime, now)
    }

    fn is_for(&self, audience: &str) -> bool {
        match self.get("aud") {
            Some(Value::Array(audiences)) => audiences.iter().any(|one| one == audience),
            Some(one) => one == audience,
            None => false,
        }
    }

    fn check_times(&self, lifetime: Lifetime, now: UnixMicros) -> Result<(), JwtError> {
        let now_seconds = now.seconds_floor();
        let skew_seconds = i64::from(lifetime.skew_seconds);
        let begins = if lifetime.must_be_issued { &["nbf", "iat"][..] } else { &["nbf"] };
        for claim in begins {
            if self.seconds(claim)?.is_some_and(|from| from > now_seconds + skew_seconds) {
                return Err(JwtError::Claim { claim, problem: ClaimProblem::Different });
            }
        }
        match self.seconds("exp")? {
            None if lifetime.must_end => {
                Err(JwtError::Claim { claim: "exp", problem: ClaimProblem::Missing })
            }
            Some(end) if end <= now_seconds - skew_seconds => Err(JwtError::Expired),
            _ => Ok(()),
        }
    }

    /// A time in whole seconds since 1970; RFC 7519 allows fractions, which are cut off.
    fn seconds(&self, claim: &'static str) -> Result<Option<i64>, JwtError> {
        let Some(value) = self.get(claim) else { return Ok(None) };
        let invalid = JwtError::Claim { claim, problem: ClaimProblem::Invalid };
        let Some(seconds) = value.as_f64() else { return Err(invalid) };
        #[expect(clippy::cast_possible_truncation, reason = "a time out of range is clamped")]
        let seconds = seconds.floor() as i64;
        Ok(Some(seconds))
    }
}
