//! What a person finds on the pages, asked of the router without a network.
//!
//! - [`house`]: a console over a temporary data directory, and a browser without JavaScript.
//! - [`access`]: signing in and out, and what nobody may do.
//! - [`languages`]: every page in every language.
//! - [`logs`]: finding events and looking at one.
//! - [`live`]: events that appear by themselves.
//! - [`people`]: users and tenants.
//! - [`queries`]: the query box, the chart and the values beside the table.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking; clippy knows that of test functions only"
)]

mod access;
mod house;
mod languages;
mod live;
mod logs;
mod people;
mod queries;
mod settings;
