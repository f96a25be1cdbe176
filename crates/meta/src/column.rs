//! Values as they are written in a column, and read back without trust.

use std::str::FromStr;

use gatelog_event::time::UnixMicros;
use rusqlite::Row;

use crate::access::Access;
use crate::error::Error;

/// Reads a time.
pub(crate) fn time(row: &Row<'_>, column: &'static str) -> Result<UnixMicros, Error> {
    time_from(row.get(column)?, column)
}

/// Reads a time that may be missing.
pub(crate) fn optional_time(
    row: &Row<'_>,
    column: &'static str,
) -> Result<Option<UnixMicros>, Error> {
    let micros: Option<i64> = row.get(column)?;
    micros.map(|micros| time_from(micros, column)).transpose()
}

/// Reads a text that has a type of its own.
pub(crate) fn parsed<T: FromStr>(row: &Row<'_>, column: &'static str) -> Result<T, Error> {
    parsed_from(row.get(column)?, column)
}

/// The same of one that may be missing.
pub(crate) fn optional_parsed<T: FromStr>(
    row: &Row<'_>,
    column: &'static str,
) -> Result<Option<T>, Error> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| parsed_from(text, column)).transpose()
}

/// Reads the three columns `scope`, `tenant` and `source`.
pub(crate) fn access(row: &Row<'_>) -> Result<Access, Error> {
    let tenant: Option<String> = row.get("tenant")?;
    let source: Option<String> = row.get("source")?;
    Access::new(
        parsed(row, "scope")?,
        tenant.map(|tenant| parsed_from(tenant, "tenant")).transpose()?,
        source.map(|source| parsed_from(source, "source")).transpose()?,
    )
    .map_err(|error| Error::Damaged { column: "scope", value: error.to_string() })
}

/// Reads a count.
pub(crate) fn count(row: &Row<'_>, column: &'static str) -> Result<u64, Error> {
    Ok(optional_count(row, column)?.unwrap_or_default())
}

/// Reads a count that may be missing.
pub(crate) fn optional_count(row: &Row<'_>, column: &'static str) -> Result<Option<u64>, Error> {
    let count: Option<i64> = row.get(column)?;
    let damaged = |count: i64| Error::Damaged { column, value: count.to_string() };
    count.map(|count| u64::try_from(count).map_err(|_| damaged(count))).transpose()
}

/// A count as SQLite writes it: its numbers end there, and no ledger has more events.
pub(crate) fn countable(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn time_from(micros: i64, column: &'static str) -> Result<UnixMicros, Error> {
    UnixMicros::new(micros).ok_or_else(|| Error::Damaged { column, value: micros.to_string() })
}

fn parsed_from<T: FromStr>(value: String, column: &'static str) -> Result<T, Error> {
    value.parse().map_err(|_| Error::Damaged { column, value })
}
