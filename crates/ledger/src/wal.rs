//! What makes an event durable: one log for all tenants, synced once for everything that waited.
//!
//! Grammar and reasons: `docs/formats/wal.md`. In reading order:
//!
//! - [`group`]: the bytes of one commit: batches of events under one checksum.
//! - [`log`]: files of groups: allocation, append, sync, removal.
//! - [`replay`]: from files back to batches after a stop or a crash.
//!
//! The log is not for reading events: they are in a memtable until they are in a segment.

pub(crate) mod group;
pub(crate) mod log;
pub(crate) mod replay;
