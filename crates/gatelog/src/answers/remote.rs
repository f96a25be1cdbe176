//! A running server.

use anyhow::Context;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};

use super::Body;

/// A server and a key for it.
pub(super) struct Remote {
    client: reqwest::Client,
    address: String,
    token: String,
}

/// An HTTP client for the server at this address.
///
/// # Errors
/// When the system's certificates cannot be read.
pub(crate) fn client(url: &str) -> anyhow::Result<reqwest::Client> {
    // Several TLS libraries are linked in one way or another; this says which one is meant.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut client = reqwest::Client::builder();
    if !url.starts_with("https:") {
        // Where TLS is not spoken, a system without certificates will do.
        client = client.tls_certs_only([]);
    }
    client.build().context("cannot start an HTTP client")
}

impl Remote {
    pub(super) fn new(url: &str, token: &str) -> anyhow::Result<Self> {
        let address = url.trim_end_matches('/').to_owned();
        Ok(Self { client: client(url)?, address, token: token.to_owned() })
    }

    pub(super) async fn request(
        &self,
        method: &Method,
        target: &str,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> anyhow::Result<(StatusCode, HeaderMap, Body)> {
        let request = self.client.request(method.clone(), format!("{}{target}", self.address));
        let request = request.headers(headers).bearer_auth(&self.token).body(body);
        let response = request.send().await;
        let response = response.with_context(|| format!("cannot reach {}", self.address))?;
        Ok((response.status(), response.headers().clone(), Body::Remote(response)))
    }
}
