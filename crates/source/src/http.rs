//! One client for everything that is asked over HTTP at an address that somebody has set.
//!
//! This module answers "may that address be reached, and what did it answer?". It follows no
//! redirects and uses no proxies, so the address that was set is the one that is asked; it waits
//! and reads only so long. What an answer means is for whoever asked.
//!
//! - [`public`]: which addresses belong to the public internet.
//! - [`reach`]: which ones may be reached, also when a name leads there.
//! - [`endpoint`]: where an API begins.
//! - [`answer`]: what came back, and when to ask again.
//! - [`token`]: the client credentials of OAuth 2.0, with which an API is asked.

pub mod answer;
pub mod endpoint;
pub mod public;
pub mod reach;
pub(crate) mod token;

use std::error::Error;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Method, RequestBuilder, Url};

pub use self::answer::Answer;
pub use self::endpoint::{Endpoint, NoEndpoint};
pub use self::reach::Reach;
use crate::feed::Trouble;

/// An API that is on its knees gives up after a minute: Logto's statements do.
const TIMEOUT_MS: u64 = 60_000;

/// A hundred audit records of tens of kilobytes, several times over.
const ANSWER_BYTES_MAX: usize = 32 << 20;

/// How an API is reached.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Which addresses may be reached.
    pub reach: Reach,
    /// Certificate authorities in PEM that count beside the system's.
    pub authorities: Option<Vec<u8>>,
    /// How long an answer may take, from the first byte sent to the last one read.
    pub timeout: Duration,
    /// How long the body of an answer may be.
    pub answer_bytes_max: usize,
}

/// Asks over HTTP.
#[derive(Clone, Debug)]
pub struct HttpClient {
    client: reqwest::Client,
    reach: Reach,
    answer_bytes_max: usize,
}

/// Why there was no answer. It names the address without its query, and no secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// A certificate authority that cannot be read.
    #[error("the certificate authority cannot be used: {0}")]
    Authority(String),
    /// TLS cannot be spoken, such as without any certificates of the system.
    #[error("TLS cannot be spoken: {0}")]
    Tls(String),
    /// An address that may not be reached.
    #[error(
        "{address} is in a private network; whoever runs this server can list it under \
         `outgoing.networks`"
    )]
    Private {
        /// The address.
        address: String,
    },
    /// No answer, or none that was whole.
    #[error("{asked}: {reason}")]
    NoAnswer {
        /// How what was asked.
        asked: String,
        /// What went wrong, with its causes.
        reason: String,
    },
    /// A body that is too long.
    #[error("{asked}: the answer has more than {bytes_max} bytes")]
    TooLong {
        /// How what was asked.
        asked: String,
        /// How long it may be.
        bytes_max: usize,
    },
}

impl HttpSettings {
    /// The usual limits.
    pub fn new(reach: Reach) -> Self {
        Self {
            reach,
            authorities: None,
            timeout: Duration::from_millis(TIMEOUT_MS),
            answer_bytes_max: ANSWER_BYTES_MAX,
        }
    }
}

impl HttpClient {
    /// A client. Without TLS, for addresses that begin with `http://`, the system needs no
    /// certificates.
    ///
    /// # Errors
    /// [`HttpError::Authority`] and [`HttpError::Tls`].
    pub fn new(settings: &HttpSettings, speaks_tls: bool) -> Result<Self, HttpError> {
        // Several TLS libraries are linked in one way or another; this says which one is meant.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let builder = reqwest::Client::builder().timeout(settings.timeout);
        let mut builder = builder.redirect(Policy::none()).no_proxy();
        if let Some(resolver) = settings.reach.resolver() {
            builder = builder.dns_resolver(resolver);
        }
        if !speaks_tls {
            builder = builder.tls_certs_only([]);
        } else if let Some(pem) = &settings.authorities {
            let read = Certificate::from_pem_bundle(pem);
            let authorities = read.map_err(|error| HttpError::Authority(causes(&error)))?;
            if authorities.is_empty() {
                return Err(HttpError::Authority("it holds no certificate in PEM".to_owned()));
            }
            builder = builder.tls_certs_merge(authorities);
        }
        let client = builder.build().map_err(|error| HttpError::Tls(causes(&error)))?;
        let HttpSettings { reach, answer_bytes_max, .. } = settings;
        Ok(Self { client, reach: reach.clone(), answer_bytes_max: *answer_bytes_max })
    }

    /// A request, for [`Self::send`].
    pub fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Sends a request and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// [`HttpError`].
    pub async fn send(&self, request: RequestBuilder) -> Result<Answer, HttpError> {
        let no_answer = |asked: &str, error: reqwest::Error| HttpError::NoAnswer {
            asked: asked.to_owned(),
            reason: causes(&error.without_url()),
        };
        let request = request.build().map_err(|error| no_answer("the request", error))?;
        let address = in_words(request.url());
        if !self.reach.allows_literal(request.url()) {
            return Err(HttpError::Private { address });
        }
        let asked = format!("{} {address}", request.method());
        let sent = self.client.execute(request).await;
        let mut response = sent.map_err(|error| no_answer(&asked, error))?;
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|error| no_answer(&asked, error))? {
            body.extend_from_slice(&part);
            if body.len() > self.answer_bytes_max {
                return Err(HttpError::TooLong { asked, bytes_max: self.answer_bytes_max });
            }
        }
        Ok(Answer { asked, status: response.status(), headers: response.headers().clone(), body })
    }
}

impl From<HttpError> for Trouble {
    fn from(error: HttpError) -> Self {
        Self::new(error.to_string())
    }
}

/// An address without what may be secret or long in it.
fn in_words(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

/// The error with what caused it: "connection refused" is not in the first line.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
