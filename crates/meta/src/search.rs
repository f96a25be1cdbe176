//! Questions to the audit logs that somebody keeps under a name, alone or for their whole tenant.
//!
//! What a question says is not looked at here: it may be one that means nothing any more.

use gatelog_event::own_audit::Value;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::author::Change;
use crate::column;
use crate::database::Meta;
use crate::error::{BrokenRule, Error};
use crate::outbox::{changed, put};

/// Searches that one person may keep in one tenant: more are not found in a list.
pub const SEARCHES_MAX: u32 = 200;

const COLUMNS: &str = "number, tenant, owner, name, question, is_shared, created, used";

/// A question that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// What tells it from all others.
    pub number: i64,
    /// The user who keeps it.
    pub owner: String,
    /// What its owner calls it.
    pub name: String,
    /// The parameters of an address, form encoded.
    pub question: String,
    /// Whether everybody who may read the tenant's events sees it.
    pub is_shared: bool,
    /// Since when it is kept.
    pub created: UnixMicros,
    /// When it was last opened.
    pub used: Option<UnixMicros>,
}

/// A question to be kept.
#[derive(Clone, Debug)]
pub struct NewSearch {
    /// Whose events it is about.
    pub tenant: TenantName,
    /// The user who keeps it.
    pub owner: String,
    /// What it is to be called.
    pub name: String,
    /// The parameters of an address, form encoded.
    pub question: String,
    /// Whether everybody who may read the tenant's events sees it.
    pub is_shared: bool,
}

impl Meta {
    /// What a user finds in a tenant: their own and all shared ones, last used first.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn searches(&self, tenant: &TenantName, reader: &str) -> Result<Vec<Search>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM searches WHERE tenant = ?1 AND (owner = ?2 OR is_shared) \
             ORDER BY coalesce(used, created) DESC, number DESC"
        );
        self.reading(|connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            statement.query_and_then(params![tenant.as_str(), reader], search)?.collect()
        })
    }

    /// Notes that a user opens a search, and returns it.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownSearch`] also if it is somebody else's and not shared; or the disk fails.
    pub fn use_search(
        &self,
        tenant: &TenantName,
        reader: &str,
        number: i64,
        now: UnixMicros,
    ) -> Result<Search, Error> {
        let sql = format!(
            "UPDATE searches SET used = ?4 \
             WHERE number = ?3 AND tenant = ?1 AND (owner = ?2 OR is_shared) RETURNING {COLUMNS}"
        );
        let values = params![tenant.as_str(), reader, number, now.micros()];
        self.first_row(&sql, values, search)?.ok_or(Error::UnknownSearch(number))
    }

    /// Keeps a search and returns its number.
    ///
    /// # Errors
    ///
    /// [`Error::SearchExists`], [`Error::TooManySearches`], or the disk fails.
    pub fn create_search(&self, new: &NewSearch, change: &Change) -> Result<i64, Error> {
        let NewSearch { tenant, owner, name, question, is_shared } = new;
        self.transaction(|transaction| {
            let sql = "SELECT count(*) FROM searches WHERE tenant = ?1 AND owner = ?2";
            let kept: u32 =
                transaction.query_row(sql, params![tenant.as_str(), owner], |row| row.get(0))?;
            if kept >= SEARCHES_MAX {
                return Err(Error::TooManySearches(SEARCHES_MAX));
            }
            let sql = "INSERT INTO searches (tenant, owner, name, question, is_shared, created) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            let created = change.time.micros();
            let values = params![tenant.as_str(), owner, name, question, is_shared, created];
            transaction.execute(sql, values).map_err(|error| named(error, name))?;
            let number = transaction.last_insert_rowid();
            record(transaction, tenant, change, "api.create", number, name, Some(*is_shared))?;
            Ok(number)
        })
    }

    /// Renames a search, and shares it or ends that. Only its owner may.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownSearch`], [`Error::SearchExists`], or the disk fails.
    pub fn update_search(
        &self,
        tenant: &TenantName,
        number: i64,
        (name, is_shared): (&str, bool),
        (owner, change): (&str, &Change),
    ) -> Result<(), Error> {
        self.transaction(|transaction| {
            let sql = "UPDATE searches SET name = ?4, is_shared = ?5 \
                       WHERE number = ?3 AND tenant = ?1 AND owner = ?2";
            let values = params![tenant.as_str(), owner, number, name, is_shared];
            let updated =
                transaction.execute(sql, values).map_err(|error| self::named(error, name))?;
            if updated == 0 {
                return Err(Error::UnknownSearch(number));
            }
            record(transaction, tenant, change, "api.update", number, name, Some(is_shared))
        })
    }

    /// Keeps a search no longer. Only its owner may.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownSearch`], or the disk fails.
    pub fn delete_search(
        &self,
        tenant: &TenantName,
        number: i64,
        (owner, change): (&str, &Change),
    ) -> Result<(), Error> {
        self.transaction(|transaction| {
            let sql = "DELETE FROM searches WHERE number = ?3 AND tenant = ?1 AND owner = ?2 \
                       RETURNING name";
            let values = params![tenant.as_str(), owner, number];
            let name: Option<String> =
                transaction.query_row(sql, values, |row| row.get(0)).optional()?;
            let name = name.ok_or(Error::UnknownSearch(number))?;
            record(transaction, tenant, change, "api.delete", number, &name, None)
        })
    }
}

fn search(row: &Row<'_>) -> Result<Search, Error> {
    Ok(Search {
        number: row.get("number")?,
        owner: row.get("owner")?,
        name: row.get("name")?,
        question: row.get("question")?,
        is_shared: row.get("is_shared")?,
        created: column::time(row, "created")?,
        used: column::optional_time(row, "used")?,
    })
}

fn named(error: rusqlite::Error, name: &str) -> Error {
    match BrokenRule::of(&error) {
        Some(BrokenRule::Unique) => Error::SearchExists(name.to_owned()),
        _ => error.into(),
    }
}

fn record(
    transaction: &Transaction<'_>,
    tenant: &TenantName,
    change: &Change,
    event_type: &'static str,
    number: i64,
    name: &str,
    is_shared: Option<bool>,
) -> Result<(), Error> {
    let id = format!("search:{number}");
    let shared = |is_shared| if is_shared { "tenant" } else { "owner" };
    let seen_by = is_shared.map(|it| ("seen_by", Value::Text(shared(it).into())));
    let data = seen_by.into_iter().collect();
    put(transaction, tenant, changed(change, event_type, ("search", &id, name), data))
}
