//! The HTTP edge: our own API under `/v1`.
//!
//! This crate answers "what does a request mean, and what does its answer look like?". Wire types
//! live here and nowhere below. It is not for other products' APIs (`dialect`) or pages (`console`);
//! both use its [`authentication`], [`reader`] and [`blocking`].
//!
//! - [`routes`]: every address and its handler.
//! - [`authentication`]: who is asking, and for which tenant?
//! - [`client_address`]: where the client of a request is.
//! - [`reader`]: a caller who reads events, which is noted.
//! - [`seen`]: events and names as a reader may see them.
//! - [`problem`]: what went wrong, as `application/problem+json`.
//! - [`body`]: reading a request's body, compressed or not, within its limit.
//! - [`parameters`]: query strings, with an error for what is not known.
//! - [`question`]: what a request asks about, the same for all routes.
//! - [`events`]: sending, listing and getting events.
//! - [`otlp`]: logs of OpenTelemetry, kept as events.
//! - [`producers`]: emitters that number their events, and what is missing.
//! - [`sources`]: what is sent to sources, how far each has come, and what of it is no event.
//! - [`catalogues`]: what the event types of a source mean.
//! - [`stats`]: how many events match, over time and by value.
//! - [`export`]: every matching event, as a stream.
//! - [`tail`]: events as they arrive.
//! - [`openapi`]: the description of all this, for programs and people.
//! - [`stream`]: what that has in common with the console's live list.
//! - [`shared`]: what is shared with the console: room for what takes long.
//! - [`room`]: that room, of which nobody gets all.
//! - [`taken`]: answers that end when nobody takes them.
//! - [`stop`]: word that the server is stopping.
//! - [`blocking`]: work that may read from disk, off the async threads.

pub mod authentication;
pub mod blocking;
mod body;
mod catalogues;
pub mod client_address;
mod events;
pub mod export;
mod openapi;
mod otlp;
mod parameters;
pub mod problem;
mod producers;
mod question;
pub mod reader;
mod room;
mod routes;
pub mod seen;
mod shared;
pub mod sources;
mod stats;
mod stop;
pub mod stream;
mod tail;
mod taken;

pub use routes::{router, wrong_method};
pub use shared::Shared;
pub use stop::Stop;
