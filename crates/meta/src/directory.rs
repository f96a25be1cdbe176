//! Names known for ids: of users, applications and organisations.
//!
//! Learned from records and hooks, or imported; what is known of an id changes by one rule,
//! [`DirectoryEntry::absorb`]. There may be millions of names, so nothing reads all of them to
//! answer for one.
//!
//! - [`find`]: who has this id, name or word?

mod find;

use std::fmt;
use std::str::FromStr;

use gatelog_event::own_audit::Value;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::author::Change;
use crate::column;
use crate::database::Meta;
use crate::error::{BrokenRule, Error};
use crate::outbox::{changed, put as put_event};

/// What an id stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DirectoryKind {
    /// Someone who signs in.
    User,
    /// Something that users sign in to.
    Application,
    /// A group of users.
    Organization,
}

/// What is known about one id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// What the id stands for.
    pub kind: DirectoryKind,
    /// The id as it stands in records.
    pub id: String,
    /// What people call it; empty while that is not known.
    pub name: String,
    /// What a user signs in with (e-mail address, phone number, user name); empty while that is
    /// not known.
    pub identifier: String,
    /// When this was true: the time of the record it was learned from.
    pub updated: UnixMicros,
}

/// A name that is not that of a kind of entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind `{0}` (known: user, application, organization)")]
pub struct UnknownDirectoryKind(pub String);

const COLUMNS: &str = "kind, id, name, identifier, updated";

impl Meta {
    /// Learns all of `entries` or, if that fails, none, and returns what is known then of each. See
    /// [`DirectoryEntry::absorb`]. A person who signs in by e-mail today and by user name tomorrow
    /// is not shown with another identifier each time: only one that is new changes it.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownTenant`], or the disk fails.
    pub fn learn(
        &self,
        tenant: &TenantName,
        entries: &[DirectoryEntry],
    ) -> Result<Vec<DirectoryEntry>, Error> {
        self.transaction(|transaction| {
            let learned = entries.iter().map(|entry| {
                let is_new = learn_identifier(transaction, tenant, entry)?;
                learn_entry(transaction, tenant, entry, is_new)
            });
            learned.collect()
        })
    }

    /// As [`Meta::learn`], for entries that somebody brings, whose identifiers are those to be
    /// shown: it is recorded how many.
    ///
    /// # Errors
    ///
    /// As [`Meta::learn`].
    pub fn import_directory(
        &self,
        tenant: &TenantName,
        entries: &[DirectoryEntry],
        change: &Change,
    ) -> Result<(), Error> {
        self.transaction(|transaction| {
            for entry in entries {
                learn_identifier(transaction, tenant, entry)?;
                learn_entry(transaction, tenant, entry, true)?;
            }
            let data = vec![("entries", Value::Number(entries.len() as u64))];
            let target = ("directory", tenant.as_str(), "");
            put_event(transaction, tenant, changed(change, "directory.sync", target, data))
        })
    }

    /// Forgets one id: its name, and its identifier unless somebody else has it too. Returns whether
    /// it was known; then the change is recorded. A later record can teach it again.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn forget(
        &self,
        tenant: &TenantName,
        kind: DirectoryKind,
        id: &str,
        change: &Change,
    ) -> Result<bool, Error> {
        self.transaction(|transaction| {
            let delete = "DELETE FROM directory WHERE tenant = ?1 AND kind = ?2 AND id = ?3 \
                          RETURNING identifier";
            let identifier: Option<String> = transaction
                .query_row(delete, params![tenant.as_str(), kind.name(), id], |row| row.get(0))
                .optional()?;
            let Some(identifier) = identifier else { return Ok(false) };
            transaction.execute(
                "DELETE FROM identifiers WHERE tenant = ?1 AND identifier = ?2 AND NOT EXISTS \
                 (SELECT 1 FROM directory WHERE tenant = ?1 AND identifier = ?2)",
                [tenant.as_str(), &identifier],
            )?;
            let target = (kind.name(), id, "");
            put_event(transaction, tenant, changed(change, "api.delete", target, Vec::new()))?;
            Ok(true)
        })
    }
}

