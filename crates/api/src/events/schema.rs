//! `GET /v1/events/schema.json`: what an event in native form may be, for programs that write them.

use axum::http::header;
use axum::response::IntoResponse;
use gatelog_event::mapping::native::SCHEMA;

pub(crate) async fn get_schema() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/schema+json")], SCHEMA)
}
