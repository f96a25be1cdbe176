//! Passwords and keys in the settings of sources.
//!
//! Settings never hold a secret in clear text: they say in which file it is, or hold it sealed
//! under the key of this installation, which is in a file outside the data directory.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Deserializer};

const FILE: &str = "file:";
const SEALED: &str = "sealed:";

/// Where a secret is: `file:/run/secrets/logto`, or `sealed:` and what `gatelog source seal` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretRef {
    /// The first line of a file. Only in the configuration file: whoever administers a tenant in
    /// the console must not read files of the machine.
    File(PathBuf),
    /// Encrypted.
    Sealed(Vec<u8>),
}

/// A secret that was read. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// A text that does not say where a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a secret does not belong there in clear text; write `file:` and the path of a file that holds \
     it, or what `gatelog source seal` prints"
)]
pub struct NoSecretRef;

impl Secret {
    /// A secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// In clear text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

impl FromStr for SecretRef {
    type Err = NoSecretRef;

    fn from_str(text: &str) -> Result<Self, NoSecretRef> {
        if let Some(path) = text.strip_prefix(FILE).filter(|path| !path.is_empty()) {
            return Ok(Self::File(PathBuf::from(path)));
        }
        let sealed = text.strip_prefix(SEALED).and_then(|text| STANDARD_NO_PAD.decode(text).ok());
        sealed.map(Self::Sealed).ok_or(NoSecretRef)
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(formatter, "{FILE}{}", path.display()),
            Self::Sealed(bytes) => write!(formatter, "{SEALED}{}", STANDARD_NO_PAD.encode(bytes)),
        }
    }
}

impl<'de> Deserialize<'de> for SecretRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_written_in_clear_text() {
        for text in ["file:/run/secrets/logto", "sealed:AAECAw"] {
            assert_eq!(text.parse().map(|secret: SecretRef| secret.to_string()), Ok(text.into()));
        }
        for text in ["hunter2", "", "file:", "sealed:?"] {
            assert_eq!(text.parse::<SecretRef>(), Err(NoSecretRef), "{text}");
        }
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret");
    }
}