impl DirectoryEntry {
    /// Whether this says what somebody signs in with.
    pub fn is_identified_user(&self) -> bool {
        self.kind == DirectoryKind::User && !self.identifier.is_empty()
    }

    /// Takes over what `other`, of the same id, knows, and says whether that changed anything.
    ///
    /// What is known later wins; what is not known never wins over what is.
    pub fn absorb(&mut self, other: &Self) -> bool {
        let later = other.updated >= self.updated;
        let name_changed = absorb_text(&mut self.name, &other.name, later);
        let identifier_changed = absorb_text(&mut self.identifier, &other.identifier, later);
        let changed = name_changed || identifier_changed;
        if changed && later {
            self.updated = other.updated;
        }
        changed
    }
}

impl DirectoryKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::User, Self::Application, Self::Organization];

    /// The name used in `meta.db` and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Application => "application",
            Self::Organization => "organization",
        }
    }
}

impl fmt::Display for DirectoryKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for DirectoryKind {
    type Err = UnknownDirectoryKind;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| UnknownDirectoryKind(name.to_owned()))
    }
}

fn absorb_text(known: &mut String, other: &str, later: bool) -> bool {
    let wins = !other.is_empty() && *known != other && (later || known.is_empty());
    if wins {
        other.clone_into(known);
    }
    wins
}

/// Notes what somebody signed in with, and says whether nobody was known to.
fn learn_identifier(
    transaction: &Transaction<'_>,
    tenant: &TenantName,
    entry: &DirectoryEntry,
) -> Result<bool, Error> {
    if !entry.is_identified_user() {
        return Ok(false);
    }
    let sql = "INSERT OR IGNORE INTO identifiers (tenant, identifier) VALUES (?1, ?2)";
    let values = params![tenant.as_str(), entry.identifier];
    Ok(transaction.prepare_cached(sql)?.execute(values).map_err(|error| refused(tenant, error))?
        > 0)
}

/// Brings in what an entry knows, its identifier only if `shows_identifier` or the id is new.
fn learn_entry(
    transaction: &Transaction<'_>,
    tenant: &TenantName,
    entry: &DirectoryEntry,
    shows_identifier: bool,
) -> Result<DirectoryEntry, Error> {
    let Some(mut known) = find::entry(transaction, tenant, entry.kind, &entry.id)? else {
        put(transaction, tenant, entry)?;
        return Ok(entry.clone());
    };
    let mut news = entry.clone();
    if !shows_identifier {
        news.identifier.clear();
    }
    if known.absorb(&news) {
        put(transaction, tenant, &known)?;
    }
    Ok(known)
}

fn put(
    transaction: &Transaction<'_>,
    tenant: &TenantName,
    entry: &DirectoryEntry,
) -> Result<(), Error> {
    let sql = format!(
        "INSERT INTO directory (tenant, {COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT (tenant, kind, id) DO UPDATE \
         SET name = excluded.name, identifier = excluded.identifier, updated = excluded.updated"
    );
    let (kind, updated) = (entry.kind.name(), entry.updated.micros());
    let values = params![tenant.as_str(), kind, entry.id, entry.name, entry.identifier, updated];
    let mut statement = transaction.prepare_cached(&sql)?;
    statement.execute(values).map_err(|error| refused(tenant, error))?;
    Ok(())
}

fn refused(tenant: &TenantName, error: rusqlite::Error) -> Error {
    match BrokenRule::of(&error) {
        Some(BrokenRule::ForeignKey) => Error::UnknownTenant(tenant.clone()),
        _ => Error::from(error),
    }
}

fn read(row: &Row<'_>) -> Result<DirectoryEntry, Error> {
    Ok(DirectoryEntry {
        kind: column::parsed(row, "kind")?,
        id: row.get("id")?,
        name: row.get("name")?,
        identifier: row.get("identifier")?,
        updated: column::time(row, "updated")?,
    })
}
