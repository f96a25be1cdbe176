//! One HTTP connection to an engine, for one request after the other.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// An open connection.
#[derive(Debug)]
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    /// Sent with every request.
    headers: HeaderMap,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Connection {
    /// Connects; `headers` say with each request who is asking.
    ///
    /// # Errors
    /// When nobody answers.
    pub(crate) async fn open(
        address: SocketAddr,
        headers: &[(HeaderName, String)],
    ) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await.context("cannot connect")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // It ends with the sender; what goes wrong is told by the request that was under way.
        tokio::spawn(connection);
        let mut all = HeaderMap::new();
        all.insert(HOST, HeaderValue::from_str(&address.to_string())?);
        for (name, value) in headers {
            all.insert(name, HeaderValue::from_str(value)?);
        }
        Ok(Self { sender, headers: all })
    }

    /// Asks.
    ///
    /// # Errors
    /// When there is no answer.
    pub(crate) async fn get(&mut self, target: &str) -> anyhow::Result<Reply> {
        self.send(Method::GET, target, Bytes::new()).await
    }

    /// Sends a body.
    ///
    /// # Errors
    /// When there is no answer.
    pub(crate) async fn post(&mut self, target: &str, body: Bytes) -> anyhow::Result<Reply> {
        self.send(Method::POST, target, body).await
    }

    async fn send(&mut self, method: Method, target: &str, body: Bytes) -> anyhow::Result<Reply> {
        let mut request = Request::builder().method(method).uri(target).body(Full::new(body))?;
        request.headers_mut().clone_from(&self.headers);
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await.context("the engine went away")?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await.context("the answer ended early")?.to_bytes();
        Ok(Reply { status: head.status, headers: head.headers, body })
    }
}

impl Reply {
    /// The reply, if it is one that says yes.
    ///
    /// # Errors
    /// With what it says instead.
    pub(crate) fn good(self) -> anyhow::Result<Self> {
        if self.status != StatusCode::OK {
            bail!("the answer is {}: {}", self.status, String::from_utf8_lossy(&self.body));
        }
        Ok(self)
    }
}

/// A query string of names and values.
pub(crate) fn query_string(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
