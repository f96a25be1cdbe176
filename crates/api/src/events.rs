//! Sending, listing and getting events.
//!
//! - [`post`]: `POST /v1/events`
//! - [`keep`]: events that were taken in become kept events.
//! - [`mapped`]: any JSON through a mapping.
//! - [`list`]: `GET /v1/events`
//! - [`poll`]: the same with `order=seq`
//! - [`get`]: `GET /v1/events/{id}`
//! - [`schema`]: `GET /v1/events/schema.json`
//! - [`told`]: an event with everything that is known of it.
//! - [`wire`]: an event as JSON (DESIGN section 3).
//! - [`cursor`]: a place to go on from, as an opaque text.

pub(crate) mod cursor;
pub(crate) mod get;
pub(crate) mod keep;
pub(crate) mod list;
mod mapped;
mod poll;
pub(crate) mod post;
pub(crate) mod schema;
pub(crate) mod told;
pub(crate) mod wire;
