//! What is done with an event: taken in, appended, sealed.

use std::hint::black_box;
use std::path::Path;

use anyhow::ensure;
use gatelog_event::tenant::TenantName;

use crate::data::{ROWS, accept, append, open, read_rows};

/// What is done with each event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventWork {
    /// Parsed, redacted and checked.
    Intake,
    /// Framed in the log and added to a table, after having been taken in.
    Append,
    /// Written into a segment, after having been appended. All rows are appended, whatever the
    /// times; only with more than none are they sealed.
    Seal,
}

/// No table gets as large as this.
const NEVER: u32 = u32::MAX;

impl EventWork {
    pub(crate) const ALL: [Self; 3] = [Self::Intake, Self::Append, Self::Seal];

    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Append => "append",
            Self::Seal => "seal",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|work| work.name() == name)
    }

    /// Does it for so many of the rows in `directory`.
    ///
    /// # Errors
    /// When there are not as many, or it fails.
    pub(crate) fn run(self, directory: &Path, times: usize) -> anyhow::Result<()> {
        ensure!(times <= ROWS, "there are only {ROWS} rows");
        let rows = read_rows(directory)?;
        if self == Self::Intake {
            for row in rows.lines().take(times) {
                black_box(accept(row)?);
            }
            return Ok(());
        }
        let mut events = rows.lines().map(accept).collect::<Result<Vec<_>, _>>()?;
        let segment_events = match self {
            Self::Seal if times > 0 => u32::try_from(ROWS)?,
            _ => NEVER,
        };
        if self == Self::Append {
            events.truncate(times);
        }
        let data = tempfile::tempdir_in(directory)?;
        // When the ledger is dropped, its threads have done all that was begun.
        let ledger = open(data.path(), segment_events)?;
        append(&ledger.tenant(&TenantName::default_tenant())?, events)
    }
}
