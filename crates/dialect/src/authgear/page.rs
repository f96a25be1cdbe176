//! The page for people who open the address in a browser: what can be asked, and a form that asks
//! it. Nothing comes from elsewhere, and without JavaScript only the form is missing.

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

/// Where the style sheet is: below the page, so that a proxy needs to know one address only.
pub(super) const STYLE_ADDRESS: &str = "/_api/admin/graphql/style.css";

/// Where its script is.
pub(super) const SCRIPT_ADDRESS: &str = "/_api/admin/graphql/page.js";

/// The page loads its style sheet and its script and nothing else, and asks nobody but us. The form
/// is sent by the script, which puts the token into a header: nothing is ever in an address.
const CONTENT_SECURITY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);

#[derive(Template)]
#[template(path = "authgear.html")]
struct Page {
    version: &'static str,
    schema: &'static str,
    examples: [Example; 3],
}

struct Example {
    title: &'static str,
    query: &'static str,
}

const EXAMPLES: [Example; 3] = [
    Example {
        title: "The last five events",
        query: "{ auditLogs(first: 5) { totalCount edges { node { id createdAt activityType } } } }",
    },
    Example {
        title: "Failed passwords since a time",
        query: "{ auditLogs(activityTypes: [AUTHENTICATION_PRIMARY_PASSWORD_FAILED], \
                rangeFrom: \"2026-11-01T00:00:00Z\") \
                { edges { cursor node { createdAt ipAddress user { id formattedName } } } } }",
    },
    Example {
        title: "One event",
        query: "{ node(id: \"QXVkaXRMb2c6MDAwMDAwMDAwMDBhNWE2MA\") { id ... on AuditLog { data } } }",
    },
];

/// `GET /_api/admin/graphql`
pub(super) async fn page() -> Response {
    let schema = include_str!("schema.graphql");
    let page = Page { version: env!("CARGO_PKG_VERSION"), schema, examples: EXAMPLES };
    match page.render() {
        Ok(page) => {
            let security: (HeaderName, HeaderValue) = (CONTENT_SECURITY_POLICY, CONTENT_SECURITY);
            ([security], Html(page)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `GET /_api/admin/graphql/style.css`
pub(super) async fn style() -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "max-age=3600")];
    (headers, include_str!("../../templates/authgear.css"))
}

/// `GET /_api/admin/graphql/page.js`
pub(super) async fn script() -> impl IntoResponse {
    let headers =
        [(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "max-age=3600")];
    (headers, include_str!("../../templates/authgear.js"))
}
