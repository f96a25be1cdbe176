//! Every bound of the proxy, and why it is there.

/// Of a body so many bytes are copied. Larger ones are imports and files, and their copies would
/// take memory from what passes through.
pub(crate) const BODY_COPY_BYTES_MAX: usize = 64 << 10;

/// Calls that wait to be written to the spool. At most all of them have two copies of bodies: a
/// second's worth of calls, and half a gigabyte at the very worst.
pub(crate) const QUEUE_CALLS_MAX: usize = 4_096;

/// Calls that are written to the spool together.
pub(crate) const BATCH_CALLS_MAX: usize = 256;

/// Parameters of a query that are recorded, and bytes of each.
pub(crate) const PARAMETERS_MAX: usize = 32;
pub(crate) const PARAMETER_BYTES_MAX: usize = 256;

/// Bytes of a file of the spool. So much is sent again at most after the proxy was killed.
pub(crate) const SPOOL_FILE_BYTES_MAX: u64 = 4 << 20;

/// Bytes that are sent to Gatelog at once: well below what it takes.
pub(crate) const SEND_BYTES_MAX: usize = 1 << 20;

/// Gatelog gets this long to answer.
pub(crate) const SEND_TIMEOUT_MS: u64 = 30_000;

/// While Gatelog is away it is tried again after this time, twice as long each time.
pub(crate) const RETRY_MS_MIN: u64 = 250;
pub(crate) const RETRY_MS_MAX: u64 = 30_000;

/// When the proxy is stopped, what waits in the spool is sent for so long; the rest stays there.
pub(crate) const STOP_SEND_MS: u64 = 5_000;

/// Losses are reported at the latest so long after there is room again.
pub(crate) const REPORT_INTERVAL_MS: u64 = 1_000;

/// A connection to the upstream that takes longer to open is given up.
pub(crate) const CONNECT_TIMEOUT_MS: u64 = 10_000;

/// Connections to the upstream that wait for the next call.
pub(crate) const IDLE_CONNECTIONS_MAX: usize = 256;

/// Upgraded connections at once; as many as clients may have at all.
pub(crate) const TUNNELS_MAX: usize = 4_096;
