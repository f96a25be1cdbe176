//! Where an API begins, as it stands in settings.

use std::str::FromStr;

use reqwest::Url;
use serde::{Deserialize, Deserializer};

/// The address before the paths of an API: `https://id.acme.example`, with a path of its own or
/// without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(Url);

/// A text that is no endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is no address: it begins with https:// or http:// and a host, and has no user, question \
     mark or #"
)]
pub struct NoEndpoint;

impl Endpoint {
    /// The address of something under it, whose path begins with `/`.
    pub fn at(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        let whole = format!("{}{path}", self.0.path().trim_end_matches('/'));
        url.set_path(&whole);
        url
    }

    /// Whether it is asked over TLS.
    pub fn speaks_tls(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl FromStr for Endpoint {
    type Err = NoEndpoint;

    fn from_str(text: &str) -> Result<Self, NoEndpoint> {
        let url: Url = text.parse().map_err(|_| NoEndpoint)?;
        let has_more = !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some();
        match matches!(url.scheme(), "http" | "https") && url.has_host() && !has_more {
            true => Ok(Self(url)),
            false => Err(NoEndpoint),
        }
    }
}

impl<'de> Deserialize<'de> for Endpoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_put_behind_an_endpoint() {
        for (endpoint, expected) in [
            ("https://id.example", "https://id.example/api/logs"),
            ("https://id.example/", "https://id.example/api/logs"),
            ("http://id.example:3001/auth/", "http://id.example:3001/auth/api/logs"),
        ] {
            let endpoint: Endpoint = endpoint.parse().expect(endpoint);
            assert_eq!(endpoint.at("/api/logs").as_str(), expected);
        }
        for text in ["id.example", "ftp://id.example", "https://u:p@id.example", "https://a/?b"] {
            assert_eq!(text.parse::<Endpoint>(), Err(NoEndpoint), "{text}");
        }
    }
}
