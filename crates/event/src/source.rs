//! The systems events come from, and the formats their records are written in.

use std::fmt;
use std::str::FromStr;

/// The kind of system an event came from. The numbers are written to disk and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Source {
    /// Gatelog's own audit: what was read and changed here. Cannot be sent from outside.
    Gatelog = 0,
    /// A login of the user's own making, in our own event form.
    Native = 1,
    /// Logto.
    Logto = 2,
    /// Authgear.
    Authgear = 3,
    /// PlusAuth.
    PlusAuth = 4,
    /// Auth0.
    Auth0 = 5,
    /// Okta.
    Okta = 6,
    /// Keycloak.
    Keycloak = 7,
}

impl Source {
    /// All sources, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::Gatelog,
        Self::Native,
        Self::Logto,
        Self::Authgear,
        Self::PlusAuth,
        Self::Auth0,
        Self::Okta,
        Self::Keycloak,
    ];

    /// The name used in the API, in queries and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gatelog => "gatelog",
            Self::Native => "native",
            Self::Logto => "logto",
            Self::Authgear => "authgear",
            Self::PlusAuth => "plusauth",
            Self::Auth0 => "auth0",
            Self::Okta => "okta",
            Self::Keycloak => "keycloak",
        }
    }

    /// The number written to disk.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The source with this number, if there is one.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A source name that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown source `{0}` (known: native, logto, authgear, plusauth, auth0, okta, keycloak)")]
pub struct UnknownSource(pub String);

impl FromStr for Source {
    type Err = UnknownSource;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|source| source.name() == name)
            .ok_or_else(|| UnknownSource(name.to_owned()))
    }
}

/// How a record is written: which module of [`crate::mapping`] reads it.
///
/// Not the same as the source: an event of any source can be sent in our native form.
/// The numbers are written to disk and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Format {
    /// Our own event form (DESIGN section 3).
    Native = 1,
    /// A row of Logto's `logs` table as its API returns it.
    Logto = 2,
    /// An event of Authgear's audit log, alone or in the row or node that holds it.
    Authgear = 3,
    /// An entry of PlusAuth's log as its API returns it.
    PlusAuth = 4,
}

impl Format {
    /// All formats that can be read.
    pub const ALL: [Self; 4] = [Self::Native, Self::Logto, Self::Authgear, Self::PlusAuth];

    /// The name used in the API and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Logto => "logto",
            Self::Authgear => "authgear",
            Self::PlusAuth => "plusauth",
        }
    }

    /// The number written to disk.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The format with this number, if there is one.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.code() == code)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A format name that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown format `{0}` (known: native, logto, authgear, plusauth)")]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}
