//! What goes over the wire: content types, `Vary`, ETag and 304, gzip.

use std::io::Write;

use axum::body::Body;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::refusal::Refusal;

/// Bodies shorter than this many bytes are not compressed.
const COMPRESSED_BYTES_MIN: usize = 1_024;

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const VARY_VALUE: HeaderValue = HeaderValue::from_static("Accept-Encoding, Origin");

/// What the request says of the form of its answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form<'h> {
    method: &'h Method,
    headers: &'h HeaderMap,
}

impl<'h> Form<'h> {
    /// The form that a request with this method and these headers asks for.
    pub(super) fn new(method: &'h Method, headers: &'h HeaderMap) -> Self {
        Self { method, headers }
    }

    /// The answer 200 with a JSON body, or 304 if the client has it already.
    pub(super) fn found(
        self,
        headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>,
        body: Vec<u8>,
    ) -> Response {
        let etag = (self.method == Method::GET).then(|| etag(&body));
        let is_fresh = etag.as_ref().is_some_and(|etag| is_fresh(self.headers, etag));
        let mut response = match is_fresh {
            true => plain(StatusCode::NOT_MODIFIED, Body::empty()),
            false => self.json(StatusCode::OK, body),
        };
        for (name, value) in headers {
            response.headers_mut().append(name, value);
        }
        if let Some(etag) = etag {
            response.headers_mut().insert(ETAG, etag);
        }
        response
    }

    /// The answer to a request that is refused.
    pub(super) fn refused(self, refusal: &Refusal) -> Response {
        self.json(refusal.status(), refusal.body())
    }

    fn json(self, status: StatusCode, body: Vec<u8>) -> Response {
        let compressed = self.takes_gzip(&body).then(|| gzip(&body));
        let is_compressed = compressed.is_some();
        let mut response = plain(status, Body::from(compressed.unwrap_or(body)));
        response.headers_mut().insert(CONTENT_TYPE, JSON);
        if is_compressed {
            let encoding = HeaderValue::from_static("gzip");
            response.headers_mut().insert(CONTENT_ENCODING, encoding);
        }
        response
    }

    fn takes_gzip(self, body: &[u8]) -> bool {
        body.len() >= COMPRESSED_BYTES_MIN
            && self.method == Method::GET
            && accepts_gzip(&list(self.headers, ACCEPT_ENCODING))
    }
}

/// A short text, as Logto's framework sends it where no route answers.
pub(super) fn text(status: StatusCode, text: &'static str) -> Response {
    let mut response = plain(status, Body::from(text));
    response.headers_mut().insert(CONTENT_TYPE, TEXT);
    response
}

/// An answer with nothing but what all answers have.
pub(super) fn plain(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(VARY, VARY_VALUE);
    response
}

/// Strong, and the same for the same rows, whatever they are compressed with.
fn etag(body: &[u8]) -> HeaderValue {
    let digits = Sha256::digest(body).into_iter().take(16).map(|byte| format!("{byte:02x}"));
    let quoted = format!("\"{}\"", digits.collect::<String>());
    HeaderValue::from_str(&quoted).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Whether the client's copy still holds, by the rules of Logto's framework: weak tags match,
/// `no-cache` and a date (there is no `Last-Modified` to compare with) defeat it.
fn is_fresh(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let directives = list(headers, CACHE_CONTROL);
    if directives.iter().any(|directive| directive == "no-cache")
        || headers.contains_key(IF_MODIFIED_SINCE)
    {
        return false;
    }
    let known = list(headers, IF_NONE_MATCH);
    known == ["*"] || known.iter().any(|tag| tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// Whether the codings named, each with an optional weight (RFC 9110, section 12.5.3), allow gzip.
fn accepts_gzip(codings: &[String]) -> bool {
    let weight = |wanted: &str| {
        codings.iter().find_map(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next().filter(|name| name.eq_ignore_ascii_case(wanted))?;
            let weight = parts.find_map(|part| part.strip_prefix("q=")).unwrap_or("1");
            Some(weight.parse().unwrap_or(0.0_f64))
        })
    };
    weight("gzip").or_else(|| weight("*")).is_some_and(|weight| weight > 0.0)
}

/// The items of a header that is a list, over all its lines.
fn list(headers: &HeaderMap, name: HeaderName) -> Vec<String> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    let items = lines.flat_map(|line| line.split(',')).map(|item| item.trim().to_owned());
    items.filter(|item| !item.is_empty()).collect()
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}
