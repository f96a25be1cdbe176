//! Connections, TLS, and how they end: of the server, and of whatever else answers HTTP for it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::uri::{Authority, Scheme};
use axum::http::{HeaderMap, Uri, header};
use gatelog_api::client_address::ClientAddress;
use gatelog_event::time::UnixMicros;
use hyper::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use ipnet::IpNet;
use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;
use tower::util::BoxCloneService;

use crate::certificate::valid_until;
use crate::patience::Patient;

/// A connection that sends no complete head in this time is closed.
const HEADER_TIMEOUT_MS: u64 = 15_000;

/// A TLS handshake that takes longer is given up.
const HANDSHAKE_TIMEOUT_MS: u64 = 10_000;

/// An HTTP/2 peer that does not answer a ping in this time is gone.
const PING_INTERVAL_MS: u64 = 20_000;

/// A connection to which nothing can be written for so long is closed: its client does not read.
const WRITE_TIMEOUT_MS: u64 = 60_000;

/// Requests under way when the server is stopped get this long.
const STOP_TIMEOUT_MS: u64 = 20_000;

/// Connections served at once; more wait in the operating system's queue.
const CONNECTIONS_MAX: usize = 4_096;

/// What a proxy adds to a request that it passes on.
const FORWARDING_HEADERS: [&str; 6] =
    ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

/// Whether a request was sent by this machine itself, and not passed on by a proxy on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FromLoopback(pub(crate) bool);

/// How an HTTP/2 connection begins (RFC 9113, section 3.4); no request of HTTP/1.1 does.
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0";

/// How clients reach this server.
#[derive(Clone)]
pub struct Entrance {
    /// Ends TLS here, if configured.
    pub tls: Option<TlsAcceptor>,
    /// Networks of proxies that end TLS in front; only their word on it counts.
    pub behind_proxy: Vec<IpNet>,
}

impl std::fmt::Debug for Entrance {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("Entrance");
        shown.field("tls", &self.tls.is_some()).field("behind_proxy", &self.behind_proxy).finish()
    }
}

impl Entrance {
    /// Whether `peer` may speak to this server: without TLS here only a proxy that ends it, or
    /// this machine itself.
    fn admits(&self, peer: SocketAddr) -> bool {
        self.tls.is_some() || peer.ip().to_canonical().is_loopback() || self.is_proxy(peer)
    }

    /// Whether `peer` is a proxy whose word counts.
    pub fn is_proxy(&self, peer: SocketAddr) -> bool {
        let address = peer.ip().to_canonical();
        self.behind_proxy.iter().any(|network| network.contains(&address))
    }

    /// Where a request was sent. A proxy that is not known as one is known by its headers: to take
    /// its clients for this machine would let everybody in.
    fn origin(&self, peer: SocketAddr, headers: &HeaderMap) -> FromLoopback {
        let is_forwarded = FORWARDING_HEADERS.iter().any(|name| headers.contains_key(*name));
        let is_loopback = peer.ip().to_canonical().is_loopback();
        FromLoopback(is_loopback && !self.is_proxy(peer) && !is_forwarded)
    }

    /// Where the client is. Of several proxies in a row only the last one's word counts.
    fn client(&self, peer: SocketAddr, headers: &HeaderMap) -> Option<ClientAddress> {
        if !self.is_proxy(peer) {
            return Some(ClientAddress(peer.ip().to_canonical()));
        }
        let forwarded = headers.get_all("x-forwarded-for").into_iter().next_back()?;
        let last = forwarded.to_str().ok()?.rsplit(',').next()?;
        last.trim().parse().ok().map(ClientAddress)
    }

    /// The scheme by which the client that sent `request` sees this server.
    fn scheme(&self, peer: SocketAddr, headers: &HeaderMap) -> Scheme {
        let forwarded = headers.get("x-forwarded-proto").filter(|_| self.is_proxy(peer));
        let is_https = self.tls.is_some() || forwarded.is_some_and(|scheme| scheme == "https");
        if is_https { Scheme::HTTPS } else { Scheme::HTTP }
    }
}

/// The address of a request as its client wrote it, so that answers can name it. One whose `Host`
/// cannot be part of an address stays as it is.
fn absolute(uri: &Uri, scheme: Scheme, headers: &HeaderMap) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    if parts.authority.is_none() {
        let host = headers.get(header::HOST)?.as_bytes();
        parts.authority = Some(Authority::try_from(host).ok()?);
    }
    parts.scheme = Some(scheme);
    Uri::from_parts(parts).ok()
}

