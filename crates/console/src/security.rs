//! What is sent with every page, and which forms are believed.
//!
//! Log content is hostile. Templates escape it; should one ever fail to, the policy sent here
//! lets a browser run nothing, load nothing and send forms nowhere but to us.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use axum::middleware::Next;
use axum::response::Response;

use crate::ConsoleOptions;
use crate::frame::BareFrame;
use crate::problem::Problem;

/// No inline code or style, nothing from elsewhere, no framing.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
     connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Adds the headers that every answer has. Pages are not kept by anybody, and depend on who asks
/// and in which language; assets say otherwise.
pub(crate) async fn add_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // With `no-referrer` browsers would send `Origin: null` with our own forms.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.append(VARY, HeaderValue::from_static("accept-language, cookie"));
    }
    response
}

/// Refuses forms that another site made a browser send. The session's cookie is `SameSite=Lax`
/// too; this holds where a sister domain counts as the same site.
pub(crate) async fn refuse_foreign_forms(request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_safe || is_own(request.headers(), request.uri()) {
        next.run(request).await
    } else {
        let (method, uri, headers) = (request.method(), request.uri(), request.headers());
        Problem::ForeignForm.to_bare_page(BareFrame::of_request(method, uri, headers))
    }
}

/// Whether a form comes from one of our pages, or from a program that is not a browser.
///
/// Browsers send `Sec-Fetch-Site` to trustworthy addresses and `Origin` with every form. What has
/// neither was not sent by a browser, so nobody's cookie was lent to it.
fn is_own(headers: &HeaderMap, uri: &Uri) -> bool {
    if let Some(site) = headers.get(FETCH_SITE) {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let host = host(headers, uri);
    let origin_host = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    matches!((origin_host, host), (Some((_, origin)), Some(host)) if origin == host)
}

/// The host and port at which a browser reached us.
fn host<'r>(headers: &'r HeaderMap, uri: &'r Uri) -> Option<&'r str> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    host.or_else(|| uri.authority().map(|authority| authority.as_str()))
}

/// The address at which we are reached: the one that is configured, or the one that was asked.
pub(crate) fn origin(options: &ConsoleOptions, headers: &HeaderMap, uri: &Uri) -> String {
    if let Some(address) = &options.public_url {
        return address.trim_end_matches('/').to_owned();
    }
    let scheme = if options.secure_cookies { "https" } else { "http" };
    format!("{scheme}://{}", host(headers, uri).unwrap_or("localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_and_programs_may_send_forms() {
        let cases: [(&[(&str, &str)], bool); 9] = [
            (&[], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "http://logs.example")], false),
            (&[("origin", "https://logs.example")], true),
            (&[("origin", "https://evil.example")], false),
            (&[("origin", "https://logs.example.evil.example")], false),
            (&[("origin", "null")], false),
        ];
        for (given, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("logs.example"));
            for (name, value) in given {
                headers.insert(
                    HeaderName::try_from(*name).unwrap(),
                    HeaderValue::try_from(*value).unwrap(),
                );
            }
            assert_eq!(is_own(&headers, &Uri::from_static("/sign-in")), expected, "{given:?}");
        }
    }
}
