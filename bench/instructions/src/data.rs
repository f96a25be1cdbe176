//! The rows, and the data directory that is asked. The same every time.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow};
use gatelog_event::intake::{AcceptedEvent, Intake};
use gatelog_event::redact::{FingerprintKey, NothingKnown};
use gatelog_event::source::Format;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::files::{OsFiles, Randomness};
use gatelog_ledger::{Ledger, LedgerOptions, TenantLedger};
use gatelog_testkit::{RowsOptions, World, WorldOptions};

/// Events in the data directory that is asked.
pub(crate) const EVENTS: usize = 200_000;

/// Events of each of its segments. None is left unsealed.
const SEGMENT_EVENTS: u32 = 25_000;

/// Rows in the file of which events are made.
pub(crate) const ROWS: usize = 20_000;

/// Events of one append, as large senders send them.
const BATCH_EVENTS: usize = 500;

/// The month ends here: 2026-06-01.
const END_MS: i64 = 1_780_272_000_000;

const DAY_MS: i64 = 86_400_000;

/// Rows are different enough with this; all events arrive at the month's end.
const SEED: u64 = 1;
const USERS: usize = 2_000;

/// Randomness that is none.
#[derive(Clone, Copy, Debug)]
struct Fixed;

impl Randomness for Fixed {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        bytes.fill(7);
        Ok(())
    }
}

/// Writes rows and a data directory into `directory`.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn prepare(directory: &Path) -> anyhow::Result<()> {
    let world = World::new(WorldOptions { seed: SEED, users: USERS, ..WorldOptions::default() });
    let (from_ms, to_ms) = (END_MS - 30 * DAY_MS, END_MS);
    let options = RowsOptions { seed: SEED, from_ms, to_ms, count: EVENTS };
    let rows: Vec<String> = world.rows(options).map(|row| row.json).collect();
    let some = rows.get(..ROWS).context("there are too few rows")?;
    std::fs::write(rows_path(directory), some.join("\n"))?;
    let ledger = open(&data_path(directory), SEGMENT_EVENTS)?;
    let tenant = ledger.tenant(&TenantName::default_tenant())?;
    for rows in rows.chunks(BATCH_EVENTS) {
        let events = rows.iter().map(|row| accept(row)).collect::<Result<_, _>>()?;
        append(&tenant, events)?;
    }
    Ok(())
}

/// The rows that were prepared, one a line.
///
/// # Errors
/// When they cannot be read.
pub(crate) fn read_rows(directory: &Path) -> anyhow::Result<String> {
    let path = rows_path(directory);
    std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// Where the data directory is that was prepared.
pub(crate) fn data_path(directory: &Path) -> PathBuf {
    directory.join("data")
}

fn rows_path(directory: &Path) -> PathBuf {
    directory.join("rows.ndjson")
}

/// A row becomes an event.
///
/// # Errors
/// When it is refused.
pub(crate) fn accept(row: &str) -> anyhow::Result<AcceptedEvent> {
    let key = FingerprintKey::new([7; 32]);
    let received = end();
    let intake = Intake { format: Format::Logto, key: &key, known: &NothingKnown, received };
    intake.accept(row.as_bytes()).map_err(|rejection| anyhow!("{}", rejection.reason))
}

/// Keeps events, in batches.
///
/// # Errors
/// When they are not kept.
pub(crate) fn append(tenant: &TenantLedger, events: Vec<AcceptedEvent>) -> anyhow::Result<()> {
    let mut events = events.into_iter().peekable();
    while events.peek().is_some() {
        let batch = events.by_ref().take(BATCH_EVENTS).collect();
        tenant.append(batch, "key_1", end())?.wait_blocking()?;
    }
    Ok(())
}

/// Opens a data directory whose tables are sealed at so many events, and whose segments stay as
/// they are: merging them would be counted with whatever is done meanwhile.
///
/// # Errors
/// When it cannot be opened.
pub(crate) fn open(directory: &Path, segment_events: u32) -> anyhow::Result<Ledger> {
    let options = LedgerOptions::new(directory, Arc::new(OsFiles), Arc::new(Fixed));
    let (table_rows_max, merged_segments_min) = (segment_events, usize::MAX);
    Ok(Ledger::open(LedgerOptions { table_rows_max, merged_segments_min, ..options })?)
}

/// The end of the month.
pub(crate) fn end() -> UnixMicros {
    UnixMicros::clamped(END_MS * 1_000)
}

/// The time so many days before the month's end.
pub(crate) fn days_before_end(days: i64) -> UnixMicros {
    UnixMicros::clamped((END_MS - days * DAY_MS) * 1_000)
}
