//! One HTTP connection to the server, for one request after the other.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// An open connection.
pub(super) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    authorization: String,
}

impl Connection {
    /// Connects and says who is asking with each request.
    ///
    /// # Errors
    /// When nobody answers.
    pub(super) async fn open(address: SocketAddr, key: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await.context("cannot connect")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // It ends with the sender; what goes wrong is told by the request that was under way.
        tokio::spawn(connection);
        let (host, authorization) = (address.to_string(), format!("Bearer {key}"));
        Ok(Self { sender, host, authorization })
    }

    /// The answer to a question.
    ///
    /// # Errors
    /// When it is not answered.
    pub(super) async fn get(&mut self, target: &str) -> anyhow::Result<Bytes> {
        let answer = self.ask(target, None).await?;
        answer.with_context(|| format!("{target} is refused: it would read too much"))
    }

    /// The answer to a question, or to a GraphQL document; `None` if the server refuses it as it
    /// would read too much.
    ///
    /// # Errors
    /// When it is neither answered nor refused for that.
    pub(super) async fn ask(
        &mut self,
        target: &str,
        document: Option<&'static str>,
    ) -> anyhow::Result<Option<Bytes>> {
        let (status, body) = match document {
            None => self.send(Method::GET, target, "", Bytes::new()).await?,
            Some(document) => {
                let document = Bytes::from_static(document.as_bytes());
                self.send(Method::POST, target, "application/graphql", document).await?
            }
        };
        match status {
            StatusCode::OK => Ok(Some(body)),
            StatusCode::UNPROCESSABLE_ENTITY => Ok(None),
            _ => bail!("{target} was answered with {status}: {}", String::from_utf8_lossy(&body)),
        }
    }

    /// Sends a body; the answer says what became of it.
    ///
    /// # Errors
    /// When there is no answer.
    pub(super) async fn post(
        &mut self,
        target: &str,
        body: Bytes,
    ) -> anyhow::Result<(StatusCode, Bytes)> {
        self.send(Method::POST, target, "", body).await
    }

    async fn send(
        &mut self,
        method: Method,
        target: &str,
        media_type: &str,
        body: Bytes,
    ) -> anyhow::Result<(StatusCode, Bytes)> {
        let request = Request::builder()
            .method(method)
            .uri(target)
            .header(HOST, &self.host)
            .header(AUTHORIZATION, &self.authorization)
            .header(CONTENT_TYPE, media_type)
            .body(Full::new(body))?;
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await.context("the server went away")?;
        let status = answer.status();
        let body = answer.into_body().collect().await.context("the answer ended early")?;
        Ok((status, body.to_bytes()))
    }
}