/// Serves connections until `stop` resolves, then lets requests under way finish. A request carries
/// its whole address, and [`ConnectInfo`] and [`ClientAddress`] as extensions.
pub async fn serve(
    listener: TcpListener,
    entrance: Entrance,
    router: Router,
    stop: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let permits = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut tasks = JoinSet::new();
    let (stopping, stopped) = watch::channel(());
    let mut stop = std::pin::pin!(stop);
    loop {
        while tasks.try_join_next().is_some() {}
        let permit = tokio::select! {
            permit = Arc::clone(&permits).acquire_owned() => permit,
            () = &mut stop => break,
        };
        let Ok(permit) = permit else { break };
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, or the peer went away: the next one may do better.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        if !entrance.admits(peer) {
            tracing::warn!(%peer, "refused: it is not one of the proxies that end TLS");
            continue;
        }
        let (router, entrance) = (router.clone(), entrance.clone());
        let (watcher, mut stopped) = (graceful.watcher(), stopped.clone());
        tasks.spawn(async move {
            let _permit = permit;
            // An answer is one write: waiting to fill a packet only delays it.
            let _ = stream.set_nodelay(true);
            let is_http2 = entrance.tls.is_none() && begins_as_http2(&stream, &mut stopped).await;
            let stream = Patient::new(stream, Duration::from_millis(WRITE_TIMEOUT_MS));
            let router = addressed(router, entrance.clone(), peer);
            match &entrance.tls {
                None => {
                    let builder = if is_http2 { http2() } else { http1() };
                    connection(&builder, stream, peer, router, watcher).await;
                }
                Some(tls) => {
                    if let Some(stream) = handshake(tls, stream).await {
                        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                        let builder = if is_http2 { http2() } else { http1() };
                        connection(&builder, stream, peer, router, watcher).await;
                    }
                }
            }
        });
    }
    drop((listener, stopping));
    let timeout = Duration::from_millis(STOP_TIMEOUT_MS);
    if tokio::time::timeout(timeout, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests that were still under way are cut off");
    }
    // Nothing may hold the data directory once this returns.
    tasks.shutdown().await;
}

/// Whether a client in clear text knows beforehand that HTTP/2 is spoken here. It writes the preface
/// at once; whatever has not come in time, or when the server stops, is left to HTTP/1.1, which
/// closes it.
async fn begins_as_http2(stream: &TcpStream, stopped: &mut watch::Receiver<()>) -> bool {
    let mut first = [0; HTTP2_PREFACE.len()];
    tokio::select! {
        _ = stream.peek(&mut first) => {}
        _ = stopped.changed() => {}
        () = tokio::time::sleep(Duration::from_millis(HEADER_TIMEOUT_MS)) => {}
    }
    first == HTTP2_PREFACE
}

/// HTTP/1.1 alone: finding out the version by itself would wait for a first byte without limit.
fn http1() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    let header_timeout = Duration::from_millis(HEADER_TIMEOUT_MS);
    builder.http1().timer(TokioTimer::new()).header_read_timeout(header_timeout);
    builder
}

/// HTTP/2, where TLS has agreed on it or the client began with it.
fn http2() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new()).http2_only();
    let interval = Duration::from_millis(PING_INTERVAL_MS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(interval)
        .keep_alive_timeout(interval);
    builder
}

/// The routes, for requests of one connection that carry their whole address and their peer.
fn addressed(router: Router, entrance: Entrance, peer: SocketAddr) -> Routes {
    let prepare = move |mut request: Request<Incoming>| {
        let scheme = entrance.scheme(peer, request.headers());
        if let Some(uri) = absolute(request.uri(), scheme, request.headers()) {
            *request.uri_mut() = uri;
        }
        let from_loopback = entrance.origin(peer, request.headers());
        if let Some(client) = entrance.client(peer, request.headers()) {
            request.extensions_mut().insert(client);
        }
        request.extensions_mut().insert(from_loopback);
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(axum::body::Body::new)
    };
    BoxCloneService::new(router.map_request(prepare))
}

type Routes = BoxCloneService<Request<Incoming>, axum::response::Response, Infallible>;

async fn connection<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    builder: &Builder<TokioExecutor>,
    stream: S,
    peer: SocketAddr,
    routes: Routes,
    watcher: Watcher,
) {
    let connection = builder
        .serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(routes))
        .into_owned();
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%peer, %error, "a connection ended");
    }
}

async fn handshake(
    tls: &TlsAcceptor,
    stream: Patient<TcpStream>,
) -> Option<tokio_rustls::server::TlsStream<Patient<TcpStream>>> {
    let timeout = Duration::from_millis(HANDSHAKE_TIMEOUT_MS);
    tokio::time::timeout(timeout, tls.accept(stream)).await.ok()?.ok()
}

