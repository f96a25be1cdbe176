//! Sending, listing and getting events.
//!
//! - [`post`]: `POST /v1/events`
//! - [`list`]: `GET /v1/events`
//! - [`get`]: `GET /v1/events/{id}`
//! - [`wire`]: an event as JSON (DESIGN section 3).
//! - [`cursor`]: a position as an opaque text.

pub(crate) mod cursor;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod post;
pub(crate) mod wire;
