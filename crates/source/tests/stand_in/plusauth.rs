//! PlusAuth's log, with the rate limit of its smallest plan.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, Query, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use gatelog_event::time::UnixMicros;
use serde_json::json;

use super::{SECRET, Stage, serve};

/// Requests in one second of the stage's clock.
const REQUESTS_MAX: usize = 10;

#[derive(Debug)]
pub(crate) struct Plusauth {
    stage: Arc<Stage>,
    /// The last second in which somebody asked, and how often.
    asked: Mutex<(i64, usize)>,
}

type Parameters = HashMap<String, String>;

/// An entry. Every 100th is the same, to the byte, as the one before it at the same time.
pub(crate) fn record(number: usize, time: i64) -> String {
    let time = UnixMicros::from_millis(time).expect("a time").timestamp();
    format!(
        "{{\"time\":\"{time:.3}\",\"level\":\"info\",\"event_type\":\"2001\",\"message\":\"\",\
         \"user_id\":\"user-{number}\",\"details\":{{\"a\": [1,  2]}}}}"
    )
}

/// Starts it and returns where it begins.
pub(crate) async fn start(stage: &Arc<Stage>) -> String {
    let plusauth = Plusauth { stage: Arc::clone(stage), asked: Mutex::new((0, 0)) };
    let router = Router::new()
        .route("/oauth2/token", post(token))
        .route("/api/v1/logs/", get(logs))
        .with_state(Arc::new(plusauth));
    serve(stage, router).await
}

async fn token(headers: HeaderMap, Form(form): Form<Parameters>) -> Response {
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let has = |name: &str, value: &str| form.get(name).is_some_and(|given| given == value);
    let is_right = has("grant_type", "client_credentials")
        && has("client_id", "m2m")
        && has("client_secret", SECRET)
        && has("audience", &format!("http://{host}/api/"));
    match is_right {
        true => Json(json!({ "access_token": "token", "expires_in": 600 })).into_response(),
        false => refuse(StatusCode::UNAUTHORIZED, "invalid_client"),
    }
}

async fn logs(
    State(plusauth): State<Arc<Plusauth>>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    if headers.get("authorization").is_none_or(|given| given != "Bearer token") {
        return refuse(StatusCode::UNAUTHORIZED, "missing_token");
    }
    if plusauth.has_asked_too_often() {
        let body = json!({ "error": "too_many_requests", "status": 429 });
        return (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "1")], Json(body)).into_response();
    }
    let text = |name: &str| parameters.get(name).map(String::as_str);
    let number = |name: &str| text(name).and_then(|text| text.parse::<usize>().ok());
    let time =
        |name: &str| text(name).and_then(UnixMicros::parse_rfc3339).map(UnixMicros::millis_floor);
    let (Some(from), Some(to), Some(limit), Some(offset), Some("true")) =
        (time("from"), time("to"), number("limit"), number("offset"), text("include_api"))
    else {
        return refuse(StatusCode::BAD_REQUEST, "invalid_request");
    };
    let mut rows = plusauth.stage.list(|row| from < row.time && row.time <= to);
    rows.reverse();
    let total = rows.len();
    let rows: Vec<&str> =
        rows.into_iter().skip(limit * offset).take(limit).map(|row| &*row.record).collect();
    let length = rows.len();
    let body = format!(
        "{{\"logs\": [{}], \"total\": {total}, \"limit\": {limit}, \"offset\": {offset}, \
         \"length\": {length}}}",
        rows.join(", ")
    );
    ([("content-type", "application/json")], body).into_response()
}

impl Plusauth {
    fn has_asked_too_often(&self) -> bool {
        let second = self.stage.now_ms() / 1_000;
        let mut asked = self.asked.lock().expect("a lock");
        *asked = if asked.0 == second { (second, asked.1 + 1) } else { (second, 1) };
        asked.1 > REQUESTS_MAX
    }
}

fn refuse(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error, "status": status.as_u16() }))).into_response()
}
