//! What a person finds on the pages, asked of the router without a network.
//!
//! - [`house`]: a console over a temporary data directory, and a browser without JavaScript.
//! - [`access`]: signing in and out, and what nobody may do.
//! - [`alerts`]: queries that are counted every minute.
//! - [`flows`]: how far people come.
//! - [`second_factor`]: codes beside the password.
//! - [`providers`]: signing in elsewhere.
//! - [`columns`]: which columns the table has.
//! - [`complete`]: what is offered while a query is typed.
//! - [`languages`]: every page in every language.
//! - [`events`]: one event, the panel beside the list, and journeys.
//! - [`exports`]: how far exports are.
//! - [`logs`]: finding events and looking at one.
//! - [`live`]: events that appear by themselves.
//! - [`overview`]: what happens now, beside what usually does.
//! - [`passkeys`]: keys in people's devices.
//! - [`personal_data`]: what a reader sees of it, and what not, on any page.
//! - [`people`]: users and tenants.
//! - [`places`]: where addresses are.
//! - [`queries`]: the query box, the chart and the values beside the table.
//! - [`reads`]: what is recorded of reading.
//! - [`searches`]: questions that are kept, and asked elsewhere.
//! - [`subjects`]: pages about one person, application, address or organisation.
//! - [`zone`]: times in the reader's zone, and keys that are turned off.
//! - [`sources`]: systems whose events come by themselves, and what of it is no event.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking; clippy knows that of test functions only"
)]

mod access;
mod alerts;
mod columns;
mod complete;
mod events;
mod exports;
mod flows;
mod house;
mod languages;
mod live;
mod logs;
mod overview;
mod passkeys;
mod people;
mod personal_data;
mod places;
mod providers;
mod queries;
mod reads;
mod searches;
mod second_factor;
mod settings;
mod sources;
mod subjects;
mod zone;
