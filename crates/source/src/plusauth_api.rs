//! PlusAuth's REST API: `GET /api/v1/logs/`.
//!
//! Entries have no id, so they are known by their bytes, which are kept as they came.

use std::path::PathBuf;

use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::feed::Trouble;
use crate::http::token::TokenClient;
use crate::http::{Endpoint, HttpSettings};
use crate::polling::{self, IntervalSeconds, Oldest, Unusable};
use crate::secret::{Secret, SecretRef};
use crate::window::{Page, Pages, Polled, Row, Window};

/// What one page holds. PlusAuth does not say what it gives at most.
const LIMIT: &str = "100";

/// How long after its time an entry may appear is not documented.
const LATE_MS: i64 = 60_000;

/// How a tenant of PlusAuth is asked.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct PlusauthApiSettings {
    /// The tenant's address: `https://acme.plusauth.com`.
    pub endpoint: Endpoint,
    /// The id of a machine-to-machine client that may read logs.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretRef,
    /// Whom tokens are for. The endpoint and `/api/`.
    pub audience: Option<String>,
    /// The scopes to ask for, with spaces between them. What the client has.
    pub scope: Option<String>,
    /// The oldest entries to fetch. All.
    pub from: Option<Oldest>,
    /// How often to ask. 15.
    #[serde(default)]
    pub interval_seconds: IntervalSeconds,
    /// Certificate authorities in PEM that count beside the system's. None.
    pub ca_file: Option<PathBuf>,
}

/// A tenant of PlusAuth that is asked for its logs.
pub type PlusauthApiFeed = Polled<PlusauthApi>;

/// The log of a tenant of PlusAuth.
#[derive(Debug)]
pub struct PlusauthApi {
    endpoint: Endpoint,
    client: TokenClient,
}

#[derive(Deserialize)]
struct Logs<'a> {
    #[serde(borrow)]
    logs: Vec<&'a RawValue>,
    total: usize,
}

#[derive(Deserialize)]
struct Entry {
    time: String,
}

impl PlusauthApiSettings {
    /// A feed with these settings. Reads the file with the certificate authorities.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn connect(
        &self,
        secret: &Secret,
        http: HttpSettings,
    ) -> Result<PlusauthApiFeed, Unusable> {
        let http = polling::client(&self.endpoint, self.ca_file.as_deref(), http)?;
        let audience = self.audience.clone();
        let audience = audience.unwrap_or_else(|| self.endpoint.at("/api/").to_string());
        let mut more = vec![("audience", audience.as_str())];
        more.extend(self.scope.as_deref().map(|scope| ("scope", scope)));
        let credentials = (self.client_id.as_str(), secret);
        let url = self.endpoint.at("/oauth2/token");
        let client = TokenClient::new(http, url, credentials, &more);
        let api = PlusauthApi { endpoint: self.endpoint.clone(), client };
        let timing = polling::timing(self.from, LATE_MS);
        Ok(Polled::new(api, timing, self.interval_seconds.duration()))
    }
}

impl Pages for PlusauthApi {
    const FORMAT: Format = Format::PlusAuth;

    async fn lists(&mut self, _now: UnixMicros) -> Result<Vec<String>, Trouble> {
        Ok(vec!["/api/v1/logs/".to_owned()])
    }

    async fn page(
        &mut self,
        list: &str,
        window: Window,
        number: usize,
        now: UnixMicros,
    ) -> Result<Page, Trouble> {
        let mut url = self.endpoint.at(list);
        // Whether the bounds belong to what is between them is not documented. The offset is the
        // number of a page.
        url.query_pairs_mut()
            .append_pair("from", &in_words(window.from_ms - 1))
            .append_pair("to", &in_words(window.to_ms + 1))
            .append_pair("limit", LIMIT)
            .append_pair("offset", &number.to_string())
            .append_pair("include_api", "true");
        let answer = self.client.get(url, now).await?;
        let Logs { logs, total } = answer.json()?;
        Ok(Page { total, rows: logs.into_iter().map(row).collect() })
    }
}

/// As PlusAuth writes times: with milliseconds.
fn in_words(millis: i64) -> String {
    let time = UnixMicros::from_millis(millis).unwrap_or(UnixMicros::EPOCH);
    format!("{:.3}", time.timestamp())
}

fn row(item: &RawValue) -> Row {
    let entry: Option<Entry> = serde_json::from_str(item.get()).ok();
    let time = entry.and_then(|entry| UnixMicros::parse_rfc3339(&entry.time));
    polling::row_without_id(item.get(), time.map(UnixMicros::millis_floor))
}
