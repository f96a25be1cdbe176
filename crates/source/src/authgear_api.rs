//! Authgear's Admin API: `auditLogs` of its GraphQL.
//!
//! The event is the member `data` of what is listed, and is kept as it came. Types that Authgear
//! stores and does not know in this API are in no list.
//!
//! - [`token`]: the token that is signed with the project's key.

mod token;

use std::borrow::Cow;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use self::token::Signer;
use crate::feed::Trouble;
use crate::http::{Endpoint, HttpClient, HttpSettings};
use crate::polling::{self, IntervalSeconds, Oldest, Unusable};
use crate::secret::{Secret, SecretRef};
use crate::window::{Page, Pages, Polled, Row, Window};

/// The most that Authgear gives at once.
const PAGE_ROWS: usize = 100;

/// An event has the time at which its request made it, and is stored when that is over.
const LATE_MS: i64 = 60_000;

/// What is asked. Ascending, so that what appears at the end moves nothing.
const QUERY: &str = "\
query AuditLogs($first: Int, $after: String, $rangeFrom: DateTime, $rangeTo: DateTime) {
  auditLogs(first: $first, after: $after, rangeFrom: $rangeFrom, rangeTo: $rangeTo, \
sortDirection: ASC) {
    totalCount
    edges { node { id createdAt data } }
  }
}";

/// How a project of Authgear is asked.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct AuthgearApiSettings {
    /// Where the project's people sign in: `https://shop.authgear.cloud`.
    pub endpoint: Endpoint,
    /// The path of the Admin API there. `/_api/admin/graphql`.
    #[serde(default = "path")]
    pub path: String,
    /// The project's id.
    pub app_id: String,
    /// The id of a key of the Admin API.
    pub key_id: String,
    /// The key: RSA, in PEM.
    pub private_key: SecretRef,
    /// The oldest events to fetch. All.
    pub from: Option<Oldest>,
    /// How often to ask. 15.
    #[serde(default)]
    pub interval_seconds: IntervalSeconds,
    /// Certificate authorities in PEM that count beside the system's. None.
    pub ca_file: Option<PathBuf>,
}

/// A project of Authgear that is asked for its audit log.
pub type AuthgearApiFeed = Polled<AuthgearApi>;

/// The audit log of a project of Authgear.
#[derive(Debug)]
pub struct AuthgearApi {
    endpoint: Endpoint,
    path: String,
    http: HttpClient,
    signer: Signer,
}

#[derive(Deserialize)]
struct Reply<'a> {
    #[serde(borrow)]
    data: Option<Data<'a>>,
    #[serde(default)]
    errors: Vec<GraphqlError>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow, rename = "auditLogs")]
    audit_logs: Option<Connection<'a>>,
}

#[derive(Deserialize)]
struct Connection<'a> {
    #[serde(rename = "totalCount")]
    total_count: usize,
    #[serde(borrow)]
    edges: Vec<Edge<'a>>,
}

#[derive(Deserialize)]
struct Edge<'a> {
    #[serde(borrow)]
    node: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Node<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, rename = "createdAt")]
    created_at: Cow<'a, str>,
    #[serde(borrow)]
    data: &'a RawValue,
}

#[derive(Deserialize)]
struct GraphqlError {
    message: String,
}

fn path() -> String {
    "/_api/admin/graphql".to_owned()
}

impl AuthgearApiSettings {
    /// A feed with these settings. Reads the file with the certificate authorities.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn connect(&self, key: &Secret, http: HttpSettings) -> Result<AuthgearApiFeed, Unusable> {
        let http = polling::client(&self.endpoint, self.ca_file.as_deref(), http)?;
        let signer = Signer::new(key, &self.key_id, &self.app_id)?;
        let (endpoint, path) = (self.endpoint.clone(), self.path.clone());
        let api = AuthgearApi { endpoint, path, http, signer };
        let timing = polling::timing(self.from, LATE_MS);
        Ok(Polled::new(api, timing, self.interval_seconds.duration()))
    }
}

impl Pages for AuthgearApi {
    const FORMAT: Format = Format::Authgear;

    async fn lists(&mut self, _now: UnixMicros) -> Result<Vec<String>, Trouble> {
        Ok(vec![self.path.clone()])
    }

    async fn page(
        &mut self,
        list: &str,
        window: Window,
        number: usize,
        now: UnixMicros,
    ) -> Result<Page, Trouble> {
        let (from, to) = (window.from_ms.div_euclid(1_000), window.to_ms.div_euclid(1_000) + 1);
        let variables = json!({
            "first": PAGE_ROWS,
            "after": cursor(number),
            "rangeFrom": in_words(from),
            "rangeTo": in_words(to),
        });
        let body = json!({
            "operationName": "AuditLogs",
            "query": QUERY,
            "variables": variables,
        });
        let authorization = format!("Bearer {}", self.signer.bearer(now)?.expose());
        let request = self.http.request(Method::POST, self.endpoint.at(list));
        let request = request.header(AUTHORIZATION, authorization).json(&body);
        let answer = self.http.send(request).await?.accepted(now)?;
        let reply: Reply<'_> = answer.json()?;
        if let Some(error) = reply.errors.first() {
            return Err(Trouble::new(format!("{}: {}", answer.asked, printable(&error.message))));
        }
        let connection = reply.data.and_then(|data| data.audit_logs).ok_or_else(|| {
            Trouble::new(format!("{}: the answer has no data.auditLogs", answer.asked))
        })?;
        let nodes = connection.edges.into_iter().filter_map(|edge| edge.node);
        Ok(Page { total: connection.total_count, rows: nodes.map(row).collect() })
    }
}

/// The place before a page: that of the last row before it, counted from 0.
fn cursor(page: usize) -> Option<String> {
    let before = (page * PAGE_ROWS).checked_sub(1)?;
    Some(URL_SAFE_NO_PAD.encode(format!("offset:{before}")))
}

/// In UTC: Authgear overlooks any other offset.
fn in_words(seconds: i64) -> String {
    let time = UnixMicros::from_seconds(seconds).unwrap_or(UnixMicros::EPOCH);
    format!("{:.0}", time.timestamp())
}

fn printable(words: &str) -> String {
    words.chars().filter(|char| !char.is_control()).take(300).collect()
}

fn row(item: &RawValue) -> Row {
    match serde_json::from_str(item.get()) {
        Ok(Node { id, created_at, data }) if data.get().starts_with('{') => Row {
            identity: id.as_bytes().to_vec(),
            time_ms: UnixMicros::parse_rfc3339(&created_at).map(UnixMicros::millis_floor),
            record: data.get().as_bytes().to_vec(),
        },
        // Whoever keeps it says what is wrong with it.
        _ => polling::row_without_id(item.get(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_after_the_last_row_before_it() {
        assert_eq!(cursor(0), None);
        assert_eq!(cursor(1).as_deref(), Some("b2Zmc2V0Ojk5"));
        assert_eq!(in_words(1_785_148_956), "2026-07-27T10:42:36Z");
    }
}
