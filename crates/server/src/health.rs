//! Is it alive, is it ready, what does it measure: the addresses that machines ask.
//!
//! Alive is whoever answers. Ready is whoever would keep an event: a server that is not should get
//! no more of them, but restarting it need not help.

use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use gatelog_api::Stop;
use gatelog_api::authentication::bearer_principal;
use gatelog_api::blocking::blocking;
use gatelog_api::problem::Problem;
use gatelog_auth::Scope;
use gatelog_ledger::Error as LedgerError;
use gatelog_ledger::limits::LOG_FILE_BYTES;
use gatelog_service::Service;

use crate::listen::FromLoopback;
use crate::metrics::{MEDIA_TYPE, Metrics};
use crate::system::disk_space;

/// What the answers are made of.
#[derive(Clone, Debug)]
pub(crate) struct Health {
    pub(crate) service: Arc<Service>,
    /// The data directory.
    pub(crate) directory: PathBuf,
    pub(crate) metrics: Arc<Metrics>,
    /// Says when the server begins to stop.
    pub(crate) stop: Stop,
}

/// The routes that machines ask.
pub(crate) fn router(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .method_not_allowed_fallback(gatelog_api::wrong_method)
        .with_state(health)
}

async fn ready(State(health): State<Health>) -> Result<&'static str, Problem> {
    let obstacle = blocking(move || health.obstacle()).await?;
    let unavailable = |detail| Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail);
    obstacle.map_or(Ok("ready\n"), |detail| Err(unavailable(detail)))
}

impl Health {
    /// Why no event would be kept now. Asks the file system.
    fn obstacle(&self) -> Option<&'static str> {
        if self.stop.is_told() {
            return Some("the server is stopping");
        }
        match self.service.ledger_refusal()? {
            LedgerError::ReadOnly { .. } => {
                Some("the ledger is read-only since a write to disk failed; restart Gatelog")
            }
            // That there is room again shows in the ledger only when the next event comes; whoever
            // waits for this answer would never send it.
            LedgerError::DiskFull { .. } if !self.has_room() => {
                Some("the server's disk is full; events are refused until there is room")
            }
            _ => None,
        }
    }

    fn has_room(&self) -> bool {
        disk_space(&self.directory).is_ok_and(|space| space.free_bytes >= LOG_FILE_BYTES)
    }
}

async fn metrics(
    State(health): State<Health>,
    Extension(FromLoopback(is_local)): Extension<FromLoopback>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !is_local {
        let principal = bearer_principal(&health.service, &headers).await?;
        // They name no tenant, so any key that may read will do, whosever it is.
        principal.authorize(Scope::Read, None)?;
    }
    let text = blocking(move || health.metrics.text()).await?;
    let failed = |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "metrics cannot be written");
    let text = text.map_err(failed)?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response())
}

#[cfg(test)]
mod tests;
