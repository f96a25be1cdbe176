//! The open file.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Params, Row, Transaction, TransactionBehavior};

use crate::error::Error;
use crate::{functions, migration};

/// How long a statement waits for another process to finish writing.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Prepared statements kept per connection: more than this crate has.
const STATEMENTS_CACHED_MAX: usize = 64;

/// Connections kept for readers. More that read at once open one of their own for that time.
const READERS_KEPT_MAX: usize = 4;

/// The open `meta.db`. Share it in an `Arc`; other processes may have the same file open.
pub struct Meta {
    /// Closed first: whoever is the last to close the file empties its journal, and must be able
    /// to write.
    readers: Readers,
    connection: Mutex<Connection>,
}

/// Connections that only read: they see what was committed, and do not wait for who writes.
#[derive(Default)]
struct Readers {
    /// The file; none is in memory, which has one connection for everything.
    path: Option<PathBuf>,
    idle: Mutex<Vec<Connection>>,
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
        let readers = Readers { path: Some(path.to_owned()), idle: Mutex::default() };
        Self::migrated(connection, readers)
    }

    /// An empty database that lives as long as the value, for tests.
    ///
    /// # Errors
    ///
    /// Only if memory runs out.
    pub fn open_in_memory() -> Result<Self, Error> {
        let connection = Connection::open_in_memory()?;
        configure(&connection)?;
        Self::migrated(connection, Readers::default())
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

    fn migrated(mut connection: Connection, readers: Readers) -> Result<Self, Error> {
        migration::migrate(&mut connection)?;
        Ok(Self { connection: Mutex::new(connection), readers })
    }

    /// Reads what was committed, without waiting for a change that is under way.
    pub(crate) fn reading<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Some(path) = &self.readers.path else { return read(&self.connection()) };
        let kept = self.readers.idle().pop();
        let connection = match kept {
            Some(connection) => connection,
            None => reader(path)?,
        };
        let outcome = read(&connection);
        let mut idle = self.readers.idle();
        if idle.len() < READERS_KEPT_MAX {
            idle.push(connection);
        }
        outcome
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

impl Readers {
    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Meta {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Meta").finish_non_exhaustive()
    }
}

/// How often to try for the journal; every failure but the last waits for another process's turn.
const JOURNAL_ATTEMPTS_MAX: u32 = 50;

/// A connection that only reads.
fn reader(path: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    prepare(&connection)?;
    Ok(connection)
}

fn prepare(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED_MAX);
    functions::add(connection)
}

fn configure(connection: &Connection) -> Result<(), rusqlite::Error> {
    prepare(connection)?;
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
