//! How many records were taken in and refused since the data directory was opened, by format.
//!
//! What became of those that were taken in (kept, here already) the ledger counts.

use std::sync::atomic::{AtomicU64, Ordering};

use gatelog_event::source::Format;

use crate::intake::Refused;

/// Why records are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectionClass {
    /// More bytes than are kept of one record.
    TooLarge,
    /// Not JSON.
    Malformed,
    /// JSON, but not an event of the format.
    NotAnEvent,
    /// More records than one body may have.
    TooMany,
    /// Of another source than the key may send.
    OtherSource,
}

impl RejectionClass {
    /// All classes.
    pub const ALL: [Self; 5] =
        [Self::TooLarge, Self::Malformed, Self::NotAnEvent, Self::TooMany, Self::OtherSource];

    /// The name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
            Self::NotAnEvent => "not_an_event",
            Self::TooMany => "too_many",
            Self::OtherSource => "other_source",
        }
    }
}

/// The counts of one format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatIntake {
    /// How the records were written.
    pub format: Format,
    /// Bytes of all records, refused ones included, as they arrived after decompression.
    pub byte_count: u64,
    /// Refused records by the reason.
    pub rejected: Vec<(RejectionClass, u64)>,
}

/// The counters, shared by all tenants.
#[derive(Debug, Default)]
pub(crate) struct IntakeCounts([FormatCounts; Format::ALL.len()]);

#[derive(Debug, Default)]
struct FormatCounts {
    byte_count: AtomicU64,
    rejected: [AtomicU64; RejectionClass::ALL.len()],
}

impl IntakeCounts {
    /// Counts a record and, if it was refused, why.
    pub(crate) fn count(&self, format: Format, byte_count: usize, refused: Option<&Refused>) {
        let Some(counts) = self.of(format) else { return };
        counts.byte_count.fetch_add(byte_count as u64, Ordering::Relaxed);
        if let Some(refused) = refused {
            counts.refuse(refused.class, 1);
        }
    }

    /// Counts records that were refused before they had this format.
    pub(crate) fn count_unconverted(&self, format: Format, refused: u64) {
        if let Some(counts) = self.of(format) {
            counts.refuse(RejectionClass::NotAnEvent, refused);
        }
    }

    fn of(&self, format: Format) -> Option<&FormatCounts> {
        let mut counts = Format::ALL.into_iter().zip(&self.0);
        counts.find(|(counted, _)| *counted == format).map(|(_, counts)| counts)
    }

    /// A copy.
    pub(crate) fn get(&self) -> Vec<FormatIntake> {
        let formats = Format::ALL.into_iter().zip(&self.0);
        let copy = |(format, counts): (Format, &FormatCounts)| {
            let rejected = RejectionClass::ALL.into_iter().zip(&counts.rejected);
            let rejected = rejected.map(|(class, count)| (class, count.load(Ordering::Relaxed)));
            let byte_count = counts.byte_count.load(Ordering::Relaxed);
            FormatIntake { format, byte_count, rejected: rejected.collect() }
        };
        formats.map(copy).collect()
    }
}

impl FormatCounts {
    fn refuse(&self, class: RejectionClass, records: u64) {
        let mut classes = RejectionClass::ALL.into_iter().zip(&self.rejected);
        if let Some((_, count)) = classes.find(|(counted, _)| *counted == class) {
            count.fetch_add(records, Ordering::Relaxed);
        }
    }
}
