//! A made-up company and the audit log its Logto would have written.
//!
//! This crate answers "what does a realistic log look like?" for the demo, the tests and the
//! benchmarks. Rows come as whole stories (a sign-in, a registration, an attack) that interleave
//! in time, in the shapes Logto 1.42 answers on `GET /api/logs`. The same seed gives the same
//! bytes on every machine: nothing here reads a clock, a hash map's order or floating point.
//! It is not for reading, redacting or checking rows; all people and addresses are invented, and
//! the addresses lie in the ranges reserved for documentation and benchmarks (RFC 5737, RFC 2544,
//! RFC 3849). Codes and passwords stand in clear text where Logto itself writes them so.
//!
//! ```
//! use gatelog_testkit::{RowsOptions, World, WorldOptions};
//! let world = World::new(WorldOptions { seed: 7, ..WorldOptions::default() });
//! let mut rows = world.rows(RowsOptions { seed: 1, from_ms: 0, to_ms: 86_400_000, count: 100 });
//! assert!(rows.next().is_some_and(|row| row.json.starts_with("{\"tenantId\":\"default\"")));
//! assert_eq!(rows.count(), 99);
//! ```
//!
//! Modules in reading order:
//!
//! - `world`: who and what exists: users, applications, organizations, devices.
//! - `rhythm`: when things happen: quiet nights, busy weekdays.
//! - `stories`: what happens, one module per kind of story.
//! - `stage`: stories in progress, merged into one sequence of rows.
//! - `rows` and `live`: a filled time range, and an endless trickle.
//! - `random` and `json`: chance from a seed, and writing JSON text fast.

mod json;
mod live;
mod random;
mod rhythm;
mod rows;
mod stage;
mod stories;
mod world;

pub use live::{Live, LiveOptions};
pub use rows::{Row, Rows, RowsOptions};
pub use world::{Application, Organization, User, World, WorldOptions};
