//! The name of one customer's log.

use std::fmt;
use std::str::FromStr;

/// A tenant's name: `[a-z0-9][a-z0-9-]{0,62}`. It is also a folder's name and part of addresses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantName(Box<str>);

/// A text that cannot name a tenant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` cannot name a tenant: use 1 to 63 lower-case letters, digits and hyphens, \
     not beginning with a hyphen"
)]
pub struct InvalidTenantName(pub String);

impl TenantName {
    /// The tenant every new data directory has.
    pub fn default_tenant() -> Self {
        Self("default".into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TenantName {
    type Err = InvalidTenantName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let in_alphabet = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        let valid = (1..=63).contains(&text.len())
            && text.bytes().all(in_alphabet)
            && !text.starts_with('-');
        if valid { Ok(Self(text.into())) } else { Err(InvalidTenantName(text.to_owned())) }
    }
}

impl fmt::Display for TenantName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_safe_as_folders() {
        let longest = "a".repeat(63);
        for good in ["default", "0", "a-b", &longest] {
            assert!(good.parse::<TenantName>().is_ok(), "{good}");
        }
        let too_long = "a".repeat(64);
        for bad in ["", "-a", "A", "a.b", "../x", "a b", "é", &too_long] {
            assert!(bad.parse::<TenantName>().is_err(), "{bad}");
        }
    }
}
