//! Every bound of an emitter, with its unit and its reason.

use std::time::Duration;

/// Most events that wait in memory to be written to the spool. At a thousand sign-ins a second
/// that is ten seconds of a disk that does not answer.
pub const QUEUE_EVENTS_MAX: usize = 10_000;

/// Most bytes of events that wait in memory.
pub const QUEUE_BYTES_MAX: usize = 16 << 20;

/// Largest event, in bytes of JSON: what the server keeps as one record.
pub const EVENT_BYTES_MAX: usize = 1 << 20;

/// What the spool takes on disk unless told otherwise, in bytes: about half a million sign-ins.
pub const SPOOL_BYTES_MAX: u64 = 256 << 20;

/// The least that a spool can be given, in bytes: two files, and what is written next.
pub const SPOOL_BYTES_MIN: u64 = 16 << 20;

/// A group of events that has so many bytes is written to the spool, and synced, by itself.
pub(crate) const GROUP_BYTES_MAX: usize = 1 << 20;

/// A file of the spool that has reached this size, in bytes, gets no more events: the disk is
/// given back file by file.
pub const SPOOL_FILE_BYTES: u64 = 4 << 20;

/// Most events of one request. The server lists so many refused records of a body.
pub const BATCH_EVENTS_MAX: usize = 1_000;

/// A request that has so many bytes of events, before compression, gets no more.
pub const BATCH_BYTES_MAX: usize = 1 << 20;

/// How long the first event of a request waits for others.
pub const BATCH_WAIT: Duration = Duration::from_millis(200);

/// Bodies below this size, in bytes, are sent as they are: gzip would save no packet.
pub(crate) const COMPRESSED_BYTES_MIN: usize = 1 << 10;

/// How long an answer may take.
pub(crate) const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest answer that is read, in bytes: a thousand refused records with their reasons.
pub(crate) const ANSWER_BYTES_MAX: usize = 1 << 20;

/// How long is waited after the first failure; twice as long after each further one.
pub(crate) const RETRY_FIRST: Duration = Duration::from_millis(250);

/// Longest wait between two tries: a server that is back is found within a minute.
pub(crate) const RETRY_MAX: Duration = Duration::from_secs(60);

/// The longest `Retry-After` that is believed.
pub(crate) const RETRY_AFTER_MAX: Duration = Duration::from_secs(300);

/// How long is waited after the spool could not be written.
pub(crate) const SPOOL_RETRY: Duration = Duration::from_secs(1);
