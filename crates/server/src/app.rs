//! All routes in one.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, header};
use axum::{Router, middleware};
use gatelog_api::Shared;
use gatelog_console::ConsoleOptions;
use gatelog_dialect::authgear::{self, Projects};
use gatelog_dialect::{logto, plusauth};
use gatelog_service::Service;
use gatelog_source::Sources;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::health::{self, Health};
use crate::requests::{self, Requests};

/// A request whose body pauses for this long is given up.
const BODY_TIMEOUT_MS: u64 = 30_000;

/// What is set up for other products' APIs.
#[derive(Debug)]
pub(crate) struct Dialects {
    pub(crate) logto: logto::Settings,
    pub(crate) authgear: Projects,
}

/// Everything this server answers.
pub(crate) fn router(
    service: &Arc<Service>,
    console: ConsoleOptions,
    health: Health,
    dialects: Dialects,
    sources: Arc<Sources>,
    shared: Shared,
    requests: Requests,
) -> Router {
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    let routes = Router::new()
        .merge(health::router(health))
        .merge(gatelog_api::router(Arc::clone(service), shared.clone()))
        .merge(gatelog_api::sources::router(Arc::clone(service), sources))
        .merge(authgear::router(Arc::clone(service), dialects.authgear))
        .merge(logto::router(Arc::clone(service), dialects.logto))
        .merge(gatelog_console::router(Arc::clone(service), console, shared));
    plusauth::beside(routes, Arc::clone(service))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "same-origin"))
        .layer(RequestBodyTimeoutLayer::new(Duration::from_millis(BODY_TIMEOUT_MS)))
        .layer(CatchPanicLayer::custom(gatelog_api::problem::after_panic))
        .layer(middleware::from_fn_with_state(requests, requests::note))
}
