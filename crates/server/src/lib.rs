//! The composition root: from a configuration to a running server, and to a clean stop.
//!
//! This crate answers "which parts run together, and how do they start and stop?". It holds no
//! logic of events, requests or pages. The only place where the real clock, randomness and network
//! are chosen.
//!
//! - [`config`]: every key of `gatelog.toml`, its default and its environment name.
//! - [`system`]: the operating system's clock, randomness and file system, and its user.
//! - [`log`]: what the server says while it works.
//! - [`administrator`]: the first user and the one-time password.
//! - [`app`]: all routes in one.
//! - [`keys`]: keys of others, over HTTP.
//! - [`chores`]: what is done again and again: the audit of reads, names changed beside the server, early sealing, alerts.
//! - [`courier`]: who brings notices of alerts to where they belong.
//! - [`sources`]: systems whose events come by themselves.
//! - [`secrets_key`]: the key that their secrets are sealed under.
//! - [`webhook`]: to a webhook, over HTTP.
//! - [`mail`]: to people, by e-mail.
//! - [`health`]: is it alive, is it ready, what does it measure.
//! - [`requests`]: what is noted of every request.
//! - [`metrics`]: what is measured, as OpenMetrics text.
//! - [`listen`]: connections, TLS, and how they end.
//! - [`patience`]: connections that nothing can be written to.
//! - [`certificate`]: until when a certificate is valid.
//! - [`run`]: start, ready, stop.

pub mod administrator;
mod app;
mod certificate;
mod chores;
pub mod config;
mod courier;
mod health;
pub mod keys;
pub mod listen;
pub mod log;
mod mail;
pub mod metrics;
mod patience;
mod requests;
pub mod run;
pub mod secrets_key;
mod sources;
pub mod system;
mod webhook;

pub use config::Config;
pub use listen::tls_valid_until;
pub use run::{Error, Running, start};
pub use sources::check_sources;
