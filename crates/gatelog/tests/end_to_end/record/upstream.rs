//! A stand-in for an API, over HTTP/1.1 and HTTP/2 in clear text.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, patch, post};
use axum::{Json, Router};
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

/// A running API.
pub(super) struct Upstream {
    pub(super) address: String,
    /// Each permit lets one more piece of `/pieces` leave.
    pub(super) pieces: Arc<Semaphore>,
    _runtime: Runtime,
}

impl Upstream {
    pub(super) fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let pieces = Arc::new(Semaphore::new(0));
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = router(Arc::clone(&pieces));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { address, pieces, _runtime: runtime }
    }
}

fn router(pieces: Arc<Semaphore>) -> Router {
    let user = |Path(id): Path<String>| async move { Json(json!({ "id": id })) };
    let missing = |Path(_): Path<String>| async {
        let body = json!({ "code": "entity.not_found", "message": "no such user" });
        (StatusCode::NOT_FOUND, Json(body))
    };
    let create = || async { (StatusCode::CREATED, Json(json!({ "id": "u2" }))) };
    let rename = |Json(given): Json<Value>| async move {
        Json(json!({ "before": { "name": "Old" }, "after": given }))
    };
    Router::new()
        .route("/api/status", get(|| async { "ok" }))
        .route("/api/users", post(create).options(|| async { "" }))
        .route("/api/users/{id}", get(user).patch(user).delete(missing))
        .route("/api/organizations/{id}", patch(rename))
        .route("/_api/admin/graphql", post(|| async { Json(json!({ "data": {} })) }))
        .route("/seen", any(seen))
        .route("/upload", post(upload))
        .route("/pieces", get(move || in_pieces(Arc::clone(&pieces))))
        .route("/echo", get(echo))
}

/// What of a request arrives.
async fn seen(request: Request) -> Json<Value> {
    let headers = request.headers().iter();
    let headers: serde_json::Map<_, _> = headers
        .map(|(name, value)| (name.to_string(), Value::from(value.to_str().unwrap())))
        .collect();
    Json(json!({
        "version": format!("{:?}", request.version()),
        "target": request.uri().path_and_query().unwrap().as_str(),
        "headers": headers,
    }))
}

async fn upload(body: Body) -> String {
    let mut body = body;
    let mut bytes = 0;
    while let Some(Ok(frame)) = body.frame().await {
        bytes += frame.data_ref().map_or(0, Bytes::len);
    }
    bytes.to_string()
}

/// Three pieces, each when a permit lets it, and trailers.
async fn in_pieces(permits: Arc<Semaphore>) -> Response {
    let pieces = stream::unfold((0, permits), |(number, permits)| async move {
        if number == 3 {
            let mut trailers = HeaderMap::new();
            trailers.insert("x-checksum", HeaderValue::from_static("abc"));
            return Some((Ok::<_, Infallible>(Frame::trailers(trailers)), (4, permits)));
        }
        if number > 3 {
            return None;
        }
        permits.acquire().await.unwrap().forget();
        Some((Ok(Frame::data(Bytes::from(format!("piece {number}\n")))), (number + 1, permits)))
    });
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::TRAILER, "x-checksum")];
    (headers, Body::new(StreamBody::new(pieces))).into_response()
}

/// Changes to a protocol that sends back what it gets.
async fn echo(mut request: Request) -> Response {
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let (mut reader, mut writer) = tokio::io::split(TokioIo::new(upgraded.await.unwrap()));
        tokio::io::copy(&mut reader, &mut writer).await
    });
    let headers = [(header::CONNECTION, "upgrade"), (header::UPGRADE, "websocket")];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}
