//! Logto's Management API, as far as its logs are concerned.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use super::{Row, SECRET, Stage, serve};

/// How a Logto differs from the current one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Quirks {
    /// Before 1.40.
    pub(crate) ignores_times: bool,
    /// 1.40 and 1.41.
    pub(crate) excludes_bounds: bool,
}

#[derive(Debug)]
pub(crate) struct Logto {
    pub(crate) stage: Arc<Stage>,
    quirks: Quirks,
    /// The only token that counts, by its number.
    pub(crate) token: AtomicI64,
}

type Parameters = HashMap<String, String>;

/// A row as the API returns it. The rows of webhooks are those with a number that 50 divides.
pub(crate) fn record(number: usize, time: i64) -> String {
    let key =
        if number.is_multiple_of(50) { "TriggerHook.PostSignIn" } else { "Interaction.Create" };
    format!(
        "{{\"tenantId\":\"default\",\"id\":\"{number:021}\",\"key\":\"{key}\",\"payload\":\
         {{\"key\":\"{key}\",\"result\":\"Success\",\"big\":12345678901234567890}},\
         \"createdAt\":{time}}}"
    )
}

/// Starts it and returns where it begins.
pub(crate) async fn start(stage: &Arc<Stage>, quirks: Quirks) -> (String, Arc<Logto>) {
    let logto = Logto { stage: Arc::clone(stage), quirks, token: AtomicI64::new(0) };
    let logto = Arc::new(logto);
    let router = Router::new()
        .route("/oidc/token", post(token))
        .route("/api/logs", get(logs))
        .route("/api/hooks", get(hooks))
        .route("/api/hooks/{id}/recent-logs", get(recent_logs))
        .with_state(Arc::clone(&logto));
    (serve(stage, router).await, logto)
}

async fn token(State(logto): State<Arc<Logto>>, Form(form): Form<Parameters>) -> Response {
    let has = |name: &str, value: &str| form.get(name).is_some_and(|given| given == value);
    let refuse = |status: StatusCode, error: &str| {
        let code = format!("oidc.{error}");
        (status, Json(json!({ "code": code, "error": error }))).into_response()
    };
    if !has("client_id", "m2m") {
        return refuse(StatusCode::BAD_REQUEST, "invalid_client");
    }
    if !has("client_secret", SECRET) {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    if !has("resource", "https://default.logto.app/api") || !has("scope", "all") {
        return refuse(StatusCode::BAD_REQUEST, "invalid_target");
    }
    let number = logto.token.load(Ordering::SeqCst);
    let body = json!({
        "access_token": format!("token-{number}"),
        "expires_in": 3_600,
        "token_type": "Bearer",
        "scope": "all",
    });
    Json(body).into_response()
}

impl Logto {
    /// The refusal of a request whose token does not count.
    fn check(&self, headers: &HeaderMap) -> Option<Response> {
        // Now and then all tokens end before their time.
        if self.stage.fails_one_in != 0 && self.stage.below(50) == 0 {
            self.token.fetch_add(1, Ordering::SeqCst);
        }
        let wanted = format!("Bearer token-{}", self.token.load(Ordering::SeqCst));
        if headers.get("authorization").is_some_and(|given| given == wanted.as_str()) {
            return None;
        }
        let body = json!({ "code": "auth.unauthorized", "message": "Unauthorized." });
        Some((StatusCode::UNAUTHORIZED, Json(body)).into_response())
    }

    fn page(&self, parameters: &Parameters, is_wanted: impl Fn(&Row) -> bool) -> Response {
        let number = |name: &str| parameters.get(name).map(|text| text.parse::<i64>());
        let refuse =
            |code: &str| (StatusCode::BAD_REQUEST, Json(json!({ "code": code }))).into_response();
        let (Ok(page), Ok(size)) =
            (number("page").unwrap_or(Ok(1)), number("page_size").unwrap_or(Ok(20)))
        else {
            return refuse("guard.invalid_pagination");
        };
        if page < 1 || !(1..=100).contains(&size) {
            return refuse("guard.invalid_pagination");
        }
        let (Ok(start), Ok(end)) =
            (number("start_time").unwrap_or(Ok(0)), number("end_time").unwrap_or(Ok(i64::MAX)))
        else {
            return refuse("guard.invalid_input");
        };
        if start > end {
            return refuse("log.invalid_time_window");
        }
        let is_in_window = |row: &Row| match self.quirks {
            Quirks { ignores_times: true, .. } => true,
            Quirks { excludes_bounds: true, .. } => start < row.time && row.time < end,
            Quirks { .. } => (start..=end).contains(&row.time),
        };
        let mut rows = self.stage.list(|row| is_in_window(row) && is_wanted(row));
        rows.reverse();
        let positive = |number: i64| usize::try_from(number).expect("it was checked");
        let (page, size) = (positive(page), positive(size));
        let total = rows.len().to_string();
        let rows: Vec<&str> =
            rows.into_iter().skip((page - 1) * size).take(size).map(|row| &*row.record).collect();
        let body = format!("[{}]", rows.join(","));
        ([("total-number", total), ("content-type", "application/json".to_owned())], body)
            .into_response()
    }
}

async fn logs(
    State(logto): State<Arc<Logto>>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    let refused = logto.check(&headers);
    refused.unwrap_or_else(|| logto.page(&parameters, |row| !row.record.contains("TriggerHook")))
}

async fn hooks(State(logto): State<Arc<Logto>>, headers: HeaderMap) -> Response {
    let hooks = json!([{ "id": "none-of-its-own", "name": "a" }, { "id": "webhook", "name": "b" }]);
    logto.check(&headers).unwrap_or_else(|| Json(hooks).into_response())
}

async fn recent_logs(
    State(logto): State<Arc<Logto>>,
    Path(id): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    let is_wanted = |row: &Row| id == "webhook" && row.record.contains("TriggerHook");
    logto.check(&headers).unwrap_or_else(|| logto.page(&parameters, is_wanted))
}
