//! Bringing a file to the current schema.
//!
//! The schema version is SQLite's `user_version`: the number of files of `migrations/` that have
//! been run. A file that was once released never changes; a new schema is a new file.

use rusqlite::{Connection, TransactionBehavior};

use crate::error::Error;

/// The steps from an empty file to the current schema, in order.
const MIGRATIONS: [&str; 11] = [
    include_str!("../migrations/0001_first_tables.sql"),
    include_str!("../migrations/0002_audit_outbox.sql"),
    include_str!("../migrations/0003_words_of_names.sql"),
    include_str!("../migrations/0004_clients.sql"),
    include_str!("../migrations/0005_second_factors.sql"),
    include_str!("../migrations/0006_members.sql"),
    include_str!("../migrations/0007_searches.sql"),
    include_str!("../migrations/0008_passkeys.sql"),
    include_str!("../migrations/0009_alert_recipients.sql"),
    include_str!("../migrations/0010_personal_data.sql"),
    include_str!("../migrations/0011_sources.sql"),
];

/// Runs what is missing, in one transaction, so that several processes can open a new file at
/// once and a failure leaves it as it was.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), Error> {
    if missing(schema_version(connection)?)?.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have migrated while this one waited for its turn to write.
    for (version, sql) in missing(schema_version(&transaction)?)? {
        transaction
            .execute_batch(sql)
            .and_then(|()| transaction.pragma_update(None, "user_version", version))
            .map_err(|source| Error::Migration { version, source })?;
    }
    Ok(transaction.commit()?)
}

/// The migrations after `version`, each with the schema version it leads to.
fn missing(version: u32) -> Result<Vec<(u32, &'static str)>, Error> {
    let known = known_version();
    if version > known {
        return Err(Error::NewerSchema { found: version, known });
    }
    Ok((1..).zip(MIGRATIONS).filter(|(step, _)| *step > version).collect())
}

/// The newest schema this program knows.
pub(crate) fn known_version() -> u32 {
    (1..).zip(MIGRATIONS).last().map_or(0, |(newest, _)| newest)
}

pub(crate) fn schema_version(connection: &Connection) -> Result<u32, Error> {
    let version: i64 =
        connection.pragma_query_value(None, "user_version", |row| row.get("user_version"))?;
    u32::try_from(version)
        .map_err(|_| Error::Damaged { column: "user_version", value: version.to_string() })
}