/// Reads certificate chain and private key.
///
/// # Errors
/// A sentence that names the file.
pub fn tls_acceptor(certificates: &Path, key: &Path) -> Result<TlsAcceptor, String> {
    let chain = chain(certificates)?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| match error {
        pem::Error::NoItemsFound => failed(key, &"there is no private key in it (PEM)"),
        error => failed(key, &error),
    })?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private))
        .map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => failed(
                key,
                &format_args!(
                    "this is not the key of the certificate in {}",
                    certificates.display()
                ),
            ),
            error => failed(certificates, &error),
        })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn chain(certificates: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let chain = CertificateDer::pem_file_iter(certificates)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| failed(certificates, &error))?;
    if chain.is_empty() {
        return Err(failed(certificates, &"there is no certificate in it (PEM)"));
    }
    Ok(chain)
}

fn failed(path: &Path, error: &dyn std::fmt::Display) -> String {
    format!("{}: {error}", path.display())
}

/// Checks that TLS could be spoken with this certificate chain and key, and tells until when: the
/// earliest end of a certificate in the chain, if all are of a known form.
///
/// # Errors
/// A sentence that names the file.
pub fn tls_valid_until(certificates: &Path, key: &Path) -> Result<Option<UnixMicros>, String> {
    tls_acceptor(certificates, key)?;
    let ends = chain(certificates)?;
    let ends: Option<Vec<UnixMicros>> = ends.iter().map(|der| valid_until(der)).collect();
    Ok(ends.and_then(|ends| ends.into_iter().min()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_proxies_are_believed() {
        let behind_proxy = vec!["10.0.0.0/8".parse().expect("a network")];
        let entrance = Entrance { tls: None, behind_proxy };
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-proto", "https".parse().expect("a value"));
        headers.insert(header::HOST, "log.acme.example".parse().expect("a value"));
        let proxy = "10.1.2.3:5".parse().expect("an address");
        let other = "203.0.113.9:5".parse().expect("an address");
        let seen = |peer| {
            let uri = Uri::from_static("/api/logs?page=2");
            absolute(&uri, entrance.scheme(peer, &headers), &headers).expect("an address")
        };
        assert_eq!(seen(proxy), "https://log.acme.example/api/logs?page=2");
        assert_eq!(seen(other), "http://log.acme.example/api/logs?page=2");
        assert!(entrance.admits(proxy) && !entrance.admits(other));
        assert!(entrance.admits("127.0.0.1:5".parse().expect("an address")));
    }

    #[test]
    fn a_client_is_where_its_connection_comes_from_or_a_known_proxy_says() {
        let behind_proxy = vec!["10.0.0.0/8".parse().expect("a network")];
        let entrance = Entrance { tls: None, behind_proxy };
        let client = |peer: &str, forwarded: Option<&str>| {
            let value = forwarded.map(|value| value.parse().expect("a value"));
            let headers =
                value.map(|value| (axum::http::HeaderName::from_static("x-forwarded-for"), value));
            let peer = peer.parse().expect("an address");
            let client = entrance.client(peer, &headers.into_iter().collect());
            client.map(|ClientAddress(address)| address.to_string()).unwrap_or_default()
        };
        assert_eq!(client("[::ffff:203.0.113.9]:5", None), "203.0.113.9");
        assert_eq!(client("203.0.113.9:5", Some("192.0.2.1")), "203.0.113.9");
        assert_eq!(client("10.1.2.3:5", Some("192.0.2.1, 198.51.100.2")), "198.51.100.2");
        assert_eq!(client("10.1.2.3:5", Some("somewhere")), "");
        assert_eq!(client("10.1.2.3:5", None), "");
    }

    #[test]
    fn a_proxied_request_is_not_from_this_machine() {
        let is_local = |peer: &str, proxy: Option<&str>, header: Option<&'static str>| {
            let behind_proxy = proxy.into_iter().map(|network| network.parse().expect("a network"));
            let entrance = Entrance { tls: None, behind_proxy: behind_proxy.collect() };
            let name = header.map(axum::http::HeaderName::from_static);
            let headers = name.map(|name| (name, "127.0.0.1".parse().expect("a value")));
            let peer = peer.parse().expect("an address");
            entrance.origin(peer, &headers.into_iter().collect()).0
        };
        assert!(is_local("127.0.0.1:5", None, None));
        assert!(is_local("[::ffff:127.0.0.1]:5", None, None));
        assert!(!is_local("203.0.113.9:5", None, None));
        assert!(!is_local("203.0.113.9:5", None, Some("x-forwarded-for")));
        assert!(!is_local("127.0.0.1:5", Some("127.0.0.0/8"), None));
        for header in FORWARDING_HEADERS {
            assert!(!is_local("127.0.0.1:5", None, Some(header)), "{header}");
        }
    }
}
