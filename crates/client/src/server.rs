//! One request to the server, and what its answer means for the events.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use serde_json::Value;

use crate::error::Error;
use crate::limits::{ANSWER_BYTES_MAX, COMPRESSED_BYTES_MIN, REQUEST_TIMEOUT};

/// Where events are sent.
#[derive(Debug)]
pub(crate) struct Server {
    client: Client,
    events: Url,
    authorization: HeaderValue,
}

/// What became of a batch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Every event is kept, except these: their place in the batch, from 0, and why.
    Settled(Vec<(usize, String)>),
    /// The body is larger than something on the way lets pass.
    TooLarge,
    /// Nothing is known to be kept. To be sent again, not before this long.
    Again { reason: String, after: Option<Duration> },
}

impl Server {
    /// # Errors
    /// [`Error::Address`], [`Error::Key`], [`Error::Http`].
    pub(crate) fn new(url: &str, key: &str) -> Result<Self, Error> {
        let address = || Error::Address { url: url.to_owned() };
        let base = format!("{}/", url.trim_end_matches('/'));
        let base = Url::parse(&base).map_err(|_| address())?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(address());
        }
        let events = base.join("v1/events").map_err(|_| address())?;
        let mut authorization =
            HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| Error::Key)?;
        authorization.set_sensitive(true);
        let client = Client::builder()
            .tls_backend_preconfigured(tls(events.scheme() == "https")?)
            .timeout(REQUEST_TIMEOUT)
            .redirect(Policy::none())
            .build()
            .map_err(|error| Error::Http(causes(&error)))?;
        Ok(Self { client, events, authorization })
    }

    /// Sends events, one a line.
    pub(crate) async fn send(&self, lines: &[u8], event_count: usize) -> Verdict {
        let mut request = self
            .client
            .post(self.events.clone())
            .header(AUTHORIZATION, self.authorization.clone())
            .header(CONTENT_TYPE, "application/x-ndjson");
        request = match compressed(lines) {
            Some(body) => request.header(CONTENT_ENCODING, "gzip").body(body),
            None => request.body(lines.to_vec()),
        };
        match request.send().await {
            Ok(answer) => verdict(answer, event_count).await,
            Err(error) => Verdict::Again { reason: causes(&error), after: None },
        }
    }
}

/// With a provider of our own: which one the program has chosen, if any, does not matter.
fn tls(is_spoken: bool) -> Result<ClientConfig, Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let failed = |error: rustls::Error| Error::Http(error.to_string());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    // Where TLS is not spoken, a system without certificates will do.
    let config = match is_spoken {
        true => config.with_platform_verifier().map_err(failed)?,
        false => config.with_root_certificates(RootCertStore::empty()),
    };
    Ok(config.with_no_client_auth())
}

/// `None` where that saves nothing.
fn compressed(lines: &[u8]) -> Option<Vec<u8>> {
    if lines.len() < COMPRESSED_BYTES_MIN {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(lines).ok()?;
    encoder.finish().ok()
}

async fn verdict(answer: Response, event_count: usize) -> Verdict {
    let status = answer.status();
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return Verdict::TooLarge;
    }
    let after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let after = after.and_then(|value| value.parse().ok()).map(Duration::from_secs);
    let body: Value = match text(answer).await {
        Ok(text) => serde_json::from_slice(&text).unwrap_or_default(),
        Err(reason) => return Verdict::Again { reason, after },
    };
    match report(&body, event_count) {
        Some(rejected) if status == StatusCode::OK => Verdict::Settled(rejected),
        _ => {
            let detail = body.get("detail").and_then(Value::as_str);
            let detail = detail.unwrap_or("the answer is not one of Gatelog's");
            Verdict::Again { reason: format!("{status}: {detail}"), after }
        }
    }
}

/// The refused events of a report, if it is one on so many events.
fn report(body: &Value, event_count: usize) -> Option<Vec<(usize, String)>> {
    let counts = ["accepted", "duplicates", "conflicts", "rejected_total"];
    let counts: Option<Vec<u64>> =
        counts.into_iter().map(|name| body.get(name)?.as_u64()).collect();
    if counts?.iter().sum::<u64>() != event_count as u64 {
        return None;
    }
    let rejected = body.get("rejected")?.as_array()?.iter().map(|line| {
        let number = usize::try_from(line.get("line")?.as_u64()?).ok()?.checked_sub(1)?;
        Some((number, line.get("error")?.as_str()?.to_owned()))
    });
    rejected.collect()
}

async fn text(mut answer: Response) -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| causes(&error))? {
        if text.len() + piece.len() > ANSWER_BYTES_MAX {
            return Err("the answer is too long to be one of Gatelog's".to_owned());
        }
        text.extend_from_slice(&piece);
    }
    Ok(text)
}

/// An error and what is behind it.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
