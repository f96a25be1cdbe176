//! Every bound an event must keep, with its unit and its reason (DESIGN invariant 8).

/// Longest event id, in bytes. Logto allows 21, Authgear 36; the rest is room.
pub const ID_BYTES_MAX: usize = 128;

/// Longest event type, in bytes. Logto's column holds 128 characters.
pub const TYPE_BYTES_MAX: usize = 128;

/// Largest record, in bytes, before and after redaction.
pub const RECORD_BYTES_MAX: usize = 1 << 20;

/// Deepest nesting of a record. One more level is refused, so no reader ever recurses further.
pub const JSON_DEPTH_MAX: usize = 64;

/// Largest body of one request after decompression, in bytes.
pub const BATCH_BYTES_MAX: usize = 64 << 20;

/// Most records of one body. The ones after it are refused one by one: a body of many tiny records
/// would take a hundred times its size in memory.
pub const BATCH_RECORDS_MAX: usize = 100_000;

/// How many rejected lines an answer lists. All of them are counted.
pub const REJECTIONS_LISTED_MAX: usize = 1_000;

/// Longest value of an indexed field, in bytes. A longer one is indexed by its first bytes and
/// stays whole in the record.
pub const INDEXED_VALUE_BYTES_MAX: usize = 256;

/// A time further ahead of arrival than this is kept and flagged, and ordered by arrival.
pub const FUTURE_TIME_MICROS_MAX: i64 = 24 * 3_600 * 1_000_000;

/// A native event without a time is one and the same within this span of its first arrival.
pub const TIMELESS_DUPLICATE_MICROS: i64 = 7 * 24 * 3_600 * 1_000_000;
