//! The HTTP edge: our own API under `/v1`.
//!
//! This crate answers "what does a request mean, and what does its answer look like?". Wire types
//! live here and nowhere below. It is not for other products' APIs (`dialect`) or pages (`console`);
//! both use its [`authentication`], [`reader`] and [`blocking`].
//!
//! - [`routes`]: every address and its handler.
//! - [`authentication`]: who is asking, and for which tenant?
//! - [`reader`]: a caller who reads events, which is noted.
//! - [`problem`]: what went wrong, as `application/problem+json`.
//! - [`body`]: reading a request's body, compressed or not, within its limit.
//! - [`parameters`]: query strings, with an error for what is not known.
//! - [`events`]: sending, listing and getting events.
//! - [`catalogues`]: what the event types of a source mean.
//! - [`blocking`]: work that may read from disk, off the async threads.

pub mod authentication;
pub mod blocking;
mod body;
mod catalogues;
mod events;
mod parameters;
pub mod problem;
pub mod reader;
mod routes;

pub use routes::{router, wrong_method};
