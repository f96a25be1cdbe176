//! What can go wrong in the ledger, with the file and the place.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The ledger's error. Cheap to clone: one failure can answer many waiting senders.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused an operation on a file.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why it failed.
        source: Arc<io::Error>,
    },
    /// There is no room for more events. Nothing of the batch was kept; it can be sent again.
    #[error("the disk that holds {} is full; events are refused until there is room", path.display())]
    DiskFull {
        /// The file that could not be allocated.
        path: PathBuf,
    },
    /// Bytes on disk are not what was written there.
    #[error("{} is damaged at byte {offset}: {reason}", path.display())]
    Corrupt {
        /// The damaged file.
        path: PathBuf,
        /// Where in it.
        offset: u64,
        /// What does not fit.
        reason: String,
    },
    /// The data directory was written by a version this one does not know.
    #[error(
        "{} was written by a newer Gatelog (format {found}, this one knows up to {known}); \
         upgrade Gatelog to open it", path.display()
    )]
    NewerFormat {
        /// The file that says so.
        path: PathBuf,
        /// The version it states.
        found: u16,
        /// The latest version known here.
        known: u16,
    },
    /// Another process holds the data directory.
    #[error(
        "the data directory {} is in use by another process; stop that server, \
         or send the command to it with --url and --token", path.display()
    )]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// A write to the log failed at an unknown point, so nothing more may be written until the
    /// log has been read back from disk. See <https://www.usenix.org/conference/atc20/presentation/rebello>.
    #[error("the ledger is read-only since a write failed ({reason}); restart Gatelog")]
    ReadOnly {
        /// The failure that caused it.
        reason: String,
    },
    /// A question that no index answers would read more records than one question may.
    #[error(
        "this question would read more than {records_max} records one by one; \
         narrow it by time or by a field that is indexed"
    )]
    TooBroad {
        /// How many it may read.
        records_max: u64,
    },
    /// A field has too many different values to count each of them.
    #[error(
        "matching events have more than {values_max} different values of this field; \
         narrow the question to count them"
    )]
    TooManyValues {
        /// How many are counted.
        values_max: usize,
    },
    /// The queue of the writer is full. Nothing of the batch was kept.
    #[error("too many events are waiting to be written; send the batch again shortly")]
    Busy,
    /// The ledger was closed while the batch waited.
    #[error("the ledger is closed")]
    Closed,
}

/// What the ledger's functions return.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn corrupt(path: &Path, offset: u64, reason: impl Into<String>) -> Self {
        Self::Corrupt { path: path.to_owned(), offset, reason: reason.into() }
    }
}

/// Names the file and the action in an I/O error; a full disk becomes [`Error::DiskFull`].
pub(crate) trait Context<T> {
    fn context(self, action: &'static str, path: &Path) -> Result<T>;
}

impl<T> Context<T> for io::Result<T> {
    fn context(self, action: &'static str, path: &Path) -> Result<T> {
        self.map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Error::DiskFull { path: path.to_owned() }
            }
            _ => Error::Io { action, path: path.to_owned(), source: Arc::new(error) },
        })
    }
}
