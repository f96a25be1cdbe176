//! Systems whose events come by themselves: tables that are followed, APIs that are asked, and
//! what is sent here.
//!
//! This crate answers "how do the events of a configured system get here, all of them and once?".
//! What a record means is for `event` to say, what a dump holds for `capture`; keeping events is
//! for `service`. Delivery is at least once: a feed goes on after the last place that is known to
//! be kept, and what comes twice is stored once by its identity.
//!
//! Modules in reading order:
//!
//! - [`delivery`]: records on their way to the ledger.
//! - [`feed`]: what is fetched, with a place to go on from.
//! - [`secret`]: passwords and keys in settings.
//! - [`http`]: one client for everything that is asked over HTTP.
//! - [`window`]: how a list that is only to be had by time and page number is read whole.
//! - [`polling`]: settings that all APIs which are asked have.
//! - [`logto_api`], [`authgear_api`], [`plusauth_api`]: the APIs that are asked.

pub mod authgear_api;
pub mod delivery;
pub mod feed;
pub mod http;
pub mod logto_api;
pub mod plusauth_api;
pub mod polling;
pub mod secret;
pub mod window;

pub use delivery::{BrokenRecord, Delivery, Keep, Keeping, NotKept};
pub use feed::{Batch, Cursor, Feed, Fetching, Trouble};
pub use secret::{Secret, SecretRef};
