//! Checking a file without changing it, also beside a running server.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::database::BUSY_TIMEOUT;
use crate::error::Error;
use crate::migration;

/// What was found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// The schema version of the file.
    pub schema: u32,
    /// The newest schema version this program knows; a start brings an older file to it.
    pub known_schema: u32,
    /// What SQLite's integrity check finds wrong, at most a hundred sentences.
    pub problems: Vec<String>,
}

/// Reads the whole file at `path`. `is_in_use` says that another process may be writing to it.
///
/// # Errors
/// [`Error::Open`] if it is not a database or cannot be read.
pub fn inspect(path: &Path, is_in_use: bool) -> Result<Inspection, Error> {
    let failed = |source| Error::Open { path: path.display().to_string(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let connection =
        Connection::open_with_flags(address(path, is_in_use), flags).map_err(failed)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let problems = integrity(&connection).map_err(failed)?;
    let schema = migration::schema_version(&connection)?;
    Ok(Inspection { schema, known_schema: migration::known_version(), problems })
}

fn integrity(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut statement = connection.prepare("PRAGMA integrity_check")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    let lines = lines.collect::<Result<Vec<_>, _>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

/// A file that nobody uses is opened as one that nobody can change: then SQLite does not make the
/// helper files that several processes share. See <https://sqlite.org/uri.html>.
fn address(path: &Path, is_in_use: bool) -> String {
    let path = path.display().to_string();
    let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let parameter = if is_in_use { "" } else { "?immutable=1" };
    format!("file:{path}{parameter}")
}
