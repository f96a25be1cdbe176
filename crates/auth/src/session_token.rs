//! The secret a signed-in browser sends.

use std::fmt;

use crate::secret::hexadecimal;

/// Random bytes in a session token.
pub const SESSION_TOKEN_BYTES: usize = 32;

/// The token of a new session: 64 hexadecimal digits, safe in a cookie.
#[derive(Clone)]
pub struct SessionToken(String);

impl SessionToken {
    /// A new token from bytes that must be random.
    pub fn mint(random: [u8; SESSION_TOKEN_BYTES]) -> Self {
        Self(hexadecimal(&random))
    }

    /// The text for the cookie. Never to be logged.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionToken {
    /// Without the token.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionToken(..)")
    }
}
