//! A request is passed on, and the answer back, as they come.
//!
//! The only answers of its own are 502 and 504, when there is none to pass on.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Extension, State};
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use gatelog_api::client_address::ClientAddress;
use gatelog_server::listen::Entrance;
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;
use tokio::sync::{Notify, Semaphore};

use crate::call::{BodyCopy, Call, Ongoing, Recording};
use crate::headers::{Sender, forward, is_upgrade, join_cookies, remove_hop_by_hop};
use crate::limits::TUNNELS_MAX;
use crate::tee::{End, Tee};
use crate::upstream::{NoAnswer, Upstream};

/// What every request needs.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) upstream: Upstream,
    pub(crate) entrance: Entrance,
    /// How long the upstream may think about a request that it has.
    pub(crate) timeout: Duration,
    pub(crate) exclude: Vec<String>,
    pub(crate) recording: Recording,
    /// One permit for each upgraded connection.
    pub(crate) tunnels: Arc<Semaphore>,
}

/// Why a request is answered here.
enum Refused {
    Gateway(&'static str),
    Timeout(&'static str),
}

/// Places for upgraded connections.
pub(crate) fn tunnels() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(TUNNELS_MAX))
}

/// Passes on every request, whatever its method and path.
pub(crate) fn router(proxy: Proxy) -> Router {
    Router::new().fallback(pass_on).with_state(Arc::new(proxy))
}

async fn pass_on(
    State(proxy): State<Arc<Proxy>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    client: Option<Extension<ClientAddress>>,
    mut request: Request<Body>,
) -> Response<Body> {
    let client = client.map(|Extension(ClientAddress(address))| address);
    let mut ongoing = proxy.begin(&request, client);
    let response_is_copied = ongoing.is_some() && !reads(request.method());
    let upgrade_of_client = take_upgrade(&mut request);
    proxy.rewrite_head(&mut request, peer, upgrade_of_client.is_some());
    let request_copy = match &mut ongoing {
        Some(ongoing) if response_is_copied => {
            let copy = BodyCopy::of(request.headers());
            ongoing.note(|call| call.request_body = copy.clone());
            copy
        }
        _ => BodyCopy::default(),
    };
    let sent = Arc::new(Notify::new());
    let end = End::Tell(Arc::clone(&sent));
    let request = request.map(|body| Body::new(Tee::new(body, request_copy, end)));
    let answer = proxy.ask(request, upgrade_of_client.is_some(), &sent).await;
    match answer {
        Ok(response) => proxy.pass_back(response, upgrade_of_client, ongoing, response_is_copied),
        Err(refused) => {
            let response = refused.into_response();
            if let Some(ongoing) = &mut ongoing {
                ongoing.note(|call| {
                    call.answered(response.status(), response.headers());
                    call.is_cut = false;
                });
            }
            response
        }
    }
}

impl Proxy {
    /// Begins to record a call, unless it is excluded. Preflights of browsers are no calls.
    fn begin(&self, request: &Request<Body>, client: Option<std::net::IpAddr>) -> Option<Ongoing> {
        let path = request.uri().path();
        if *request.method() == Method::OPTIONS || is_excluded(&self.exclude, path) {
            return None;
        }
        let head = (request.method(), request.uri(), request.headers());
        Some(self.recording.begin(Call::new(head, client, self.recording.clock.now())))
    }

    fn rewrite_head(&self, request: &mut Request<Body>, peer: SocketAddr, is_upgrade: bool) {
        let (scheme, host) = (request.uri().scheme_str(), request.uri().authority());
        let (scheme, host) = (scheme.unwrap_or("http").to_owned(), host.map(ToString::to_string));
        let headers = request.headers_mut();
        remove_hop_by_hop(headers);
        // The client is told to continue when its body is asked for, so nobody else has to.
        headers.remove(header::EXPECT);
        join_cookies(headers);
        if is_upgrade {
            headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        }
        // HTTP/2 has no `Host`.
        if let Some(host) = host.as_deref().filter(|_| !headers.contains_key(header::HOST))
            && let Ok(host) = HeaderValue::from_str(host)
        {
            headers.insert(header::HOST, host);
        }
        let sender = Sender {
            peer: peer.ip().to_canonical(),
            is_proxy: self.entrance.is_proxy(peer),
            scheme: &scheme,
            host: host.as_deref(),
        };
        forward(headers, &sender);
    }

    /// Asks the upstream. The time it may take begins when it has the whole request, so that a long
    /// upload is none of it.
    async fn ask(
        &self,
        request: Request<Body>,
        is_upgrade: bool,
        sent: &Notify,
    ) -> Result<Response<Incoming>, Refused> {
        if *request.method() == Method::CONNECT {
            return Err(Refused::Gateway("CONNECT is not passed on"));
        }
        let is_late = async {
            sent.notified().await;
            tokio::time::sleep(self.timeout).await;
        };
        tokio::select! {
            answer = self.upstream.send(request, is_upgrade) => answer.map_err(Refused::of),
            () = is_late => Err(Refused::Timeout("the API behind this proxy did not answer in time")),
        }
    }

