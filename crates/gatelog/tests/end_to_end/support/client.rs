//! Requests with a key, and answers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::HeaderMap;
use reqwest::{Client as HttpClient, Method, RequestBuilder, Response, redirect};
use rustls::crypto::aws_lc_rs;
use serde_json::Value;
use tokio::runtime::Runtime;

/// What is to happen by itself has happened after so long.
const POLL_TIMEOUT: Duration = Duration::from_secs(20);

const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Asks one server with one key.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    runtime: Arc<Runtime>,
    http: HttpClient,
    address: String,
    key: String,
}

impl Client {
    pub(crate) fn new(address: &str, key: &str) -> Self {
        Self::trusting(address, key, [])
    }

    /// A client that believes these certificates and no others.
    pub(crate) fn trusting(
        address: &str,
        key: &str,
        certificates: impl IntoIterator<Item = reqwest::Certificate>,
    ) -> Self {
        // Fails when another test of this process has done it already.
        let _ = aws_lc_rs::default_provider().install_default();
        let http = HttpClient::builder().no_proxy().redirect(redirect::Policy::none());
        let http = http.tls_certs_only(certificates).build().unwrap();
        let runtime = Arc::new(Runtime::new().unwrap());
        Self { runtime, http, address: address.to_owned(), key: key.to_owned() }
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        self.send("GET", target, &[], "")
    }

    pub(crate) fn post(&self, target: &str, body: impl Into<Vec<u8>>) -> Answer {
        self.send("POST", target, &[], body)
    }

    pub(crate) fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Answer {
        let request = self.request(method, target, headers, body);
        self.runtime.block_on(Answer::of(request)).unwrap()
    }

    /// As [`Client::post`], when the server may be gone.
    pub(crate) fn try_post(&self, target: &str, body: impl Into<Vec<u8>>) -> Option<Answer> {
        let request = self.request("POST", target, &[], body);
        self.runtime.block_on(Answer::of(request)).ok()
    }

    /// Asks again and again until what is answered holds; the test fails after 20 seconds.
    pub(crate) fn poll(&self, target: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + POLL_TIMEOUT;
        loop {
            let answer = self.get(target).json();
            if holds(&answer) {
                return answer;
            }
            assert!(Instant::now() < deadline, "{target} stays {answer}");
            self.runtime.block_on(async { tokio::time::sleep(POLL_INTERVAL).await });
        }
    }

    /// Asks, and leaves the body to be read piece by piece.
    pub(crate) fn open(&self, target: &str, headers: &[(&str, &str)]) -> Coming {
        let request = self.request("GET", target, headers, "");
        let response = self.runtime.block_on(request.send()).unwrap();
        assert_eq!(response.status(), 200);
        Coming { runtime: Arc::clone(&self.runtime), response, is_cut: false }
    }

    /// Whether an answer is cut off. On a busy machine that can be before its head has left.
    pub(crate) fn is_cut(&self, target: &str) -> bool {
        let request = self.request("GET", target, &[], "");
        let Ok(response) = self.runtime.block_on(request.send()) else { return true };
        assert_eq!(response.status(), 200);
        let mut coming = Coming { runtime: Arc::clone(&self.runtime), response, is_cut: false };
        while coming.next().is_some() {}
        coming.is_cut
    }

    fn request(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, format!("{}{target}", self.address));
        if !self.key.is_empty() {
            request = request.bearer_auth(&self.key);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body.into())
    }

    /// Every event there is, oldest first, page by page. The total of each page must be their
    /// number.
    pub(crate) fn every_event(&self) -> Vec<Value> {
        self.every_event_of("")
    }

    /// Every event of Gatelog's own audit.
    pub(crate) fn own_audit(&self) -> Vec<Value> {
        self.every_event_of("&source=gatelog")
    }

    fn every_event_of(&self, filter: &str) -> Vec<Value> {
        let mut events = Vec::new();
        let mut target = format!("/v1/events?order=asc&limit=1000{filter}");
        loop {
            let page = self.get(&target).json();
            events.extend(page["events"].as_array().unwrap().iter().cloned());
            let Some(cursor) = page["next"].as_str() else {
                assert_eq!(page["total"], events.len());
                return events;
            };
            target = format!("/v1/events?order=asc&limit=1000{filter}&cursor={cursor}");
        }
    }
}

/// An answer that is still coming.
#[derive(Debug)]
pub(crate) struct Coming {
    runtime: Arc<Runtime>,
    response: Response,
    is_cut: bool,
}

impl Coming {
    /// The next piece of the body; `None` when no more comes.
    pub(crate) fn next(&mut self) -> Option<String> {
        let piece = self.runtime.block_on(self.response.chunk());
        self.is_cut |= piece.is_err();
        piece.ok()?.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
    }

    /// Whether it ended before its end.
    pub(crate) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: HeaderMap,
    pub(crate) text: String,
    /// As it came, for what is no text.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    async fn of(request: RequestBuilder) -> reqwest::Result<Self> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await?.to_vec();
        let text = String::from_utf8_lossy(&body).into_owned();
        Ok(Self { status, headers, text, body })
    }

    /// A header, empty if there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body of an answer with the status 200.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        serde_json::from_str(&self.text).unwrap()
    }

    /// Status and detail of a problem, which must have the form of RFC 9457.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem: Value = serde_json::from_str(&self.text).unwrap();
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(problem["status"], self.status);
        assert!(problem["title"].is_string(), "{self:?}");
        let asks_for_credential = self.header("www-authenticate") == "Bearer";
        assert_eq!(asks_for_credential, self.status == 401, "{self:?}");
        let detail = problem["detail"].as_str().unwrap();
        match (&problem["line"], &problem["column"]) {
            (Value::Null, Value::Null) => format!("{}: {detail}", self.status),
            (line, column) => format!("{} at {line}:{column}: {detail}", self.status),
        }
    }

    /// How many lines were accepted, duplicates, conflicts and rejected.
    pub(crate) fn counts(&self) -> [u64; 4] {
        let report = self.json();
        let names = ["accepted", "duplicates", "conflicts", "rejected_total"];
        names.map(|name| report[name].as_u64().unwrap())
    }

    /// The rejected lines, as `line:column: reason`.
    pub(crate) fn rejected(&self) -> Vec<String> {
        let report = self.json();
        let text = |line: &Value| {
            format!("{}:{}: {}", line["line"], line["column"], line["error"].as_str().unwrap())
        };
        report["rejected"].as_array().unwrap().iter().map(text).collect()
    }

    /// Ids of the events of a page.
    pub(crate) fn ids(&self) -> Vec<String> {
        let page = self.json();
        let events = page["events"].as_array().unwrap();
        events.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
    }
}
