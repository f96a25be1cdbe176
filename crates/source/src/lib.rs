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
//! - `hexadecimal`: bytes in digits.
//! - [`seal`]: their encryption, and that of records nobody could read.
//! - [`intake`]: what was delivered, into the ledger or into the quarantine.
//! - [`run`]: a feed that is asked for as long as the server runs.
//! - [`definition`]: a source as it was set up.
//! - [`kinds`]: what can be set up, and what runs of it.
//! - [`sources`]: all of a server: started, stopped and watched.
//! - [`quarantine`]: records that are no events, looked at and taken in again.
//! - [`postgres`]: tables that are followed.
//! - [`webhook`]: requests that other systems send here.
//! - [`datadog`]: Authgear's stream to an intake of Datadog's form.
//! - [`syslog`]: messages over TCP and TLS.
//! - [`http`]: one client for everything that is asked over HTTP.
//! - [`window`]: how a list that is only to be had by time and page number is read whole.
//! - [`polling`]: settings that all APIs which are asked have.
//! - [`logto_api`], [`authgear_api`], [`plusauth_api`]: the APIs that are asked.

pub mod authgear_api;
pub mod datadog;
pub mod definition;
pub mod delivery;
pub mod feed;
pub mod http;
pub mod intake;
pub mod kinds;
pub mod logto_api;
pub mod plusauth_api;
pub mod polling;
pub mod postgres;
pub mod quarantine;
pub mod run;
pub mod seal;
pub mod secret;
pub mod sources;
pub mod syslog;
pub mod webhook;
pub mod window;

mod hexadecimal;

pub use definition::{Definition, InvalidDefinition, Origin};
pub use delivery::{BrokenRecord, Delivery, Keep, Keeping, NotKept};
pub use feed::{Batch, Cursor, Feed, Fetching, Trouble};
pub use intake::{Intake, SharedIntake};
pub use seal::{Purpose, SealKey};
pub use secret::{Secret, SecretRef};
pub use sources::{Open, Opened, Receiving, Sources};
