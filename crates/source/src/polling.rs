//! Settings that all APIs which are asked have, and what is made of them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use gatelog_event::time::UnixMicros;
use serde::{Deserialize, Deserializer};

use crate::http::{Endpoint, HttpClient, HttpError, HttpSettings};
use crate::window::{Row, Timing};

/// Where a list begins if nobody says: 2015-01-01. The products that are asked are younger.
const BEGIN_MS: i64 = 1_420_070_400_000;

/// How far in the past windows end.
const LAG_MS: i64 = 10_000;

const INTERVAL_SECONDS_MAX: u64 = 3_600;

/// The oldest events to fetch: a time as in RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oldest(UnixMicros);

/// How often to ask when there was nothing newer: 1 to 3600 seconds. 15.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntervalSeconds(u64);

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The file with the certificate authorities cannot be read.
    #[error("ca_file: cannot read {}: {source}", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// No client can be made.
    #[error("{0}")]
    Http(#[from] HttpError),
    /// A key that is none.
    #[error("private_key: {0}")]
    Key(String),
}

impl<'de> Deserialize<'de> for Oldest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || {
            let reason = format!("{text:?} is no time such as \"2026-01-01T00:00:00Z\"");
            serde::de::Error::custom(reason)
        };
        UnixMicros::parse_rfc3339(&text).map(Self).ok_or_else(wrong)
    }
}

impl<'de> Deserialize<'de> for IntervalSeconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            seconds @ 1..=INTERVAL_SECONDS_MAX => Ok(Self(seconds)),
            seconds => Err(serde::de::Error::custom(format!(
                "{seconds} seconds are not 1 to {INTERVAL_SECONDS_MAX}"
            ))),
        }
    }
}

impl Default for IntervalSeconds {
    fn default() -> Self {
        Self(15)
    }
}

impl IntervalSeconds {
    pub(crate) fn duration(self) -> Duration {
        Duration::from_secs(self.0)
    }
}

/// When rows appear, if they appear so long after their time at most.
pub(crate) fn timing(from: Option<Oldest>, late_ms: i64) -> Timing {
    let begin_ms = from.map_or(BEGIN_MS, |from| from.0.millis_floor());
    Timing { begin_ms, lag_ms: LAG_MS, late_ms }
}

/// A client for an API. Reads the file with the certificate authorities.
pub(crate) fn client(
    endpoint: &Endpoint,
    ca_file: Option<&Path>,
    mut http: HttpSettings,
) -> Result<HttpClient, Unusable> {
    if let Some(path) = ca_file {
        let unread = |source| Unusable::Authorities { path: path.to_owned(), source };
        http.authorities = Some(std::fs::read(path).map_err(unread)?);
    }
    Ok(HttpClient::new(&http, endpoint.speaks_tls())?)
}

/// A row that is known by its bytes only.
pub(crate) fn row_without_id(record: &str, time_ms: Option<i64>) -> Row {
    let identity = digest(&SHA256, record.as_bytes()).as_ref().to_vec();
    Row { identity, time_ms, record: record.as_bytes().to_vec() }
}
