//! Requests that the Authgear behind this server answers, and its answers as they come.

use axum::body::Body;
use axum::http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use juniper::RuleError;

use super::answer::not_executed;
use super::limits::{UPSTREAM_ANSWER_BYTES_MAX, UPSTREAM_REQUESTS_MAX};
use super::projects::Upstream;

/// Headers that are about one connection, besides those that `Connection` names, and the length,
/// which is told anew.
const OF_CONNECTION: [HeaderName; 8] = [
    CONNECTION,
    CONTENT_LENGTH,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error("it is asked by {UPSTREAM_REQUESTS_MAX} others already")]
    Busy,
    #[error("it cannot be asked: {0}")]
    Unreachable(#[from] reqwest::Error),
    #[error("its answer is larger than {UPSTREAM_ANSWER_BYTES_MAX} bytes")]
    TooLarge,
}

/// Sends a request on as it came, and returns the answer as it comes.
pub(super) async fn forward(upstream: &Upstream, headers: &HeaderMap, body: Bytes) -> Response {
    match ask(upstream, headers, body).await {
        Ok(response) => response,
        Err(error) => {
            tracing::warn!(url = %upstream.url(), %error, "an upstream Authgear did not answer");
            let error = RuleError::new("the Authgear behind this server did not answer", &[]);
            not_executed(StatusCode::BAD_GATEWAY, &[error])
        }
    }
}

async fn ask(
    upstream: &Upstream,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Response, Unanswered> {
    let _place = upstream.place().ok_or(Unanswered::Busy)?;
    let request = upstream.client().post(upstream.url().clone()).headers(sent(headers)).body(body);
    let mut answer = request.send().await?;
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > UPSTREAM_ANSWER_BYTES_MAX {
            return Err(Unanswered::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = answer.status();
    *response.headers_mut() = of_message(answer.headers());
    Ok(response)
}

/// Who asks and in which form.
fn sent(headers: &HeaderMap) -> HeaderMap {
    let names = [CONTENT_TYPE, AUTHORIZATION].into_iter();
    names.filter_map(|name| Some((name.clone(), headers.get(name)?.clone()))).collect()
}

/// The headers that are about the message, not about the connection it came over.
fn of_message(headers: &HeaderMap) -> HeaderMap {
    let named = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let named: Vec<HeaderName> = named
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let is_kept = |name: &HeaderName| !OF_CONNECTION.contains(name) && !named.contains(name);
    let kept = headers.iter().filter(|(name, _)| is_kept(name));
    let mut copied = HeaderMap::new();
    for (name, value) in kept {
        copied.append(name, value.clone());
    }
    copied
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn what_is_about_the_connection_stays_behind() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, x-hop"),
            ("x-hop", "1"),
            ("keep-alive", "timeout=5"),
            ("transfer-encoding", "chunked"),
            ("content-length", "5"),
            ("content-type", "application/json"),
            ("set-cookie", "a=1"),
            ("set-cookie", "b=2"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        let copied = of_message(&headers);
        let names: Vec<&str> = copied.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["content-type", "set-cookie", "set-cookie"]);
    }
}
