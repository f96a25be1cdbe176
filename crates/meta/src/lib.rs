//! `meta.db`: the small relational state of one data directory, in SQLite.
//!
//! This crate answers "which tenants, keys, users, sessions and names are there?". It is not for
//! events (`ledger`) nor for deciding who may do what (`auth`): it stores hashes of secrets, but
//! never sees a secret, with one exception ([`second_factor`]).
//!
//! A running server and commands beside it use the same file at the same time. All methods are
//! on [`Meta`], block (a write waits for the disk), and take time and random bytes as parameters.
//!
//! Modules in reading order:
//!
//! - [`access`]: what a key or a user may do, and where.
//! - [`database`]: the open file.
//! - `migration`: bringing the file to the current schema.
//! - [`tenant`]: the customers, their proof log's origin and fingerprint key.
//! - [`credential`]: API keys.
//! - [`client`]: programs that read through another product's API, and their access tokens.
//! - [`role`]: what people are called by what they may do.
//! - [`personal_data`]: who sees personal data.
//! - [`user`]: people who use the console, and their passwords.
//! - [`second_factor`]: what they prove besides; [`passkey`]: with a key of their device.
//! - [`vouched`]: people whom an OpenID provider vouches for.
//! - [`session`]: signed-in browsers.
//! - [`search`]: questions that people keep under a name.
//! - [`alert`]: questions that are counted every minute, and whom that is told.
//! - [`source`]: systems that deliver by themselves, and how far they have come.
//! - [`quarantine`]: what they delivered that is no event.
//! - [`directory`]: names known for ids.
//! - [`author`]: who changes something here.
//! - [`outbox`]: what was changed here, on its way to the ledger.
//! - [`inspection`]: checking the file without changing it.
//! - [`error`]: everything that can go wrong.
//! - `functions`: what statements and triggers call.
//! - `column`: values as they are written in a column.

pub mod access;
pub mod alert;
pub mod author;
pub mod client;
pub mod credential;
pub mod database;
pub mod directory;
pub mod error;
pub mod inspection;
pub mod outbox;
pub mod passkey;
pub mod personal_data;
pub mod quarantine;
pub mod role;
pub mod search;
pub mod second_factor;
pub mod session;
pub mod source;
pub mod tenant;
pub mod user;
pub mod vouched;

mod column;
mod functions;
mod migration;

pub use access::{Access, InvalidAccess, Scope, TenantScope};
pub use alert::{
    Alert, AlertChange, AlertCheck, AlertMessage, AlertRule, AlertSending, AlertState, Comparison,
    Destination, Occasion, WebhookSecret,
};
pub use author::{Author, Change};
pub use client::{AccessToken, Client, ClientDialect, NewClient, UnknownDialect};
pub use credential::{Credential, NewCredential};
pub use database::Meta;
pub use directory::{DirectoryEntry, DirectoryKind};
pub use error::Error;
pub use gatelog_event::tenant::{InvalidTenantName, TenantName};
pub use inspection::{Inspection, inspect};
pub use outbox::WaitingEvent;
pub use passkey::{NewPasskey, Passkey};
pub use personal_data::{PersonalData, UnknownPersonalData, Unmasked};
pub use quarantine::{NewQuarantined, PutInQuarantine, QUARANTINED_MAX, Quarantined};
pub use role::{Role, UnknownRole};
pub use search::{NewSearch, Search};
pub use second_factor::{SecondFactors, TOTP_SECRET_BYTES, Totp};
pub use session::{EndedSessions, Session};
pub use source::{SOURCES_MAX, SourceCondition, SourceState, StoredSource};
pub use tenant::{NewTenant, Tenant};
pub use user::{NewUser, Password, User};
pub use vouched::Vouched;

/// A SHA-256 hash of a secret.
pub type Sha256Hash = [u8; 32];
