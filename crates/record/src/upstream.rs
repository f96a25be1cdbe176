//! Connections to the API that is recorded.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::uri::{Authority, PathAndQuery, Scheme};
use axum::http::{Request, Response, Uri, Version};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::Error;
use crate::limits::{CONNECT_TIMEOUT_MS, IDLE_CONNECTIONS_MAX};

type HttpClient = Client<HttpsConnector<HttpConnector>, Body>;

/// The API that is recorded.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    scheme: Scheme,
    authority: Authority,
    is_http2: bool,
    calls: HttpClient,
    /// Upgrades are of HTTP/1.1 alone.
    upgrades: HttpClient,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// Nobody listens there, or the connection broke.
    Unreachable(ClientError),
    /// It cannot be connected to in time.
    Late(ClientError),
}

impl Upstream {
    /// # Errors
    /// [`Error::Upstream`] when the address is none; [`Error::Certificates`].
    pub(crate) fn new(url: &str, is_http2: bool) -> Result<Self, Error> {
        let invalid = || Error::Upstream(url.to_owned());
        let parts = url.parse::<Uri>().map_err(|_| invalid())?.into_parts();
        let scheme = parts.scheme.filter(|it| *it == Scheme::HTTP || *it == Scheme::HTTPS);
        let scheme = scheme.ok_or_else(invalid)?;
        let path = parts.path_and_query.as_ref().map_or("/", PathAndQuery::as_str);
        let authority = parts.authority.filter(|_| path == "/").ok_or_else(invalid)?;
        let calls = client(&scheme, is_http2)?;
        let upgrades = client(&scheme, false)?;
        Ok(Self { scheme, authority, is_http2, calls, upgrades })
    }

    /// Sends a request and waits for the head of the answer. With HTTP/1.1 its `Host` stays as it
    /// is; with HTTP/2 the upstream's own name takes its place.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub(crate) async fn send(
        &self,
        mut request: Request<Body>,
        is_upgrade: bool,
    ) -> Result<Response<Incoming>, NoAnswer> {
        let mut parts = std::mem::take(request.uri_mut()).into_parts();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query.get_or_insert(PathAndQuery::from_static("/"));
        *request.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
        *request.version_mut() = Version::HTTP_11;
        if self.is_http2 && !is_upgrade {
            request.headers_mut().remove(axum::http::header::HOST);
        }
        let client = if is_upgrade { &self.upgrades } else { &self.calls };
        client.request(request).await.map_err(NoAnswer::of)
    }
}

impl NoAnswer {
    fn of(error: ClientError) -> Self {
        let mut cause = error.source();
        while let Some(one) = cause {
            let found = one.downcast_ref::<std::io::Error>();
            if found.is_some_and(|found| found.kind() == std::io::ErrorKind::TimedOut) {
                return Self::Late(error);
            }
            cause = one.source();
        }
        Self::Unreachable(error)
    }
}

fn client(scheme: &Scheme, is_http2: bool) -> Result<HttpClient, Error> {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(Duration::from_millis(CONNECT_TIMEOUT_MS)));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = HttpsConnectorBuilder::new();
    let builder = if *scheme == Scheme::HTTPS {
        builder.with_provider_and_native_roots(provider).map_err(Error::Certificates)?
    } else {
        // Where TLS is not spoken, a system without certificates will do.
        let roots = rustls::RootCertStore::empty();
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Certificates(std::io::Error::other(error)))?;
        builder.with_tls_config(config.with_root_certificates(roots).with_no_client_auth())
    };
    let builder = builder.https_or_http();
    let connector = if is_http2 {
        builder.enable_http2().wrap_connector(connector)
    } else {
        builder.enable_http1().wrap_connector(connector)
    };
    Ok(Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
        .http2_only(is_http2)
        .build(connector))
}
