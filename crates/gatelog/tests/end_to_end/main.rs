//! The program from outside: started as people start it, asked over HTTP, killed, and started
//! again. What a single crate can show by itself is tested there.
//!
//! - [`support`]: the program, a running server, requests and answers.
//! - [`sending`]: `POST /v1/events`, and what becomes of every line.
//! - [`reading`]: `GET /v1/events` and `/v1/events/{id}`.
//! - [`catalogues`]: `GET /v1/catalogues` and `/v1/catalogues/{source}`.
//! - [`credentials`]: who may do what, and in which tenant.
//! - [`routes`]: health, addresses and methods that do not exist.
//! - [`following`]: tails, polls and exports across restarts.
//! - [`import`]: `gatelog import`, and Logto's API over what it took in.
//! - [`growing`]: `gatelog import --follow`.
//! - [`mapping`]: `gatelog map`, and imports through a mapping.
//! - [`otlp`]: `POST /v1/logs`.
//! - [`query`], [`export`]: the same from a data directory and from a server.
//! - [`tail`]: `gatelog tail`, across a restart of the server.
//! - [`directory`]: `gatelog directory`, beside a server and without.
//! - [`record`]: `gatelog record` between clients, an API and a server.
//! - [`sources`]: what is sent to sources, and what becomes of it.
//! - [`people`]: the first sign-in.
//! - [`demo`]: what the demo fills, and its tour.
//! - [`manual`]: completions and manual pages.
//! - [`operating`]: metrics and the log.
//! - [`tls`]: certificates that fit, and others.
//! - [`refusals`]: configurations and data directories that a server does not start with.
//! - [`damage`]: data directories of newer versions, and with a byte that is not what was written.
//! - [`audit`]: what was read and changed, by whom.
//! - [`bench`]: that everything is measured.
//! - [`doctor`]: what `gatelog doctor` finds, and that it changes nothing.
//! - [`commands`]: the commands that the console tells.
//! - [`emitters`]: programs that send events with `gatelog-client`.
//! - [`crash`]: killed and stopped under load.
//! - [`full_disk`]: no room, and room again.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking; clippy knows that of test functions only"
)]

mod audit;
mod bench;
mod catalogues;
mod commands;
mod crash;
mod credentials;
mod damage;
mod demo;
mod directory;
mod doctor;
mod emitters;
mod export;
mod following;
mod full_disk;
mod growing;
mod import;
mod manual;
mod mapping;
mod operating;
mod otlp;
mod people;
mod query;
mod reading;
mod record;
mod refusals;
mod routes;
mod sending;
mod sources;
mod support;
mod tail;
mod tls;
