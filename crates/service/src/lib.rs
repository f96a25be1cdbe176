//! An opened data directory, and what is done with it, whoever asks: the HTTP edge, a dialect, the
//! console or a command.
//!
//! This crate answers "how do bytes become kept events, and whose are they?". It knows nothing of
//! HTTP, pages or command lines. The clock, randomness and the file system are handed in.
//!
//! - [`environment`]: what it needs of the outside.
//! - [`service`]: the data directory: ledger, `meta.db`, credentials, tenants.
//! - [`tenant`]: one tenant: its events and its names.
//! - [`credentials`]: secrets that are given out.
//! - [`intake`]: a body becomes events, or lines that say why not.
//! - [`intake_counts`]: how many records were taken in and refused.
//! - [`producers`]: emitters that number their events, and which numbers are missing.
//! - [`resolve`]: what a question means for one tenant.
//! - [`names`]: the names of a tenant, and which of them are in memory.
//! - [`origin`]: what follows from addresses and user agents.
//! - [`alerts`]: queries that are counted every minute.
//! - [`audit`]: what was read and changed here, on its way into the ledgers.

pub mod alerts;
pub mod credentials;
pub mod origin;

mod audit;
mod environment;
mod intake;
mod intake_counts;
mod names;
mod producers;
mod resolve;
mod service;
mod tenant;

pub use audit::{DueReads, Reader, Reading, Refusal};
pub use environment::{Clock, Environment};
pub use intake::{IntakeReport, Kept, Prepared, RejectedLine};
pub use intake_counts::{FormatIntake, RejectionClass};
pub use names::Names;
pub use producers::{GAPS_MAX, Gap, PRODUCERS_MAX, Producer, Producers};
pub use resolve::{Resolved, Unresolved, WORD_IDS_MAX};
pub use service::{Error, Service, new_tenant, open_meta};
pub use tenant::Tenant;
