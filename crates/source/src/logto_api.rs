//! Logto's Management API: `GET /api/logs`, and what its webhooks were told.
//!
//! Rows are kept as Logto returns them. Those of webhooks (`TriggerHook.*`) are not in the list of
//! logs; each webhook has a list of its own, which is gone with the webhook.

use std::borrow::Cow;
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

/// The Management API of every Logto that somebody runs themselves.
const RESOURCE: &str = "https://default.logto.app/api";

/// The most that Logto gives at once.
const PAGE_SIZE: &str = "100";

/// A row has the time of its transaction, which begins when the request is nearly over.
const LATE_MS: i64 = 30_000;

const LOGS: &str = "/api/logs";

/// How a Logto is asked.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct LogtoApiSettings {
    /// Where people sign in: `https://id.acme.example`.
    pub endpoint: Endpoint,
    /// The id of a machine-to-machine application with a role that has the Management API's `all`.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretRef,
    /// The indicator of the Management API. `https://default.logto.app/api`, which is right unless
    /// Logto's cloud is asked.
    #[serde(default = "resource")]
    pub resource: String,
    /// Whether to fetch what webhooks were told, too. `true`.
    #[serde(default = "yes")]
    pub webhooks: bool,
    /// The oldest rows to fetch. All.
    pub from: Option<Oldest>,
    /// How often to ask. 15.
    #[serde(default)]
    pub interval_seconds: IntervalSeconds,
    /// Certificate authorities in PEM that count beside the system's. None.
    pub ca_file: Option<PathBuf>,
}

/// A Logto that is asked for its audit log.
pub type LogtoApiFeed = Polled<LogtoApi>;

/// The lists of a Logto.
#[derive(Debug)]
pub struct LogtoApi {
    endpoint: Endpoint,
    client: TokenClient,
    webhooks: bool,
}

#[derive(Deserialize)]
struct Log<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(rename = "createdAt")]
    created_at: i64,
}

#[derive(Deserialize)]
struct Webhook {
    id: String,
}

fn resource() -> String {
    RESOURCE.to_owned()
}

fn yes() -> bool {
    true
}

impl LogtoApiSettings {
    /// A feed with these settings. Reads the file with the certificate authorities.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn connect(&self, secret: &Secret, http: HttpSettings) -> Result<LogtoApiFeed, Unusable> {
        let http = polling::client(&self.endpoint, self.ca_file.as_deref(), http)?;
        let credentials = (self.client_id.as_str(), secret);
        let more = [("resource", self.resource.as_str()), ("scope", "all")];
        let client = TokenClient::new(http, self.endpoint.at("/oidc/token"), credentials, &more);
        let api = LogtoApi { endpoint: self.endpoint.clone(), client, webhooks: self.webhooks };
        let timing = polling::timing(self.from, LATE_MS);
        Ok(Polled::new(api, timing, self.interval_seconds.duration()))
    }
}

impl Pages for LogtoApi {
    const FORMAT: Format = Format::Logto;

    async fn lists(&mut self, now: UnixMicros) -> Result<Vec<String>, Trouble> {
        let mut lists = vec![LOGS.to_owned()];
        if self.webhooks {
            // Without page and size Logto gives all of them. Asked for each window, as what a new
            // one was told must not be passed by.
            let answer = self.client.get(self.endpoint.at("/api/hooks"), now).await?;
            let webhooks: Vec<Webhook> = answer.json()?;
            let list = |webhook: Webhook| format!("/api/hooks/{}/recent-logs", webhook.id);
            lists.extend(webhooks.into_iter().map(list));
        }
        Ok(lists)
    }

    async fn page(
        &mut self,
        list: &str,
        window: Window,
        number: usize,
        now: UnixMicros,
    ) -> Result<Page, Trouble> {
        let mut url = self.endpoint.at(list);
        // Logto 1.40 and 1.41 exclude the bounds.
        url.query_pairs_mut()
            .append_pair("page", &(number + 1).to_string())
            .append_pair("page_size", PAGE_SIZE)
            .append_pair("start_time", &(window.from_ms - 1).to_string())
            .append_pair("end_time", &(window.to_ms + 1).to_string());
        let answer = self.client.get(url, now).await?;
        let total = answer.headers.get("total-number").and_then(|value| value.to_str().ok());
        let total = total.and_then(|text| text.parse().ok()).ok_or_else(|| {
            let reason = format!("{}: the answer has no header Total-Number", answer.asked);
            Trouble::new(format!("{reason}; is it Logto, with nothing in between that takes it?"))
        })?;
        let items: Vec<&RawValue> = answer.json()?;
        Ok(Page { total, rows: items.into_iter().map(row).collect() })
    }

    fn outside(&self) -> &'static str {
        "this Logto does not know start_time and end_time; Logto 1.40 and later do, and the table \
         `logs` of an earlier one can be followed instead"
    }
}

fn row(item: &RawValue) -> Row {
    let record = item.get();
    match serde_json::from_str(record) {
        Ok(Log { id, created_at }) => Row {
            identity: id.as_bytes().to_vec(),
            time_ms: Some(created_at),
            record: record.as_bytes().to_vec(),
        },
        // Whoever keeps it says what is wrong with it.
        Err(_) => polling::row_without_id(record, None),
    }
}
