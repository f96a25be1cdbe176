//! Rows that are kept here are removed there: what Logto leaves to a cron job, without losing any.
//!
//! A row is removed only after somebody confirmed that the event with its id and its time is
//! stored, and only as the row that was looked at: one that was changed since stays.

use std::future::Future;
use std::pin::Pin;

use gatelog_event::time::UnixMicros;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::feed::Trouble;
use crate::secret::Secret;

use super::connection::{Access, Connection};
use super::place::Place;
use super::settings::{Product, Settings};
use super::statement::{self, Rows};
use super::trouble;

/// Rows that are removed in one transaction, so that Logto waits for none for long.
const BATCH_ROWS_MAX: usize = 1_000;

/// What is looked at of a row. `xmin` is the transaction that wrote it as it is.
const COLUMNS: &str = "tenant_id, id, key, created_at, xmin::text AS version";

/// What is to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prune {
    /// Only rows that are older.
    pub older_than: UnixMicros,
    /// Whether to count only, and remove nothing.
    pub is_dry_run: bool,
}

/// A row that may be removed once it is known to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldRow {
    /// Logto's tenant.
    pub tenant_id: String,
    /// The id, which is the event's.
    pub id: String,
    /// The key, which is the event's type.
    pub key: String,
    /// The time as the event has it: of `created_at` the milliseconds.
    pub time: UnixMicros,
}

impl OldRow {
    /// Whether an event of Logto's with this id, time and type is the row.
    pub fn is_event(&self, id: &str, time: UnixMicros, event_type: &str) -> bool {
        self.id == id && self.time == time && self.key == event_type
    }
}

/// How far it is, and in the end what was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Rows that are older than the time.
    pub old_rows: u64,
    /// Of these, rows that were removed; without doing it, rows that would have been.
    pub removed_rows: u64,
    /// Rows that stay as nobody confirmed that they are stored.
    pub unconfirmed_rows: u64,
    /// Rows that stay as they were changed, or removed by others, after they were looked at.
    pub changed_rows: u64,
}

/// Rows that are being looked up.
pub type Confirming<'c> = Pin<Box<dyn Future<Output = Result<Vec<bool>, String>> + Send + 'c>>;

/// Knows which rows are stored.
pub trait Confirm: Send + Sync {
    /// Says of each row, in their order, whether an event that it is ([`OldRow::is_event`]) is stored
    /// durably. An error, in words, ends the pruning; what has no answer is not confirmed.
    fn are_stored<'c>(&'c self, rows: &'c [OldRow]) -> Confirming<'c>;
}

/// A row, and what it has to be still when it is removed.
struct Candidate {
    row: OldRow,
    created_at: String,
    version: String,
}

/// Removes old rows of Logto's table `logs` that are confirmed to be stored, and tells `progress`
/// after each batch. What was removed when it fails stays removed.
///
/// # Errors
/// When the settings are not of Logto's table, the database fails, or `confirm` does.
pub async fn prune(
    settings: &Settings,
    password: Option<&Secret>,
    request: Prune,
    confirm: &dyn Confirm,
    progress: &mut (dyn FnMut(Pruned) + Send),
) -> Result<Pruned, Trouble> {
    settings.check(Product::Logto).map_err(|error| Trouble::new(error.to_string()))?;
    let access = if request.is_dry_run { Access::Read } else { Access::Delete };
    let connection = Connection::open(Product::Logto, settings, password, access).await?;
    let mut pruned = Pruned::default();
    // Rows from before all calendars stay: no event has their time.
    let mut after = Place::before(UnixMicros::MIN.saturating_add(1));
    loop {
        let batch = candidates(&connection, settings, &after, request.older_than).await?;
        let Some(last) = batch.last() else { return Ok(pruned) };
        after = Place::of_row(&last.created_at, last.row.id.clone());
        let batch_rows = count(batch.len());
        let confirmed = confirmed(confirm, batch).await?;
        let confirmed_rows = count(confirmed.len());
        let removed_rows = match request.is_dry_run {
            true => confirmed_rows,
            false => remove(&connection, settings, &confirmed).await?,
        };
        pruned.old_rows += batch_rows;
        pruned.removed_rows += removed_rows;
        pruned.unconfirmed_rows += batch_rows - confirmed_rows;
        pruned.changed_rows += confirmed_rows.saturating_sub(removed_rows);
        progress(pruned);
    }
}

