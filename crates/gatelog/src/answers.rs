//! Who answers a command's questions: a running server, or the same routes in this process over a
//! data directory that no server holds.
//!
//! Both are asked for the addresses of `/v1` and answer with the same bytes, so that a command
//! prints the same whatever it asks. It is not for `meta.db` alone, which commands open by
//! themselves.
//!
//! - [`here`]: the routes in this process.
//! - [`remote`]: a running server.
//! - [`refusal`]: an answer that says no, for a person.

mod here;
pub(crate) mod refusal;
pub(crate) mod remote;

use std::time::Duration;

use anyhow::{Context, bail};
use bytes::Bytes;
use gatelog_event::tenant::TenantName;
use http_body_util::BodyExt;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use tokio::runtime::Runtime;

use self::here::Here;
use self::refusal::Refusal;
use self::remote::Remote;
use crate::arguments::Place;

/// The header by which an operator picks a tenant.
const TENANT: HeaderName = HeaderName::from_static("gatelog-tenant");

/// Names and values of a request's parameters.
pub(crate) type Parameters = Vec<(&'static str, String)>;

/// Answers questions.
pub(crate) struct Answers {
    runtime: Runtime,
    via: Via,
    tenant: Option<TenantName>,
}

enum Via {
    Remote(Remote),
    Here(Box<Here>),
}

/// An answer as it arrives.
pub(crate) struct Stream<'a> {
    runtime: &'a Runtime,
    headers: HeaderMap,
    body: Body,
}

enum Body {
    Remote(reqwest::Response),
    Here(axum::body::Body),
}

impl Answers {
    /// Opens the data directory or prepares to ask the server. Without a tenant it is that of the
    /// key, or `default`.
    ///
    /// # Errors
    /// When the directory is in use or damaged.
    pub(crate) fn open(place: &Place, tenant: Option<&TenantName>) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.context("cannot start the async runtime")?;
        let via = match place {
            Place::Server { url, token } => Via::Remote(Remote::new(url, token)?),
            Place::Directory(path) => Via::Here(Box::new(Here::open(path)?)),
        };
        Ok(Self { runtime, via, tenant: tenant.cloned() })
    }

    /// The whole answer to a GET request, in JSON.
    ///
    /// # Errors
    /// When there is none, or it says no.
    pub(crate) fn get(&self, path: &str, parameters: &Parameters) -> anyhow::Result<String> {
        let stream = self.stream(path, parameters, HeaderMap::new())?;
        let bytes = self.runtime.block_on(stream.body.whole())?;
        String::from_utf8(bytes).context("the server's answer is not text")
    }

    /// The whole answer of a server to a request that changes something.
    ///
    /// # Errors
    /// When there is none, or it says no; also if it is no server that is asked.
    pub(crate) fn send(
        &self,
        method: &Method,
        path: &str,
        body: Vec<u8>,
    ) -> anyhow::Result<String> {
        let mut headers = HeaderMap::new();
        if let Some(tenant) = &self.tenant {
            headers.insert(TENANT, HeaderValue::try_from(tenant.as_str())?);
        }
        self.runtime.block_on(async {
            let Via::Remote(remote) = &self.via else {
                bail!("this is done by a running server: give its --url");
            };
            let (status, _, body) = remote.request(method, path, headers, body).await?;
            let bytes = body.whole().await?;
            if status.is_success() {
                return String::from_utf8(bytes).context("the server's answer is not text");
            }
            Err(Refusal::new(status, &bytes, &Parameters::new()).into())
        })
    }

    /// The answer to a GET request, piece by piece.
    ///
    /// # Errors
    /// When there is none, or it says no.
    pub(crate) fn stream(
        &self,
        path: &str,
        parameters: &Parameters,
        mut headers: HeaderMap,
    ) -> anyhow::Result<Stream<'_>> {
        if let Some(tenant) = &self.tenant {
            headers.insert(TENANT, HeaderValue::try_from(tenant.as_str())?);
        }
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters.iter().map(|(name, value)| (name, value)))
            .finish();
        let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        self.runtime.block_on(async {
            let (status, headers, body) = match &self.via {
                Via::Remote(remote) => {
                    remote.request(&Method::GET, &target, headers, Vec::new()).await?
                }
                Via::Here(here) => here.get(&target, headers).await?,
            };
            if status == StatusCode::OK {
                return Ok(Stream { runtime: &self.runtime, headers, body });
            }
            Err(Refusal::new(status, &body.whole().await?, parameters).into())
        })
    }

    /// Does nothing for a while.
    pub(crate) fn pause(&self, time: Duration) {
        self.runtime.block_on(async { tokio::time::sleep(time).await });
    }
}

impl Stream<'_> {
    /// A number in a header of the answer.
    pub(crate) fn number(&self, header: &str) -> Option<u64> {
        self.headers.get(header)?.to_str().ok()?.parse().ok()
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// When the answer ends early.
    pub(crate) fn next(&mut self) -> anyhow::Result<Option<Bytes>> {
        self.runtime.block_on(self.body.next())
    }

    /// All of it.
    ///
    /// # Errors
    /// When the answer ends early.
    pub(crate) fn whole(self) -> anyhow::Result<Vec<u8>> {
        self.runtime.block_on(self.body.whole())
    }

    /// As [`Stream::next`], if it comes in time.
    ///
    /// # Errors
    /// When the answer ends early or pauses for longer.
    pub(crate) fn next_within(&mut self, time: Duration) -> anyhow::Result<Option<Bytes>> {
        let next = async { tokio::time::timeout(time, self.body.next()).await };
        self.runtime.block_on(next).context("nothing was heard of the server any more")?
    }
}

impl Body {
    async fn next(&mut self) -> anyhow::Result<Option<Bytes>> {
        let early = "the answer ended early";
        match self {
            Self::Remote(response) => response.chunk().await.context(early),
            Self::Here(body) => loop {
                let Some(frame) = body.frame().await else { return Ok(None) };
                if let Ok(data) = frame.context(early)?.into_data() {
                    return Ok(Some(data));
                }
            },
        }
    }

    async fn whole(mut self) -> anyhow::Result<Vec<u8>> {
        let mut whole = Vec::new();
        while let Some(piece) = self.next().await? {
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }
}
