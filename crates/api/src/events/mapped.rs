//! Any JSON through a mapping: a body of another system's records as a body of native events.

use gatelog_capture::mapping_file::{MappingFile, Unmapped};
use gatelog_event::intake::batch::{Batch, Place, Record};
use gatelog_event::limits::REJECTIONS_LISTED_MAX;
use gatelog_service::{Prepared, RejectedLine};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::blocking::Panicked;

/// Bodies that are mapped at once. A mapping keeps a processor busy, for seconds at the worst; who
/// waits for a turn has room for its body already, of which there is a bound.
const RUNNING_MAX: usize = 2;

// One process has one set of processors, however many routers it has.
static TURNS: Semaphore = Semaphore::const_new(RUNNING_MAX);

/// Waits for a turn to map a body. It is over when dropped.
///
/// # Errors
/// Never, as the turns are not closed.
pub(super) async fn turn() -> Result<SemaphorePermit<'static>, Panicked> {
    TURNS.acquire().await.map_err(|_| Panicked)
}

/// The events of a body.
#[derive(Debug, Default)]
pub(super) struct Mapped {
    /// In native form, one a line.
    pub(super) lines: Vec<u8>,
    /// Where the record stands from which each line was made.
    places: Vec<Place>,
    /// Records that cannot be mapped, the first [`REJECTIONS_LISTED_MAX`] of them.
    refused: Vec<RejectedLine>,
    /// How many cannot be mapped.
    pub(super) refused_total: u64,
    /// Records of which the mapping makes no event.
    pub(super) skipped: u64,
}

impl Mapped {
    /// Maps every record of a body. May take seconds, as mappings are programs.
    ///
    /// # Errors
    /// A sentence, when mapping cannot begin.
    pub(super) fn of(mapping: &MappingFile, batch: &Batch<'_>) -> Result<Self, String> {
        let records: Vec<Record<'_>> = batch.records().collect();
        let inputs: Vec<&[u8]> = records.iter().map(|record| record.bytes).collect();
        let mut all = Self::default();
        for (record, mapped) in records.into_iter().zip(mapping.map(&inputs)?) {
            match mapped {
                Ok(events) if events.is_empty() => all.skipped += 1,
                Ok(events) => all.push(batch.place(record, 0), &events),
                Err(Unmapped { offset, reason }) => {
                    all.refuse(batch.place(record, offset), reason);
                }
            }
        }
        Ok(all)
    }

    /// What was made of the lines, told at the places of the records they were made of.
    pub(super) fn report(self, prepared: Prepared) -> Prepared {
        let Prepared { events, rejected: of_lines, rejected_total } = prepared;
        let at_record = |RejectedLine { line, reason, .. }: RejectedLine| {
            let index = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
            let place = self.places.get(index).copied();
            let Place { line, column } = place.unwrap_or(Place { line, column: 1 });
            RejectedLine { line, column, reason: format!("an event made of it: {reason}") }
        };
        let mut rejected: Vec<_> = of_lines.into_iter().map(at_record).collect();
        rejected.extend(self.refused);
        rejected.sort_by_key(|rejected| rejected.line);
        rejected.truncate(REJECTIONS_LISTED_MAX);
        Prepared { events, rejected, rejected_total: rejected_total + self.refused_total }
    }

    fn push(&mut self, place: Place, events: &[Vec<u8>]) {
        for event in events {
            self.lines.extend_from_slice(event);
            self.lines.push(b'\n');
            self.places.push(place);
        }
    }

    fn refuse(&mut self, Place { line, column }: Place, reason: String) {
        self.refused_total += 1;
        if self.refused.len() < REJECTIONS_LISTED_MAX {
            self.refused.push(RejectedLine { line, column, reason });
        }
    }
}
