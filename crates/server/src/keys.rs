//! Keys of others and codes for tokens, over HTTP.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use gatelog_auth::{CallProvider, FetchKeys};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::redirect::Policy;

/// Whoever asks with a token waits for this.
const TIMEOUT_MS: u64 = 5_000;

/// More than any set of public keys.
const BODY_BYTES_MAX: usize = 256 << 10;

/// Fetches keys from, and sends forms to, the addresses in the configuration. Only who can write that chooses them, so
/// they may be in a private network.
#[derive(Clone, Debug)]
pub struct HttpKeys {
    client: reqwest::Client,
}

impl HttpKeys {
    /// Without redirects and proxies: the address in the configuration is the one that is asked.
    ///
    /// # Errors
    /// When TLS is spoken and the system's certificates cannot be read.
    pub fn new(speaks_tls: bool) -> Result<Self, reqwest::Error> {
        // Several TLS libraries are linked in one way or another; this says which one is meant.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let timeout = Duration::from_millis(TIMEOUT_MS);
        let mut client = reqwest::Client::builder().timeout(timeout).redirect(Policy::none());
        if !speaks_tls {
            client = client.tls_certs_only([]);
        }
        Ok(Self { client: client.no_proxy().build()? })
    }

    async fn get(&self, url: &str) -> Result<String, String> {
        let answer = self.client.get(url).send().await.map_err(|error| causes(&error))?;
        if !answer.status().is_success() {
            return Err(format!("the answer is {}", answer.status()));
        }
        text(answer).await
    }

    async fn send(
        &self,
        url: &str,
        authorization: Option<&str>,
        form: String,
    ) -> Result<String, String> {
        let mut request = self.client.post(url).header(ACCEPT, "application/json");
        request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let answer = request.body(form).send().await.map_err(|error| causes(&error))?;
        // Refusals are 400 or 401, with the reason in the body (RFC 6749, section 5.2).
        match answer.status() {
            status if status.is_success() || status.is_client_error() => text(answer).await,
            status => Err(format!("the answer is {status}")),
        }
    }
}

/// An answer's body, if it is not too large.
async fn text(mut answer: reqwest::Response) -> Result<String, String> {
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|error| causes(&error))? {
        body.extend_from_slice(&part);
        if body.len() > BODY_BYTES_MAX {
            return Err(format!("the answer has more than {BODY_BYTES_MAX} bytes"));
        }
    }
    String::from_utf8(body).map_err(|error| error.to_string())
}

impl FetchKeys for HttpKeys {
    fn fetch<'f>(
        &'f self,
        url: &'f str,
    ) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'f>> {
        Box::pin(self.get(url))
    }
}

impl CallProvider for HttpKeys {
    fn post<'f>(
        &'f self,
        url: &'f str,
        authorization: Option<&'f str>,
        form: String,
    ) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'f>> {
        Box::pin(self.send(url, authorization, form))
    }
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
