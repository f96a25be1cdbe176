//! Every bound of the ledger, with its unit and its reason (DESIGN invariant 8).

/// Events waiting for the writer, in bytes. A larger queue would only delay the answer that the
/// sender should slow down: it is half a second of what a processor seals.
pub(crate) const QUEUE_BYTES_MAX: u64 = 64 << 20;

/// Events written with one sync, in bytes, unless one batch is larger.
pub(crate) const GROUP_BYTES_MAX: u64 = 16 << 20;

/// How long the writer waits for as many batches as it took last, in microseconds: about as long as
/// a sync takes.
pub(crate) const GATHERING_US_MAX: u64 = 500;

/// A memtable is sealed at this many rows: a container's worth of a bitmap.
pub(crate) const TABLE_ROWS_MAX: u32 = 64 << 10;

/// A memtable with this part of the rows it may have is sealed when that is asked for. Words have
/// no index before; fewer rows are read one by one in a few milliseconds.
pub(crate) const SEALED_EARLY_DIVISOR: u32 = 4;

/// Fewer events of a tenant than this may stay unsealed for as long as no more come.
pub const UNSEALED_ROWS_USUAL: u32 = TABLE_ROWS_MAX / SEALED_EARLY_DIVISOR;

/// A memtable is sealed at this size, in bytes.
pub(crate) const TABLE_BYTES_MAX: u64 = 64 << 20;

/// Memtables of many tenants that are sealed with one sync, in bytes, unless one is larger: small
/// ones cost the disk more syncs than writes.
pub(crate) const SEALED_AT_ONCE_BYTES_MAX: u64 = 16 << 20;

/// Segments of about one size that become one.
pub(crate) const MERGED_SEGMENTS_MIN: usize = 8;

/// Rows of the largest segments, in memtables: a million. Merging takes memory for each row, some
/// 60 bytes, and 100,000,000 events are then a hundred segments.
pub(crate) const MERGED_TABLES_MAX: u32 = 16;

/// Largest sum of segments that become one, in bytes.
pub(crate) const MERGED_BYTES_MAX: u64 = 1 << 30;

/// Size a log file is allocated with, in bytes. Two of them are what may be unsealed at any time;
/// without room for one no event is accepted.
pub const LOG_FILE_BYTES: u64 = 64 << 20;

/// Log files kept for events that are not sealed yet, in bytes. Bounds the start after a crash.
pub(crate) const UNSEALED_BYTES_MAX: u64 = 128 << 20;

/// Frozen memtables in memory at which the writer waits for the sealer, in bytes. The active one
/// and two frozen ones, of which one is being sealed, are what bounds memory while loading.
pub(crate) const FROZEN_BYTES_MAX: u64 = 96 << 20;

/// Everything read from segments that is kept in memory, in bytes.
pub(crate) const CACHE_BYTES_DEFAULT: u64 = 128 << 20;

/// Segment files that are open at once: half of what a process may usually have.
pub(crate) const OPEN_FILES_MAX: usize = 512;

/// Log files at which a start seals what it replayed, so that restarts do not pile them up.
pub(crate) const LOG_FILES_AT_START_MAX: usize = 16;

/// Records one question may read when no index answers it: some seconds of one processor.
pub const SCANNED_RECORDS_MAX: u64 = 4 << 20;

/// Different values that are counted to find the most frequent ones: about 100 MB.
pub const COUNTED_VALUES_MAX: usize = 1 << 20;

/// Buckets of one histogram.
pub const HISTOGRAM_BUCKETS_MAX: usize = 2_000;

/// Events of one page.
pub const PAGE_EVENTS_MAX: usize = 1_000;

/// Records of one page, in bytes: a hundred of the largest there are, so that the pages of other
/// products, which have as many rows as asked for, are never cut.
pub const PAGE_BYTES_MAX: u64 = 128 << 20;

/// Records of one handful of a longer reading, in bytes.
pub const HANDFUL_BYTES_MAX: u64 = 8 << 20;