/// The next rows that are old enough.
async fn candidates(
    connection: &Connection,
    settings: &Settings,
    after: &Place,
    older_than: UnixMicros,
) -> Result<Vec<Candidate>, Trouble> {
    let rows = statement::select(Rows {
        product: Product::Logto,
        settings,
        columns: COLUMNS,
        after,
        before: Some(older_than),
        row_limit: BATCH_ROWS_MAX,
    });
    let statement = format!(
        "SELECT tenant_id::text, id::text, key::text, created_at::text, version \
         FROM ({rows}) AS old ORDER BY old.created_at, old.id"
    );
    let failed = |error| trouble::of(&error, Product::Logto, settings);
    let found = connection.client.query(&statement, &[]).await.map_err(failed)?;
    found.iter().map(candidate).collect::<Result<_, _>>().map_err(failed)
}

fn candidate(row: &Row) -> Result<Candidate, tokio_postgres::Error> {
    let (id, created_at): (String, String) = (row.try_get(1)?, row.try_get(3)?);
    let time = Place::of_row(&created_at, String::new()).time;
    let time = UnixMicros::from_millis(time.millis_floor()).unwrap_or(time);
    let row_seen = OldRow { tenant_id: row.try_get(0)?, id, key: row.try_get(2)?, time };
    Ok(Candidate { row: row_seen, created_at, version: row.try_get(4)? })
}

/// Those that are stored.
async fn confirmed(
    confirm: &dyn Confirm,
    batch: Vec<Candidate>,
) -> Result<Vec<Candidate>, Trouble> {
    let rows: Vec<OldRow> = batch.iter().map(|candidate| candidate.row.clone()).collect();
    let answers = confirm.are_stored(&rows).await.map_err(|reason| {
        Trouble::new(format!("it cannot be looked up which rows are stored: {reason}"))
    })?;
    let stored = batch.into_iter().zip(answers).filter(|(_, is_stored)| *is_stored);
    Ok(stored.map(|(candidate, _)| candidate).collect())
}

/// Removes rows that are as they were, in one transaction, and says how many that were.
async fn remove(
    connection: &Connection,
    settings: &Settings,
    rows: &[Candidate],
) -> Result<u64, Trouble> {
    if rows.is_empty() {
        return Ok(0);
    }
    let table = statement::table(Product::Logto, settings);
    let statement = format!(
        "DELETE FROM {table} AS logs USING unnest($1::text[], $2::text[], $3::text[], $4::text[], \
         $5::text[]) AS old(tenant_id, id, key, created_at, version) \
         WHERE logs.id = old.id AND logs.tenant_id = old.tenant_id AND logs.key = old.key \
         AND logs.created_at = old.created_at::timestamptz AND logs.xmin::text = old.version"
    );
    let column = |of: fn(&Candidate) -> &str| rows.iter().map(of).collect::<Vec<&str>>();
    let tenants = column(|old| &old.row.tenant_id);
    let ids = column(|old| &old.row.id);
    let keys = column(|old| &old.row.key);
    let times = column(|old| &old.created_at);
    let versions = column(|old| &old.version);
    let parameters: [&(dyn ToSql + Sync); 5] = [&tenants, &ids, &keys, &times, &versions];
    let removed = connection.client.execute(&statement, &parameters).await;
    removed.map_err(|error| trouble::of(&error, Product::Logto, settings))
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
