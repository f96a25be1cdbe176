//! Every address and its handler.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use axum::http::Uri;
use axum::routing::{MethodRouter, any, get, post};
use gatelog_service::Service;

use crate::body::Bodies;
use crate::catalogues::{get_catalogue, list_catalogues};
use crate::events::{get as get_event, list, post as post_event, schema};
use crate::export::export;
use crate::openapi::{docs, openapi};
use crate::otlp::post_logs;
use crate::problem::Problem;
use crate::producers::list_producers;
use crate::shared::Shared;
use crate::stats::{count, explain, facets, histogram};
use crate::tail::tail;

/// What the handlers share.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    service: Arc<Service>,
    bodies: Bodies,
    shared: Shared,
}

impl FromRef<Edge> for Arc<Service> {
    fn from_ref(edge: &Edge) -> Self {
        Self::clone(&edge.service)
    }
}

impl FromRef<Edge> for Bodies {
    fn from_ref(edge: &Edge) -> Self {
        edge.bodies.clone()
    }
}

impl FromRef<Edge> for Shared {
    fn from_ref(edge: &Edge) -> Self {
        edge.shared.clone()
    }
}

/// The routes of our own API. `shared` is what others have a part in; a [`crate::Stop`] alone
/// leaves all of the room to these routes.
pub fn router(service: Arc<Service>, shared: impl Into<Shared>) -> Router {
    let edge = Edge { service, bodies: Bodies::default(), shared: shared.into() };
    let routes = routes().into_iter();
    routes
        .fold(Router::new(), |router, (path, methods)| router.route(path, methods))
        .route("/v1", any(unknown_route))
        .route("/v1/", any(unknown_route))
        .route("/v1/{*rest}", any(unknown_route))
        .method_not_allowed_fallback(wrong_method)
        .with_state(edge)
}

/// The addresses that the description of the API is held against.
fn routes() -> [(&'static str, MethodRouter<Edge>); 15] {
    [
        ("/v1/events", get(list::list_events).post(post_event::post_events)),
        ("/v1/events/schema.json", get(schema::get_schema)),
        ("/v1/events/{id}", get(get_event::get_event)),
        ("/v1/logs", post(post_logs)),
        ("/v1/producers", get(list_producers)),
        ("/v1/stats/count", get(count::count)),
        ("/v1/stats/histogram", get(histogram::histogram)),
        ("/v1/stats/facets", get(facets::facets)),
        ("/v1/explain", get(explain::explain)),
        ("/v1/export", get(export)),
        ("/v1/tail", get(tail)),
        ("/v1/catalogues", get(list_catalogues)),
        ("/v1/catalogues/{source}", get(get_catalogue)),
        ("/openapi.json", get(openapi)),
        ("/docs", get(docs)),
    ]
}

async fn unknown_route(uri: Uri) -> Problem {
    Problem::not_found(format!("there is nothing at {}", uri.path()))
}

/// The answer to a method that an address does not take.
pub async fn wrong_method(uri: Uri) -> Problem {
    Problem::method_not_allowed(format!("{} does not take this method", uri.path()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::openapi::document;

    /// Answered by the server, not here.
    const OF_THE_SERVER: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

    #[test]
    fn every_address_is_described_and_no_other() {
        let here = routes().into_iter().map(|(path, _)| path);
        let here = here.chain(crate::sources::paths());
        let here: BTreeSet<&str> = here.chain(OF_THE_SERVER).collect();
        let paths = document()["paths"].as_object().expect("an object");
        let described: BTreeSet<&str> = paths.keys().map(String::as_str).collect();
        assert_eq!(described, here);
    }
}
