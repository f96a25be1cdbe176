//! The open file.

use std::fmt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, Params, Row, Transaction, TransactionBehavior};

use crate::error::Error;
use crate::migration;

/// How long a statement waits for another process to finish writing.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Prepared statements kept per connection: more than this crate has.
const STATEMENTS_CACHED_MAX: usize = 64;

/// The open `meta.db`. Share it in an `Arc`; other processes may have the same file open.
pub struct Meta {
    connection: Mutex<Connection>,
}

impl Meta {
    /// Opens `path`, creates it if it is not there, and brings it to the current schema.
    ///
    /// # Errors
    ///
    /// [`Error::Open`] if it is not a database or cannot be written, [`Error::NewerSchema`] if a
    /// newer Gatelog wrote it.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let connection = Connection::open(path)
            .and_then(|connection| configure(&connection).map(|()| connection))
            .map_err(|source| Error::Open { path: path.display().to_string(), source })?;
        Self::migrated(connection)
    }

    /// An empty database that lives as long as the value, for tests.
    ///
    /// # Errors
    ///
    /// Only if memory runs out.
    pub fn open_in_memory() -> Result<Self, Error> {
        let connection = Connection::open_in_memory()?;
        configure(&connection)?;
        Self::migrated(connection)
    }

    /// A number that is another one after a change by anybody else who has the file open. Changes
    /// made through this value leave it as it is.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn data_version(&self) -> Result<i64, Error> {
        let connection = self.connection();
        Ok(connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    fn migrated(mut connection: Connection) -> Result<Self, Error> {
        migration::migrate(&mut connection)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// The connection. A thread that panicked while holding it left no half-done work behind:
    /// its transaction was rolled back when it was dropped.
    pub(crate) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one statement and returns the number of rows it changed.
    pub(crate) fn execute(&self, sql: &str, params: impl Params) -> Result<usize, rusqlite::Error> {
        self.connection().prepare_cached(sql)?.execute(params)
    }

    /// All rows of a question.
    pub(crate) fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql)?;
        statement.query_and_then(params, read)?.collect()
    }

    /// The first row of a question, if there is one.
    pub(crate) fn first_row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql)?;
        statement.query_and_then(params, read)?.next().transpose()
    }

    /// Does `work` wholly or not at all. Nobody else writes meanwhile.
    pub(crate) fn transaction<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcome = work(&transaction)?;
        transaction.commit()?;
        Ok(outcome)
    }
}

impl fmt::Debug for Meta {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Meta").finish_non_exhaustive()
    }
}

/// How often to try for the journal; every failure but the last waits for another process's turn.
const JOURNAL_ATTEMPTS_MAX: u32 = 50;

fn configure(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED_MAX);
    // Readers and one writer do not wait for each other, and a commit is on disk when it returns.
    use_write_ahead_log(connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)
}

/// Switches the journal. Of several processes that open a new file at once SQLite refuses some
/// right away, whatever the busy timeout, as two of them waiting would wait for each other. Those
/// take a turn at writing, which does wait, and find the journal switched.
fn use_write_ahead_log(connection: &Connection) -> Result<(), rusqlite::Error> {
    for _ in 1..JOURNAL_ATTEMPTS_MAX {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                connection.execute_batch("BEGIN IMMEDIATE; COMMIT")?;
            }
            switched => return switched,
        }
    }
    connection.pragma_update(None, "journal_mode", "WAL")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_connection_is_durable_and_checks_foreign_keys() {
        let folder = tempfile::tempdir().unwrap();
        let meta = Meta::open(&folder.path().join("meta.db")).unwrap();
        let connection = meta.connection();
        let setting = |name: &str| -> String {
            let sql = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
            connection.query_row(&sql, [], |row| row.get(0)).unwrap()
        };
        assert_eq!(setting("journal_mode"), "wal");
        assert_eq!(setting("synchronous"), "2", "FULL");
        assert_eq!(setting("foreign_keys"), "1");
    }
}
