//! Sends events to Gatelog, the audit log of identity: batched, spooled on disk, retried until they
//! are kept.
//!
//! This crate answers "how does a login that I built tell what happened, without ever waiting for
//! it?". It is not for reading events, and it knows nothing of other products' formats.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use gatelog_client::{Emitter, Event, Outcome, Party};
//!
//! # async fn program() -> Result<(), gatelog_client::Error> {
//! let emitter = Emitter::builder("https://log.example", "gl_0123_4567")
//!     .spool("/var/lib/login/events")
//!     .on_trouble(|trouble| eprintln!("{trouble}"))
//!     .build()?;
//!
//! emitter.emit(Event::new("login").outcome(Outcome::Success).actor(Party::user("7m2kq9x4")));
//!
//! // Where an event must not be lost, even if this process is killed now:
//! emitter.spooled().await?;
//!
//! // When the program ends:
//! emitter.shutdown(Duration::from_secs(5)).await;
//! # Ok(())
//! # }
//! ```
//!
//! # Life of an event
//!
//! 1. **Queued** in memory by [`Emitter::emit`], which gives it an id (UUIDv7), the time, and the
//!    next number of this producer (`data.producer`). *Lost if the process dies now.*
//! 2. **Spooled**: the emitter's thread writes everything that waits as one group, and syncs it
//!    ([`Durability`]). *From here on nothing is lost.*
//! 3. **Sent** in batches of at most 1,000 events, compressed. While the server is away, answers 429,
//!    507 or any other error, or does not like the key, the same is sent again, after growing waits.
//! 4. **Settled**: kept by the server, or refused as no event ([`Trouble::Rejected`]). Its file is
//!    removed when the last of its events is settled. A process that dies before sends some events
//!    again; the server knows them by their ids and keeps them once.
//!
//! Events that find queue and spool full are lost and counted; their count is sent as an event
//! `emitter.lost` as soon as there is room, and their numbers are missing.
//!
//! # In this crate
//!
//! - [`Event`]: what happened.
//! - [`Emitter`], [`Builder`]: taking events, and how.
//! - [`Trouble`], [`Counts`]: what went wrong, and how often.
//! - [`limits`]: every bound, with its reason.
#![cfg_attr(feature = "tower", doc = "- [`tower`]: a layer that records every HTTP call.")]

mod builder;
mod emitter;
mod error;
mod event;
pub mod limits;
mod queue;
mod retry;
mod server;
mod spool;
#[cfg(feature = "tower")]
pub mod tower;
mod trouble;
mod worker;

pub use builder::Builder;
pub use emitter::{Emitted, Emitter};
pub use error::Error;
pub use event::{Event, Outcome, Party};
pub use spool::Durability;
pub use trouble::{Counts, Trouble};