    fn pass_back(
        &self,
        mut response: Response<Incoming>,
        upgrade_of_client: Option<OnUpgrade>,
        mut ongoing: Option<Ongoing>,
        is_copied: bool,
    ) -> Response<Body> {
        let status = response.status();
        if let Some(ongoing) = &mut ongoing {
            ongoing.note(|call| call.answered(status, response.headers()));
        }
        if status == StatusCode::SWITCHING_PROTOCOLS {
            let agreed = upgrade_of_client.filter(|_| is_upgrade(response.headers()));
            let Some(client) = agreed else {
                return Refused::Gateway("the API behind this proxy changes protocols unasked")
                    .into_response();
            };
            if !self.tunnel(client, hyper::upgrade::on(&mut response)) {
                return Refused::Gateway("too many upgraded connections").into_response();
            }
            // From here on it is no call any more.
            if let Some(mut ongoing) = ongoing {
                ongoing.note(|call| call.is_cut = false);
            }
            return response.map(|_| Body::empty());
        }
        remove_hop_by_hop(response.headers_mut());
        *response.version_mut() = axum::http::Version::HTTP_11;
        let Some(mut ongoing) = ongoing else { return response.map(Body::new) };
        let is_copied = is_copied || status.is_client_error() || status.is_server_error();
        let copy = if is_copied { BodyCopy::of(response.headers()) } else { BodyCopy::default() };
        ongoing.note(|call| call.response_body = copy.clone());
        response.map(|body| Body::new(Tee::new(body, copy, End::Call(ongoing))))
    }

    /// Passes bytes both ways from when both sides have changed protocols; `false` if there is no
    /// place for that.
    fn tunnel(&self, client: OnUpgrade, upstream: OnUpgrade) -> bool {
        let Ok(permit) = Arc::clone(&self.tunnels).try_acquire_owned() else { return false };
        tokio::spawn(async move {
            let _permit = permit;
            let (Ok(client), Ok(upstream)) = (client.await, upstream.await) else { return };
            let (mut client, mut upstream) = (TokioIo::new(client), TokioIo::new(upstream));
            // How a tunnel ends is between its ends.
            let _ = copy_bidirectional(&mut client, &mut upstream).await;
        });
        true
    }
}

/// What becomes of the client's connection, if it asks to change protocols.
fn take_upgrade(request: &mut Request<Body>) -> Option<OnUpgrade> {
    let upgrade = request.extensions_mut().remove::<OnUpgrade>();
    upgrade.filter(|_| is_upgrade(request.headers()))
}

fn reads(method: &Method) -> bool {
    *method == Method::GET || *method == Method::HEAD
}

/// Whether a path is excluded: exactly, or because it begins as a pattern that ends with `*`. One
/// that the upstream could read as another path never is.
fn is_excluded(patterns: &[String], path: &str) -> bool {
    let is_plain = !["%", "//", "\\", ";"].iter().any(|odd| path.contains(odd))
        && !path.split('/').any(|segment| segment == "." || segment == "..");
    is_plain
        && patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(begin) => path.starts_with(begin),
            None => path == pattern,
        })
}

impl Refused {
    fn of(no_answer: NoAnswer) -> Self {
        match no_answer {
            NoAnswer::Unreachable(error) => {
                tracing::warn!(error = %causes(&error), "no answer from the upstream");
                Self::Gateway("the API behind this proxy cannot be reached")
            }
            NoAnswer::Late(error) => {
                tracing::warn!(error = %causes(&error), "no connection to the upstream in time");
                Self::Timeout("the API behind this proxy cannot be reached in time")
            }
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response<Body> {
        let (status, detail) = match self {
            Self::Gateway(detail) => (StatusCode::BAD_GATEWAY, detail),
            Self::Timeout(detail) => (StatusCode::GATEWAY_TIMEOUT, detail),
        };
        let title = status.canonical_reason();
        let problem = serde_json::json!({
            "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail,
        });
        let headers = [(header::CONTENT_TYPE, "application/problem+json")];
        (status, headers, problem.to_string()).into_response()
    }
}

fn causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_excluded_as_a_whole_or_by_their_beginning() {
        let patterns = ["/api/status", "/console/*", "/.well-known/*"].map(str::to_owned);
        let cases = [
            ("/api/status", true),
            ("/api/status/x", false),
            ("/console/a.js", true),
            ("/.well-known/keys", true),
            ("/console", false),
            ("/api/users", false),
            ("/console/../api/users", false),
            ("/console/%2e%2e/api/users", false),
            ("/console//api/users", false),
        ];
        for (path, expected) in cases {
            assert_eq!(is_excluded(&patterns, path), expected, "{path}");
        }
    }
}
