//! A made-up company and the audit logs its Logto, Authgear and PlusAuth would have written.
//!
//! This crate answers "what does a realistic log look like?" for the demo, the tests and the
//! benchmarks. Rows come as whole stories (a sign-in, a registration, an attack) that interleave
//! in time, in the shapes in which Logto 1.42, Authgear of 2026-08 and PlusAuth give them out.
//! The same seed gives the same bytes on every machine: nothing here reads a clock, a hash map's
//! order or floating point.
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
//! The same world in the words of another source, and one story over all of them:
//!
//! ```
//! use gatelog_testkit::{Attack, RowsOptions, Scene, SceneOptions, Source, World, WorldOptions};
//! let world = World::new(WorldOptions::default());
//! let day = RowsOptions { seed: 1, from_ms: 0, to_ms: 86_400_000, count: 100 };
//! assert_eq!(world.rows_of(Source::Authgear, day).count(), 100);
//! let scene = Scene::Attack(Attack::PasswordGuessing);
//! for source in Source::ALL {
//!     let at_noon = SceneOptions { seed: 1, at_ms: 43_200_000, user: 0, attacker: 7 };
//!     let rows = world.scene(source, scene, at_noon);
//!     assert!(rows.iter().all(|row| row.json.contains("192.0.2.8") || row.json.contains("Hook")));
//! }
//! ```
//!
//! [`World::break_in`] is a longer one, over all sources at once and with people of its own.
//!
//! Modules in reading order:
//!
//! - `world`: who and what exists: users, applications, organizations, devices.
//! - `rhythm`: when things happen: quiet nights, busy weekdays.
//! - `stories`: what happens, one folder per source, one module per kind of story.
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
pub use rows::{Row, Rows, RowsOptions, Source};
pub use stories::{ATTACKER_NETWORK, Attack, BreakInOptions, Scene, SceneOptions};
pub use world::{Application, Named, NamedKind, Organization, User, World, WorldOptions};
