//! Records on their way to the ledger.

use std::future::Future;
use std::pin::Pin;

use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;

/// Records that came together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// How they are written.
    pub format: Format,
    /// The records, one a line, each ended by `\n`.
    pub lines: Vec<u8>,
    /// What came and is no record: it goes to the quarantine.
    pub broken: Vec<BrokenRecord>,
    /// The time of the newest event as its system says it, if it says so.
    pub newest: Option<UnixMicros>,
}

/// Something that came and cannot become a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenRecord {
    /// As it came.
    pub bytes: Vec<u8>,
    /// What is wrong and where, in words.
    pub reason: String,
}

/// Why a delivery is not kept. Whoever has it sends it again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotKept {
    /// There is too much to do; later there may not be.
    #[error("too much is waiting to be kept")]
    Busy,
    /// The ledger cannot take events, such as on a full disk.
    #[error("events cannot be kept: {0}")]
    Refused(String),
    /// The server stops.
    #[error("the server stops")]
    Stopping,
}

/// A delivery that is being kept.
pub type Keeping<'k> = Pin<Box<dyn Future<Output = Result<(), NotKept>> + Send + 'k>>;

/// Keeps what one source delivers.
pub trait Keep: Send + Sync {
    /// Returns when every record is durable: in the ledger, or in the quarantine if it cannot be
    /// an event.
    fn keep(&self, delivery: Delivery) -> Keeping<'_>;
}

impl Delivery {
    /// Nothing yet.
    pub fn new(format: Format) -> Self {
        Self { format, lines: Vec::new(), broken: Vec::new(), newest: None }
    }

    /// Whether nothing came.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.broken.is_empty()
    }

    /// Adds a record, which has no line end in it.
    pub fn push(&mut self, record: &[u8]) {
        self.lines.extend_from_slice(record);
        self.lines.push(b'\n');
    }

    /// Adds what came after it, of the same format.
    pub fn append(&mut self, mut later: Self) {
        self.lines.append(&mut later.lines);
        self.broken.append(&mut later.broken);
        self.newest = self.newest.max(later.newest);
    }

    /// Adds what is no record.
    pub fn push_broken(&mut self, bytes: &[u8], reason: impl Into<String>) {
        self.broken.push(BrokenRecord { bytes: bytes.to_vec(), reason: reason.into() });
    }

    /// Notes the time of an event.
    pub fn note_time(&mut self, time: UnixMicros) {
        self.newest = self.newest.max(Some(time));
    }
}
