//! Who has this id, name or word?

use std::ops::ControlFlow;

use gatelog_event::tenant::TenantName;
use rusqlite::{Connection, OptionalExtension, params};

use super::{COLUMNS, DirectoryEntry, DirectoryKind, read};
use crate::database::Meta;
use crate::error::Error;

/// Entries of tenant 1, if given of kind 2, with the text 3 anywhere.
const CONTAINS: &str = "tenant = ?1 AND (?2 IS NULL OR kind = ?2) \
    AND (?3 = '' OR instr(folded(name), ?3) OR instr(folded(identifier), ?3) \
         OR instr(folded(id), ?3))";

impl Meta {
    /// What is known of an id. A few microseconds, or one read from disk.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn directory_entry(
        &self,
        tenant: &TenantName,
        kind: DirectoryKind,
        id: &str,
    ) -> Result<Option<DirectoryEntry>, Error> {
        self.reading(|connection| entry(connection, tenant, kind, id))
    }

    /// Whether a user was ever seen with an identifier: it is then known not to be a password
    /// typed into the wrong box.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn is_identifier(&self, tenant: &TenantName, identifier: &str) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM identifiers WHERE tenant = ?1 AND identifier = ?2";
        self.reading(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            Ok(statement.exists([tenant.as_str(), identifier])?)
        })
    }

    /// The first `limit` entries, by name and id, that have `text` anywhere in their name,
    /// identifier or id. The case of letters does not count; an empty text is found everywhere.
    /// O(names).
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn search_directory(
        &self,
        tenant: &TenantName,
        kind: Option<DirectoryKind>,
        text: &str,
        limit: u32,
    ) -> Result<Vec<DirectoryEntry>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM directory WHERE {CONTAINS} \
             ORDER BY name = '', name COLLATE NOCASE, id LIMIT ?4"
        );
        let values =
            params![tenant.as_str(), kind.map(DirectoryKind::name), text.to_lowercase(), limit];
        self.reading(|connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            statement.query_and_then(values, read)?.collect()
        })
    }

    /// How many entries [`Meta::search_directory`] finds without a limit. O(names).
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn count_directory(
        &self,
        tenant: &TenantName,
        kind: Option<DirectoryKind>,
        text: &str,
    ) -> Result<u64, Error> {
        let sql = format!("SELECT count(*) FROM directory WHERE {CONTAINS}");
        let values = params![tenant.as_str(), kind.map(DirectoryKind::name), text.to_lowercase()];
        self.reading(|connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let count: i64 = statement.query_row(values, |row| row.get(0))?;
            Ok(count.unsigned_abs())
        })
    }

    /// Hands every entry of a tenant to `visit`, in no particular order, until it has enough.
    /// O(names), one of them in memory.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn visit_directory(
        &self,
        tenant: &TenantName,
        visit: impl FnMut(DirectoryEntry) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let sql = format!("SELECT {COLUMNS} FROM directory WHERE tenant = ?1");
        self.visit(&sql, tenant.as_str(), visit)
    }

    /// Hands the entries whose name and identifier have all of some words between them to `visit`,
    /// until it has enough. Words are as [`gatelog_query::words::tokens`] writes them. O(entries
    /// that have the rarest of the words).
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn visit_directory_with(
        &self,
        tenant: &TenantName,
        words: &[String],
        visit: impl FnMut(DirectoryEntry) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM directory WHERE entry IN \
             (SELECT rowid FROM directory_words WHERE directory_words MATCH ?1)"
        );
        let words: Vec<String> = words.iter().map(|word| format!("words:\"{word}\"")).collect();
        let wanted = format!("tenant:\"{tenant}\" AND {}", words.join(" AND "));
        self.visit(&sql, &wanted, visit)
    }

    fn visit(
        &self,
        sql: &str,
        value: &str,
        mut visit: impl FnMut(DirectoryEntry) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        self.reading(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            for entry in statement.query_and_then([value], read)? {
                if visit(entry?).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }
}

/// What is known of an id.
pub(super) fn entry(
    connection: &Connection,
    tenant: &TenantName,
    kind: DirectoryKind,
    id: &str,
) -> Result<Option<DirectoryEntry>, Error> {
    let sql =
        format!("SELECT {COLUMNS} FROM directory WHERE tenant = ?1 AND kind = ?2 AND id = ?3");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement
        .query_row(params![tenant.as_str(), kind.name(), id], |row| Ok(read(row)))
        .optional()?;
    found.transpose()
}
