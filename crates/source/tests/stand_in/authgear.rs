//! The `auditLogs` of Authgear's Admin API.

use std::sync::Arc;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use axum::Router;
use axum::extract::{Json, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatelog_event::time::UnixMicros;
use serde_json::{Value, json};

use super::{Row, Stage, serve};

#[derive(Debug)]
pub(crate) struct Authgear {
    stage: Arc<Stage>,
    /// The public key, in DER.
    key: Vec<u8>,
}

/// An event, as it is in the member `data`.
pub(crate) fn record(number: usize, time: i64) -> String {
    format!(
        "{{\"context\":{{\"app_id\":\"shop\",\"timestamp\":{}}},\"id\":\"{number:016x}\",\
         \"payload\":{{}},\"seq\":{number},\"type\":\"user.authenticated\"}}",
        time / 1_000
    )
}

/// Starts it and returns where it begins.
pub(crate) async fn start(stage: &Arc<Stage>, key: Vec<u8>) -> String {
    let authgear = Arc::new(Authgear { stage: Arc::clone(stage), key });
    let router = Router::new().route("/_api/admin/graphql", post(graphql)).with_state(authgear);
    serve(stage, router).await
}

async fn graphql(
    State(authgear): State<Arc<Authgear>>,
    headers: HeaderMap,
    Json(request): Json<Value>,
) -> Response {
    if authgear.check(&headers).is_none() {
        return (StatusCode::FORBIDDEN, "Forbidden").into_response();
    }
    let query = request["query"].as_str().unwrap_or_default();
    let wanted = ["auditLogs(", "totalCount", "edges { node { id createdAt data } }", "ASC"];
    assert!(wanted.iter().all(|part| query.contains(part)), "{query}");
    let answer = match authgear.stage.fails_one_in != 0 && authgear.stage.below(50) == 0 {
        true => Err("unexpected error"),
        false => authgear.page(&request["variables"]),
    };
    match answer {
        Ok(body) => ([("content-type", "application/json; charset=utf-8")], body).into_response(),
        Err(message) => {
            let errors = json!([{ "message": message, "path": ["auditLogs"] }]);
            axum::Json(json!({ "data": { "auditLogs": null }, "errors": errors })).into_response()
        }
    }
}

impl Authgear {
    /// Something, if the token counts: RS256, the key, the project, the time.
    fn check(&self, headers: &HeaderMap) -> Option<()> {
        let token = headers.get("authorization")?.to_str().ok()?.strip_prefix("Bearer ")?;
        let (signed, signature) = token.rsplit_once('.')?;
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.key);
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        key.verify(signed.as_bytes(), &signature).ok()?;
        let (header, claims) = signed.split_once('.')?;
        let part =
            |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
        let (header, claims) = (part(header)?, part(claims)?);
        let now = self.stage.now().seconds_floor();
        let is_good = header["alg"] == "RS256"
            && header["kid"] == "key-1"
            && claims["aud"] == json!(["shop"])
            && claims["iat"].as_i64()? <= now
            && claims["exp"].as_i64()? > now;
        is_good.then_some(())
    }

    fn page(&self, variables: &Value) -> Result<String, &'static str> {
        let time = |name: &str| {
            let text = variables[name].as_str().ok_or("unexpected error")?;
            UnixMicros::parse_rfc3339(text).map(UnixMicros::millis_floor).ok_or("unexpected error")
        };
        let (from, to) = (time("rangeFrom")?, time("rangeTo")?);
        let first = usize::try_from(variables["first"].as_u64().unwrap_or(100)).unwrap_or(100);
        let skip = match variables["after"].as_str() {
            None => 0,
            Some(cursor) => 1 + offset(cursor).ok_or("invalid pagination cursor")?,
        };
        let rows = self.stage.list(|row| (from..to).contains(&row.time));
        let total = rows.len();
        let edges: Vec<String> =
            rows.into_iter().skip(skip).take(first.min(100)).map(edge).collect();
        Ok(format!(
            "{{\"data\":{{\"auditLogs\":{{\"edges\":[{}],\"totalCount\":{total}}}}}}}",
            edges.join(",")
        ))
    }
}

fn offset(cursor: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    text.strip_prefix("offset:")?.parse().ok()
}

fn edge(row: &Row) -> String {
    let event: Value = serde_json::from_str(&row.record).expect("JSON");
    let id = URL_SAFE_NO_PAD.encode(format!("AuditLog:{}", event["id"].as_str().expect("an id")));
    let time = UnixMicros::from_millis(row.time).expect("a time").timestamp();
    format!("{{\"node\":{{\"createdAt\":\"{time:.0}\",\"data\":{},\"id\":\"{id}\"}}}}", row.record)
}
