//! The description of this API, for programs (`/openapi.json`) and for people (`/docs`).
//!
//! It is data, `openapi/document.json`; tests hold it against the routes, their parameters and
//! their answers. Not for other products' APIs, which their makers describe.
//!
//! - [`mod@document`]: the data, and what is filled in.
//! - [`page`]: the same as a page.

mod document;
mod page;

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse};

pub(crate) use self::document::document;

use crate::problem::Problem;

/// The page loads nothing and runs nothing.
const CONTENT_SECURITY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) async fn openapi() -> impl IntoResponse {
    axum::Json(document())
}

pub(crate) async fn docs() -> Result<impl IntoResponse, Problem> {
    let page = page::page().map_err(|error| Problem::internal(&error))?;
    let security: (HeaderName, HeaderValue) =
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY));
    Ok(([security], Html(page)))
}
