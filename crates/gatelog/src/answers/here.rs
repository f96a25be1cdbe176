//! The routes in this process, over a data directory that no server holds.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::http::Request;
use gatelog_api::Stop;
use gatelog_auth::{Access, ApiKey, Principal};
use gatelog_server::config::LogConfig;
use gatelog_server::log::{self, LogLevel};
use gatelog_server::system::{environment, operator};
use gatelog_service::{DueReads, Service};
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use tokio::sync::watch;
use tower::ServiceExt;

use super::Body;
use crate::command::check_there;

/// An open data directory and its routes.
pub(super) struct Here {
    service: Arc<Service>,
    router: Router,
    /// Known to this process only, and to it alone.
    key: ApiKey,
    /// Says that nothing is stopping.
    _stop: watch::Sender<bool>,
}

impl Here {
    pub(super) fn open(data: &Path) -> anyhow::Result<Self> {
        check_there(data)?;
        // What is wrong inside is logged, not answered.
        log::init(&LogConfig { level: LogLevel::Error, ..LogConfig::default() });
        let environment = environment();
        let no_randomness = "the random number generator does not answer";
        let id = environment.random().context(no_randomness)?;
        let key = ApiKey::mint(id, environment.random().context(no_randomness)?);
        let service = Arc::new(Service::open(data, environment)?);
        let (stop, stopping) = watch::channel(false);
        let router = gatelog_api::router(Arc::clone(&service), Stop::new(stopping));
        Ok(Self { service, router, key, _stop: stop })
    }

    pub(super) async fn get(
        &self,
        target: &str,
        headers: HeaderMap,
    ) -> anyhow::Result<(StatusCode, HeaderMap, Body)> {
        // Whoever can open the directory may read all of it.
        let (operator, access) = (operator(), Access::Operator);
        let (id, name) = (operator.id().into(), operator.name().into());
        let principal = Principal { id, name, access };
        self.service.authenticator().admit(&self.key, principal, self.service.now());
        let mut request = Request::get(target).body(axum::body::Body::empty())?;
        *request.headers_mut() = headers;
        let bearer = HeaderValue::try_from(format!("Bearer {}", self.key.reveal()))?;
        request.headers_mut().insert(AUTHORIZATION, bearer);
        let (head, body) = self.router.clone().oneshot(request).await?.into_parts();
        Ok((head.status, head.headers, Body::Here(body)))
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        // Reads are recorded, whoever reads.
        if let Err(error) = self.service.write_audit(DueReads::All) {
            tracing::error!(%error, "what was read could not be recorded");
        }
    }
}
